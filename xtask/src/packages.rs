//! The packages of the workspace, as cargo itself reads their manifests.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::repo::Repo;
use crate::{Result, command};

/// One package of the workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    pub name: String,
    /// The name of its library, which for an extension crate is the name of the Python module.
    pub lib: String,
    pub is_cdylib: bool,
    pub dir: PathBuf,
}

/// All packages of the workspace.
pub struct Packages(Vec<Package>);

impl Packages {
    /// Asks `cargo metadata`.
    pub fn of(repo: &Repo) -> Result<Self> {
        let mut cargo = command::cargo();
        cargo.current_dir(&repo.root).args(["metadata", "--no-deps", "--format-version", "1"]);
        Self::parse(&command::capture(&mut cargo)?)
    }

    fn parse(metadata: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
        let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let packages = packages.iter().map(package_of).collect::<Option<_>>();
        packages.map(Self).ok_or_else(|| "cargo metadata lists a package without a name or manifest".to_string())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Package> {
        self.0.iter()
    }

    /// The package whose manifest lies in `dir`.
    pub fn in_dir(&self, dir: &Path) -> Result<&Package> {
        let found = self.iter().find(|package| package.dir == dir);
        found.ok_or_else(|| format!("the workspace has no package in {}", dir.display()))
    }

    /// The package that `file` belongs to: the one in the nearest directory above it.
    pub fn with_file(&self, file: &Path) -> Result<&Package> {
        let found = file.ancestors().find_map(|dir| self.iter().find(|package| package.dir == dir));
        found.ok_or_else(|| format!("{} belongs to no package of the workspace", file.display()))
    }
}

fn package_of(package: &Value) -> Option<Package> {
    let name = package["name"].as_str()?;
    let dir = Path::new(package["manifest_path"].as_str()?).parent()?;
    let has_type = |target: &&Value, wanted: &[&str]| {
        let types = target["crate_types"].as_array().into_iter().flatten();
        types.filter_map(Value::as_str).any(|t| wanted.contains(&t))
    };
    let targets = package["targets"].as_array()?;
    let lib = targets.iter().find(|target| has_type(target, &["lib", "rlib", "cdylib", "proc-macro"]));
    Some(Package {
        name: name.to_string(),
        lib: lib.and_then(|lib| lib["name"].as_str()).unwrap_or_default().to_string(),
        is_cdylib: lib.is_some_and(|lib| has_type(&lib, &["cdylib"])),
        dir: dir.to_path_buf(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_programs() {
        let packages = Packages::parse(
            r#"{"packages": [
                {"name": "nb-tests", "manifest_path": "/r/tests/Cargo.toml", "targets": [
                    {"name": "more", "crate_types": ["bin"]}, {"name": "t_all", "crate_types": ["cdylib"]}]},
                {"name": "my-ext", "manifest_path": "/r/my/Cargo.toml", "targets": [
                    {"name": "my_ext", "crate_types": ["lib"]}]},
                {"name": "xtask", "manifest_path": "/r/xtask/Cargo.toml", "targets": [
                    {"name": "xtask", "crate_types": ["bin"]}]}]}"#,
        )
        .unwrap();
        let tests = packages.in_dir(Path::new("/r/tests")).unwrap();
        assert_eq!((tests.name.as_str(), tests.lib.as_str(), tests.is_cdylib), ("nb-tests", "t_all", true));
        let my_ext = packages.in_dir(Path::new("/r/my")).unwrap();
        assert_eq!((my_ext.lib.as_str(), my_ext.is_cdylib), ("my_ext", false));
        assert_eq!(packages.in_dir(Path::new("/r/xtask")).unwrap().lib, "");
        assert_eq!(packages.with_file(Path::new("/r/my/src/lib.rs")).unwrap().name, "my-ext");
        assert!(packages.with_file(Path::new("/r/README.md")).is_err());
        assert!(packages.in_dir(Path::new("/r")).unwrap_err().contains("no package in /r"));
    }

    #[test]
    fn what_is_not_metadata() {
        assert!(Packages::parse("error").is_err());
        assert!(Packages::parse(r#"{"packages": [{}]}"#).is_err());
    }
}
