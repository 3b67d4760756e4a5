//! The tokens of C++ and of Rust, as far as binding code has them: both languages with the same rules, so that what is written alike is alike.

/// In what the two languages differ here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Language {
    Cpp,
    Rust,
}

/// The tokens of a text, without comments. A text and its suffix (`"x"_a`) are one token.
pub fn of(text: &str, language: Language) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => {
                rest = &rest[first.len_utf8()..];
                continue;
            }
            '/' if rest.starts_with("//") => {
                rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest[2..].split_once("*/").map_or("", |(_, rest)| rest);
                continue;
            }
            '"' => with_suffix(rest, quoted(rest, '"')),
            '\'' if language == Language::Rust && is_lifetime(rest) => 1 + word(&rest[1..]),
            '\'' => quoted(rest, '\''),
            _ if first.is_ascii_digit() => number(rest, language),
            _ if is_word(first) => {
                let end = word(rest);
                raw_text(rest, end, language).map_or(end, |end| with_suffix(rest, end))
            }
            _ if ["::", "->"].iter().any(|both| rest.starts_with(both)) => 2,
            _ => first.len_utf8(),
        };
        tokens.push(rest[..length].to_string());
        rest = &rest[length..];
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How long the word is that `text` begins with.
fn word(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

fn with_suffix(text: &str, end: usize) -> usize {
    end + word(&text[end..])
}

/// Where a text or a character ends that begins here.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// `'a`, and not `'a'`.
fn is_lifetime(text: &str) -> bool {
    let end = 1 + word(&text[1..]);
    end > 1 && !text[end..].starts_with('\'')
}

/// Where a number ends: `0..4` has two, `1'000` is one of C++'s.
fn number(text: &str, language: Language) -> usize {
    let bytes = text.as_bytes();
    let goes_on = |at: usize| bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let inside = match byte {
            b'.' => goes_on(end),
            b'\'' => language == Language::Cpp && goes_on(end),
            _ => is_word(byte.into()),
        };
        if !inside {
            break;
        }
        end += 1;
    }
    end
}

/// Where a text ends that a prefix of `prefix` bytes stands before: `R"x(..)x"`, `r#".."#`, `c".."`.
fn raw_text(text: &str, prefix: usize, language: Language) -> Option<usize> {
    let (word, rest) = text.split_at(prefix);
    let raw = word.ends_with(match language {
        Language::Cpp => 'R',
        Language::Rust => 'r',
    });
    if raw {
        let (mark, after) = match language {
            Language::Cpp => rest.strip_prefix('"')?.split_once('(')?,
            Language::Rust => rest.split_once('"').filter(|(mark, _)| mark.chars().all(|c| c == '#'))?,
        };
        let end = match language {
            Language::Cpp => format!("){mark}\""),
            Language::Rust => format!("\"{mark}"),
        };
        let begin = text.len() - after.len();
        return Some(after.find(&end).map_or(text.len(), |at| begin + at + end.len()));
    }
    let known = ["b", "c", "u8", "u", "U", "L"].contains(&word) && rest.starts_with('"');
    known.then(|| prefix + quoted(rest, '"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> Vec<String> {
        let cpp = of(text, Language::Cpp);
        assert_eq!(cpp, of(text, Language::Rust));
        cpp
    }

    #[test]
    fn names_texts_numbers_and_signs() {
        assert_eq!(
            both("m.def(\"f \\\" //\", &A::f, \"x\"_a = 1.5); // gone\n/* too */ b"),
            [
                "m",
                ".",
                "def",
                "(",
                "\"f \\\" //\"",
                ",",
                "&",
                "A",
                "::",
                "f",
                ",",
                "\"x\"_a",
                "=",
                "1.5",
                ")",
                ";",
                "b"
            ]
        );
        assert_eq!(both("keep_alive<0, 1>()"), ["keep_alive", "<", "0", ",", "1", ">", "(", ")"]);
        assert_eq!(both("0..4 'x' '\\''"), ["0", ".", ".", "4", "'x'", "'\\''"]);
    }

    #[test]
    fn what_only_one_of_them_has() {
        assert_eq!(of("<'a, T>", Language::Rust), ["<", "'a", ",", "T", ">"]);
        assert_eq!(of("1'000", Language::Cpp), ["1'000"]);
        assert_eq!(of("R\"x(a)\" )x\"_s;", Language::Cpp), ["R\"x(a)\" )x\"_s", ";"]);
        assert_eq!(of("r#\"a\" \"#, r\"b\" c\"d\"", Language::Rust), ["r#\"a\" \"#", ",", "r\"b\"", "c\"d\""]);
    }
}
