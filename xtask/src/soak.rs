//! `cargo xtask soak`: long runs of random programs and of chaos, under what finds faults that do not show, and a search for lost
//! references.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::*;

use crate::extension::{Build, Extensions};
use crate::packages::Package;
use crate::pythons::{Interpreter, Pythons};
use crate::repo::{self, Repo};
use crate::{Result, args, command, extension, pytest};

/// The modules of the random programs.
const MODULES: [&str; 3] = ["test_adversary_ext", "test_adversary_classes_ext", "test_c_callers_ext"];

/// The tests in which objects are made, shared, moved and dropped.
const OWNERSHIP: [&str; 28] = [
    "ownership",
    "ownership_policies",
    "ownership_moves",
    "sharing",
    "lowlevel",
    "lowlevel_state",
    "lowlevel_copies",
    "pools",
    "collector",
    "lifetimes",
    "intrusive",
    "leaks",
    "parents",
    "policies",
    "members",
    "classes",
    "constructors",
    "inheritance",
    "dynamic_attributes",
    "borrow_rules",
    "class_modules",
    "trampolines",
    "factories",
    "pickling",
    "enums",
    "enums_conversion",
    "enums_hostile",
    "operators",
];

/// AddressSanitizer is there for targets that are named only.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    sanitizer: bool,
    debug_allocator: bool,
    refcounts: bool,
    suite: bool,
    half_made: bool,
    python: Option<String>,
    operations: Option<u64>,
    repetitions: Option<u64>,
    every: Option<u64>,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("asan") => options.sanitizer = true,
            Long("malloc-debug") => options.debug_allocator = true,
            Long("refcounts") => options.refcounts = true,
            Long("suite") => options.suite = true,
            Long("half-made") => options.half_made = true,
            Long("python") => options.python = Some(args.value()?.string()?),
            Long("operations") => options.operations = Some(args.value()?.parse()?),
            Long("repetitions") => options.repetitions = Some(args.value()?.parse()?),
            Long("every") => options.every = Some(args.value()?.parse()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask soak`
pub fn run(arguments: &[String]) -> Result<()> {
    let (options, passed_on) = args::read_and_rest(arguments, parse)?;
    let Options { sanitizer, debug_allocator, refcounts, suite, half_made, python, operations, repetitions, every } =
        options;
    if [sanitizer, debug_allocator, refcounts].into_iter().filter(|flag| *flag).count() > 1 {
        return Err("--asan, --malloc-debug and --refcounts are runs of their own: give one of them".to_string());
    }
    if operations.is_some() && refcounts || repetitions.is_some() && !refcounts {
        return Err("--repetitions belongs to --refcounts, --operations to all other runs".to_string());
    }
    if every.is_some() && !half_made {
        return Err("--every belongs to --half-made".to_string());
    }
    let suite = suite || half_made;
    if suite && (refcounts || operations.is_some()) {
        return Err("--suite and --half-made run the tests once: neither --refcounts nor --operations fits".to_string());
    }

    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    if refcounts {
        let python = debug_python(&pythons, python.as_deref())?;
        return count_references(&repo, &python, &pythons.found, repetitions, &passed_on);
    }
    let python = pythons.chosen_or_default(python.as_deref())?;
    if suite {
        let checks = Checks { sanitizer, debug_allocator, half_made, every };
        return run_suite(&repo, &python, &pythons.found, &checks, &passed_on);
    }
    let operations = operations.unwrap_or(if sanitizer || debug_allocator { 20_000 } else { 100_000 }).to_string();
    let modules = if sanitizer {
        build_sanitized(&repo, &python, &Extensions::find(&repo)?, &MODULES)?
    } else {
        Extensions::find(&repo)?.build_some(&repo, &python, Build::ToChange, &MODULES)?
    };
    let tests = repo.root.join("tests");
    let library = if sanitizer { Some(sanitizer_library()?) } else { None };
    let start = || -> Result<Command> {
        let mut start = pytest::script(&repo, &python.executable, &[&modules, &tests])?;
        watch_memory(&mut start, library.as_deref(), debug_allocator);
        Ok(start)
    };
    let what = if sanitizer {
        check_sanitizer(&mut start()?)?;
        "under AddressSanitizer"
    } else if debug_allocator {
        "with PYTHONMALLOC=debug"
    } else {
        "as they are"
    };
    command::announce(format_args!("{operations} operations on Python {}, {what}", python.version));
    let mut programs = start()?;
    programs.args(["-m", "adversary.soak", "--operations", &operations]).args(passed_on);
    command::check(&mut programs, "the soak")?;
    command::check(start()?.args(["-m", "adversary.chaos", "--steps", &operations]), "the chaos")
}

/// Under the sanitizer, or with Python's debugging allocator.
fn watch_memory(start: &mut Command, library: Option<&Path>, debug_allocator: bool) {
    if let Some(library) = library {
        // Python itself leaves memory behind when it ends; the programs count what they have made.
        start.env("PYTHONMALLOC", "malloc").env("LD_PRELOAD", library).env("ASAN_OPTIONS", "detect_leaks=0");
    } else if debug_allocator {
        start.env("PYTHONMALLOC", "debug");
    }
}

/// What looks on while the whole suite runs once.
struct Checks {
    sanitizer: bool,
    debug_allocator: bool,
    half_made: bool,
    every: Option<u64>,
}

/// Runs all Python tests, or those that are named, once.
fn run_suite(
    repo: &Repo,
    python: &Interpreter,
    others: &[Interpreter],
    checks: &Checks,
    passed_on: &[String],
) -> Result<()> {
    let extensions = Extensions::find(repo)?;
    let modules = if checks.sanitizer {
        let all: Vec<_> = extensions.modules().map(|(_, module)| module).collect();
        build_sanitized(repo, python, &extensions, &all)?
    } else {
        extensions.build(repo, python, Build::ToChange)?
    };
    let executable = pytest::environment(repo, python, others)?;
    let tests = repo.root.join("tests");
    let library = if checks.sanitizer { Some(sanitizer_library()?) } else { None };
    let start = || -> Result<Command> {
        let mut start = pytest::script(repo, &executable, &[&modules, &tests])?;
        watch_memory(&mut start, library.as_deref(), checks.debug_allocator);
        Ok(start)
    };
    if checks.sanitizer {
        check_sanitizer(&mut start()?)?;
    }
    let mut pytest = start()?;
    pytest.args(["-X", "faulthandler"]).args(pytest::START);
    if checks.half_made {
        pytest.args(["-p", "half_made"]);
    }
    if checks.sanitizer || checks.debug_allocator {
        pytest.args(["-p", "slowed_down"]);
    }
    if let Some(every) = checks.every {
        pytest.env("NB_EVERY", every.to_string());
    }
    pytest::select(&mut pytest, repo, passed_on, &[tests]);
    command::announce(format_args!("the Python tests once on Python {}", python.version));
    command::check(&mut pytest, "the suite")
}

/// Another build for the same interpreter, in a directory of its own.
fn variant(python: &Interpreter, what: &str) -> Interpreter {
    Interpreter { tag: format!("{}-{what}", python.tag), ..python.clone() }
}

/// Builds these modules, and all that they are made of, with AddressSanitizer.
fn build_sanitized(repo: &Repo, python: &Interpreter, extensions: &Extensions, wanted: &[&str]) -> Result<PathBuf> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(format!("--asan is set up for {TARGET} only"));
    }
    let python = variant(python, "asan");
    command::announce(format_args!("build for Python {} with AddressSanitizer", python.version));
    let wanted: Vec<(&Package, &str)> = extensions.modules().filter(|(_, module)| wanted.contains(module)).collect();
    let packages: BTreeSet<&str> = wanted.iter().map(|(package, _)| package.name.as_str()).collect();
    let target = extension::target_dir(repo, &python);
    // Through rustup, since the cargo that runs us is that of another toolchain.
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&repo.root)
        .args(["+nightly", "build", "--target", TARGET])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    command::check(
        extension::settings(&mut cargo, &python, &target),
        "the build with a nightly compiler (rustup toolchain install nightly)",
    )?;
    let modules = target.join("ext");
    repo::fresh_dir(&modules)?;
    let mut instrumented = BTreeSet::new();
    for (package, module) in wanted {
        let library = target.join(TARGET).join("debug").join(format!("lib{}.so", package.lib));
        if instrumented.insert(&package.lib) {
            let bytes =
                std::fs::read(&library).map_err(|error| format!("cannot read {}: {error}", library.display()))?;
            if !bytes.windows(13).any(|window| window == b"__asan_report") {
                return Err(format!("{} is not instrumented", library.display()));
            }
        }
        std::fs::copy(&library, modules.join(format!("{module}.so")))
            .map_err(|error| format!("cannot copy {}: {error}", library.display()))?;
    }
    Ok(modules)
}

/// The sanitizer's runtime: an ordinary Python brings none.
fn sanitizer_library() -> Result<PathBuf> {
    let answer = command::capture(Command::new("cc").arg("-print-file-name=libasan.so"))?;
    std::fs::canonicalize(answer.trim()).map_err(|_| "the C compiler has no libasan.so to preload".to_string())
}

/// A run without a report says something only if a fault is reported: reading freed memory has to end the process.
fn check_sanitizer(python: &mut Command) -> Result<()> {
    const FAULT: &str = "\
import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
p = ctypes.c_void_p(libc.malloc(64))
libc.free(p)
libc.strlen(p)
";
    let output = python.args(["-c", FAULT]).output().map_err(|error| error.to_string())?;
    if String::from_utf8_lossy(&output.stderr).contains("heap-use-after-free") {
        Ok(())
    } else {
        Err("AddressSanitizer does not report reading of freed memory here, so a silent run would prove nothing"
            .to_string())
    }
}

/// An interpreter that counts all references.
fn debug_python(pythons: &Pythons, wanted: Option<&str>) -> Result<Interpreter> {
    let known =
        ["python3-dbg", "python3.10-dbg", "python3.11-dbg", "python3.12-dbg", "python3.13-dbg", "python3.14-dbg"];
    let candidates: Vec<&str> = wanted.map_or_else(|| known.to_vec(), |wanted| vec![wanted]);
    let counts = |python: &Interpreter| {
        command::capture(Command::new(&python.executable).args(["-c", "import sys; sys.gettotalrefcount()"])).is_ok()
    };
    candidates.iter().filter_map(|candidate| pythons.choose(candidate).ok()).find(counts).ok_or_else(|| {
        "no interpreter that was built with --with-pydebug was found (on Debian: apt install python3-dbg); \
         --python can name one"
            .to_string()
    })
}

/// Runs each test of ownership again and again, and reports those that lose references.
fn count_references(
    repo: &Repo,
    python: &Interpreter,
    others: &[Interpreter],
    repetitions: Option<u64>,
    passed_on: &[String],
) -> Result<()> {
    let python = variant(python, "debug");
    let modules = Extensions::find(repo)?.build(repo, &python, Build::ToChange)?;
    let executable = pytest::environment(repo, &python, others)?;
    let tests = repo.root.join("tests");
    let mut pytest = pytest::script(repo, &executable, &[&modules, &tests])?;
    pytest.args(pytest::START).args(["-p", "refcounts", "-p", "no:hypothesispytest"]);
    if let Some(repetitions) = repetitions {
        pytest.env("NB_REPETITIONS", repetitions.to_string());
    }
    pytest::select(&mut pytest, repo, passed_on, &OWNERSHIP.map(|name| tests.join(format!("test_{name}.py"))));
    command::announce(format_args!("counting references on Python {}", python.version));
    command::check(&mut pytest, "the search for lost references")
}
