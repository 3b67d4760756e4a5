//! The C++ original of the example, for comparison.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::demo::{Example, script};
use crate::pythons::Interpreter;
use crate::repo::{self, Repo};
use crate::{Result, command, venv};

/// Builds the C++ original, runs the same script with it, and compares its output
/// with what the Rust extension printed. `runs` is the Python of the script.
pub fn compare(repo: &Repo, python: &Interpreter, runs: &Path, example: &Example, rust: &str) -> Result<()> {
    command::announce(format_args!("building {}/cpp", example.dir));
    let module_dir = match (build(repo, python, example)?, example.library) {
        (Some(module_dir), _) => module_dir,
        (None, Some(library)) => {
            println!("left out: {library} is not installed, so there is no C++ module to compare with");
            return Ok(());
        }
        (None, None) => return Err(format!("the build left no {} module", example.name)),
    };
    command::announce(format_args!("running {}/demo.py with the C++ module", example.dir));
    let cpp = command::capture(&mut script(repo, runs, example, &module_dir))?;
    match difference(&cpp, rust) {
        None => {
            println!("identical: {} lines from C++ and Rust", cpp.lines().count());
            Ok(())
        }
        Some(lines) => Err(format!("the outputs differ (- C++, + Rust)\n{lines}")),
    }
}

/// Builds the module and answers the directory it lies in, if the build makes one.
fn build(repo: &Repo, python: &Interpreter, example: &Example) -> Result<Option<PathBuf>> {
    let venv_dir = repo.target.join("venv-cpp");
    let venv_python = venv::ensure(&venv_dir, python, &[], &["nanobind", "pybind11>=3.1", "cmake", "ninja"])
        .map_err(|error| format!("nanobind cannot be installed for the comparison: {error}"))?;
    let nanobind = command::capture(Command::new(&venv_python).args(["-m", "nanobind", "--cmake_dir"]))?;
    let pybind11 = command::capture(Command::new(&venv_python).args(["-m", "pybind11", "--cmakedir"]))?;

    let build_dir = repo.target.join("demo-cpp");
    repo::fresh_dir(&build_dir)?;
    let path = env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(venv::programs(&venv_dir)).chain(env::split_paths(&path));
    let path = env::join_paths(path).map_err(|error| format!("PATH: {error}"))?;
    let cmake = || {
        // By full path: a PATH set for the child is not what every system finds the child with.
        let own = venv::programs(&venv_dir).join(format!("cmake{}", env::consts::EXE_SUFFIX));
        let program = if own.is_file() { own } else { "cmake".into() };
        let mut cmake = Command::new(program);
        cmake.env("PATH", &path);
        cmake
    };
    command::check(
        cmake()
            .args(["-G", "Ninja", "-D", "CMAKE_BUILD_TYPE=Release", "-S"])
            .arg(repo.root.join(&example.dir).join("cpp"))
            .arg("-B")
            .arg(&build_dir)
            .arg(format!("-DPython_EXECUTABLE={}", venv_python.display()))
            .arg(format!("-Dnanobind_DIR={}", nanobind.trim()))
            .arg(format!("-Dpybind11_DIR={}", pybind11.trim())),
        "cmake (it needs a C++ compiler and the headers of this Python)",
    )?;
    command::check(cmake().arg("--build").arg(&build_dir), "the build of the C++ module")?;
    Ok(module_dir(&build_dir, example.name))
}

fn module_dir(build_dir: &Path, module: &str) -> Option<PathBuf> {
    repo::files_below(build_dir, &["so", "pyd"])
        .into_iter()
        .find(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.split('.').next() == Some(module))
        })
        .and_then(|path| path.parent().map(Path::to_path_buf))
}

/// The lines that differ, by number. Line by line is right here: both scripts print one line for
/// each step, so a line too many is a difference of its own.
pub fn difference(cpp: &str, rust: &str) -> Option<String> {
    let (cpp, rust): (Vec<_>, Vec<_>) = (cpp.lines().collect(), rust.lines().collect());
    let mut text = String::new();
    for at in 0..cpp.len().max(rust.len()) {
        let pair = (cpp.get(at), rust.get(at));
        if pair.0 != pair.1 {
            text += &format!("line {}\n", at + 1);
            for (sign, line) in [('-', pair.0), ('+', pair.1)] {
                if let Some(line) = line {
                    text += &format!("  {sign} {line}\n");
                }
            }
        }
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_shown_by_line() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nb\n", "a\nc\nd\n").unwrap(), "line 2\n  - b\n  + c\nline 3\n  + d\n");
    }
}
