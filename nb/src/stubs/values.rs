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

impl Stub<'_> {
    /// A value, if such are shown and it can be written down.
    pub(super) fn shown_value(&mut self, value: &object) -> Result<Option<String>> {
        if !self.request.values {
            return Ok(None);
        }
        Ok(self.literal(value)?.filter(|text| text.chars().count() <= LONGEST))
    }

    /// A value as an expression, where it has one that is short.
    pub(super) fn literal(&mut self, value: &object) -> Result<Option<String>> {
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
                let items =
                    look::items(value)?.iter().map(|one| self.literal(one)).collect::<Result<Option<Vec<_>>>>()?;
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
                match name.filter(|name| is_name(name)) {
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
        if value.is_none() {
            return Ok("None".to_string());
        }
        let name = look::class_name(&look::class_of(value))?;
        Ok(match name.as_str() {
            "list" | "set" | "frozenset" => {
                let items = look::items(value)?;
                format!("{}[{}]", self.names.builtin(&name), self.common_type(&items)?)
            }
            "dict" => {
                let keys = look::items(value)?;
                let values = look::values(value)?;
                let (keys, values) = (self.common_type(&keys)?, self.common_type(&values)?);
                format!("{}[{keys}, {values}]", self.names.builtin(&name))
            }
            "tuple" => {
                let items = look::items(value)?;
                let types = match items.len() {
                    0 => "()".to_string(),
                    len if len > WIDEST => format!("{}, ...", self.common_type(&items)?),
                    _ => items.iter().map(|one| self.type_of(one)).collect::<Result<Vec<_>>>()?.join(", "),
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
    fn common_type(&mut self, values: &[object]) -> Result<String> {
        let types = values.iter().map(|one| self.type_of(one)).collect::<Result<Vec<_>>>()?;
        match types.split_first() {
            Some((first, rest)) if rest.iter().all(|one| one == first) => Ok(first.clone()),
            _ => Ok(self.names.any()),
        }
    }
}
