//! Parameters as Python's grammar has them, whatever the function calls them.

use crate::python::identifier::is_keyword;
use std::collections::HashSet;

/// How an argument can be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `self`, or the class.
    Receiver,
    /// By position only.
    Unnamed,
    Positional,
    /// `*args`
    Args,
    /// By name only.
    Keyword,
    /// `**kwargs`
    Kwargs,
}

/// One parameter.
pub(super) struct Parameter {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// Empty for a receiver.
    pub(super) ty: String,
    pub(super) default: Option<String>,
}

/// Whether Python can read the text as a name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !is_keyword(text)
}

/// What stands between the parentheses; `any` is the type about which nothing is known.
pub(super) fn joined(mut all: Vec<Parameter>, any: &str) -> String {
    name_all(&mut all, any);
    // What cannot be given by name has nothing before it that is.
    let unnamed = all.iter().rposition(|one| one.kind == Kind::Unnamed);
    for one in &mut all[..unnamed.unwrap_or(0)] {
        if one.kind == Kind::Positional {
            one.kind = Kind::Unnamed;
        }
    }
    let mut parts = Vec::new();
    let mut has_default = false;
    let mut star = all.iter().any(|one| one.kind == Kind::Args);
    for (index, one) in all.iter().enumerate() {
        if one.kind == Kind::Keyword && !star {
            parts.push("*".to_string());
            star = true;
        }
        let stars = match one.kind {
            Kind::Args => "*",
            Kind::Kwargs => "**",
            _ => "",
        };
        let by_position = matches!(one.kind, Kind::Unnamed | Kind::Positional);
        has_default |= by_position && one.default.is_some();
        // Native functions may have a required argument after an optional one; Python has no words for that.
        let default = match &one.default {
            None if by_position && has_default => Some("..."),
            default => default.as_deref(),
        };
        let ty = if one.ty.is_empty() { String::new() } else { format!(": {}", one.ty) };
        let default = default.map_or_else(String::new, |text| format!(" = {text}"));
        parts.push(format!("{stars}{}{ty}{default}", one.name));
        if Some(index) == unnamed {
            parts.push("/".to_string());
        }
    }
    parts.join(", ")
}

/// Renames the parameters whose names Python cannot read or has twice, which callers can give by position only; a place for those
/// that have to be named.
fn name_all(all: &mut Vec<Parameter>, any: &str) {
    let mut known = HashSet::new();
    let mut collects = false;
    if let Some(at) = all.iter().position(|one| one.kind != Kind::Receiver && one.name == "self")
        && let Some(receiver) = all[..at].iter_mut().find(|one| one.kind == Kind::Receiver)
    {
        receiver.name = "_self".to_string();
    }
    all.retain_mut(|one| {
        let fits = is_name(&one.name) && known.insert(one.name.clone());
        if fits || one.kind == Kind::Receiver {
            return true;
        }
        if one.kind == Kind::Keyword {
            collects = true;
            return false;
        }
        if one.kind == Kind::Positional {
            one.kind = Kind::Unnamed;
        }
        let mut name: String = one.name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        while !is_name(&name) || !known.insert(name.clone()) {
            name.push('_');
            if name.starts_with(|c: char| !c.is_alphabetic() && c != '_') {
                name.insert(0, '_');
            }
        }
        one.name = name;
        true
    });
    if collects && !all.iter().any(|one| one.kind == Kind::Kwargs) {
        let name = (0..).map(|n| format!("kwargs{}", "_".repeat(n))).find(|name| !known.contains(name));
        let name = name.expect("names do not end");
        all.push(Parameter { kind: Kind::Kwargs, name, ty: any.to_string(), default: None });
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Parameter, joined};

    fn shown(all: &[(Kind, &str, Option<&str>)]) -> String {
        let parameter = |&(kind, name, default): &(Kind, &str, Option<&str>)| Parameter {
            kind,
            name: name.to_string(),
            ty: if kind == Kind::Receiver { String::new() } else { "int".to_string() },
            default: default.map(str::to_string),
        };
        joined(all.iter().map(parameter).collect(), "Any")
    }

    #[test]
    fn as_python_has_them() {
        use Kind::*;
        assert_eq!(shown(&[]), "");
        assert_eq!(shown(&[(Receiver, "self", None), (Unnamed, "arg", None)]), "self, arg: int, /");
        assert_eq!(shown(&[(Positional, "a", None), (Keyword, "b", Some("1"))]), "a: int, *, b: int = 1");
        assert_eq!(
            shown(&[(Args, "args", None), (Keyword, "b", None), (Kwargs, "k", None)]),
            "*args: int, b: int, **k: int"
        );
    }

    #[test]
    fn what_python_has_no_words_for() {
        use Kind::*;
        assert_eq!(shown(&[(Positional, "a", Some("1")), (Positional, "b", None)]), "a: int = 1, b: int = ...");
        assert_eq!(shown(&[(Positional, "a", None), (Unnamed, "arg1", None)]), "a: int, arg1: int, /");
        assert_eq!(shown(&[(Positional, "from", None), (Positional, "to", None)]), "from_: int, /, to: int");
        assert_eq!(shown(&[(Keyword, "from", None), (Keyword, "to", None)]), "*, to: int, **kwargs: Any");
        assert_eq!(shown(&[(Unnamed, "arg0", None), (Positional, "arg0", None)]), "arg0: int, arg0_: int, /");
        assert_eq!(shown(&[(Receiver, "self", None), (Positional, "self", None)]), "_self, self: int");
        assert_eq!(shown(&[(Positional, "1a b", None)]), "_1a_b_: int, /");
    }
}
