//! Texts about enumerations.

/// A result without a member.
pub fn no_member(number: i128, title: &str) -> String {
    format!("{number} is not a valid {title}.")
}

/// Why a value was refused.
pub const NO_MEMBER: &str = "no member of the enumeration";

/// A member's name is taken.
pub fn duplicate_member(name: &str, class: &str) -> String {
    format!("refusing to add duplicate key \"{name}\" to enumeration \"{class}\"!")
}

/// The same of pybind11's `enum_`, in its words.
pub fn pybind11_duplicate_member(name: &str, title: &str) -> String {
    format!("{title}: element \"{name}\" already exists!")
}

/// The docstring of a class that pybind11's `enum_` has made: that of the class, and all names with theirs.
pub fn enumeration_doc(doc: Option<&str>, names: &[(String, Option<String>)]) -> String {
    let mut out = doc.map_or_else(String::new, |doc| format!("{doc}\n\n"));
    out.push_str("Members:");
    for (name, doc) in names {
        out.push_str(&format!("\n\n  {name}"));
        if let Some(doc) = doc {
            out.push_str(&format!(" : {doc}"));
        }
    }
    out
}

/// A member of an enumeration with `is_str` that is no string.
pub fn needs_text(title: &str, name: &str) -> String {
    format!("enum_append(): StrEnum member \"{title}.{name}\" must be added with str_value() instead of value().")
}

/// A string for a member of an enumeration without `is_str`.
pub fn takes_no_text(title: &str, name: &str) -> String {
    format!(
        "enum_append(): str_value() can only be used on enumerations declared with nb::is_str() (member \"{title}.{name}\")."
    )
}

/// Two values of an enumeration have the same string.
pub fn text_twice(title: &str, name: &str, text: &str) -> String {
    format!("enum_append(): the text \"{text}\" of \"{title}.{name}\" stands for another value already")
}

/// The members of an enumeration can be exported, but something else has the name.
pub fn export_replaces(title: &str, name: &str, class: &str) -> String {
    format!("nb::enum_<{title}>: export_values() replaces '{name}', an object of type '{class}', in the scope")
}

/// `enum.Enum` makes something else.
pub fn no_enum(title: &str, class: &str) -> String {
    format!("nb::enum_: the module `enum` made an object of type '{class}' for the enumeration '{title}'")
}

/// The class has gone while its members were added.
pub fn lost_enum(title: &str) -> String {
    format!("nb::enum_: the enumeration '{title}' was changed or unbound by Python code while it was being made")
}
