//! The project's chores, started with `cargo xtask <command>`.

mod args;
mod bench;
mod builds;
mod command;
mod cpp;
mod demo;
mod extension;
mod guide;
mod layers;
mod new;
mod packages;
mod pair;
mod pairs;
mod parity;
mod project;
mod publish;
mod pytest;
mod pythons;
mod repo;
mod report;
mod soak;
mod test;
mod venv;
mod verbatim;

use std::process::ExitCode;

/// Chores fail with a text for the person at the terminal; nothing handles such an error further up.
type Result<T, E = String> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: cargo xtask <command>

  demo [--cpp] [--python PY]
      Build my_ext, zoo, simulation, graph and arrays of porting-guide/examples and run their demo.py. --cpp builds the
      C++ originals as well and compares what the two print; that of arrays is left out where Eigen is not installed.

  new DIR [--published]
      A project of one's own in DIR, named after it: porting-guide/template with this checkout of nb as its dependency, or
      with the published version.

  test [--python PY[,PY]] [--quick] [-k EXPR] [--no-ui] [--no-project] [--no-pairs] [-- PYTEST ARGS]
      Format, lints, links of the documentation, Rust tests, compile-error tests, the packages to publish, a project of
      one's own, the pairs of the guide, and the Python tests on every interpreter found.
      --quick takes one interpreter, -k selects Python tests, --no-ui leaves the compile errors out, --no-project the
      project, which fetches maturin and mypy each time, --no-pairs the pairs.

  test --frameworks [--python PY] [-k EXPR] [-- PYTEST ARGS]
      The tests of arrays alone, with PyTorch, JAX and TensorFlow installed beside NumPy: several gigabytes.

  builds [--python PY]
      The same project with the configurations in porting-guide/examples/builds that pip builds: setuptools-rust,
      meson-python, scikit-build-core.

  guide [--check]
      Fill the code and the tables on the pages of porting-guide/src in, from porting-guide/examples. --check, and the
      command test, only look whether that is still the same.

  pairs [--python PY] [--fill]
      Build both halves of each pair of the guide, x.cpp with nanobind and x.rs, and of the examples, and run x.py or
      demo.py with the module of either: what they print has to be the same, and the same as on the pages that show it.
      --fill fills the pages in. C++ that has not changed is not built again; where there is no compiler for it, the
      scripts run with Rust alone.

  verbatim [--help | PAIR]
      How much of the binding code of C++ stands unchanged in the Rust of these pairs, and of the other examples. --help
      says what is counted. Of one pair, the statements that only its C++ (-) or only its Rust (+) has.

  layers
      Which files of nb/src use what stands above them in the order of folders that nb/src/LAYERS.md states.

  bench [--python PY] [--micro | --instructions] [--check] [--only OP] [--nanobind 2.13] [--json FILE] [-- SCRIPT ARGS]
      The same module in nb, nanobind, pybind11, PyO3, Cython and the C API, measured side by side.
      --micro builds nanobind's own benchmark instead: 720 functions and 252 classes. --instructions counts with
      valgrind instead of timing, --check lists the rows that miss the goals. See benches/README.md.

  soak [--python PY] [--operations N] [--asan | --malloc-debug]
      Random programs against a model of ownership, and of Python classes, longer than in the tests: 100,000 operations
      each, or 20,000 under AddressSanitizer (nightly compiler, libasan) or with PYTHONMALLOC=debug. A program that
      fails is shrunk. As many steps of Python code follow that gets in everywhere, five times, for which no value may
      be lost or freed twice.
  soak --refcounts [--python PY] [--repetitions N] [-- PYTEST ARGS]
      Repeats each test of ownership 1,000 times, or as often as there is time for, on a debug build of Python, and
      reports those after which the number of all references has grown.

  soak --suite [--asan | --malloc-debug] [--python PY] [-- PYTEST ARGS]
      The Python tests once, under AddressSanitizer or with PYTHONMALLOC=debug. What cannot be tested there is skipped,
      with the reason.
  soak --half-made [--every N] [--asan | --malloc-debug] [--python PY] [-- PYTEST ARGS]
      The same while a profile hook looks at all young objects whenever a test's code calls something: the first ten
      times at each place, and at every Nth call (50). Nothing half-made may be found.

  parity [DIR] [--json] [--group GROUP]
      Which rows of the checklists DIR/*.md, or else tests/parity/*.md, are proved by a test, answered by the guide, or open.

PY is a version (3.12, 3.14t) or the path of an interpreter. Interpreters are looked for in the
directories of NB_PYTHONS (a path list), on PATH, among pyenv's versions, and in ../shared/python/*.tar.xz.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(format!("no command given\n\n{USAGE}"));
    };
    match command.as_str() {
        "bench" => bench::run(rest),
        "builds" => builds::run(rest),
        "demo" => demo::run(rest),
        "guide" => guide::run(rest),
        "layers" => layers::run(rest),
        "pairs" => pairs::run(rest),
        "verbatim" => verbatim::run(rest),
        "new" => new::run(rest),
        "soak" => soak::run(rest),
        "test" => test::run(rest),
        "parity" => parity::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
}
