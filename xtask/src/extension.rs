//! Building extension modules for one interpreter and laying them out for import.

use std::collections::BTreeMap;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{TokenStream, TokenTree};

use crate::packages::{Package, Packages};
use crate::pythons::Interpreter;
use crate::repo::{self, Repo};
use crate::{Result, command};

/// The directory for what is built for `python`. Each interpreter has its own, because a change of
/// interpreter makes cargo build pyo3-ffi and everything on top of it again.
pub fn target_dir(repo: &Repo, python: &Interpreter) -> PathBuf {
    repo.target.join("py").join(&python.tag)
}

/// The directory for a build of this kind. Runs on many interpreters have one for all of them, in which cargo builds anew what depends on
/// the interpreter: most of the crates that the tests use do not.
fn build_dir(repo: &Repo, python: &Interpreter, kind: Build) -> PathBuf {
    match kind {
        Build::ToChange => target_dir(repo, python),
        Build::ForOneRun => repo.target.join("py").join("all"),
    }
}

/// What a build is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// For somebody who changes the code and builds again: with debug information and cargo's notes for
    /// a fast second build, together several times the size of the library.
    ToChange,
    /// For one run of the tests, one interpreter of many: small.
    ForOneRun,
}

/// Sets what a build of extension modules for `python` needs to know.
pub fn settings<'c>(cargo: &'c mut Command, python: &Interpreter, target: &Path) -> &'c mut Command {
    cargo.env("CARGO_TARGET_DIR", target).env("PYO3_PYTHON", &python.executable).env("PYO3_BUILD_EXTENSION_MODULE", "1")
}

/// Builds these packages as extension modules.
pub fn build(repo: &Repo, python: &Interpreter, packages: &[&Package], kind: Build) -> Result<()> {
    command::check(&mut build_command(repo, python, packages, kind), &what_is_built(python))
}

fn what_is_built(python: &Interpreter) -> String {
    format!("the build for Python {}", python.tag)
}

fn build_command(repo: &Repo, python: &Interpreter, packages: &[&Package], kind: Build) -> Command {
    let mut cargo = command::cargo();
    cargo.current_dir(&repo.root).arg("build");
    for package in packages {
        cargo.args(["--package", &package.name]);
    }
    settings(&mut cargo, python, &build_dir(repo, python, kind));
    if kind == Build::ForOneRun {
        cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_STRIP", "symbols");
    }
    cargo
}

/// Copies the library of `package` to where Python imports it as `module`.
pub fn install(
    repo: &Repo,
    python: &Interpreter,
    kind: Build,
    package: &Package,
    module: &str,
    dir: &Path,
) -> Result<()> {
    place(&library(repo, python, kind, package), &dir.join(file_name(module)), kind)
}

/// The library that a build of `package` makes.
pub fn library(repo: &Repo, python: &Interpreter, kind: Build, package: &Package) -> PathBuf {
    build_dir(repo, python, kind).join("debug").join(format!("{DLL_PREFIX}{}{DLL_SUFFIX}", package.lib))
}

/// The file that Python imports as `module`.
pub fn file_name(module: &str) -> String {
    let extension = if cfg!(windows) { "pyd" } else { "so" };
    format!("{module}.{extension}")
}

/// A copy, so that modules out of one library are loaded as libraries of their own, as users'
/// extensions are: a hard link would be recognised by its inode and share all statics. Where the
/// disk has no room for copies, a link, unless the next build takes the place of this one.
fn place(built: &Path, installed: &Path, kind: Build) -> Result<()> {
    let Err(copying) = fs::copy(built, installed) else {
        return Ok(());
    };
    #[cfg(unix)]
    if built.is_file() && kind == Build::ToChange {
        fs::remove_file(installed).ok();
        if std::os::unix::fs::symlink(built, installed).is_ok() {
            return Ok(());
        }
    }
    Err(format!("cannot copy {} to {}: {copying}", built.display(), installed.display()))
}

/// The extension modules of the tests: many in the one library of `tests/`, and crates of their own
/// in `tests/crates/` for what needs a library to itself.
pub struct Extensions {
    /// Each package with the modules that its library holds.
    packages: Vec<(Package, Vec<String>)>,
}

impl Extensions {
    pub fn find(repo: &Repo) -> Result<Self> {
        let tests = repo.root.join("tests");
        let modules = modules_in(&tests.join("src"))?;
        if modules.is_empty() {
            return Err("no file below tests/src has an nb_module!(NAME, ..)".to_string());
        }
        let all = Packages::of(repo)?;
        let mut packages = vec![(all.in_dir(&tests)?.clone(), modules)];
        let crates = tests.join("crates");
        for package in all.iter().filter(|package| package.is_cdylib && package.dir.starts_with(&crates)) {
            packages.push((package.clone(), vec![package.lib.clone()]));
        }
        Ok(Self { packages })
    }

    pub fn modules(&self) -> impl Iterator<Item = (&Package, &str)> {
        let all = self.packages.iter();
        all.flat_map(|(package, modules)| modules.iter().map(move |m| (package, m.as_str())))
    }

    /// Builds all of them and answers the directory to import them from.
    pub fn build(&self, repo: &Repo, python: &Interpreter, kind: Build) -> Result<PathBuf> {
        self.compile(repo, python, kind)?;
        self.lay_out(repo, python, kind)
    }

    /// Compiles all of them.
    pub fn compile(&self, repo: &Repo, python: &Interpreter, kind: Build) -> Result<()> {
        command::announce(format_args!("build for Python {}", python.tag));
        build(repo, python, &self.all(), kind)
    }

    /// As [`compile`](Self::compile), beside something else: it shows nothing, and what it has to say is in the error.
    pub fn compile_beside(&self, repo: &Repo, python: &Interpreter, kind: Build) -> Result<()> {
        let built = command::capture(build_command(repo, python, &self.all(), kind).arg("--quiet"));
        built.map(drop).map_err(|error| format!("{} failed. {error}", what_is_built(python)))
    }

    fn all(&self) -> Vec<&Package> {
        self.packages.iter().map(|(package, _)| package).collect()
    }

    /// As [`build`](Self::build), with a few of the modules: each is a copy of the whole library.
    pub fn build_some(&self, repo: &Repo, python: &Interpreter, kind: Build, wanted: &[&str]) -> Result<PathBuf> {
        self.compile(repo, python, kind)?;
        self.lay_out_some(repo, python, kind, |module| wanted.contains(&module))
    }

    /// Puts what was compiled where it can be imported, and answers the directory.
    pub fn lay_out(&self, repo: &Repo, python: &Interpreter, kind: Build) -> Result<PathBuf> {
        self.lay_out_some(repo, python, kind, |_| true)
    }

    fn lay_out_some(
        &self,
        repo: &Repo,
        python: &Interpreter,
        kind: Build,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<PathBuf> {
        let dir = target_dir(repo, python).join("ext");
        repo::fresh_dir(&dir)?;
        for (package, module) in self.modules().filter(|(_, module)| is_wanted(module)) {
            install(repo, python, kind, package, module, &dir)?;
        }
        Ok(dir)
    }
}

/// The macros that define a module.
const MODULES: [&str; 2] = ["nb_module", "PYBIND11_MODULE"];

/// The modules that the sources below `dir`, and those that they name with `#[path = ".."]`, define with
/// `nb_module!(NAME, ..)`. Two of one name in one library would be two functions of one name.
pub fn modules_in(dir: &Path) -> Result<Vec<String>> {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut paths = repo::files_below(dir, &["rs"]);
    for path in paths.clone() {
        let text = repo::read(&path)?;
        let named = text.lines().filter_map(|line| line.strip_prefix("#[path = \"")?.strip_suffix("\"]"));
        paths.extend(named.map(|named| path.with_file_name(named)));
    }
    for path in paths {
        let names = module_names(&repo::read(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        for name in names {
            if let Some(other) = found.insert(name.clone(), path.clone()) {
                return Err(format!("module `{name}` is defined in {} and in {}", other.display(), path.display()));
            }
        }
    }
    Ok(found.into_keys().collect())
}

/// The modules that `source` defines.
pub fn module_names(source: &str) -> Result<Vec<String>> {
    let tokens = source.parse().map_err(|error| format!("{error}"))?;
    let mut names = Vec::new();
    add_module_names(tokens, &mut names);
    Ok(names)
}

fn add_module_names(tokens: TokenStream, names: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let is_module = matches!(
            &tokens[..at],
            [.., TokenTree::Ident(name), TokenTree::Punct(_)] if MODULES.iter().any(|known| name == known)
        );
        match group.stream().into_iter().next() {
            Some(TokenTree::Ident(name)) if is_module => names.push(name.to_string()),
            _ => {}
        }
        add_module_names(group.stream(), names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_modules_of_a_source_file() {
        let source = "//! nb_module!(not_me, m, {});\n\
                      nb_module!(t_functions, m, {\n  m.def(\"f\", &f);\n});\n\
                      nb::nb_module! (\n    t_two, // the second\n    m, {});\n\
                      macro_rules! x { () => { nb_module!($name, m, {}); nb_module!(t_inside, m, {}); } }\n\
                      const TEXT: &str = \"nb_module!(nor_me, m, {})\";\n";
        assert_eq!(module_names(source).unwrap(), ["t_functions", "t_two", "t_inside"]);
    }

    #[test]
    fn the_tests_have_one_library_for_many_modules_and_some_of_their_own() {
        let extensions = Extensions::find(&Repo::find().unwrap()).unwrap();
        let library_of = |wanted: &str| {
            let (package, _) = extensions.modules().find(|(_, module)| *module == wanted).unwrap();
            package.lib.clone()
        };
        assert_eq!(library_of("test_functions_ext"), "nb_tests");
        assert_eq!(library_of("test_second_ext"), "test_second_ext");
    }

    #[test]
    fn one_name_twice_is_refused() {
        let dir = std::env::temp_dir().join(format!("xtask-modules-{}", std::process::id()));
        repo::fresh_dir(&dir).unwrap();
        fs::write(dir.join("a.rs"), "nb_module!(same, m, {});").unwrap();
        assert_eq!(modules_in(&dir).unwrap(), ["same"]);
        fs::write(dir.join("b.rs"), "nb_module!(same, m, {});").unwrap();
        let error = modules_in(&dir).unwrap_err();
        assert!(error.contains("`same`") && error.contains("b.rs"), "{error}");

        // A file elsewhere, which one of these has as its module.
        fs::write(dir.join("b.rs"), "#[path = \"../elsewhere.rs\"]\nmod elsewhere;\n").unwrap();
        let elsewhere = dir.with_file_name("elsewhere.rs");
        fs::write(&elsewhere, "nb_module!(other, m, {});").unwrap();
        let modules = modules_in(&dir);
        fs::remove_file(&elsewhere).unwrap();
        assert_eq!(modules.unwrap(), ["other", "same"]);
        fs::remove_dir_all(&dir).unwrap();
    }
}
