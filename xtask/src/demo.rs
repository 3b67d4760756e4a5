//! `cargo xtask demo`: builds the example extension and runs its script.

use std::path::Path;
use std::process::Command;

use lexopt::prelude::*;

use crate::extension::Build;
use crate::packages::Packages;
use crate::pythons::{Interpreter, Pythons};
use crate::repo::{self, Repo};
use crate::{Result, args, command, cpp, extension};

/// The directory of the examples, relative to the checkout, and their names: a directory and a module each.
const EXAMPLES: (&str, [&str; 4]) = ("porting-guide/examples", ["my_ext", "zoo", "simulation", "graph"]);

/// One example in C++ and in Rust, with a script for both.
pub struct Example {
    /// Of the directory and of the module.
    pub name: &'static str,
    /// Relative to the checkout.
    pub dir: String,
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

    let (parent, names) = EXAMPLES;
    for name in names {
        let example = Example { name, dir: format!("{parent}/{name}") };
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
    extension::install(repo, python, package, &package.lib, &dir)?;

    command::announce(format_args!("running {}/demo.py", example.dir));
    let mut script = script(repo, python, example, &dir);
    if !with_cpp {
        return command::check(&mut script, "demo.py");
    }
    let rust = command::capture(&mut script)?;
    print!("{rust}");
    cpp::compare(repo, python, example, &rust)
}

/// The demonstration, importing the module that lies in `dir`.
pub fn script(repo: &Repo, python: &Interpreter, example: &Example, dir: &Path) -> Command {
    let mut command = Command::new(&python.executable);
    command
        .arg(repo.root.join(&example.dir).join("demo.py"))
        .env_remove("PYTHONHOME")
        .env("PYTHONPATH", dir)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
