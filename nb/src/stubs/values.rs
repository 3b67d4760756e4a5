//! Values as Python writes them, and the types that they are of.

use super::look;
use super::parameters::is_name;
use super::stub::Stub;
use crate::python::error::Result;
use crate::python::object::object;

/// Longer ones are left out.
const LONGEST: usize = 50;
/// A tuple of more items is shown as one of any number.
const WIDEST: usize = 8;
/// How deep values in values are looked at; one may contain itself.
const DEEPEST: usize = 16;
/// How many values are looked at for the type of one, which may contain another one many times.
const MOST: usize = 1000;

impl Stub<'_> {
    /// A value, if such are shown and it can be written down.
    pub(super) fn shown_value(&mut self, value: &object) -> Result<Option<String>> {
        if !self.request.values {
            return Ok(None);
        }
        Ok(self.literal(value, 0)?.filter(|text| text.chars().count() <= LONGEST))
    }

    /// A value as an expression, where it has one that is short. So many values are around it.
    pub(super) fn literal(&mut self, value: &object, depth: usize) -> Result<Option<String>> {
        if value.is_none() {
            return Ok(Some("None".to_string()));
        }
        if value.is_type() {
            let name = look::class_name(value)?;
            return Ok(Some(self.names.resolve(&name)?));
        }
        let class = look::class_of(value);
        let kind = look::class_name(&class)?;
        Ok(match kind.as_str() {
            "ellipsis" => Some("...".to_string()),
            "int" | "bool" | "str" | "bytes" => look::shown(value).filter(|text| text.chars().count() <= LONGEST),
            "float" => look::shown(value).map(|text| match text.contains(['i', 'a']) {
                true => format!("{}('{text}')", self.names.builtin("float")),
                false => text,
            }),
            "tuple" | "list" => {
                let items = look::items(value)?;
                // Each takes three characters.
                if depth == DEEPEST || items.len() > LONGEST / 3 {
                    return Ok(None);
                }
                let items = items.iter().map(|one| self.literal(one, depth + 1)).collect::<Result<Option<Vec<_>>>>()?;
                items
                    .map(|items| match (kind.as_str(), items.len()) {
                        ("tuple", 1) => format!("({},)", items[0]),
                        ("tuple", _) => format!("({})", items.join(", ")),
                        _ => format!("[{}]", items.join(", ")),
                    })
                    .filter(|text| text.chars().count() <= LONGEST)
            }
            _ if look::is_instance(value, "enum", "Enum")? => {
                let name = look::find(value, "_name_").as_ref().and_then(look::text);
                // Members of the other names are left out.
                match name.filter(|name| is_name(name) && !matches!(name.as_str(), "name" | "value")) {
                    Some(name) => Some(format!("{}.{name}", self.names.resolve(&kind)?)),
                    None => self.flags(value, &kind)?,
                }
            }
            _ => None,
        })
    }

    /// Several flags: the members that make up the value.
    fn flags(&mut self, value: &object, class: &str) -> Result<Option<String>> {
        let Ok(mut rest) = value.getattr("_value_")?.cast::<u64>() else { return Ok(None) };
        let class_shown = self.names.resolve(class)?;
        let mut parts = Vec::new();
        for (name, member) in look::entries(&look::class_of(value).getattr("__members__")?)? {
            let Ok(bits) = member.getattr("_value_")?.cast::<u64>() else { continue };
            if bits.is_power_of_two() && rest & bits != 0 && is_name(&name) {
                rest &= !bits;
                parts.push(format!("{class_shown}.{name}"));
            }
        }
        Ok((rest == 0 && !parts.is_empty()).then(|| parts.join(" | ")))
    }

    /// The type of a value, with those of what it contains.
    pub(super) fn type_of(&mut self, value: &object) -> Result<String> {
        self.type_within(value, 0, &mut MOST.clone())
    }

    /// As [`type_of`](Self::type_of), of a value in so many others; that many more are looked at.
    fn type_within(&mut self, value: &object, depth: usize, left: &mut usize) -> Result<String> {
        if depth == DEEPEST || *left == 0 {
            return Ok(self.names.any());
        }
        *left -= 1;
        if value.is_none() {
            return Ok("None".to_string());
        }
        let name = look::class_name(&look::class_of(value))?;
        Ok(match name.as_str() {
            "list" | "set" | "frozenset" => {
                let items = look::items(value)?;
                format!("{}[{}]", self.names.builtin(&name), self.common_type(&items, depth, left)?)
            }
            "dict" => {
                let keys = look::items(value)?;
                let values = look::values(value)?;
                let keys = self.common_type(&keys, depth, left)?;
                let values = self.common_type(&values, depth, left)?;
                format!("{}[{keys}, {values}]", self.names.builtin(&name))
            }
            "tuple" => {
                let items = look::items(value)?;
                let types = match items.len() {
                    0 => "()".to_string(),
                    len if len > WIDEST => format!("{}, ...", self.common_type(&items, depth, left)?),
                    _ => {
                        let types = items.iter().map(|one| self.type_within(one, depth + 1, left));
                        types.collect::<Result<Vec<_>>>()?.join(", ")
                    }
                };
                format!("{}[{types}]", self.names.builtin(&name))
            }
            "nanobind.nb_func" | "nanobind.nb_method" => self.names.types("collections.abc.Callable")?,
            _ if !name.contains('.') && !super::names::is_builtin(&name) => {
                self.names.unknown(format!("its class, '{name}', has no name in Python"))
            }
            _ => self.names.types(&name)?,
        })
    }

    /// The type of all of them, `Any` where they differ.
    fn common_type(&mut self, values: &[object], depth: usize, left: &mut usize) -> Result<String> {
        let Some((first, rest)) = values.split_first() else { return Ok(self.names.any()) };
        let class = look::class_of(first);
        if rest.iter().any(|one| !look::class_of(one).is(&class)) {
            return Ok(self.names.any());
        }
        let common = self.type_within(first, depth + 1, left)?;
        if !matches!(look::class_name(&class)?.as_str(), "list" | "set" | "frozenset" | "dict" | "tuple") {
            return Ok(common);
        }
        for one in rest {
            if self.type_within(one, depth + 1, left)? != common {
                return Ok(self.names.any());
            }
        }
        Ok(common)
    }
}
