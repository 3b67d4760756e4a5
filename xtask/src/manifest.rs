//! The few facts that xtask needs from Cargo.toml files, read without a TOML parser: our own
//! manifests keep one key to a line.

use std::path::{Path, PathBuf};

use crate::{Result, repo};

/// One package of the workspace.
#[derive(Debug, PartialEq)]
pub struct Package {
    pub name: String,
    /// The name of its library, which for an extension crate is the name of the Python module.
    pub lib: String,
    pub is_cdylib: bool,
    pub dir: PathBuf,
}

impl Package {
    /// Reads `dir/Cargo.toml`.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("Cargo.toml");
        Self::parse(&repo::read(&path)?, dir).ok_or_else(|| format!("{} has no `[package] name`", path.display()))
    }

    fn parse(text: &str, dir: &Path) -> Option<Self> {
        let name = value_of(text, "package", "name")?;
        let name = unquote(name)?.to_string();
        let lib = value_of(text, "lib", "name").and_then(unquote);
        Some(Self {
            lib: lib.map_or_else(|| name.replace('-', "_"), String::from),
            is_cdylib: value_of(text, "lib", "crate-type").is_some_and(|v| v.contains("\"cdylib\"")),
            name,
            dir: dir.to_path_buf(),
        })
    }
}

/// The packages that the workspace manifest lists.
pub fn members(root: &Path) -> Result<Vec<Package>> {
    let mut packages = Vec::new();
    for member in member_patterns(&repo::read(&root.join("Cargo.toml"))?) {
        match member.strip_suffix("/*") {
            None => packages.push(Package::read(&root.join(member))?),
            Some(parent) => {
                for dir in repo::entries(&root.join(parent)) {
                    if dir.join("Cargo.toml").is_file() {
                        packages.push(Package::read(&dir)?);
                    }
                }
            }
        }
    }
    Ok(packages)
}

/// The strings of `members = [...]`, which may span lines.
fn member_patterns(text: &str) -> Vec<String> {
    let list = text
        .split_once("members")
        .and_then(|(_, rest)| rest.split_once('['))
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or("", |(list, _)| list);
    list.lines()
        .map(|line| line.split('#').next().unwrap_or(""))
        .flat_map(|line| line.split(','))
        .filter_map(|item| unquote(item.trim()))
        .map(String::from)
        .collect()
}

/// What stands behind `key =` in `[section]`.
fn value_of<'a>(text: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let mut here = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            here = line.trim_matches(['[', ']']) == section;
        } else if here
            && let Some((name, value)) = line.split_once('=')
            && name.trim() == key
        {
            return Some(value.trim());
        }
    }
    None
}

fn unquote(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_with_a_library_section() {
        let text = "[package]\nname = \"nb-tests\" # tests\nversion.workspace = true\n\n[lib]\n\
                    name = \"t_all\"\ncrate-type = [\"cdylib\"]\n[dependencies]\nname = \"no\"\n";
        let package = Package::parse(text, Path::new("tests")).unwrap();
        assert_eq!(package.name, "nb-tests");
        assert_eq!(package.lib, "t_all");
        assert!(package.is_cdylib);
    }

    #[test]
    fn package_without_one() {
        let package = Package::parse("[package]\nname = \"my-ext\"\n", Path::new("x")).unwrap();
        assert_eq!(package.lib, "my_ext");
        assert!(!package.is_cdylib);
        assert_eq!(Package::parse("[workspace]\n", Path::new("x")), None);
    }

    #[test]
    fn member_list() {
        let text = "[workspace]\nresolver = \"3\"\nmembers = [\n  \"nb\", # the library\n  \"tests/crates/*\",\n]\n[x]\ny = [\"z\"]";
        assert_eq!(member_patterns(text), ["nb", "tests/crates/*"]);
    }
}
