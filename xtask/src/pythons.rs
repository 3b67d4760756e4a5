//! Finding Python interpreters.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repo::{self, Repo};
use crate::{Result, command};

/// The interpreters that the project promises to work with.
pub const SUPPORTED: [&str; 6] = ["3.10", "3.11", "3.12", "3.13", "3.14", "3.14t"];

/// Asked of every candidate: one answer to a line, in the order of [`Interpreter::from_answers`].
const PROBE: &str = "\
import os, platform, sys, sysconfig
var = sysconfig.get_config_var
print(sys.executable)
print(platform.python_implementation())
print(platform.python_version())
print('%d.%d' % sys.version_info[:2] + ('t' if var('Py_GIL_DISABLED') else ''))
libdir, version = var('LIBDIR') or '', var('LDVERSION') or ''
names = ['libpython%s%s' % (version, end) for end in ('.so', '.dylib', '.a')]
print(libdir if os.name == 'nt' or any(os.path.exists(os.path.join(libdir, n)) for n in names) else '')
";

/// A CPython that was found and answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpreter {
    pub executable: PathBuf,
    /// `3.12`, or `3.14t` for a free-threaded build.
    pub tag: String,
    /// `3.12.1`
    pub version: String,
    /// Where its libpython lies; `None` if a Rust program cannot be linked with this Python.
    pub lib_dir: Option<PathBuf>,
}

impl Interpreter {
    /// Whether this build runs without the global interpreter lock.
    pub fn is_free_threaded(&self) -> bool {
        self.tag.ends_with('t')
    }

    /// Asks the program at `path` what it is. `None`: it does not run, or is not CPython.
    fn probe(path: &Path) -> Option<Self> {
        let answers =
            command::capture(Command::new(path).args(["-c", PROBE]).env_remove("PYTHONHOME").env_remove("PYTHONPATH"));
        Self::from_answers(&answers.ok()?)
    }

    fn from_answers(answers: &str) -> Option<Self> {
        let mut lines = answers.lines();
        let executable = PathBuf::from(lines.next()?);
        if lines.next()? != "CPython" {
            return None;
        }
        let version = lines.next()?.to_string();
        let tag = lines.next()?.to_string();
        let lib_dir = lines.next().filter(|dir| !dir.is_empty());
        Some(Self { executable, tag, version, lib_dir: lib_dir.map(PathBuf::from) })
    }
}

/// The interpreters of this machine: one for each supported version, in the order of versions.
pub struct Pythons {
    pub found: Vec<Interpreter>,
    /// The tag of what `python3` means on this machine.
    python3: Option<String>,
}

impl Pythons {
    /// Looks in all the places that the usage text names. Where two interpreters have one version,
    /// the place named first wins.
    pub fn discover(repo: &Repo) -> Self {
        let mut candidates = in_chosen_dirs();
        candidates.extend(on_path());
        candidates.extend(of_pyenv());
        candidates.extend(in_tarballs(repo));
        let mut found: Vec<Interpreter> = Vec::new();
        for interpreter in probe_all(&candidates) {
            if SUPPORTED.contains(&interpreter.tag.as_str()) && !found.iter().any(|f| f.tag == interpreter.tag) {
                found.push(interpreter);
            }
        }
        found.sort_by_key(|f| SUPPORTED.iter().position(|tag| *tag == f.tag));
        Self { found, python3: Interpreter::probe(Path::new("python3")).map(|python3| python3.tag) }
    }

    /// What `python3` means, or else the first one with a GIL.
    pub fn default(&self) -> Result<&Interpreter> {
        let with_gil = || self.found.iter().filter(|f| !f.is_free_threaded());
        with_gil().find(|f| Some(&f.tag) == self.python3.as_ref()).or_else(|| with_gil().next()).ok_or_else(|| {
            "no CPython 3.10 or newer was found. Install one (on Debian: apt install python3 \
                 python3-venv), or name its directory in NB_PYTHONS"
                .to_string()
        })
    }

    /// The interpreter meant by a version such as `3.12` or by a path.
    pub fn choose(&self, wanted: &str) -> Result<Interpreter> {
        if let Some(found) = self.found.iter().find(|f| f.tag == wanted) {
            return Ok(found.clone());
        }
        if wanted.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(format!(
                "no Python {wanted} was found; there is {}. NB_PYTHONS can name its directory",
                self.tags()
            ));
        }
        let interpreter = Interpreter::probe(Path::new(wanted))
            .ok_or_else(|| format!("`{wanted}` does not run, or is not CPython"))?;
        if SUPPORTED.contains(&interpreter.tag.as_str()) {
            Ok(interpreter)
        } else {
            Err(format!("`{wanted}` is Python {}; supported are {}", interpreter.tag, SUPPORTED.join(", ")))
        }
    }

    /// The interpreter that was asked for, or the default.
    pub fn chosen_or_default(&self, wanted: Option<&str>) -> Result<Interpreter> {
        match wanted {
            Some(wanted) => self.choose(wanted),
            None => self.default().cloned(),
        }
    }

    fn tags(&self) -> String {
        match self.found.as_slice() {
            [] => "none".to_string(),
            found => found.iter().map(|f| f.tag.as_str()).collect::<Vec<_>>().join(", "),
        }
    }
}

/// Starting an interpreter takes tens of milliseconds and there may be a dozen, so all at once.
/// The answers keep the order of the candidates; a program met under two names is asked once.
fn probe_all(candidates: &[PathBuf]) -> Vec<Interpreter> {
    let mut seen = BTreeSet::new();
    let distinct: Vec<_> =
        candidates.iter().filter(|path| path.is_file()).filter(|path| seen.insert(distinct_name(path))).collect();
    std::thread::scope(|scope| {
        let asked: Vec<_> = distinct.iter().map(|path| scope.spawn(|| Interpreter::probe(path))).collect();
        asked.into_iter().filter_map(|answer| answer.join().ok().flatten()).collect()
    })
}

/// The directory is resolved (`/bin` and `/usr/bin` are often one), the file is not: a link such as
/// a virtual environment's `python3` or a pyenv shim answers differently from what it points to.
fn distinct_name(path: &Path) -> PathBuf {
    match (path.parent().map(Path::canonicalize), path.file_name()) {
        (Some(Ok(dir)), Some(name)) => dir.join(name),
        _ => path.to_path_buf(),
    }
}

fn names() -> Vec<String> {
    let mut names = vec!["python3".to_string()];
    names.extend(SUPPORTED.iter().map(|tag| format!("python{tag}")));
    if cfg!(windows) {
        names.push("python".to_string());
        for name in &mut names {
            name.push_str(".exe");
        }
    }
    names
}

fn in_dirs(dirs: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    let names = names();
    dirs.into_iter().flat_map(|dir| names.iter().map(move |name| dir.join(name))).collect()
}

/// The directories of NB_PYTHONS, each either with the programs or with a `bin` that has them.
fn in_chosen_dirs() -> Vec<PathBuf> {
    let list = env::var_os("NB_PYTHONS").unwrap_or_default();
    in_dirs(env::split_paths(&list).flat_map(|dir| [dir.join("bin"), dir]))
}

fn on_path() -> Vec<PathBuf> {
    in_dirs(env::split_paths(&env::var_os("PATH").unwrap_or_default()))
}

fn of_pyenv() -> Vec<PathBuf> {
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".pyenv")));
    let versions = root.map(|root| repo::entries(&root.join("versions")));
    in_dirs(versions.into_iter().flatten().map(|v| v.join("bin")))
}

/// Interpreters packed as tarballs in a `shared/python` directory beside the checkout, for machines
/// whose distribution lacks a version. Each is unpacked once.
fn in_tarballs(repo: &Repo) -> Vec<PathBuf> {
    let mut bins = Vec::new();
    let tarballs = repo.root.parent().map(|above| repo::entries(&above.join("shared/python")));
    for tarball in tarballs.into_iter().flatten() {
        let Some(stem) =
            tarball.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".tar.xz"))
        else {
            continue;
        };
        match unpack(&tarball, &repo.target.join("pythons").join(stem)) {
            Ok(dir) => bins.extend(repo::entries(&dir).into_iter().map(|top| top.join("bin"))),
            Err(message) => eprintln!("warning: {message}"),
        }
    }
    in_dirs(bins)
}

/// Unpacks beside `dir` and renames, so that an interrupted run leaves nothing half there.
fn unpack(tarball: &Path, dir: &Path) -> Result<PathBuf> {
    if !dir.is_dir() {
        let partial = dir.with_extension("partial");
        repo::fresh_dir(&partial)?;
        command::capture(Command::new("tar").arg("xf").arg(tarball).arg("-C").arg(&partial))
            .map_err(|error| format!("{} was not unpacked: {error}", tarball.display()))?;
        std::fs::rename(&partial, dir).map_err(|error| format!("cannot make {}: {error}", dir.display()))?;
    }
    Ok(dir.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(tag: &str) -> Interpreter {
        Interpreter {
            executable: PathBuf::from(format!("/usr/bin/python{tag}")),
            tag: tag.to_string(),
            version: format!("{}.1", tag.trim_end_matches('t')),
            lib_dir: None,
        }
    }

    #[test]
    fn reads_the_answers_of_an_interpreter() {
        let answers = "/opt/p/bin/python3.14t\nCPython\n3.14.2\n3.14t\n/opt/p/lib\n";
        let found = Interpreter::from_answers(answers).unwrap();
        assert_eq!(found.tag, "3.14t");
        assert_eq!(found.version, "3.14.2");
        assert!(found.is_free_threaded());
        assert_eq!(found.lib_dir.as_deref(), Some(Path::new("/opt/p/lib")));
    }

    #[test]
    fn an_interpreter_without_libpython_and_one_that_is_not_cpython() {
        let found = Interpreter::from_answers("/usr/bin/python3\nCPython\n3.11.2\n3.11\n\n");
        assert_eq!(found.unwrap().lib_dir, None);
        assert_eq!(Interpreter::from_answers("/p\nPyPy\n3.10.2\n3.10\n\n"), None);
        assert_eq!(Interpreter::from_answers(""), None);
    }

    #[test]
    fn the_default_has_a_gil() {
        let mut pythons =
            Pythons { found: vec![python("3.12"), python("3.13"), python("3.14t")], python3: Some("3.13".to_string()) };
        assert_eq!(pythons.default().unwrap().tag, "3.13");
        pythons.python3 = Some("3.14t".to_string());
        assert_eq!(pythons.default().unwrap().tag, "3.12");
        pythons.found = vec![python("3.14t")];
        assert!(pythons.default().unwrap_err().contains("NB_PYTHONS"));
    }

    #[test]
    fn choosing_by_version() {
        let pythons = Pythons { found: vec![python("3.12"), python("3.14t")], python3: None };
        assert_eq!(pythons.choose("3.14t").unwrap().tag, "3.14t");
        let error = pythons.choose("3.11").unwrap_err();
        assert!(error.contains("no Python 3.11"), "{error}");
        assert!(error.contains("3.12, 3.14t"), "{error}");
    }
}
