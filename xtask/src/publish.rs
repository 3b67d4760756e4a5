//! What is published: that the packages are complete and compile from what is in them, and what they say to a Python that nb
//! does not support.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::repo::{self, Repo};
use crate::{Result, command};

/// The published packages and their folders. A package follows those that it depends on.
const PACKAGES: [(&str, &str); 5] = [
    ("nanobind-rs-intrusive", "intrusive"),
    ("nanobind-rs-locks", "locks"),
    ("nanobind-rs-macros", "macros"),
    ("nanobind-rs", "nb"),
    ("nanobind-rs-compat", "compat"),
];

const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// A Python that is none of nb's, as pyo3-build-config describes it, and words of the refusal.
const OTHER_PYTHONS: [(&str, &str); 2] = [
    ("implementation=PyPy\nversion=3.11\nshared=true\n", "nb needs CPython"),
    ("implementation=CPython\nversion=3.9\nshared=true\n", "nb needs Python 3.10 or newer"),
];

/// A feature that any dependency may switch on, and words of the refusal.
const STABLE_ABI: (&str, &str) = ("pyo3-ffi/abi3-py310", "nb does not support the stable ABI");

/// The step of `cargo xtask test`; `cargo` starts a command of Cargo's with the environment of the Rust steps.
pub fn check(repo: &Repo, cargo: impl Fn(&[&str]) -> Command) -> Result<()> {
    for (name, dir) in PACKAGES {
        is_complete(repo, name, &repo.root.join(dir), &cargo)?;
    }
    let package = |names: &[(&str, &str)], more: &[&str]| {
        let mut package = cargo(&["package", "--quiet", "--allow-dirty"]);
        package.args(more).args(names.iter().flat_map(|(name, _)| ["--package", name]));
        command::check(&mut package, "cargo package")
    };
    // Compiling from the package finds a file that `include` has forgotten. The last one has a single file and would compile
    // the library once more.
    package(&PACKAGES, &["--no-verify"])?;
    package(&PACKAGES[..4], &[])?;
    refuses_what_it_cannot_do(repo, cargo)
}

/// Whether a package has its texts, and the licences are those of the repository.
fn is_complete(repo: &Repo, name: &str, dir: &Path, cargo: &impl Fn(&[&str]) -> Command) -> Result<()> {
    let list = command::capture(&mut cargo(&["package", "--list", "--allow-dirty", "--package", name]))?;
    for file in LICENCES.iter().chain(&["README.md"]) {
        if !list.lines().any(|line| line == *file) {
            return Err(format!("the package {name} has no {file}"));
        }
    }
    for licence in LICENCES {
        if repo::read(&repo.root.join(licence))? != repo::read(&dir.join(licence))? {
            return Err(format!("{} is not the repository's", repo.show(&dir.join(licence))));
        }
    }
    Ok(())
}

/// Whether a build that nb has no support for ends with one sentence instead of a hundred errors.
fn refuses_what_it_cannot_do(repo: &Repo, cargo: impl Fn(&[&str]) -> Command) -> Result<()> {
    let dir = repo.target.join("refused");
    repo::make_dir(&dir)?;
    let build = || {
        let mut build = cargo(&["check", "--quiet", "--package", "nanobind-rs"]);
        build.env("CARGO_TARGET_DIR", &dir);
        build
    };
    for (python, words) in OTHER_PYTHONS {
        let file = dir.join("pyo3.txt");
        fs::write(&file, python).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        refused(build().env("PYO3_CONFIG_FILE", &file), words)?;
    }
    let (feature, words) = STABLE_ABI;
    refused(build().args(["--features", feature]), words)
}

fn refused(build: &mut Command, words: &str) -> Result<()> {
    match command::capture(build) {
        Ok(_) => Err(format!("nb compiles where it should say: {words}")),
        Err(message) if message.contains(words) => Ok(()),
        Err(message) => Err(format!("nb does not compile, but should say: {words}\n{message}")),
    }
}
