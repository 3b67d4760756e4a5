//! Types and signatures as texts: the names in them are written as this stub has to write them.

use super::names::Names;
use crate::python::error::Result;

/// What stands in front of the place, as far as it matters.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// `(`, `,` or a star between the parentheses of a signature: a parameter's name follows.
    Parameter,
    Else,
}

/// Who has written the text.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    Library,
    User,
    /// The user, and it is what follows a function's name.
    Signature,
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Names {
    /// The text of a type.
    pub(super) fn types(&mut self, source: &str) -> Result<String> {
        self.rewrite(source, Source::Library)
    }

    /// As [`types`](Self::types), from the user, who may know names that are made known elsewhere.
    pub(super) fn given_types(&mut self, source: &str) -> Result<String> {
        self.rewrite(source, Source::User)
    }

    /// What follows the name of a function in its signature, `(self, a: int) -> str`. Where the user has given no type, it is `Any`.
    pub(super) fn signature(&mut self, source: &str) -> Result<String> {
        let out = self.rewrite(source, Source::Signature)?;
        if out.contains("->") {
            return Ok(out);
        }
        let any = self.any();
        Ok(format!("{out} -> {any}"))
    }

    fn rewrite(&mut self, source: &str, origin: Source) -> Result<String> {
        let mut out = String::new();
        let mut rest = source;
        // Depth of all brackets, and where those of the parameters were opened; 0 before and after.
        let (mut depth, mut parameters) = (0, if origin == Source::Signature { None } else { Some(0) });
        let mut before = Before::Else;
        let mut is_first = true;
        while let Some(c) = rest.chars().next() {
            if c == '\'' || c == '"' {
                let end = end_of_text(rest, c);
                out.push_str(&rest[..end]);
                rest = &rest[end..];
                before = Before::Else;
                continue;
            }
            if c.is_ascii_digit() {
                let end = rest.find(|c| !in_name(c) && c != '.').unwrap_or(rest.len());
                out.push_str(&rest[..end]);
                rest = &rest[end..];
                before = Before::Else;
                continue;
            }
            if in_name(c) {
                let end = rest.find(|c| !in_name(c) && c != '.').unwrap_or(rest.len());
                let name = rest[..end].trim_end_matches('.');
                rest = &rest[name.len()..];
                let next = rest.trim_start();
                if before != Before::Parameter
                    && origin == Source::Library
                    && let Some((array, length)) = self.array(name, rest)
                {
                    out.push_str(&array);
                    rest = &rest[length..];
                    before = Before::Else;
                    continue;
                }
                if before == Before::Parameter {
                    out.push_str(name);
                    let is_receiver = std::mem::take(&mut is_first) && matches!(name, "self" | "cls");
                    if !next.starts_with(':') && !is_receiver {
                        let any = self.any();
                        out.push_str(": ");
                        out.push_str(&any);
                    }
                } else if out.trim_end().ends_with(['(', '[', ','])
                    && (next.starts_with(':') || next.starts_with('=') && !next.starts_with("=="))
                {
                    // `T: int` of a type parameter, `bound=int` of a call in a default value.
                    out.push_str(name);
                } else if origin == Source::Library && !name.contains('.') && !self.is_known(name) {
                    let any = self.unknown(format!("`{name}` is no name in Python"));
                    out.push_str(&any);
                } else {
                    let (shown, arguments) = (self.resolve(name)?, self.bare_arguments(name)?);
                    out.push_str(&shown);
                    if let Some(arguments) = arguments.filter(|_| !next.starts_with('[') && !next.starts_with('(')) {
                        out.push_str(&format!("[{arguments}]"));
                    }
                }
                before = Before::Else;
                continue;
            }
            match c {
                '(' | '[' | '{' => {
                    depth += 1;
                    if c == '(' && depth == 1 && parameters.is_none() {
                        parameters = Some(depth);
                    }
                }
                ')' | ']' | '}' => {
                    if parameters == Some(depth) {
                        parameters = Some(0);
                    }
                    depth -= 1;
                }
                _ => {}
            }
            if c == '(' || c == ',' || c == '*' && before == Before::Parameter {
                before = if depth > 0 && parameters == Some(depth) { Before::Parameter } else { Before::Else };
            } else if !c.is_whitespace() {
                before = Before::Else;
            }
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
        Ok(out)
    }
}

/// Where the text ends that begins with this quotation mark.
fn end_of_text(source: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in source.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    source.len()
}
