//! `cargo xtask guide`: the code on the pages of the porting guide is that of its examples, which the build compiles.
//!
//! A page names a file in a comment, `<!-- file: ../examples/x.rs -->`, and this command fills the fenced block below it.
//! The text itself is on the page, since nothing but mdbook knows how to include it. What scripts print is filled in by
//! [`pairs`](crate::pairs), which runs them.

mod excerpt;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use lexopt::prelude::*;

pub use self::page::Named;
use crate::repo::{self, Repo};
use crate::{Result, args, extension, verbatim};

const PAGES: &str = "porting-guide/src";

/// Each file in here is for a page; scripts need not be.
pub const SNIPPETS: &str = "porting-guide/examples/snippets/src";

/// `cargo xtask guide`
pub fn run(arguments: &[String]) -> Result<()> {
    let only_check = args::read(arguments, parse)?;
    let repo = Repo::find()?;
    if only_check {
        return check(&repo);
    }
    write(&repo, &stale_code(&repo)?)
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
    refuse(repo, &stale_code(repo)?, "the code on these pages is not that of their examples", "guide")
}

/// Refuses pages that `command` has to fill in.
pub fn refuse(repo: &Repo, stale: &[Stale], what: &str, command: &str) -> Result<()> {
    let pages: Vec<_> = stale.iter().map(|stale| repo.show(&stale.page).to_string()).collect();
    match pages.as_slice() {
        [] => Ok(()),
        pages => Err(format!("{what}: {}\nrun `cargo xtask {command}`, which fills it in again", pages.join(", "))),
    }
}

/// Writes these pages anew.
pub fn write(repo: &Repo, stale: &[Stale]) -> Result<()> {
    for Stale { page, filled } in stale {
        fs::write(page, filled).map_err(|error| format!("cannot write {}: {error}", page.display()))?;
        println!("filled in: {}", repo.show(page));
    }
    Ok(())
}

/// A page that has to be written anew, and with what.
pub struct Stale {
    page: PathBuf,
    filled: String,
}

/// The pages whose code or tables are old.
fn stale_code(repo: &Repo) -> Result<Vec<Stale>> {
    let mut shown = BTreeSet::new();
    let stale = stale_pages(repo, |page, named| match named {
        Named::File(file) => {
            let path = beside(page, file);
            let text = excerpt::of(&repo::read(&path)?).map_err(|error| format!("{file}: {error}"))?;
            shown.insert(path);
            Ok(Some(text))
        }
        Named::Table(name) => verbatim::table(repo, name).map(Some),
        Named::Output(_) => Ok(None),
    })?;
    let snippets = repo.root.join(SNIPPETS);
    extension::modules_in(&snippets)?;
    for snippet in repo::files_below(&snippets, &["rs", "cpp"]) {
        if snippet != snippets.join("lib.rs") && !shown.contains(&snippet) {
            return Err(format!("no page of the guide shows {}", repo.show(&snippet)));
        }
    }
    Ok(stale)
}

/// The pages that are not as `read` fills them.
pub fn stale_pages(
    repo: &Repo,
    mut read: impl FnMut(&Path, Named<'_>) -> Result<Option<String>>,
) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for page in repo::files_below(&repo.root.join(PAGES), &["md"]) {
        let text = repo::read(&page)?;
        let filled =
            page::fill(&text, |named| read(&page, named)).map_err(|error| format!("{}: {error}", repo.show(&page)))?;
        if filled != text {
            stale.push(Stale { page, filled });
        }
    }
    Ok(stale)
}

/// The path of a file that `page` names.
pub fn beside(page: &Path, file: &str) -> PathBuf {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_page() {
        assert_eq!(beside(Path::new("guide/src/page.md"), "../examples/a.rs"), Path::new("guide/examples/a.rs"));
    }
}
