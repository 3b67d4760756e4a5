//! `cargo xtask demo`: builds the example extensions and runs their scripts.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::*;

use crate::extension::Build;
use crate::packages::Packages;
use crate::pythons::{Interpreter, Pythons};
use crate::repo::{self, Repo};
use crate::{Result, args, command, cpp, extension, venv};

/// The directory of the examples, relative to the checkout.
pub const EXAMPLES: &str = "porting-guide/examples";

/// Their names, a directory and a module each; what the C++ original is left out without; and the Python packages that the script imports.
const NAMES: [(&str, Option<&str>, &[&str]); 6] = [
    ("my_ext", None, &[]),
    ("zoo", None, &[]),
    ("simulation", None, &[]),
    ("graph", None, &[]),
    ("arrays", Some("Eigen"), &["numpy>=2"]),
    ("harbour", None, &["numpy>=2", "pytest"]),
];

/// One example in C++ and in Rust, with a script for both.
pub struct Example {
    /// Of the directory and of the module.
    pub name: &'static str,
    /// Relative to the checkout.
    pub dir: String,
    /// A library that may be missing, without which the C++ original builds nothing.
    pub library: Option<&'static str>,
    /// What the script imports.
    packages: &'static [&'static str],
}

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    cpp: bool,
    python: Option<String>,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("cpp") => options.cpp = true,
            Long("python") => options.python = Some(args.value()?.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask demo`
pub fn run(arguments: &[String]) -> Result<()> {
    let options = args::read(arguments, parse)?;
    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    let python = pythons.chosen_or_default(options.python.as_deref())?;
    println!("Python {} at {}", python.version, python.executable.display());

    for (name, library, packages) in NAMES {
        let example = Example { name, dir: format!("{EXAMPLES}/{name}"), library, packages };
        show(&repo, &python, &example, options.cpp)?;
    }
    Ok(())
}

fn show(repo: &Repo, python: &Interpreter, example: &Example, with_cpp: bool) -> Result<()> {
    command::announce(format_args!("building {}/rust", example.dir));
    let packages = Packages::of(repo)?;
    let package = packages.in_dir(&repo.root.join(&example.dir).join("rust"))?;
    extension::build(repo, python, &[package], Build::ToChange)?;
    let dir = repo.target.join("demo");
    repo::make_dir(&dir)?;
    extension::install(repo, python, Build::ToChange, package, &package.lib, &dir)?;

    command::announce(format_args!("running {}/demo.py", example.dir));
    let runs = match with_packages(repo, python, example) {
        Ok(runs) => runs,
        Err(error) => {
            println!("left out: {error}");
            return Ok(());
        }
    };
    let mut script = script(repo, &runs, example, &dir);
    if !with_cpp {
        return command::check(&mut script, "demo.py");
    }
    let rust = command::capture(&mut script)?;
    print!("{rust}");
    cpp::compare(repo, python, &runs, example, &rust)
}

/// The Python that the script runs with: the interpreter itself, or an environment that has what the script imports.
fn with_packages(repo: &Repo, python: &Interpreter, example: &Example) -> Result<PathBuf> {
    if example.packages.is_empty() {
        return Ok(python.executable.clone());
    }
    venv::ensure(&repo.target.join("venv-demo").join(&python.tag), python, &[], example.packages)
}

/// The demonstration, importing the module that lies in `dir`.
pub fn script(repo: &Repo, python: &Path, example: &Example, dir: &Path) -> Command {
    // One of the examples is a test.
    let path = env::join_paths([dir, &repo.root.join("tests")]).expect("these folders exist, and are no lists");
    let mut command = Command::new(python);
    command
        .arg(repo.root.join(&example.dir).join("demo.py"))
        .env_remove("PYTHONHOME")
        .env("PYTHONPATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
