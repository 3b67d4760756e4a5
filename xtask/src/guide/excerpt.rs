//! What a page shows of a file: all of it, but for what stands between two marks.
//!
//! The marks are lines of a comment, `// guide: hide` and `// guide: show`, or with `#` in Python. Between them stands what the compiler
//! needs and readers have seen often: includes, a base class.

use crate::Result;

const HIDE: &str = "guide: hide";
const SHOW: &str = "guide: show";

/// The text without what is hidden, and without the indentation that all of the rest has.
pub fn of(text: &str) -> Result<String> {
    let mut shown: Vec<&str> = Vec::new();
    // The line of the mark since which nothing is shown.
    let mut hidden = None;
    for (number, line) in (1..).zip(text.lines()) {
        match (mark(line), hidden) {
            (Some(HIDE), None) => hidden = Some(number),
            (Some(SHOW), Some(_)) => hidden = None,
            (Some(mark), _) => return Err(format!("line {number}: there is no other mark for `{mark}`")),
            (None, Some(_)) => {}
            // What was hidden leaves one empty line, and none at the beginning.
            (None, None) if line.is_empty() && shown.last().is_none_or(|last| last.is_empty()) => {}
            (None, None) => shown.push(line),
        }
    }
    if let Some(number) = hidden {
        return Err(format!("line {number}: there is no other mark for `{HIDE}`"));
    }
    let indentation = |line: &&str| line.len() - line.trim_start().len();
    let common = shown.iter().filter(|line| !line.trim().is_empty()).map(indentation).min().unwrap_or(0);
    let lines: Vec<_> = shown.iter().map(|line| line.get(common..).unwrap_or_default()).collect();
    Ok(lines.join("\n").trim_end().to_string())
}

/// The mark that this line is.
fn mark(line: &str) -> Option<&'static str> {
    let line = line.trim();
    let comment = line.strip_prefix("//").or(line.strip_prefix('#'))?.trim();
    [HIDE, SHOW].into_iter().find(|mark| comment == *mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_leaves_no_gap() {
        let text = "// guide: hide\n#include <x>\n// guide: show\n\nint a;\n\n// guide: hide\nint b;\n// guide: show\n\nint c;\n";
        assert_eq!(of(text).unwrap(), "int a;\n\nint c;");
        assert_eq!(of("import a\n# guide: hide\nb\n# guide: show\nc\n").unwrap(), "import a\nc");
    }

    #[test]
    fn what_is_shown_begins_at_the_margin() {
        let text = "// guide: hide\nstruct A {\n    // guide: show\n    ~A() {\n        f();\n    }\n    // guide: hide\n};\n// guide: show\n";
        assert_eq!(of(text).unwrap(), "~A() {\n    f();\n}");
        assert_eq!(of("fn f() {\n    g();\n}\n").unwrap(), "fn f() {\n    g();\n}");
    }

    #[test]
    fn marks_come_in_pairs() {
        assert_eq!(of("// guide: show\n").unwrap_err(), "line 1: there is no other mark for `guide: show`");
        assert_eq!(of("a\n// guide: hide\n").unwrap_err(), "line 2: there is no other mark for `guide: hide`");
        assert!(of("// guide: hide\n// guide: hide\n// guide: show\n").is_err());
    }
}
