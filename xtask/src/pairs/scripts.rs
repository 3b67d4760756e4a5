//! Running a script with the modules of either language.
//!
//! `x.py` prints. `x.session.py`, or `x.more.session.py`, is shown as somebody types it: with a prompt before each statement, what its value is, and what it raises.
//! `demo.py` of an extension prints as well. What is between the marks that hide code on a page runs unseen. A script that begins with `# Rust only: ` and a reason is not for C++.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::demo::EXAMPLES;
use crate::pair::Pair;
use crate::repo::{self, Repo};
use crate::{Result, command, cpp};

const SESSION: &str = ".session.py";

const RUST_ONLY: &str = "# Rust only: ";

/// Runs a script as a session. The notes below an exception's text are left out, which only newer versions have.
const TYPED: &str = r"
import ast, sys
with open(sys.argv[1], encoding='utf-8') as file:
    text = file.read()
lines = text.splitlines()
names = {'__name__': '__main__'}
marks = {'# guide: hide': False, '# guide: show': True}
for statement in ast.parse(text).body:
    above = [marks[line] for line in lines[:statement.lineno] if line in marks]
    if not all(above[-1:]):
        exec(compile(ast.Module([statement], []), sys.argv[1], 'exec'), names)
        continue
    source = lines[statement.lineno - 1:statement.end_lineno]
    print('>>>', '\n... '.join(source))
    try:
        exec(compile(ast.Interactive([statement]), sys.argv[1], 'single'), names)
    except Exception as error:
        kind = type(error)
        print('' if kind.__module__ == 'builtins' else kind.__module__ + '.', kind.__qualname__, ': ', error, sep='')
";

/// A script, and the pair whose module of C++ it runs with as well.
pub struct Script<'a> {
    pub path: PathBuf,
    pub pair: Option<&'a Pair>,
}

/// What a script prints.
pub struct Printed {
    pub text: String,
    /// Whether a C++ module has printed the same.
    pub with_both: bool,
}

impl<'a> Script<'a> {
    /// The scripts that lie beside a file of Rust, and those of whole extensions.
    pub fn all(repo: &Repo, pairs: &'a [Pair]) -> Result<Vec<Self>> {
        let mut scripts = Vec::new();
        for path in repo::files_below(&repo.root.join(EXAMPLES), &["py"]) {
            let rust = rust_of(&path);
            if rust.is_file() {
                let only = repo::read(&path)?.starts_with(RUST_ONLY);
                let pair = pairs.iter().find(|pair| !only && pair.rust == rust);
                scripts.push(Script { path, pair });
            }
        }
        Ok(scripts)
    }

    /// Runs the script with the modules in `rust`, and with those in `cpp` if there are any.
    pub fn compare(&self, python: &Path, rust: &Path, cpp: Option<&Path>) -> Result<Printed> {
        let with =
            |dir: &Path, language: &str| self.run(python, dir).map_err(|error| format!("with {language}: {error}"));
        let text = with(rust, "Rust")?;
        if let Some(cpp) = cpp {
            let other = with(cpp, "C++")?;
            if let Some(lines) = cpp::difference(&other, &text) {
                return Err(format!("the outputs differ (- C++, + Rust)\n{lines}"));
            }
        }
        Ok(Printed { text, with_both: cpp.is_some() })
    }

    /// The first place for imports is the working directory, and not that of the script, whose name many a module has: so it is with `-` and
    /// with `-c`.
    fn run(&self, python: &Path, dir: &Path) -> Result<String> {
        let mut command = Command::new(python);
        if self.path.to_string_lossy().ends_with(SESSION) {
            command.arg("-c").arg(TYPED).arg(&self.path);
        } else {
            let input =
                File::open(&self.path).map_err(|error| format!("cannot read {}: {error}", self.path.display()))?;
            command.arg("-").stdin(input);
        }
        command.current_dir(dir).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONIOENCODING", "utf-8");
        for changes_imports in ["PYTHONHOME", "PYTHONSAFEPATH"] {
            command.env_remove(changes_imports);
        }
        // An example may be one of the tests.
        command.env("PYTHONPATH", Repo::find()?.root.join("tests"));
        command::capture(&mut command).map(|text| text.replace("\r\n", "\n"))
    }
}

/// The file of Rust that the script belongs to, if it belongs to one.
fn rust_of(script: &Path) -> PathBuf {
    let name = script.file_name().unwrap_or_default().to_string_lossy();
    match name.split('.').next() {
        Some("demo") => script.with_file_name("rust/src/lib.rs"),
        stem => script.with_file_name(format!("{}.rs", stem.unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::pythons::Pythons;

    #[test]
    fn scripts_belong_to_a_file_of_rust() {
        assert_eq!(rust_of(Path::new("a/x.py")), Path::new("a/x.rs"));
        assert_eq!(rust_of(Path::new("a.b/x.session.py")), Path::new("a.b/x.rs"));
        assert_eq!(rust_of(Path::new("a/x.more.session.py")), Path::new("a/x.rs"));
        assert_eq!(rust_of(Path::new("zoo/demo.py")), Path::new("zoo/rust/src/lib.rs"));
    }

    #[test]
    fn scripts_print_and_sessions_are_typed() {
        let repo = Repo::find().unwrap();
        let python = Pythons::discover(&repo).default().unwrap().executable.clone();
        let dir = std::env::temp_dir().join(format!("xtask-scripts-{}", std::process::id()));
        repo::fresh_dir(&dir.join("cpp")).unwrap();
        repo::fresh_dir(&dir.join("rust")).unwrap();
        fs::write(dir.join("rust/m.py"), "value = 1\n").unwrap();
        fs::write(dir.join("cpp/m.py"), "value = 2\n").unwrap();
        let script = |name: &str, text: &str| {
            fs::write(dir.join(name), text).unwrap();
            Script { path: dir.join(name), pair: None }
        };
        let (rust, cpp) = (dir.join("rust"), dir.join("cpp"));

        // A script of the module's name does not get in its way.
        let prints = script("m.py", "import m\nprint(m.value)\n");
        assert_eq!(prints.compare(&python, &rust, None).unwrap().text, "1\n");
        let error = prints.compare(&python, &rust, Some(&cpp)).err().unwrap();
        assert!(error.contains("- 2") && error.contains("+ 1"), "{error}");
        assert!(script("m.py", "raise ValueError('x')").compare(&python, &rust, None).is_err());

        let typed = "# guide: hide\nimport m\n# guide: show\nm.value\nfor i in 'a', 'b':\n    i\nm.none\n";
        let printed = script("m.session.py", typed).compare(&python, &rust, None).unwrap();
        let lines: Vec<_> = printed.text.lines().collect();
        assert_eq!(lines[..6], [">>> m.value", "1", ">>> for i in 'a', 'b':", "...     i", "'a'", "'b'"]);
        assert_eq!(lines[6..], [">>> m.none", "AttributeError: module 'm' has no attribute 'none'"]);
        fs::remove_dir_all(&dir).unwrap();
    }
}
