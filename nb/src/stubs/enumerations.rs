//! Enumerations: their members, and what is bound in them besides.

use super::look;
use super::parameters::is_name;
use super::stub::Stub;
use crate::python::error::Result;
use crate::python::object::object;

impl Stub<'_> {
    /// Whether the class is one, and no more than another name for it here.
    pub(super) fn is_enumeration(class: &object) -> Result<bool> {
        class.is_subclass(&look::of_module("enum", "Enum")?)
    }

    pub(super) fn enumeration(&mut self, name: &str, class: &object) -> Result<()> {
        let bases = self.enumeration_bases(class)?;
        self.out.line(&format!("class {name}({bases}):"));
        let start = self.begin_class(name, class)?;
        let members = class.getattr("__members__")?;
        for (name, member) in look::entries(&members)? {
            self.enumerator(&name, &member, class)?;
        }
        for (name, value) in look::members(class)? {
            // What the module `enum` has put there is in the stubs of its classes.
            let is_made_by_enum = look::find(&value, "__module__")
                .and_then(|module| look::text(&module))
                .is_some_and(|module| module == "enum");
            if !members.contains(name.as_str())? && !is_made_by_enum && is_behaviour(&value) {
                self.member(&name, &value)?;
            }
        }
        self.end_class(start);
        Ok(())
    }

    /// As every version of Python has them: one with texts as values is of `enum.StrEnum` on some.
    fn enumeration_bases(&mut self, class: &object) -> Result<String> {
        let enums = look::module("enum")?;
        for base in ["IntFlag", "IntEnum", "Flag"] {
            if class.is_subclass(&enums.getattr(base)?)? {
                return Ok(self.names.import("enum", base));
            }
        }
        let base = self.names.import("enum", "Enum");
        let is_text = class.is_subclass(&look::of_module("builtins", "str")?)?;
        Ok(if is_text { format!("{}, {base}", self.names.builtin("str")) } else { base })
    }

    fn enumerator(&mut self, name: &str, member: &object, class: &object) -> Result<()> {
        if !is_name(name) {
            self.unwritable(name);
            return Ok(());
        }
        if matches!(name, "name" | "value") {
            self.left_out(name, "all members have an attribute of this name");
            return Ok(());
        }
        let first = look::find(member, "_name_").as_ref().and_then(look::text);
        let value = match first.filter(|first| first != name && is_name(first)) {
            // Another name for a member.
            Some(first) => first,
            None => self.literal(&member.getattr("_value_")?, 0)?.unwrap_or_else(|| "...".to_string()),
        };
        self.out.line(&format!("{name} = {value}"));
        let doc = look::doc(member).filter(|doc| self.request.docs && Some(doc) != look::doc(class).as_ref());
        if let Some(doc) = doc {
            self.out.doc(&doc);
        }
        self.out.blank();
        Ok(())
    }
}

/// Whether it is a function or a property.
fn is_behaviour(value: &object) -> bool {
    let class = look::class_of(value);
    Stub::native(value).is_some()
        || look::is_property(value)
        || ["staticmethod", "classmethod", "function"].iter().any(|name| look::is_builtin(&class, name))
}
