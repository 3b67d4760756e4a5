//! Building the C++ halves: one call of the compiler for each, and nanobind's own code once. What was built from the same text in the same
//! way is kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::each;
use crate::pair::{self, Pair};
use crate::repo::{self, Repo};
use crate::{Result, command, extension};

/// Answers, one to a line: the headers of Python, of nanobind and of pybind11, nanobind's sources, the versions.
const PROBE: &str = "\
import importlib.metadata, nanobind, pybind11, sys, sysconfig
print(sysconfig.get_path('include'))
print(nanobind.include_dir())
print(pybind11.get_include())
print(nanobind.source_dir())
print(sys.version.split()[0], *map(importlib.metadata.version, ('nanobind', 'pybind11')))
";

/// The compiler works for a test of what is said, not of how fast it is.
const COMPILE: [&str; 4] = ["-std=c++17", "-O0", "-fPIC", "-fvisibility=hidden"];

const LINK: &[&str] =
    if cfg!(target_os = "macos") { &["-bundle", "-undefined", "dynamic_lookup"] } else { &["-shared"] };

/// Where Eigen may be.
const EIGEN: [&str; 5] = [
    "/usr/include/eigen3",
    "/usr/local/include/eigen3",
    "/opt/homebrew/include/eigen3",
    "/usr/include",
    "/usr/local/include",
];

/// A C++ compiler, with all that it needs for extensions.
pub struct Compiler {
    program: String,
    /// Before the file.
    options: Vec<String>,
    /// The versions of the compiler and of what it includes.
    versions: String,
    /// The directory of `nb_combined.cpp`.
    nanobind: PathBuf,
    has_eigen: bool,
    /// Where the modules go.
    dir: PathBuf,
}

impl Compiler {
    /// The compiler on this machine, for the Python of an environment that has nanobind; or what is missing.
    pub fn find(python: &Path, dir: &Path) -> Result<Result<Self>> {
        let asked = std::env::var("CXX").ok();
        let programs: Vec<&str> = asked.as_deref().map_or(vec!["c++", "g++", "clang++"], |asked| vec![asked]);
        let answer = |program: &&str| command::capture(Command::new(program).arg("--version")).ok();
        let Some((program, version)) = programs.iter().find_map(|program| Some((*program, answer(program)?))) else {
            return Ok(Err(format!("there is no C++ compiler ({})", programs.join(", "))));
        };
        let answers = command::capture(Command::new(python).args(["-c", PROBE]))?;
        let mut lines = answers.lines();
        let mut next = || lines.next().unwrap_or_default();
        let mut headers: Vec<PathBuf> = (0..3).map(|_| next().into()).collect();
        if !headers[0].join("Python.h").is_file() {
            return Ok(Err(format!("there is no Python.h in {} (on Debian: python3-dev)", headers[0].display())));
        }
        let nanobind = PathBuf::from(next());
        headers.push(nanobind.join("../ext/robin_map/include"));
        let eigen = EIGEN.iter().map(PathBuf::from).find(|dir| dir.join("Eigen/Core").is_file());
        headers.extend(eigen.iter().cloned());
        let mut options: Vec<String> = COMPILE.map(str::to_string).into();
        options.extend(headers.iter().map(|dir| format!("-I{}", dir.display())));
        Ok(Ok(Compiler {
            program: program.to_string(),
            options,
            versions: format!("{} {}", version.lines().next().unwrap_or_default(), next()),
            nanobind,
            has_eigen: eigen.is_some(),
            dir: dir.to_path_buf(),
        }))
    }

    /// Builds the modules, and answers the names of the pairs that have one.
    pub fn build(&self, repo: &Repo, pairs: &[Pair]) -> Result<BTreeSet<String>> {
        repo::make_dir(&self.dir)?;
        let library = self.dir.join("nanobind.o");
        let sources = self.nanobind.join("nb_combined.cpp");
        self.compile(&sources, &["-DNDEBUG", "-c"], &[], &library).map_err(|error| format!("nanobind: {error}"))?;

        let built = each(pairs, |pair| self.module(repo, pair, &library));
        let mut modules = BTreeSet::new();
        let (mut kept, mut mistakes) = (0, Vec::new());
        for (pair, built) in pairs.iter().zip(built) {
            match built {
                Ok(Built::Now) => _ = modules.insert(pair.name.clone()),
                Ok(Built::Before) => {
                    kept += 1;
                    modules.insert(pair.name.clone());
                }
                Ok(Built::Not(reason)) => println!("left out: {}: {reason}", pair.name),
                Err(error) => mistakes.push(format!("{}: {error}", repo.show(&pair.cpp))),
            }
        }
        println!("{} modules, {kept} of them as they were", modules.len());
        if mistakes.is_empty() { Ok(modules) } else { Err(mistakes.join("\n\n")) }
    }

    fn module(&self, repo: &Repo, pair: &Pair, library: &Path) -> Result<Built> {
        let text = repo::read(&pair.cpp)?;
        if text.contains("nanobind/eigen/") && !self.has_eigen {
            return Ok(Built::Not("Eigen is not installed".to_string()));
        }
        let module = module_name(&text).ok_or("there is no NB_MODULE(..) or PYBIND11_MODULE(..)")?;
        let rust = extension::module_names(&repo::read(&pair.rust)?)?;
        if !rust.iter().any(|name| name == module) {
            return Err(format!("the module is `{module}`, and in Rust {}", rust.join(", ")));
        }
        let dir = self.dir.join(pair::example_of(repo, &pair.cpp));
        repo::make_dir(&dir)?;
        self.compile(&pair.cpp, LINK, &[library], &dir.join(extension::file_name(module)))
    }

    /// Compiles a file, unless `made` is what this gives.
    fn compile(&self, source: &Path, options: &[&str], more: &[&Path], made: &Path) -> Result<Built> {
        let stamp = made.with_extension("stamp");
        let how = format!("{} {} {}", self.program, self.options.join(" "), options.join(" "));
        let wanted = format!("{how}\n{}\n{}", self.versions, repo::read(source)?);
        if made.is_file() && fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
            return Ok(Built::Before);
        }
        fs::remove_file(&stamp).ok();
        let mut compiler = Command::new(&self.program);
        compiler.args(&self.options).args(options).arg(source).args(more).arg("-o").arg(made);
        command::capture(&mut compiler)?;
        fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
        Ok(Built::Now)
    }
}

/// How a module came to be.
enum Built {
    Now,
    Before,
    /// For this reason.
    Not(String),
}

/// What `NB_MODULE(..)` or `PYBIND11_MODULE(..)` names.
fn module_name(cpp: &str) -> Option<&str> {
    let mut lines = cpp.lines();
    let rest = lines.find_map(|line| line.strip_prefix("NB_MODULE(").or(line.strip_prefix("PYBIND11_MODULE(")))?;
    rest.split_once(',').map(|(name, _)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_the_one_that_the_macro_names() {
        assert_eq!(module_name("// NB_MODULE(no, m) {\nNB_MODULE(yes, m) {\n}\n"), Some("yes"));
        assert_eq!(module_name("PYBIND11_MODULE(old , m) {\n}\n"), Some("old"));
        assert_eq!(module_name("int f();\n"), None);
    }

    #[cfg(unix)]
    #[test]
    fn what_was_built_from_the_same_text_is_kept() {
        let dir = std::env::temp_dir().join(format!("xtask-compiler-{}", std::process::id()));
        repo::fresh_dir(&dir).unwrap();
        let (source, made) = (dir.join("a.cpp"), dir.join("a.so"));
        let compiler = |program: &str| Compiler {
            program: program.to_string(),
            options: Vec::new(),
            versions: String::new(),
            nanobind: dir.clone(),
            has_eigen: false,
            dir: dir.clone(),
        };
        // The first succeeds whatever it is asked, and the second never does.
        let (succeeds, fails) = (compiler("true"), compiler("false"));
        fs::write(&source, "one").unwrap();
        fs::write(&made, "").unwrap();
        assert!(matches!(succeeds.compile(&source, &[], &[], &made), Ok(Built::Now)));
        assert!(matches!(succeeds.compile(&source, &[], &[], &made), Ok(Built::Before)));
        assert!(matches!(succeeds.compile(&source, &["-O2"], &[], &made), Ok(Built::Now)));
        fs::write(&source, "two").unwrap();
        assert!(fails.compile(&source, &["-O2"], &[], &made).is_err());
        fs::write(&source, "one").unwrap();
        assert!(fails.compile(&source, &["-O2"], &[], &made).is_err());
        fs::remove_dir_all(&dir).unwrap();
    }
}
