//! `cargo xtask demo`: builds the example extension and runs its script.

use std::path::Path;
use std::process::Command;

use crate::args::Args;
use crate::manifest::Package;
use crate::pythons::{Interpreter, Pythons};
use crate::repo::{self, Repo};
use crate::{Result, command, cpp, extension};

/// The example, relative to the checkout.
pub const EXAMPLE: &str = "porting-guide/examples/my_ext";

/// `cargo xtask demo`
pub fn run(arguments: &[String]) -> Result<()> {
    let mut args = Args::new(arguments);
    let with_cpp = args.flag("--cpp");
    let wanted = args.option("--python")?;
    args.finish()?;

    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    let python = match wanted {
        Some(wanted) => pythons.choose(&wanted)?,
        None => pythons.default()?.clone(),
    };
    println!("Python {} at {}", python.version, python.executable.display());

    command::announce(format_args!("building {EXAMPLE}/rust"));
    let package = Package::read(&repo.root.join(EXAMPLE).join("rust"))?;
    extension::build(&repo, &python, &[&package])?;
    let dir = repo.target.join("demo");
    repo::make_dir(&dir)?;
    extension::install(&repo, &python, &package, &package.lib, &dir)?;

    command::announce(format_args!("running {EXAMPLE}/demo.py"));
    let mut script = script(&repo, &python, &dir);
    if !with_cpp {
        return command::check(&mut script, "demo.py");
    }
    let rust = command::capture(&mut script)?;
    print!("{rust}");
    cpp::compare(&repo, &python, &rust)
}

/// The demonstration, importing the module that lies in `dir`.
pub fn script(repo: &Repo, python: &Interpreter, dir: &Path) -> Command {
    let mut command = Command::new(&python.executable);
    command
        .arg(repo.root.join(EXAMPLE).join("demo.py"))
        .env_remove("PYTHONHOME")
        .env("PYTHONPATH", dir)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
