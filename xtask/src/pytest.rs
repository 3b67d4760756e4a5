//! Python and pytest, as the tests want them started.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pythons::Interpreter;
use crate::repo::Repo;
use crate::{Result, venv};

const REQUIREMENTS: [&str; 4] = ["pytest>=8", "hypothesis>=6", "numpy>=2", "scipy>=1.15"];

/// The array libraries besides NumPy, which are large: several gigabytes.
const FRAMEWORKS: [&str; 3] = ["torch", "jax", "tensorflow-cpu"];

/// What the tests of stubs run besides: a type checker, and nanobind's own generator. For one interpreter, since stubs are the same on all;
/// the oldest but one, because checkers drop the oldest first.
const CHECKERS: [&str; 2] = ["mypy>=2,<3", "nanobind>=3,<4"];

/// Starts pytest in a Python that has it; options follow.
pub const START: [&str; 5] = ["-m", "pytest", "-q", "-p", "no:cacheprovider"];

/// The Python of the environment for tests on `python`. `others` may lend their pip.
pub fn environment(repo: &Repo, python: &Interpreter, others: &[Interpreter]) -> Result<PathBuf> {
    let checks = others.iter().filter(|python| !python.is_free_threaded()).find(|python| python.tag != "3.10");
    let checkers: &[&str] = if checks == Some(python) { &CHECKERS } else { &[] };
    let requirements = [&REQUIREMENTS[..], checkers].concat();
    venv::ensure(&repo.target.join("venv").join(&python.tag), python, others, &requirements)
}

/// As [`environment`], with the array libraries that the tests of arrays can use.
pub fn frameworks(repo: &Repo, python: &Interpreter, others: &[Interpreter]) -> Result<PathBuf> {
    let dir = repo.target.join("venv").join(format!("{}-frameworks", python.tag));
    venv::ensure(&dir, python, others, &[&REQUIREMENTS[..], &FRAMEWORKS].concat())
}

/// The files with tests of arrays.
pub fn of_arrays(repo: &Repo) -> Result<Vec<PathBuf>> {
    let tests = repo.root.join("tests");
    let all = fs::read_dir(&tests).map_err(|error| format!("cannot read {}: {error}", tests.display()))?;
    let concerns = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        (name.starts_with("test_ndarray") || name.starts_with("test_array")) && name.ends_with(".py")
    };
    let mut files: Vec<_> = all.flatten().map(|entry| entry.path()).filter(concerns).collect();
    files.sort();
    Ok(files)
}

/// A Python that imports what is in these directories, for tests.
pub fn script(repo: &Repo, python: &Path, directories: &[&Path]) -> Result<Command> {
    let path = std::env::join_paths(directories).map_err(|error| error.to_string())?;
    let mut script = Command::new(python);
    script
        .current_dir(&repo.root)
        .env_remove("PYTHONHOME")
        .env("PYTHONPATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        // Tests look at what a panic prints; a backtrace is on request of whoever debugs by hand.
        .env("RUST_BACKTRACE", "0")
        // On a free-threaded build the modules ask for the GIL, with a warning for each; holding it from the start is the
        // same without the warnings.
        .env("PYTHON_GIL", "1")
        .env("HYPOTHESIS_STORAGE_DIRECTORY", repo.target.join("hypothesis"));
    Ok(script)
}

/// Whether an argument for pytest is a file, a directory, or a test inside one.
fn names_a_file(repo: &Repo, argument: &str) -> bool {
    let path = argument.split("::").next().unwrap_or(argument);
    !argument.starts_with('-') && repo.root.join(path).exists()
}

/// Adds the arguments of whoever runs the tests, and these files unless the arguments name some.
pub fn select(pytest: &mut Command, repo: &Repo, arguments: &[String], files: &[PathBuf]) {
    if !arguments.iter().any(|argument| names_a_file(repo, argument)) {
        pytest.args(files);
    }
    pytest.args(arguments);
}
