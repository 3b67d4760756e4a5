//! The pairs of the porting guide: the same bindings in C++ and in Rust.

use std::path::{Path, PathBuf};

use crate::demo::EXAMPLES;
use crate::repo::{self, Repo};

/// One binding in both languages.
#[derive(Debug, PartialEq)]
pub struct Pair {
    /// `functions/names`
    pub name: String,
    pub cpp: PathBuf,
    pub rust: PathBuf,
}

/// The halves that lie side by side: files of one stem.
pub fn side_by_side(repo: &Repo) -> Vec<Pair> {
    let examples = repo.root.join(EXAMPLES);
    let files = repo::files_below(&examples, &["cpp"]).into_iter();
    let pairs = files.map(|cpp| (name(&examples, &cpp), cpp.with_extension("rs"), cpp));
    pairs.filter(|(_, rust, _)| rust.is_file()).map(|(name, rust, cpp)| Pair { name, cpp, rust }).collect()
}

/// Those, and the extensions that `cargo xtask demo` builds, of which each half has a directory.
pub fn all(repo: &Repo) -> Vec<Pair> {
    let mut pairs = side_by_side(repo);
    for dir in repo::entries(&repo.root.join(EXAMPLES)) {
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        let (cpp, rust) = (dir.join(format!("cpp/{name}.cpp")), dir.join("rust/src/lib.rs"));
        if cpp.is_file() && rust.is_file() {
            pairs.push(Pair { name, cpp, rust });
        }
    }
    pairs
}

/// The path without what all of them have.
fn name(examples: &Path, cpp: &Path) -> String {
    let path = cpp.strip_prefix(examples).unwrap_or(cpp).with_extension("");
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let told = |part: &&str| !["snippets", "src", "lib"].contains(part);
    parts.iter().map(|part| part.as_ref()).filter(told).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_tells_pairs_apart() {
        let name = |path: &str| name(Path::new("e"), &Path::new("e").join(path));
        assert_eq!(name("snippets/src/functions/names.cpp"), "functions/names");
        assert_eq!(name("split/drawing/src/lib.cpp"), "split/drawing");
    }

    #[test]
    fn the_guide_has_pairs_of_both_kinds() {
        let pairs = all(&Repo::find().unwrap());
        let pair = |name: &str| pairs.iter().find(|pair| pair.name == name).unwrap();
        assert!(pair("functions/names").rust.ends_with("functions/names.rs"));
        assert!(pair("simulation").rust.ends_with("simulation/rust/src/lib.rs"));
        assert!(pairs.len() > 50);
    }
}
