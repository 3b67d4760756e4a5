//! Which annotations of nanobind the pairs use.

use super::tokens::{self, Language};
use crate::Result;
use crate::pair::Pair;
use crate::repo;

/// All of nanobind's, as they stand in C++. `type_slots_callback` is none: nanobind 3.1 declares it, and no class takes it.
const ANNOTATIONS: [&str; 43] = [
    "::arg(",
    "_a =",
    ".noconvert()",
    ".none()",
    ".lock()",
    ".sig(",
    "::kw_only()",
    "::sig(",
    "::scope(",
    "::name(",
    "::is_method()",
    "::is_operator()",
    "::is_implicit()",
    "::lock_self()",
    "::call_guard<",
    "::call_policy<",
    "::keep_alive<",
    "::for_getter(",
    "::for_setter(",
    "rv_policy::automatic",
    "rv_policy::automatic_reference",
    "rv_policy::copy",
    "rv_policy::move",
    "rv_policy::none",
    "rv_policy::reference",
    "rv_policy::reference_internal",
    "rv_policy::take_ownership",
    "::dynamic_attr()",
    "::is_weak_referenceable()",
    "::is_final()",
    "::is_generic()",
    "::is_arithmetic()",
    "::is_flag()",
    "::is_str()",
    "::never_destruct()",
    "::pooled(",
    "::supplement<",
    "::type_slots(",
    "::intrusive_ptr<",
    "::overload_cast<",
    "::init_implicit<",
    "::new_(",
    "::def_visitor<",
];

/// Each annotation, and the names of the pairs whose C++ uses it.
pub fn uses(pairs: &[Pair]) -> Result<Vec<(&'static str, Vec<String>)>> {
    let texts = pairs.iter().map(|pair| Ok((pair, Text::of(&repo::read(&pair.cpp)?)))).collect::<Result<Vec<_>>>()?;
    let users = |annotation| {
        let using = texts.iter().filter(|(_, text)| text.has(annotation));
        using.map(|(pair, _)| pair.name.clone()).collect()
    };
    Ok(ANNOTATIONS.iter().map(|annotation| (*annotation, users(annotation))).collect())
}

/// The tokens of a file, in which an annotation is found however it is laid out.
struct Text(Vec<String>);

impl Text {
    fn of(cpp: &str) -> Self {
        let mut tokens = Vec::new();
        for token in tokens::of(cpp, Language::Cpp) {
            match token.strip_suffix("\"_a") {
                Some(name) => tokens.extend([format!("{name}\""), "_a".to_string()]),
                None => tokens.push(token),
            }
        }
        Self(tokens)
    }

    fn has(&self, annotation: &str) -> bool {
        let wanted = tokens::of(annotation, Language::Cpp);
        self.0.windows(wanted.len()).any(|window| window == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_found_as_tokens() {
        let text = Text::of("m.def(\"f\", &f, \"a\"_a.noconvert(), \"b\"_a=1, nb::rv_policy::reference_internal);");
        assert!(text.has(".noconvert()") && text.has("_a =") && text.has("rv_policy::reference_internal"));
        assert!(!text.has("rv_policy::reference") && !text.has(".none()"));
    }
}
