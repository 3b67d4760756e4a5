//! `cargo xtask guide`: the code on the pages of the porting guide is that of its examples, which the build compiles.
//!
//! A page names a file in a comment, `<!-- file: ../examples/x.rs -->`, and this command fills the fenced block below it.
//! The text itself is on the page, since nothing but mdbook knows how to include it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use lexopt::prelude::*;

use crate::repo::{self, Repo};
use crate::{Result, args, extension};

const PAGES: &str = "porting-guide/src";

/// Each file in here is for a page.
const SNIPPETS: &str = "porting-guide/examples/snippets/src";

/// `cargo xtask guide`
pub fn run(arguments: &[String]) -> Result<()> {
    let only_check = args::read(arguments, parse)?;
    let repo = Repo::find()?;
    if only_check {
        return check(&repo);
    }
    for Stale { page, filled } in stale_pages(&repo)? {
        fs::write(&page, filled).map_err(|error| format!("cannot write {}: {error}", page.display()))?;
        println!("filled in: {}", repo.show(&page));
    }
    Ok(())
}

/// Whether the pages shall only be looked at.
fn parse(args: &mut lexopt::Parser) -> Result<bool, lexopt::Error> {
    let mut only_check = false;
    while let Some(arg) = args.next()? {
        match arg {
            Long("check") => only_check = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(only_check)
}

/// Refuses pages whose code is not that of the examples.
pub fn check(repo: &Repo) -> Result<()> {
    let stale: Vec<_> = stale_pages(repo)?.iter().map(|stale| repo.show(&stale.page).to_string()).collect();
    match stale.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "the code on these pages is not that of their examples: {}\nrun `cargo xtask guide`, which fills it in again",
            stale.join(", ")
        )),
    }
}

/// A page that has to be written anew, and with what.
struct Stale {
    page: PathBuf,
    filled: String,
}

fn stale_pages(repo: &Repo) -> Result<Vec<Stale>> {
    let mut shown = BTreeSet::new();
    let mut stale = Vec::new();
    for page in repo::files_below(&repo.root.join(PAGES), &["md"]) {
        let text = repo::read(&page)?;
        let filled = fill(&text, |file| {
            let path = beside(&page, file);
            let text = repo::read(&path)?;
            shown.insert(path);
            Ok(text)
        })
        .map_err(|error| format!("{}: {error}", repo.show(&page)))?;
        if filled != text {
            stale.push(Stale { page, filled });
        }
    }
    let snippets = repo.root.join(SNIPPETS);
    extension::modules_in(&snippets)?;
    for snippet in repo::files_below(&snippets, &["rs"]) {
        if snippet != snippets.join("lib.rs") && !shown.contains(&snippet) {
            return Err(format!("no page of the guide shows {}", repo.show(&snippet)));
        }
    }
    Ok(stale)
}

/// The path of a file that `page` names.
fn beside(page: &Path, file: &str) -> PathBuf {
    let mut path = page.to_path_buf();
    path.pop();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => _ = path.pop(),
            other => path.push(other),
        }
    }
    path
}

/// The text of a page with the blocks below `<!-- file: .. -->` filled with what `read` gives for the file.
fn fill(text: &str, mut read: impl FnMut(&str) -> Result<String>) -> Result<String> {
    let mut filled = String::with_capacity(text.len());
    let mut add = |line: &str| {
        filled.push_str(line);
        filled.push('\n');
    };
    // The file that the line above names.
    let mut named = None;
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        add(line);
        let file = named.take();
        let Some(language) = line.trim_start().strip_prefix("```") else {
            if let Some(file) = file {
                return Err(format!("line {number}: the code of {file} stands below its name, between lines of ```"));
            }
            named = line.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->"));
            continue;
        };
        if file.is_none() && language.starts_with("rust") {
            return Err(format!(
                "line {number}: Rust that no file holds, so that nothing compiles it: put it into a file below {SNIPPETS}, \
                 and `<!-- file: ../examples/snippets/src/.. -->` into the line above this one"
            ));
        }
        if let Some(file) = file {
            let code = read(file).map_err(|error| format!("line {number}: {error}"))?;
            add(code.trim_end());
        }
        let closing = loop {
            match lines.next() {
                Some((_, line)) if line.trim() == "```" => break line,
                Some((_, line)) if file.is_none() => add(line),
                Some(_) => {}
                None => return Err(format!("line {number}: this block has no end")),
            }
        };
        add(closing);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String> {
        fill(text, |file| match file {
            "../a.rs" => Ok("fn a() {}\n\nfn b() {}\n".to_string()),
            other => Err(format!("cannot read {other}")),
        })
    }

    #[test]
    fn blocks_below_a_name_get_the_text_of_the_file() {
        let page =
            "# Title\n\n<!-- file: ../a.rs -->\n```rust,ignore\nfn old() {}\n```\n\n  ```cpp\n  int a;\n  ```\nEnd.\n";
        let fresh = page.replace("fn old() {}", "fn a() {}\n\nfn b() {}");
        assert_eq!(filled(page).unwrap(), fresh);
        assert_eq!(filled(&fresh).unwrap(), fresh);
        let empty = page.replace("fn old() {}\n", "");
        assert_eq!(filled(&empty).unwrap(), fresh);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = |text: &str| filled(text).unwrap_err();
        assert!(error("text\n```rust\nfn f() {}\n```\n").starts_with("line 2: Rust that no file holds"));
        assert_eq!(error("<!-- file: ../c.rs -->\n```rust\n```\n"), "line 2: cannot read ../c.rs");
        assert!(error("<!-- file: ../a.rs -->\n\n```rust\n```\n").starts_with("line 2: the code of ../a.rs"));
        assert_eq!(error("```cpp\nint a;\n"), "line 1: this block has no end");
    }

    #[test]
    fn files_are_named_from_the_page() {
        assert_eq!(beside(Path::new("guide/src/page.md"), "../examples/a.rs"), Path::new("guide/examples/a.rs"));
    }
}
