//! The binding statements of a file, as tokens: the body of its module, without the bodies of closures.

use super::tokens::{self, Language};
use crate::Result;

/// How much of a closure counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Count {
    /// That it is there. Types that Rust spells differently, and nothing else about them, are the same.
    Statements,
    /// Its parameters and the type of its result as well, and all types as they are written.
    All,
}

/// What stands for the body of a closure, and for a whole one.
const BODY: &str = "{..}";
const CLOSURE: &str = "closure";

/// Types of C++ that have another name in Rust.
const TYPES: [(&str, &str); 14] = [
    ("int", "i32"),
    ("unsigned", "u32"),
    ("float", "f32"),
    ("double", "f64"),
    ("size_t", "usize"),
    ("ptrdiff_t", "isize"),
    ("int8_t", "i8"),
    ("int16_t", "i16"),
    ("int32_t", "i32"),
    ("int64_t", "i64"),
    ("uint8_t", "u8"),
    ("uint16_t", "u16"),
    ("uint32_t", "u32"),
    ("uint64_t", "u64"),
];

/// The tokens of the module that `text` defines.
pub fn of(text: &str, language: Language, count: Count) -> Result<Vec<String>> {
    let tokens = tokens::of(text, language);
    let body = module_body(&tokens).ok_or("there is no NB_MODULE, PYBIND11_MODULE or nb_module!")?;
    let cut = without_closures(body, language, count);
    Ok(if count == Count::Statements { with_rust_types(&cut) } else { cut })
}

/// What stands in the braces of the module.
fn module_body(tokens: &[String]) -> Option<&[String]> {
    let is_module = |token: &String| ["NB_MODULE", "PYBIND11_MODULE", "nb_module"].contains(&token.as_str());
    let begin = tokens.iter().position(is_module)?;
    let open = begin + tokens[begin..].iter().position(|token| token == "{")?;
    Some(&tokens[open + 1..closing(tokens, open)])
}

/// The index of the bracket that closes the one at `open`, or the end.
fn closing(tokens: &[String], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

fn without_closures(tokens: &[String], language: Language, count: Count) -> Vec<String> {
    let mut cut: Vec<String> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).map(|at| tokens[at].as_str());
        let is_value = matches!(before, None | Some("(" | "," | "=" | "{" | "}" | ";" | "return" | ">" | "move"));
        let closure = if is_value { closure(&tokens[at..], language) } else { None };
        let Some((body, end)) = closure else {
            cut.push(tokens[at].clone());
            at += 1;
            continue;
        };
        match count {
            Count::Statements => {
                cut.pop_if(|last| last == "move");
                cut.push(CLOSURE.to_string());
            }
            Count::All => {
                cut.extend_from_slice(&tokens[at..at + body]);
                cut.push(BODY.to_string());
            }
        }
        at += end;
    }
    cut
}

/// Where the body of the closure begins that `tokens` begin with, and where it ends.
fn closure(tokens: &[String], language: Language) -> Option<(usize, usize)> {
    let is = |at: usize, wanted: &str| tokens.get(at).is_some_and(|token| token == wanted);
    match language {
        Language::Cpp => {
            if !is(0, "[") {
                return None;
            }
            let mut at = closing(tokens, 0) + 1;
            if is(at, "(") {
                at = closing(tokens, at) + 1;
            }
            // `mutable`, `noexcept`, `-> T`
            let body = at + tokens.get(at..)?.iter().position(|token| token == "{")?;
            Some((body, closing(tokens, body) + 1))
        }
        Language::Rust => {
            if !is(0, "|") {
                return None;
            }
            let parameters = 2 + tokens.get(1..)?.iter().position(|token| token == "|")?;
            if is(parameters, "->") {
                let body = parameters + tokens[parameters..].iter().position(|token| token == "{")?;
                return Some((body, closing(tokens, body) + 1));
            }
            Some((parameters, expression(tokens, parameters)))
        }
    }
}

/// Where the expression ends that begins here.
fn expression(tokens: &[String], mut at: usize) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "(" | "[" | "{" => at = closing(tokens, at) + 1,
            ")" | "]" | "}" | "," | ";" => break,
            _ => at += 1,
        }
    }
    at.min(tokens.len())
}

/// Tokens in which types of C++ that Rust spells differently are spelled so: numbers, texts, `const T &`.
fn with_rust_types(tokens: &[String]) -> Vec<String> {
    let mut spelled: Vec<String> = Vec::new();
    let mut rest = tokens;
    while let [first, ..] = rest {
        let begins = |wanted: &[&str]| rest.len() >= wanted.len() && rest.iter().zip(wanted).all(|(a, b)| a == b);
        let (length, now): (usize, &[&str]) = if begins(&["const", "std", "::", "string", "&"]) {
            (5, &["&", "str"])
        } else if begins(&["const", "char", "*"]) {
            (3, &["&", "str"])
        } else if begins(&["std", "::", "string"]) {
            (3, &["String"])
        } else if first == "const" && rest.get(2).is_some_and(|token| token == "&") {
            (3, &["&", &rest[1]])
        } else {
            (1, &[TYPES.iter().find(|(cpp, _)| first == cpp).map_or(first.as_str(), |(_, rust)| rust)])
        };
        spelled.extend(now.iter().map(|token| token.to_string()));
        rest = &rest[length..];
    }
    spelled
}

/// The statements, and the calls of a chain each on its own.
pub fn statements(tokens: &[String]) -> Vec<&[String]> {
    let mut found = Vec::new();
    let (mut begin, mut depth) = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            ";" if depth == 0 => {
                found.push(&tokens[begin..at]);
                begin = at + 1;
            }
            "." if depth == 0 && at > begin && tokens[at - 1] == ")" => {
                found.push(&tokens[begin..at]);
                begin = at;
            }
            _ => {}
        }
    }
    found.push(&tokens[begin..]);
    found.retain(|statement| !statement.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPP: &str = "struct A {};\nNB_MODULE(x, m) {\n    m.def(\"f\", [](const A &a) -> int { return a.b(); }, \"a\"_a);\n\
        \n    nb::class_<A>(m, \"A\").def(nb::init<double, const std::string &>()).def(\"g\", &A::g);\n}\nint more;\n";
    const RUST: &str = "struct A;\nnb_module!(x, m, parts [a], {\n    m.def(\"f\", |a: &A| a.b(1, 2), \"a\"_a);\n    \
        nb::class_<A>(m, \"A\").def(nb::init<f64, &str>()).def(\"g\", &A::g);\n});\nfn more() {}\n";

    fn joined(text: &str, language: Language, count: Count) -> String {
        of(text, language, count).unwrap().join(" ")
    }

    #[test]
    fn statements_alone_are_the_same_in_both_languages() {
        let cpp = joined(CPP, Language::Cpp, Count::Statements);
        assert_eq!(cpp, joined(RUST, Language::Rust, Count::Statements));
        assert!(cpp.starts_with("m . def ( \"f\" , closure , \"a\"_a ) ; nb :: class_"), "{cpp}");
        assert!(cpp.ends_with("( nb :: init < f64 , & str > ( ) ) . def ( \"g\" , & A :: g ) ;"), "{cpp}");
    }

    #[test]
    fn the_strict_count_has_parameters_and_types() {
        let cpp = joined(CPP, Language::Cpp, Count::All);
        assert!(cpp.contains("\"f\" , [ ] ( const A & a ) -> int {..} , \"a\"_a"), "{cpp}");
        assert!(cpp.contains("double , const std :: string &"), "{cpp}");
        let rust = joined(RUST, Language::Rust, Count::All);
        assert!(rust.contains("\"f\" , | a : & A | {..} , \"a\"_a"), "{rust}");
    }

    #[test]
    fn closures_of_all_kinds() {
        let rust = |body: &str| joined(&format!("nb_module!(x, m, {{ {body} }});"), Language::Rust, Count::Statements);
        assert_eq!(rust("f(|| 1); g(move |a, b| { c }, d)"), "f ( closure ) ; g ( closure , d )");
        assert_eq!(rust("f(|a: A| -> B { c }); a | b"), "f ( closure ) ; a | b");
        let cpp = |body: &str| joined(&format!("NB_MODULE(x, m) {{ {body} }}"), Language::Cpp, Count::Statements);
        assert_eq!(cpp("f([] { return 1; }); a[0] = [&](A a) noexcept { };"), "f ( closure ) ; a [ 0 ] = closure ;");
    }

    #[test]
    fn a_chain_is_as_many_statements_as_it_has_calls() {
        let tokens = tokens::of("m.def(1); nb::class_<A>(m).def(f(x).g()).def(2);", Language::Cpp);
        let found: Vec<_> = statements(&tokens).iter().map(|statement| statement.concat()).collect();
        assert_eq!(found, ["m.def(1)", "nb::class_<A>(m)", ".def(f(x).g())", ".def(2)"]);
    }

    #[test]
    fn no_module_is_an_error() {
        assert!(of("int f();", Language::Cpp, Count::All).is_err());
    }
}
