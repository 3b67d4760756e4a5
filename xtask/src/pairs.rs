//! `cargo xtask pairs`: builds both halves of each pair of the porting guide, and runs its scripts with either.
//!
//! What the scripts print has to be the same, and the same as on the pages that show it.

mod compiler;
mod scripts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use lexopt::prelude::*;

use self::compiler::Compiler;
use self::scripts::{Printed, Script};
use crate::extension::{self, Build};
use crate::guide::{self, Named};
use crate::packages::Packages;
use crate::pair::{self, Pair};
use crate::pythons::{Interpreter, Pythons};
use crate::repo::{self, Repo};
use crate::{Result, args, bench, command, venv};

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    python: Option<String>,
    fill: bool,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("python") => options.python = Some(args.value()?.string()?),
            Long("fill") => options.fill = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask pairs`
pub fn run(arguments: &[String]) -> Result<()> {
    let options = args::read(arguments, parse)?;
    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    let python = pythons.chosen_or_default(options.python.as_deref())?;
    let Some(printed) = printed(&repo, &python, &pythons.found, Build::ToChange)? else { return Ok(()) };
    let stale = stale(&repo, &printed)?;
    if options.fill { guide::write(&repo, &stale) } else { refuse(&repo, &stale) }
}

/// Refuses pairs whose halves differ, and pages that show another output.
pub fn check(repo: &Repo, python: &Interpreter, others: &[Interpreter], kind: Build) -> Result<()> {
    match printed(repo, python, others, kind)? {
        Some(printed) => refuse(repo, &stale(repo, &printed)?),
        None => Ok(()),
    }
}

fn refuse(repo: &Repo, stale: &[guide::Stale]) -> Result<()> {
    guide::refuse(repo, stale, "the output on these pages is not what their scripts print", "pairs --fill")
}

/// The pages that show another output than the scripts print.
fn stale(repo: &Repo, printed: &BTreeMap<PathBuf, String>) -> Result<Vec<guide::Stale>> {
    guide::stale_pages(repo, |page, named| match named {
        Named::Output(script) => {
            let text = printed.get(&guide::beside(page, script));
            text.cloned().map(Some).ok_or_else(|| format!("{script} is no script beside a file of Rust"))
        }
        Named::File(_) | Named::Table(_) => Ok(None),
    })
}

/// What each script prints with the modules of Rust, which is what it prints with those of C++. `None` where the packages cannot be had
/// that the scripts import.
fn printed(
    repo: &Repo,
    python: &Interpreter,
    others: &[Interpreter],
    kind: Build,
) -> Result<Option<BTreeMap<PathBuf, String>>> {
    let dir = repo.target.join("pairs").join(&python.tag);
    let nanobind = format!("nanobind=={}.*", bench::NANOBIND);
    let venv_python =
        match venv::ensure(&dir.join("venv"), python, others, &[&nanobind, "pybind11==3.*", "numpy>=2", "pytest"]) {
            Ok(venv_python) => venv_python,
            Err(error) => {
                println!("left out: {}", error.lines().next().unwrap_or_default());
                return Ok(None);
            }
        };
    let pairs = pair::all(repo);

    command::announce("building the pairs in Rust");
    let rust = dir.join("rust");
    build_rust(repo, python, kind, &pairs, &rust)?;

    command::announce("building the pairs in C++");
    let cpp = dir.join("cpp");
    let built = match Compiler::find(&venv_python, &cpp)? {
        Ok(compiler) => compiler.build(repo, &pairs)?,
        Err(missing) => {
            println!("left out: {missing}, so there are no C++ modules to compare with");
            BTreeSet::new()
        }
    };

    command::announce("running the scripts of the pairs");
    let scripts = Script::all(repo, &pairs)?;
    let answers = each(&scripts, |script| {
        let has_cpp = script.pair.is_some_and(|pair| built.contains(&pair.name));
        let example = pair::example_of(repo, &script.path);
        let cpp = has_cpp.then(|| cpp.join(example));
        script.compare(&venv_python, &rust.join(example), cpp.as_deref())
    });
    let mut printed = BTreeMap::new();
    let mut mistakes = Vec::new();
    let mut compared = 0;
    for (script, answer) in scripts.into_iter().zip(answers) {
        match answer {
            Ok(Printed { text, with_both }) => {
                compared += usize::from(with_both);
                printed.insert(script.path, text);
            }
            Err(mistake) => mistakes.push(format!("{}: {mistake}", repo.show(&script.path))),
        }
    }
    println!("{} scripts, {compared} of them the same with both languages", printed.len() + mistakes.len());
    match mistakes.is_empty() {
        true => Ok(Some(printed)),
        false => {
            Err(format!("scripts that fail, or print something else in each language:\n\n{}", mistakes.join("\n\n")))
        }
    }
}

/// Builds the crates that the pairs belong to, and puts a file for each of their modules into `dir`.
fn build_rust(repo: &Repo, python: &Interpreter, kind: Build, pairs: &[Pair], dir: &Path) -> Result<()> {
    let all = Packages::of(repo)?;
    let mut packages = pairs.iter().map(|pair| all.with_file(&pair.rust)).collect::<Result<Vec<_>>>()?;
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    packages.dedup();
    extension::build(repo, python, &packages, kind)?;
    repo::fresh_dir(dir)?;
    for package in packages {
        let library = extension::library(repo, python, kind, package);
        let dir = dir.join(pair::example_of(repo, &package.dir));
        repo::make_dir(&dir)?;
        for module in extension::modules_in(&package.dir.join("src"))? {
            // A script imports one of them, so that all can be the same file.
            let file = dir.join(extension::file_name(&module));
            let placed = fs::hard_link(&library, &file).or_else(|error| match file.exists() {
                // Another library: a copy would be written into that.
                true => Err(error),
                false => fs::copy(&library, &file).map(drop),
            });
            placed.map_err(|error| format!("cannot copy {} to {}: {error}", library.display(), file.display()))?;
        }
    }
    Ok(())
}

/// What `work` gives for each of these, in their order; as many at once as there are processors.
fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let result = work(item);
            done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(index, result);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(worker);
        }
    });
    done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()).into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_items() {
        let items: Vec<u64> = (0..50).collect();
        let doubled = each(&items, |item| {
            thread::sleep(std::time::Duration::from_millis(5 - item % 5));
            item * 2
        });
        assert_eq!(doubled, (0..50).map(|item| item * 2).collect::<Vec<_>>());
        assert!(each(&[] as &[u8], |item| *item).is_empty());
    }
}
