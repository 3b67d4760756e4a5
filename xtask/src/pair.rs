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

impl Pair {
    /// The pair of the file at `cpp`, if the Rust half lies beside it: a file of the same stem.
    fn beside(examples: &Path, cpp: PathBuf) -> Option<Self> {
        let rust = cpp.with_extension("rs");
        rust.is_file().then(|| Pair { name: name(examples, &cpp), cpp, rust })
    }
}

/// The pairs whose halves lie side by side, and the extensions that `cargo xtask demo` builds, of which each half has a directory.
pub fn all(repo: &Repo) -> Vec<Pair> {
    let examples = repo.root.join(EXAMPLES);
    let files = repo::files_below(&examples, &["cpp"]).into_iter();
    let mut pairs: Vec<_> = files.filter_map(|cpp| Pair::beside(&examples, cpp)).collect();
    for dir in repo::entries(&examples) {
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        let (cpp, rust) = (dir.join(format!("cpp/{name}.cpp")), dir.join("rust/src/lib.rs"));
        if cpp.is_file() && rust.is_file() {
            pairs.push(Pair { name, cpp, rust });
        }
    }
    pairs
}

/// The example that a file belongs to, whose modules have names of their own: `snippets`, `zoo`.
pub fn example_of<'a>(repo: &Repo, path: &'a Path) -> &'a Path {
    let path = path.strip_prefix(repo.root.join(EXAMPLES)).unwrap_or(path);
    path.iter().next().map_or(path, Path::new)
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
        let repo = Repo::find().unwrap();
        let pairs = all(&repo);
        let pair = |name: &str| pairs.iter().find(|pair| pair.name == name).unwrap();
        assert!(pair("functions/names").rust.ends_with("functions/names.rs"));
        assert!(pair("simulation").rust.ends_with("simulation/rust/src/lib.rs"));
        assert!(pairs.len() > 50);
        assert_eq!(example_of(&repo, &pair("functions/names").cpp), Path::new("snippets"));
        assert_eq!(example_of(&repo, &pair("simulation").rust), Path::new("simulation"));
    }
}
