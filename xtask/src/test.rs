//! `cargo xtask test`: everything that has to hold, on every interpreter that can be found.

use std::env;
use std::path::Path;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use lexopt::prelude::*;

use crate::extension::{Build, Extensions};
use crate::packages::Packages;
use crate::pythons::{Interpreter, Pythons, SUPPORTED};
use crate::repo::{self, Repo};
use crate::report::{Counts, Line, Report};
use crate::{Result, args, command, extension, guide, layers, pairs, parity, project, publish, pytest};

/// Packages whose Rust tests run without an interpreter to link with.
const WITHOUT_PYTHON: [&str; 4] = ["nanobind-rs-macros", "nanobind-rs-intrusive", "nanobind-rs-locks", "xtask"];

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    python: Option<String>,
    quick: bool,
    no_ui: bool,
    no_project: bool,
    no_pairs: bool,
    frameworks: bool,
    expression: Option<String>,
    pytest: Vec<String>,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("python") => options.python = Some(args.value()?.string()?),
            Long("quick") => options.quick = true,
            Long("no-ui") => options.no_ui = true,
            Long("no-project") => options.no_project = true,
            Long("no-pairs") => options.no_pairs = true,
            Long("frameworks") => options.frameworks = true,
            Short('k') => options.expression = Some(args.value()?.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask test`
pub fn run(arguments: &[String]) -> Result<()> {
    let (mut options, pytest) = args::read_and_rest(arguments, parse)?;
    options.pytest = pytest;
    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    let chosen = choose(&pythons, &options)?;
    print_choice(&pythons, &chosen, options.python.is_none() && !options.quick);

    let mut report = Report::new();
    // With the frameworks only what concerns them is tested.
    let rust = if options.frameworks { Ok(()) } else { rust_steps(&repo, &pythons, &chosen, &options, &mut report) };
    let checked = rust.and_then(|()| python_steps(&repo, &pythons, &chosen, &options, &mut report));
    command::announce("summary");
    println!("{}", report.text());
    checked?;
    match report.failed().as_slice() {
        [] => Ok(()),
        failed => Err(format!("failed on Python {}", failed.join(", "))),
    }
}

/// The interpreters to use.
fn choose(pythons: &Pythons, options: &Options) -> Result<Vec<Interpreter>> {
    let mut chosen = match &options.python {
        Some(list) => list.split(',').map(|wanted| pythons.choose(wanted.trim())).collect::<Result<Vec<_>>>()?,
        None => {
            let default = pythons.default()?;
            if options.quick || options.frameworks { vec![default.clone()] } else { pythons.found.clone() }
        }
    };
    if options.quick {
        chosen.truncate(1);
    }
    Ok(chosen)
}

fn print_choice(pythons: &Pythons, chosen: &[Interpreter], all: bool) {
    println!("interpreters:");
    for python in chosen {
        let (tag, version) = (&python.tag, &python.version);
        println!("  {tag:<6} {version:<8} {}", python.executable.display());
    }
    let missing: Vec<_> =
        SUPPORTED.iter().filter(|tag| !pythons.found.iter().any(|f| f.tag == **tag)).copied().collect();
    if all && !missing.is_empty() {
        println!("supported, but not found here: {}", missing.join(", "));
    }
}

/// The steps that do not depend on the Python version; the first failure ends the run.
fn rust_steps(
    repo: &Repo,
    pythons: &Pythons,
    chosen: &[Interpreter],
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    let host = host(pythons, chosen)?;
    println!("the Rust steps use Python {}", host.tag);
    // One directory and one environment for all of these steps, so that nothing is built twice.
    let cargo = |arguments: &[&str]| {
        let mut cargo = command::cargo();
        cargo
            .current_dir(&repo.root)
            .args(arguments)
            .env("CARGO_TARGET_DIR", repo.target.join("host"))
            .env("PYO3_PYTHON", &host.executable);
        if let Some(dir) = &host.lib_dir {
            cargo.env(LIBRARY_PATH, with_dir(LIBRARY_PATH, dir));
        }
        cargo
    };
    let has = |tool: &str| command::capture(&mut cargo(&[tool, "--version"])).is_ok();

    report.step("guide", || guide::check(repo))?;
    report.step("folders", || layers::check(repo))?;

    let python = chosen.iter().find(|python| !python.is_free_threaded()).or(chosen.first()).unwrap_or(&host);
    report.step("row markers", || parity::check(repo, python, pythons))?;

    if has("fmt") {
        report
            .step("format", || command::check(&mut cargo(&["fmt", "--all", "--check"]), "cargo fmt --all --check"))?;
    } else {
        report.skip("format", "there is no rustfmt");
    }

    if has("clippy") {
        report.step("lints", || {
            let mut clippy = cargo(&["clippy", "--workspace", "--all-targets"]);
            command::check(clippy.args(["--", "-D", "warnings"]), "cargo clippy")
        })?;
    } else {
        report.skip("lints", "there is no clippy");
    }

    report.step("documentation", || {
        // What users read, whose links must not lead to what is private; then what is read with the sources.
        for more in [None, Some("--document-private-items")] {
            let mut doc = cargo(&["doc", "--no-deps", "--package", "nanobind-rs"]);
            command::check(doc.args(more).env("RUSTDOCFLAGS", "-D warnings"), "cargo doc")?;
        }
        Ok(())
    })?;

    let mut tests = cargo(&["test"]);
    if host.lib_dir.is_some() {
        tests.arg("--workspace");
        for package in Packages::of(repo)?.iter() {
            if package.is_cdylib || package.name == "ui-tests" {
                tests.args(["--exclude", &package.name]);
            }
        }
    } else {
        report.skip(
            "Rust tests that start Python",
            "no interpreter found has a libpython to link with (on Debian: apt install libpython3-dev)",
        );
        for package in WITHOUT_PYTHON {
            tests.args(["--package", package]);
        }
    }
    report.step("Rust tests", || command::check(&mut tests, "cargo test"))?;

    if !options.no_ui {
        report.step("compile errors", || {
            let mut ui = cargo(&["test", "--package", "ui-tests"]);
            command::check(ui.args(["--", "--nocapture"]), "cargo test -p ui-tests")
        })?;
    }
    report.step("packages", || publish::check(repo, cargo))?;
    if !options.no_project {
        report.step("a project", || project::check(repo, python, &pythons.found))?;
    }
    if !options.no_pairs {
        report.step("pairs of the guide", || pairs::check(repo, python, &pythons.found, build_kind(chosen)))?;
    }
    Ok(())
}

/// What extension modules are built for.
fn build_kind(chosen: &[Interpreter]) -> Build {
    if chosen.len() > 1 { Build::ForOneRun } else { Build::ToChange }
}

/// The interpreter for the Rust steps: one that Rust programs can be linked with if there is any.
fn host(pythons: &Pythons, chosen: &[Interpreter]) -> Result<Interpreter> {
    let default = pythons.default().ok();
    let preferred = match default {
        Some(default) if chosen.contains(default) => Some(default),
        _ => chosen.iter().find(|python| !python.is_free_threaded()),
    };
    preferred
        .into_iter()
        .chain(chosen)
        .chain(default)
        .chain(&pythons.found)
        .find(|python| python.lib_dir.is_some() && !python.is_free_threaded())
        .or(preferred)
        .or(default)
        .or(chosen.first())
        .cloned()
        .ok_or_else(|| "no Python to build for".to_string())
}

/// The Python tests on each interpreter; all of them run, whatever fails. While they run on one, the modules for the next are compiled:
/// the tests keep one processor busy, and so does most of the compiler's work on one large crate.
fn python_steps(
    repo: &Repo,
    pythons: &Pythons,
    chosen: &[Interpreter],
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    let extensions = &Extensions::find(repo)?;
    let kind = build_kind(chosen);
    thread::scope(|scope| {
        let mut ahead: Option<ScopedJoinHandle<'_, Result<()>>> = None;
        for (index, python) in chosen.iter().enumerate() {
            let start = Instant::now();
            let compiled = match ahead.take() {
                Some(build) => {
                    build.join().unwrap_or_else(|_| Err("the thread that compiles has panicked".to_string()))
                }
                None => extensions.compile(repo, python, kind),
            };
            // What is compiled next takes the place of what was compiled.
            let laid_out = compiled.and_then(|()| extensions.lay_out(repo, python, kind));
            ahead = chosen.get(index + 1).map(|next| scope.spawn(move || extensions.compile_beside(repo, next, kind)));
            let result = laid_out.and_then(|dir| {
                let outcome = run_pytest(repo, python, &pythons.found, options, &dir);
                // Copies of one library for each module: with all interpreters more than 20 GB.
                if kind == Build::ForOneRun && outcome.is_ok() {
                    repo::fresh_dir(&dir)?;
                }
                outcome
            });
            report.add(line(python, result, start));
        }
    });
    Ok(())
}

/// What a run on an interpreter came to.
fn line(python: &Interpreter, result: Result<Outcome>, start: Instant) -> Line {
    let (counts, note) = result.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        let first_sentence = message.split('\n').next().unwrap_or_default();
        let first_sentence = first_sentence.split(". ").next().unwrap_or_default();
        (Counts::default(), Some(first_sentence.to_string()))
    });
    Line {
        tag: python.tag.clone(),
        counts,
        took: start.elapsed(),
        ok: counts.failed == 0 && note.is_none(),
        note: note.or_else(|| {
            // The modules do not declare that they run without it yet.
            python.is_free_threaded().then(|| "with the GIL held".to_string())
        }),
    }
}

/// Numbers, and a note where they do not tell the whole story.
type Outcome = (Counts, Option<String>);

fn run_pytest(
    repo: &Repo,
    python: &Interpreter,
    others: &[Interpreter],
    options: &Options,
    ext: &Path,
) -> Result<Outcome> {
    command::announce(format_args!("Python tests on {}", python.tag));
    let venv_python = if options.frameworks {
        pytest::frameworks(repo, python, others)?
    } else {
        pytest::environment(repo, python, others)?
    };
    let junit = extension::target_dir(repo, python).join("pytest.xml");
    std::fs::remove_file(&junit).ok();

    let mut pytest = pytest::script(repo, &venv_python, &[ext])?;
    pytest
        .args(pytest::START)
        .arg(format!("--junitxml={}", junit.display()))
        .args(options.expression.iter().flat_map(|e| ["-k", e]));
    let files = if options.frameworks { pytest::of_arrays(repo)? } else { vec![repo.root.join("tests")] };
    pytest::select(&mut pytest, repo, &options.pytest, &files);
    let status = command::status(&mut pytest)?;
    match status.code() {
        Some(0) => Ok((Counts::from_junit(&junit)?, None)),
        Some(5) => Err("no test was selected".to_string()),
        Some(1) => Ok((Counts::from_junit(&junit)?, Some("failed".to_string()))),
        _ => Err(format!("pytest ended with {status}")),
    }
}

/// The variable in which the system's loader looks for directories of libraries.
const LIBRARY_PATH: &str = if cfg!(target_os = "macos") {
    "DYLD_LIBRARY_PATH"
} else if cfg!(windows) {
    "PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// The path list `variable` with `dir` before the rest.
fn with_dir(variable: &str, dir: &Path) -> std::ffi::OsString {
    let rest = env::var_os(variable).unwrap_or_default();
    let dirs = std::iter::once(dir.to_path_buf()).chain(env::split_paths(&rest));
    // A directory with a separator in its name cannot be in such a list; then the rest has to do.
    env::join_paths(dirs).unwrap_or(rest)
}
