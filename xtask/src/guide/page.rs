//! The blocks of a page that are filled in, each below a comment that names what is in it.

use crate::Result;

/// What a comment above a block names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Named<'a> {
    /// `<!-- file: .. -->`: the code of this file.
    File(&'a str),
    /// `<!-- output: .. -->`: what this script prints.
    Output(&'a str),
    /// `<!-- table: .. -->`: a table that a command makes. It is no block, but the lines that begin with `|`.
    Table(&'a str),
}

impl<'a> Named<'a> {
    fn in_line(line: &'a str) -> Option<Self> {
        let (kind, name) = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?.split_once(": ")?;
        match kind {
            "file" => Some(Named::File(name)),
            "output" => Some(Named::Output(name)),
            "table" => Some(Named::Table(name)),
            _ => None,
        }
    }

    fn name(self) -> &'a str {
        let (Named::File(name) | Named::Output(name) | Named::Table(name)) = self;
        name
    }
}

/// Languages that have a compiler, so that no block of them may be text alone.
const COMPILED: [(&str, &str); 2] = [("rust", "Rust"), ("cpp", "C++")];

/// How a block of C++ begins that is not for a compiler: after this the reason, which readers see as well.
const NOT_COMPILED: &str = "// Not compiled: ";

/// The text of a page, filled with what `read` gives for each name. `None` leaves what is there.
pub fn fill(text: &str, mut read: impl FnMut(Named<'_>) -> Result<Option<String>>) -> Result<String> {
    let mut filled = String::with_capacity(text.len());
    let mut add = |line: &str| {
        filled.push_str(line);
        filled.push('\n');
    };
    // What the line above names.
    let mut named: Option<Named<'_>> = None;
    let mut lines = (1..).zip(text.lines()).peekable();
    while let Some((number, line)) = lines.next() {
        let above = named.take();
        let mut fresh = |named| read(named).map_err(|error| format!("line {number}: {error}"));
        add(line);
        let Some(language) = line.trim_start().strip_prefix("```") else {
            if let Some(above) = above {
                let name = above.name();
                return Err(format!("line {number}: what {name} has stands below its name, between lines of ```"));
            }
            named = Named::in_line(line);
            if let Some(table @ Named::Table(_)) = named.take_if(|named| matches!(named, Named::Table(_))) {
                let fresh = fresh(table)?;
                if let Some(fresh) = &fresh {
                    fresh.lines().for_each(&mut add);
                }
                while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with('|')) {
                    if fresh.is_none() {
                        add(line);
                    }
                }
            }
            continue;
        };
        if above.is_none() {
            refuse_text_alone(language, lines.peek().map(|(_, line)| *line))
                .map_err(|error| format!("line {number}: {error}"))?;
        }
        let content = above.map(fresh).transpose()?.flatten();
        if let Some(content) = &content {
            add(content.trim_end());
        }
        let closing = loop {
            match lines.next() {
                Some((_, line)) if line.trim() == "```" => break line,
                Some((_, line)) if content.is_none() => add(line),
                Some(_) => {}
                None => return Err(format!("line {number}: this block has no end")),
            }
        };
        add(closing);
    }
    Ok(filled)
}

/// Refuses a block of code that no file holds, unless it says why.
fn refuse_text_alone(language: &str, first: Option<&str>) -> Result<()> {
    let Some((_, name)) = COMPILED.iter().find(|(compiled, _)| language.split(',').next() == Some(*compiled)) else {
        return Ok(());
    };
    if language == "cpp,ignore" && first.is_some_and(|first| first.trim_start().starts_with(NOT_COMPILED)) {
        return Ok(());
    }
    Err(format!(
        "{name} that no file holds, so that nothing compiles it: put it into a file below {}, and \
         `<!-- file: ../examples/snippets/src/.. -->` into the line above this one. What shows C++ that cannot be \
         compiled is ```cpp,ignore and begins with `{NOT_COMPILED}` and the reason",
        super::SNIPPETS
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String> {
        fill(text, |named| match named {
            Named::File("../a.rs") => Ok(Some("fn a() {}\n\nfn b() {}\n".to_string())),
            Named::Table("numbers") => Ok(Some("| a |\n|---|\n| 1 |".to_string())),
            Named::Output(_) => Ok(None),
            other => Err(format!("cannot read {}", other.name())),
        })
    }

    #[test]
    fn blocks_below_a_name_get_the_text_of_the_file() {
        let page =
            "# Title\n\n<!-- file: ../a.rs -->\n```rust,ignore\nfn old() {}\n```\n\n  ```text\n  a\n  ```\nEnd.\n";
        let fresh = page.replace("fn old() {}", "fn a() {}\n\nfn b() {}");
        assert_eq!(filled(page).unwrap(), fresh);
        assert_eq!(filled(&fresh).unwrap(), fresh);
        let empty = page.replace("fn old() {}\n", "");
        assert_eq!(filled(&empty).unwrap(), fresh);
    }

    #[test]
    fn tables_and_what_is_left_as_it_is() {
        let page = "<!-- table: numbers -->\n| old |\n| 2 |\n\n<!-- output: a.py -->\n```text\nx\n```\n";
        let fresh = page.replace("| old |\n| 2 |", "| a |\n|---|\n| 1 |");
        assert_eq!(filled(page).unwrap(), fresh);
        assert_eq!(filled("<!-- table: numbers -->\n").unwrap(), "<!-- table: numbers -->\n| a |\n|---|\n| 1 |\n");
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = |text: &str| filled(text).unwrap_err();
        assert!(error("text\n```rust\nfn f() {}\n```\n").starts_with("line 2: Rust that no file holds"));
        assert!(error("text\n```cpp\nint a;\n```\n").starts_with("line 2: C++ that no file holds"));
        assert_eq!(error("<!-- file: ../c.rs -->\n```rust\n```\n"), "line 2: cannot read ../c.rs");
        assert!(error("<!-- file: ../a.rs -->\n\n```rust\n```\n").starts_with("line 2: what ../a.rs has"));
        assert_eq!(error("```text\nint a;\n"), "line 1: this block has no end");
        assert_eq!(error("<!-- table: others -->\n"), "line 1: cannot read others");
    }

    #[test]
    fn what_is_not_compiled_says_why() {
        let page = "```cpp,ignore\n// Not compiled: nobody can.\nint a;\n```\n";
        assert_eq!(filled(page).unwrap(), page);
        assert!(filled("```cpp,ignore\nint a;\n```\n").is_err());
        assert!(filled("```cpp\n// Not compiled: nobody can.\n```\n").is_err());
    }
}
