//! Lines of a stub, indented.

use std::fmt::Write;

/// The text of a stub as it grows.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    depth: usize,
}

/// Docstrings up to this length stand on one line.
const SHORT: usize = 90;

impl Writer {
    /// A line, or several, at the depth of the place.
    pub(super) fn line(&mut self, text: &str) {
        for part in text.split('\n') {
            if !part.is_empty() {
                let _ = write!(self.text, "{:1$}{part}", "", 4 * self.depth);
            }
            self.text.push('\n');
        }
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// What follows is the body of what was written last.
    pub(super) fn indent(&mut self) {
        self.depth += 1;
    }

    pub(super) fn dedent(&mut self) {
        self.depth -= 1;
    }

    /// The end of the text, for [`close`](Self::close).
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Ends the body that has begun at `start`, and gives it a statement if it has none.
    pub(super) fn close(&mut self, start: usize) {
        let body = &self.text[start..];
        if body.is_empty() {
            self.text.truncate(start - 1);
            self.text.push_str(" ...\n\n");
        } else if body.lines().all(|line| line.is_empty() || line.trim_start().starts_with('#')) {
            self.line("...");
            self.blank();
        }
        self.depth -= 1;
    }

    /// A docstring.
    pub(super) fn doc(&mut self, doc: &str) {
        let doc = quoted(&dedented(doc));
        if doc.len() > SHORT || doc.contains('\n') {
            self.line(&format!("\"\"\"\n{doc}\n\"\"\""));
        } else {
            self.line(&format!("\"\"\"{doc}\"\"\""));
        }
    }

    /// The text so far, with one line break at its end.
    pub(super) fn finish(self) -> String {
        format!("{}\n", self.text.trim_end())
    }
}

/// Without what the lines after the first have in front of them, as Python shows docstrings.
fn dedented(doc: &str) -> String {
    let doc = doc.replace("\r\n", "\n").replace('\t', "        ");
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = doc.lines().skip(1).filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0);
    let lines: Vec<&str> = doc
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 0 { line.trim() } else { line.get(margin..).unwrap_or("").trim_end() })
        .collect();
    lines.join("\n").trim_matches('\n').to_string()
}

/// As it has to stand between three quotation marks.
fn quoted(doc: &str) -> String {
    let mut out = String::with_capacity(doc.len());
    for c in doc.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push('\n'),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    let mut out = out.replace("\"\"\"", "\\\"\\\"\\\"");
    if out.ends_with('"') {
        out.truncate(out.len() - 1);
        out.push_str("\\\"");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{dedented, quoted};

    #[test]
    fn docstrings_are_shown_as_python_shows_them() {
        assert_eq!(dedented("\n    First.\n\n      More.\n    "), "First.\n\n  More.");
        assert_eq!(dedented("one\r\n\ttwo"), "one\ntwo");
        assert_eq!(dedented("größe\n ä\n  ö"), "größe\nä\n ö");
    }

    #[test]
    fn nothing_in_a_docstring_ends_it() {
        assert_eq!(quoted("a \"\"\" b"), "a \\\"\\\"\\\" b");
        assert_eq!(quoted("\\d says \"x\""), "\\\\d says \"x\\\"");
        assert_eq!(quoted("a\r\0"), "a\\u000d\\u0000");
        assert_eq!(quoted("\"\"\"\""), "\\\"\\\"\\\"\\\"");
    }
}
