//! Virtual environments, made once and kept until the interpreter or the requirements change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pythons::Interpreter;
use crate::{Result, command, repo};

/// The Python of a virtual environment at `dir` that has `requirements`. `others` may lend their pip.
pub fn ensure(dir: &Path, python: &Interpreter, others: &[Interpreter], requirements: &[&str]) -> Result<PathBuf> {
    let stamp = dir.join("xtask-stamp");
    let wanted = format!("{} {}\n{}\n", python.executable.display(), python.version, requirements.join("\n"));
    if !fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        fill(dir, python, others, requirements)?;
        fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    }
    Ok(python_of(dir))
}

/// Where the programs of the environment are.
pub fn programs(dir: &Path) -> PathBuf {
    dir.join(if cfg!(windows) { "Scripts" } else { "bin" })
}

fn python_of(dir: &Path) -> PathBuf {
    programs(dir).join(if cfg!(windows) { "python.exe" } else { "python" })
}

/// Installs with pip. Where that is impossible, takes what the interpreter itself already has: a
/// distribution may offer these packages and neither pip nor a way out to the network.
fn fill(dir: &Path, python: &Interpreter, others: &[Interpreter], requirements: &[&str]) -> Result<()> {
    let Err(refused) = install(dir, python, others, requirements) else {
        return Ok(());
    };
    let imports: Vec<_> = requirements.iter().map(|r| import_name(r)).collect();
    let imports = imports.join(", ");
    repo::fresh_dir(dir)?;
    venv(python, &["--without-pip", "--system-site-packages"], dir)
        .and_then(|()| {
            let import = format!("import {imports}");
            command::capture(Command::new(python_of(dir)).args(["-c", &import]))
        })
        .map(drop)
        .map_err(|_| {
            format!(
                "{} cannot get {imports}. It needs its venv module and the package index (on Debian: \
                 apt install python3-venv), or these packages already installed.\n{refused}",
                python.executable.display(),
            )
        })
}

fn install(dir: &Path, python: &Interpreter, others: &[Interpreter], requirements: &[&str]) -> Result<()> {
    repo::fresh_dir(dir)?;
    let mut pip = match venv(python, &[], dir) {
        Ok(()) => {
            let mut pip = Command::new(python_of(dir));
            pip.args(["-m", "pip"]);
            pip
        }
        // Debian's Python without python3-venv makes environments, but cannot put pip into them.
        // Another pip can fill them from outside: its own, or that of another interpreter, the
        // newest first, because an old pip does not run on a newer Python.
        Err(refused) => {
            repo::fresh_dir(dir)?;
            venv(python, &["--without-pip"], dir)?;
            let lender =
                std::iter::once(python).chain(others.iter().rev()).find(|lender| has_pip(lender)).ok_or(refused)?;
            let mut pip = Command::new(&lender.executable);
            pip.args(["-m", "pip", "--python"]).arg(python_of(dir));
            pip
        }
    };
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(requirements);
    command::capture(&mut pip).map(drop)
}

fn has_pip(python: &Interpreter) -> bool {
    let mut pip = Command::new(&python.executable);
    command::capture(pip.args(["-m", "pip", "--version"])).is_ok()
}

fn venv(python: &Interpreter, options: &[&str], dir: &Path) -> Result<()> {
    let mut command = Command::new(&python.executable);
    command.args(["-m", "venv"]).args(options).arg(dir);
    command::capture(&mut command).map(drop)
}

/// `pytest>=8` is imported as `pytest`.
fn import_name(requirement: &str) -> &str {
    requirement.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(requirement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_and_what_they_are_imported_as() {
        assert_eq!(import_name("pytest>=8"), "pytest");
        assert_eq!(import_name("cmake"), "cmake");
    }
}
