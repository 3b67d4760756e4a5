//! `cargo xtask new`: a project of one's own, made of porting-guide/template.
//!
//! The template lies there as a package that builds, called `geo`. The comments by which `cargo generate` finds that name are
//! described in its cargo-generate.toml; they are understood here as well.

use std::fs;
use std::path::{Component, Path, PathBuf};

use lexopt::prelude::*;

use crate::repo::{self, Repo};
use crate::{Result, args, command};

const TEMPLATE: &str = "porting-guide/template";

/// The name of the package in the template, and its dependency on nb.
const NAME: &str = "geo";
const DEPENDENCY: &str = r#"path = "../../nb""#;

/// The comments around a text that has the name in it: the first stands before words of its own, the second has a line.
const CAPTURE: &str = "{% capture text %}";
const END_CAPTURE: &str = "# {% endcapture %}";

/// What lies in the template and is not for the project: what `cargo generate` needs, and what builds and tests leave behind.
const LEFT_OUT: [&str; 9] = [
    "cargo-generate.toml",
    "name.rhai",
    "target",
    "dist",
    ".venv",
    "Cargo.lock",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
];

/// Words that cannot be a Python package's name. Cargo refuses some more, and says so itself.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    dir: Option<PathBuf>,
    published: bool,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("published") => options.published = true,
            Value(dir) if options.dir.is_none() => options.dir = Some(dir.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask new`
pub fn run(arguments: &[String]) -> Result<()> {
    let options = args::read(arguments, parse)?;
    let dir = options.dir.ok_or("where to? `cargo xtask new DIR` names the project after the folder")?;
    let dir = std::path::absolute(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let name = make(&Repo::find()?, &dir, options.published)?;
    println!("made {}, the package `{name}`; its README.md says how to build and test it", dir.display());
    Ok(())
}

/// Makes a project in `dir`, which depends on this checkout of nb or on its published version, and answers its name.
pub fn make(repo: &Repo, dir: &Path, published: bool) -> Result<String> {
    let name = name_of(dir)?;
    if !repo::entries(dir).is_empty() {
        return Err(format!("{} is not empty", dir.display()));
    }
    repo::make_dir(dir)?;
    let dependency = match published {
        true => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
        false => dependency_by_path(repo, dir)?,
    };
    copy(&repo.root.join(TEMPLATE), dir, &Project { name: &name, dependency: &dependency })?;
    if !published {
        lock(repo, dir)?;
    }
    Ok(name)
}

/// Begins with the versions that nb is tested with. Cargo leaves out what the project does not use, and adds the project.
fn lock(repo: &Repo, dir: &Path) -> Result<()> {
    let (from, to) = (repo.root.join("Cargo.lock"), dir.join("Cargo.lock"));
    fs::copy(&from, &to).map_err(|error| format!("cannot copy {} to {}: {error}", from.display(), to.display()))?;
    let mut metadata = command::cargo();
    metadata.current_dir(dir).args(["metadata", "--quiet", "--format-version", "1"]);
    command::capture(&mut metadata).map(drop)
}

/// The name of the package in a folder: `my-geo` is imported as `my_geo`.
fn name_of(dir: &Path) -> Result<String> {
    let folder = dir.file_name().unwrap_or_default().to_string_lossy();
    let name = folder.replace('-', "_").to_lowercase();
    let is_identifier = name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_identifier && !KEYWORDS.contains(&name.as_str()) {
        Ok(name)
    } else {
        Err(format!(
            "`{folder}` cannot be the name of a Python package: letters, digits, `-` and `_` between them, and no keyword"
        ))
    }
}

/// A relative path, since only such a path leads to nb in a source distribution.
fn dependency_by_path(repo: &Repo, dir: &Path) -> Result<String> {
    let real = |path: &Path| path.canonicalize().map_err(|error| format!("{}: {error}", path.display()));
    let (from, to) = (real(dir)?, real(&repo.root.join("nb"))?);
    let path = relative(&from, &to).ok_or_else(|| {
        format!("there is no relative path from {} to {}, which the project needs", from.display(), to.display())
    })?;
    Ok(format!("path = \"{path}\""))
}

/// The way from one directory to another, with slashes; `None` if they are on different drives.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if matches!(to.get(common), Some(Component::Prefix(_))) {
        return None;
    }
    let up = from[common..].iter().map(|_| "..".into());
    let down = to[common..].iter().map(|part| part.as_os_str().to_string_lossy());
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// What takes the place of the template's own name and dependency.
struct Project<'a> {
    name: &'a str,
    dependency: &'a str,
}

impl Project<'_> {
    /// A file of the template as a file of the project.
    fn text(&self, template: &str) -> String {
        let named = template.replace("{{crate_name}}", self.name);
        let Some((first, rest)) = named.split_once(CAPTURE) else { return named };
        let captured = [first, rest].concat();
        let lines = captured.lines().filter(|line| !line.starts_with(END_CAPTURE));
        let own = lines.flat_map(|line| [line, "\n"]).collect::<String>();
        own.replace(NAME, self.name).replace(DEPENDENCY, self.dependency)
    }
}

/// Copies what is in a directory of the template.
fn copy(from: &Path, to: &Path, project: &Project) -> Result<()> {
    for path in repo::entries(from) {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let is_module = path.extension().is_some_and(|e| e == "so" || e == "pyd");
        if LEFT_OUT.contains(&file.as_ref()) || is_module {
            continue;
        }
        if path.is_dir() {
            let dir = to.join(if file == NAME { project.name } else { &file });
            repo::make_dir(&dir)?;
            copy(&path, &dir, project)?;
        } else {
            let made = to.join(&*file);
            let text = project.text(&repo::read(&path)?);
            fs::write(&made, text).map_err(|error| format!("cannot write {}: {error}", made.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(name_of(Path::new("/x/my-geo")).unwrap(), "my_geo");
        assert_eq!(name_of(Path::new("/x/Shapes2")).unwrap(), "shapes2");
        for wrong in ["/x/2d", "/x/a b", "/x/lambda", "/x/größe", "/"] {
            assert!(name_of(Path::new(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ways() {
        assert_eq!(relative(Path::new("/a/b/c"), Path::new("/a/nb/nb")).unwrap(), "../../nb/nb");
        assert_eq!(relative(Path::new("/a"), Path::new("/a/nb/nb")).unwrap(), "nb/nb");
    }

    #[test]
    fn a_project_has_its_own_name_everywhere_and_no_marks() {
        let dir = std::env::temp_dir().join(format!("xtask-new-{}", std::process::id())).join("my-thing");
        repo::fresh_dir(&dir).unwrap();
        let repo = Repo::find().unwrap();
        assert_eq!(make(&repo, &dir, true).unwrap(), "my_thing");
        assert!(dir.join("python/my_thing/__init__.py").is_file());
        for path in repo::files_below(&dir, &["toml", "md", "py", "pyi", "rs", "yml", "gitignore", "typed"]) {
            let text = repo::read(&path).unwrap().replace("${{", "");
            for mark in ["{%", "{{", NAME, DEPENDENCY] {
                assert!(!text.contains(mark), "{mark} in {}", path.display());
            }
        }
        let manifest = repo::read(&dir.join("Cargo.toml")).unwrap();
        assert!(manifest.starts_with("# The crate") && manifest.contains("name = \"my_thing\"\n"), "{manifest}");
        assert!(manifest.contains(&format!("nanobind-rs = {{ version = \"{}\" }}", env!("CARGO_PKG_VERSION"))));
        assert!(make(&repo, &dir, true).unwrap_err().contains("not empty"));
        fs::remove_dir_all(dir.parent().unwrap()).unwrap();
    }
}
