//! A project of one's own, tried as a stranger would: made by `cargo xtask new` outside of the checkout, built, installed into a
//! fresh environment, tested and checked for types there.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pythons::Interpreter;
use crate::repo::{self, Repo};
use crate::{Result, command, new, pytest, venv};

/// What the project's own tests need, what builds it, and what knows how a workflow is written.
const REQUIREMENTS: [&str; 5] =
    ["maturin>=1.9", "pytest>=8", "mypy>=1.18", "typing-extensions>=4.12", "check-jsonschema>=0.30"];

/// The tests of what comes out, which need this folder.
const TESTS: &str = "tests/project";

/// The step of `cargo xtask test`. The folder's name is not that of the package: it has a hyphen.
pub fn check(repo: &Repo, python: &Interpreter, others: &[Interpreter]) -> Result<()> {
    let project = Project::new(repo, python, others, "my-geo")?;
    let dist = project.dist();
    let mut sdist = project.module("maturin");
    command::check(sdist.args(["sdist", "--out"]).arg(&dist), "maturin sdist")?;
    let [sdist] = repo::entries(&dist).try_into().map_err(|_| "maturin sdist made more than one file")?;
    // A debug build, as `maturin develop` makes it: it has the stub generator and takes less time.
    project.wheel_of(&sdist, &[("MATURIN_PEP517_ARGS", "--profile dev")])?;
    project.try_out(&[])?;

    let python = pytest::environment(repo, python, others)?;
    let mut tests = pytest::script(repo, &python, &[])?;
    tests.args(pytest::START).arg(repo.root.join(TESTS)).env("NB_PROJECT", &project.dir);
    command::check(&mut tests, "the tests of the wheel and the source distribution")?;
    project.remove()
}

/// A project in a folder of its own, with an environment beside it. It stays there when something fails.
pub struct Project<'r> {
    repo: &'r Repo,
    /// Holds the project, `dist` with what is built, and the environment.
    dir: PathBuf,
    /// The project in it.
    folder: &'static str,
    /// The Python of the environment.
    python: PathBuf,
}

impl<'r> Project<'r> {
    /// Made by `cargo xtask new`.
    pub fn new(repo: &'r Repo, python: &Interpreter, others: &[Interpreter], folder: &'static str) -> Result<Self> {
        // Outside of the checkout, whose workspace Cargo would find above it; one for each checkout.
        let mut hash = DefaultHasher::new();
        repo.root.hash(&mut hash);
        let dir = std::env::temp_dir().join(format!("nb-project-{:x}", hash.finish()));
        repo::fresh_dir(&dir)?;
        let python = venv::ensure(&dir.join("venv"), python, others, &REQUIREMENTS)?;
        new::make(repo, &dir.join(folder), false)?;
        Ok(Self { repo, dir, folder, python })
    }

    pub fn dir(&self) -> PathBuf {
        self.dir.join(self.folder)
    }

    fn dist(&self) -> PathBuf {
        self.dir.join("dist")
    }

    /// The wheel of a folder or a source distribution, out of nothing else: with the backend that is named there, in an
    /// environment of the build's own.
    pub fn wheel_of(&self, source: &Path, environment: &[(&str, &str)]) -> Result<()> {
        let mut wheel = self.module("pip");
        wheel.args(["wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"]).arg(self.dist());
        command::check(wheel.arg(source).envs(environment.iter().copied()), "pip wheel")
    }

    /// Installs the wheel, and then runs the tests and mypy, which has its configuration in the template's pyproject.toml or needs arguments.
    pub fn try_out(&self, mypy: &[&str]) -> Result<()> {
        let mut files = repo::entries(&self.dist()).into_iter();
        let wheel = files.find(|path| path.extension().is_some_and(|e| e == "whl"));
        let mut install = self.module("pip");
        install.args(["install", "--quiet", "--disable-pip-version-check", "--no-index"]);
        command::check(install.arg(wheel.ok_or("pip wheel has left no wheel")?), "pip install of the wheel")?;
        command::check(self.module("pytest").args(["-q", "-p", "no:cacheprovider"]), "pytest in the project")?;
        command::check(self.module("mypy").args(mypy), "mypy in the project")
    }

    pub fn remove(self) -> Result<()> {
        fs::remove_dir_all(&self.dir).map_err(|error| format!("cannot remove {}: {error}", self.dir.display()))
    }

    /// A module of Python's that is a program, started in the project.
    fn module(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command
            .args(["-m", name])
            .current_dir(self.dir())
            .env_remove("PYTHONHOME")
            .env_remove("PYTHONPATH")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // What other crates make is kept for the next time.
            .env("CARGO_TARGET_DIR", self.repo.target.join("project"))
            .env("CARGO_INCREMENTAL", "0");
        command
    }
}
