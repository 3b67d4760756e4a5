//! Which file of a crate uses which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as FilePath;

use super::source::{self, Module, Path};
use crate::{Result, repo};

/// The modules of a crate, with the file of each relative to its sources.
pub struct Graph {
    modules: BTreeMap<Path, (String, Module)>,
}

impl Graph {
    /// Reads all files below `sources`, the directory with `lib.rs`.
    pub fn read(sources: &FilePath) -> Result<Self> {
        let mut graph = Self { modules: BTreeMap::new() };
        for path in repo::files_below(sources, &["rs"]) {
            let file = path.strip_prefix(sources).unwrap_or(&path);
            graph.add(file, &repo::read(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(graph)
    }

    fn add(&mut self, file: &FilePath, source: &str) -> Result<()> {
        let names: Vec<_> = file.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        let mut path = names.clone();
        let name = path.pop().unwrap_or_default();
        if !["lib.rs", "mod.rs"].contains(&name.as_str()) {
            path.push(name.trim_end_matches(".rs").to_string());
        }
        for module in source::modules(path, source)? {
            self.modules.insert(module.path.clone(), (names.join("/"), module));
        }
        Ok(())
    }

    /// Each pair of files of which the first uses something that the second defines.
    pub fn edges(&self) -> BTreeSet<(String, String)> {
        let mut edges = BTreeSet::new();
        for (file, module) in self.modules.values() {
            for target in module.uses.iter().filter_map(|path| self.locate(path, 0)) {
                if target.file != file {
                    edges.insert((file.clone(), target.file.to_string()));
                }
            }
        }
        edges
    }

    /// All files, once each.
    pub fn files(&self) -> BTreeSet<&str> {
        self.modules.values().map(|(file, _)| file.as_str()).collect()
    }

    /// Where that is defined which `path` leads to, through what modules import of each other.
    fn locate(&self, path: &[String], steps: usize) -> Option<Found<'_>> {
        let end = (0..=path.len()).rev().find(|end| self.modules.contains_key(&path[..*end]))?;
        let (file, module) = &self.modules[&path[..end]];
        let Some((name, rest)) = path[end..].split_first() else { return Some(Found { file, sure: true }) };
        // Macros make names that are not seen here, and modules may import all of each other.
        let unknown = Some(Found { file, sure: false });
        if steps == 6 {
            return unknown;
        }
        if module.items.contains(name) {
            return Some(Found { file, sure: true });
        }
        if let Some(import) = module.imports.get(name) {
            return self.locate(&[import.as_slice(), rest].concat(), steps + 1);
        }
        let all_of = |glob: &Path| self.locate(&[glob.as_slice(), &path[end..]].concat(), steps + 1);
        let globs = module.globs.iter().filter(|glob| self.modules.contains_key(*glob));
        globs.filter_map(all_of).find(|found| found.sure).or(unknown)
    }
}

struct Found<'a> {
    file: &'a str,
    /// Whether the file is seen to define the name.
    sure: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(files: &[(&str, &str)]) -> Vec<String> {
        let mut graph = Graph { modules: BTreeMap::new() };
        for (file, source) in files {
            graph.add(FilePath::new(file), source).unwrap();
        }
        graph.edges().into_iter().map(|(from, to)| format!("{from} {to}")).collect()
    }

    #[test]
    fn a_pair_of_files_is_one_edge() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod x; fn f() { x::g() }"),
            ("a/x.rs", "use crate::b::y::{One, two}; use super::f; fn g() { crate::b::y::two() }"),
            ("b/mod.rs", "mod y;"),
            ("b/y.rs", "pub struct One; pub fn two() { self::inside::three() } mod inside { use super::One; }"),
        ];
        assert_eq!(edges(&files), ["a/x.rs a/mod.rs", "a/x.rs b/y.rs"]);
    }

    #[test]
    fn names_are_followed_to_where_they_are_defined() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use a::One; pub use b::*; pub mod __private { pub use crate::b::y as z; }"),
            ("a/mod.rs", "mod x; pub use x::One;"),
            ("a/x.rs", "pub struct One;"),
            ("b/mod.rs", "mod y; mod z; pub use y::*; pub use z::*; made!(Three);"),
            ("b/y.rs", "pub struct Two; use super::*;"),
            ("b/z.rs", "fn f(a: crate::One, b: crate::Two, c: crate::__private::z::Made) {}"),
            ("c.rs", "use crate::b::Three; use std::fmt; fn f() -> crate::Unknown {}"),
        ];
        assert_eq!(
            edges(&files),
            [
                "a/mod.rs a/x.rs",
                "b/mod.rs b/y.rs",
                "b/mod.rs b/z.rs",
                "b/y.rs b/mod.rs",
                "b/z.rs a/x.rs",
                "b/z.rs b/y.rs",
                "c.rs b/mod.rs",
                "c.rs lib.rs",
                "lib.rs a/x.rs",
                "lib.rs b/mod.rs",
                "lib.rs b/y.rs",
            ]
        );
    }
}
