//! A project of one's own, tried as a stranger would: made by `cargo xtask new` outside of the checkout, packed, built from the
//! source distribution alone, installed into a fresh environment, tested and checked for types there.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pythons::Interpreter;
use crate::repo::{self, Repo};
use crate::{Result, command, new, pytest, venv};

/// The folder, whose name is not that of the package: it has a hyphen.
const FOLDER: &str = "my-geo";

/// What the project's own tests need, what builds it, and what knows how a workflow is written.
const REQUIREMENTS: [&str; 5] =
    ["maturin>=1.9", "pytest>=8", "mypy>=1.18", "typing-extensions>=4.12", "check-jsonschema>=0.30"];

/// The tests of what comes out, which need this folder.
const TESTS: &str = "tests/project";

/// The step of `cargo xtask test`.
pub fn check(repo: &Repo, python: &Interpreter, others: &[Interpreter]) -> Result<()> {
    // Outside of the checkout, whose workspace Cargo would find above it; one for each checkout.
    let mut hash = DefaultHasher::new();
    repo.root.hash(&mut hash);
    let dir = std::env::temp_dir().join(format!("nb-project-{:x}", hash.finish()));
    repo::fresh_dir(&dir)?;
    let project = Project { repo, python: venv::ensure(&dir.join("venv"), python, others, &REQUIREMENTS)?, dir };

    new::make(repo, &project.dir.join(FOLDER), false)?;
    project.build()?;
    project.try_out()?;

    let python = pytest::environment(repo, python, others)?;
    let mut tests = pytest::script(repo, &python, &[])?;
    tests.args(pytest::START).arg(repo.root.join(TESTS)).env("NB_PROJECT", &project.dir);
    command::check(&mut tests, "the tests of the wheel and the source distribution")?;
    repo::fresh_dir(&project.dir)
}

struct Project<'r> {
    repo: &'r Repo,
    /// Holds the project, `dist` with what is built, and the environment.
    dir: PathBuf,
    /// The Python of the environment.
    python: PathBuf,
}

impl Project<'_> {
    /// The source distribution, and the wheel out of nothing else: with the backend that the project names, in an environment of the build's own.
    fn build(&self) -> Result<()> {
        let dist = self.dir.join("dist");
        let mut sdist = self.module("maturin", &self.dir.join(FOLDER));
        command::check(sdist.args(["sdist", "--out"]).arg(&dist), "maturin sdist")?;
        let [sdist] = repo::entries(&dist).try_into().map_err(|_| "maturin sdist made more than one file")?;
        // A debug build, as `maturin develop` makes it: it has the stub generator and takes less time.
        let mut wheel = self.module("pip", &self.dir);
        wheel
            .args(["wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"])
            .arg(&dist)
            .arg(&sdist);
        command::check(wheel.env("MATURIN_PEP517_ARGS", "--profile dev"), "pip wheel")
    }

    /// What the README of the project names.
    fn try_out(&self) -> Result<()> {
        let wheel =
            repo::entries(&self.dir.join("dist")).into_iter().find(|path| path.extension().is_some_and(|e| e == "whl"));
        let wheel = wheel.ok_or("pip wheel has left no wheel")?;
        let mut install = self.module("pip", &self.dir);
        install.args(["install", "--quiet", "--disable-pip-version-check", "--no-index"]).arg(wheel);
        command::check(&mut install, "pip install of the wheel")?;
        let project = self.dir.join(FOLDER);
        let mut tests = self.module("pytest", &project);
        command::check(tests.args(["-q", "-p", "no:cacheprovider"]), "pytest in the project")?;
        command::check(&mut self.module("mypy", &project), "mypy in the project")
    }

    /// A module of Python's that is a program, started in `dir`.
    fn module(&self, name: &str, dir: &Path) -> Command {
        let mut command = Command::new(&self.python);
        command
            .args(["-m", name])
            .current_dir(dir)
            .env_remove("PYTHONHOME")
            .env_remove("PYTHONPATH")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // What other crates make is kept for the next time.
            .env("CARGO_TARGET_DIR", self.repo.target.join("project"))
            .env("CARGO_INCREMENTAL", "0");
        command
    }
}
