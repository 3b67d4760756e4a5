//! `cargo xtask bench`: the same module in several binding libraries, built and measured side by side.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::*;

use crate::pythons::{Interpreter, Pythons};
use crate::repo::{self, Repo};
use crate::{Result, args, command, extension, venv};

/// What is compared with. One minor version of each, so that two runs measure the same thing.
const REQUIREMENTS: [&str; 5] = [
    "pybind11==3.1.*",
    "cython==3.3.*",
    "setuptools",
    // The arrays of all of them are NumPy's. No minor version of it is there for every Python.
    "numpy==2.4.*; python_version >= '3.11'",
    "numpy==2.2.*; python_version < '3.11'",
];

/// The version of nanobind unless another is asked for.
pub const NANOBIND: &str = "3.1";

/// All C and C++ code is built alike: as fast as the compiler can, with the flags nanobind's own build uses.
const COMPILE: [&str; 7] = [
    "-O3",
    "-DNDEBUG",
    "-fPIC",
    "-fvisibility=hidden",
    "-fno-strict-aliasing",
    "-ffunction-sections",
    "-fdata-sections",
];

#[cfg(target_os = "macos")]
const LINK: [&str; 4] = ["-bundle", "-undefined", "dynamic_lookup", "-Wl,-dead_strip"];
#[cfg(not(target_os = "macos"))]
const LINK: [&str; 2] = ["-shared", "-Wl,--gc-sections"];

/// Answers, one to a line: the headers of nanobind, of pybind11 and of NumPy, and the versions of these and of Cython.
const PROBE: &str = "\
import importlib.metadata, nanobind, numpy, pybind11
print(nanobind.include_dir())
print(pybind11.get_include())
print(numpy.get_include())
print(', '.join('%s %s' % (n, importlib.metadata.version(n)) for n in ('nanobind', 'pybind11', 'cython', 'numpy')))
";

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    micro: bool,
    check: bool,
    instructions: bool,
    python: Option<String>,
    nanobind: Option<String>,
    only: Option<String>,
    json: Option<PathBuf>,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("micro") => options.micro = true,
            Long("check") => options.check = true,
            Long("instructions") => options.instructions = true,
            Long("python") => options.python = Some(args.value()?.string()?),
            Long("nanobind") => options.nanobind = Some(args.value()?.string()?),
            Long("only") => options.only = Some(args.value()?.string()?),
            Long("json") => options.json = Some(args.value()?.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask bench`
pub fn run(arguments: &[String]) -> Result<()> {
    let (options, passed_on) = args::read_and_rest(arguments, parse)?;
    let Options { micro, check, instructions, python, nanobind, only, json } = options;
    if micro && only.is_some() {
        return Err("--only names an operation of the comparison; --micro has none".to_string());
    }
    if micro && (check || instructions) {
        return Err("--check and --instructions belong to the comparison, not to --micro".to_string());
    }

    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    let python = pythons.chosen_or_default(python.as_deref())?;
    println!("Python {} at {}", python.version, python.executable.display());

    let bench = Bench::prepare(&repo, &python, &pythons.found, nanobind.as_deref().unwrap_or(NANOBIND))?;
    let json = match json {
        // The measuring script runs elsewhere: a relative path means the caller's directory.
        Some(file) => std::path::absolute(file).map_err(|error| error.to_string())?,
        None => bench.out.join(match (micro, instructions) {
            (true, _) => "micro.json",
            (false, true) => "instructions.json",
            (false, false) => "results.json",
        }),
    };
    let mut script = if micro {
        bench.micro_script()
    } else {
        repo::fresh_dir(&bench.modules)?;
        bench.build_all();
        bench.comparison_script(only.as_deref(), instructions)
    };
    if check {
        script.arg("--check");
    }
    script.arg("--json").arg(json).args(passed_on);
    command::announce("measuring");
    command::check(&mut script, if check { "the measurement, or one of the goals," } else { "the measurement" })
}

/// Where things are for one interpreter.
struct Bench<'a> {
    repo: &'a Repo,
    python: &'a Interpreter,
    /// Everything that is built.
    out: PathBuf,
    /// What `run.py` imports; emptied first, so that nothing measures the build of an earlier run.
    modules: PathBuf,
    python_headers: PathBuf,
    /// The other libraries, if they could be installed.
    peers: Option<Peers>,
}

/// Builds one module.
type Build<'a> = fn(&Bench<'a>) -> Result<()>;

/// The libraries that come from the package index.
struct Peers {
    /// The interpreter of the environment they are installed in.
    python: PathBuf,
    nanobind_headers: PathBuf,
    pybind11_headers: PathBuf,
    numpy_headers: PathBuf,
    versions: String,
}

impl Peers {
    fn install(dir: &Path, python: &Interpreter, others: &[Interpreter], nanobind: &str) -> Result<Self> {
        let nanobind = format!("nanobind=={nanobind}.*");
        let requirements: Vec<_> = std::iter::once(nanobind.as_str()).chain(REQUIREMENTS).collect();
        let python = venv::ensure(dir, python, others, &requirements)?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "matplotlib"]);
        if command::capture(&mut pip).is_err() {
            println!("matplotlib cannot be installed here: there will be no charts");
        }
        let answers = command::capture(Command::new(&python).args(["-c", PROBE]))?;
        let mut lines = answers.lines().map(str::to_string);
        let mut next = || lines.next().unwrap_or_default();
        Ok(Self {
            nanobind_headers: next().into(),
            pybind11_headers: next().into(),
            numpy_headers: next().into(),
            versions: next(),
            python,
        })
    }
}

impl<'a> Bench<'a> {
    fn prepare(repo: &'a Repo, python: &'a Interpreter, others: &[Interpreter], nanobind: &str) -> Result<Self> {
        // Another version of nanobind gets an environment and modules of its own.
        let tag = match nanobind {
            NANOBIND => python.tag.clone(),
            other => format!("{}-nanobind-{other}", python.tag),
        };
        let out = repo.target.join("bench").join(&tag);
        let modules = out.join("modules");
        let headers = command::capture(
            Command::new(&python.executable).args(["-c", "import sysconfig; print(sysconfig.get_path('include'))"]),
        )?;
        let environment = repo.target.join(format!("venv-bench-{tag}"));
        let peers = Peers::install(&environment, python, others, nanobind)
            .inspect_err(|error| println!("nanobind, pybind11, Cython and NumPy cannot be installed: {error}"))
            .ok();
        Ok(Self { repo, python, out, modules, python_headers: headers.trim().into(), peers })
    }

    /// Builds every module; one that cannot be built is named and left out.
    fn build_all(&self) {
        let builds: [(&str, Build<'a>); 6] = [
            ("C API", Self::c_api),
            ("nb", |bench| bench.rust("bench_nb", "nb")),
            ("nanobind", Self::nanobind),
            ("pybind11", Self::pybind11),
            ("PyO3", |bench| bench.rust("bench_pyo3", "pyo3")),
            ("Cython", Self::cython),
        ];
        for (name, build) in builds {
            command::announce(format_args!("building the module with {name}"));
            if let Err(error) = build(self) {
                println!("left out: {name}: {error}");
            }
        }
    }

    fn peers(&self) -> Result<&Peers> {
        self.peers.as_ref().ok_or_else(|| "it could not be installed, see above".to_string())
    }

    fn source(&self, path: &str) -> PathBuf {
        self.repo.root.join("benches").join(path)
    }

    fn module(&self, name: &str) -> PathBuf {
        self.modules.join(format!("{name}.so"))
    }

    fn c_api(&self) -> Result<()> {
        let mut compiler = self.compiler("CC", "cc")?;
        // The yardstick is there without NumPy too; it lacks the functions on arrays then.
        if let Some(peers) = &self.peers {
            compiler.arg("-DBENCH_NUMPY").arg("-I").arg(&peers.numpy_headers);
        }
        compiler.arg(self.source("capi/bench_capi.c")).args(LINK).arg("-o").arg(self.module("bench_capi"));
        command::check(&mut compiler, "the C compiler")
    }

    fn nanobind(&self) -> Result<()> {
        let peers = self.peers()?;
        let headers = &peers.nanobind_headers;
        let home = headers.parent().unwrap_or(headers);
        let core = self.out.join("nanobind.o");
        let mut compiler = self.cpp()?;
        compiler
            .arg("-I")
            .arg(headers)
            .arg("-I")
            .arg(home.join("ext/robin_map/include"))
            .arg("-c")
            .arg(home.join("src/nb_combined.cpp"))
            .arg("-o")
            .arg(&core);
        command::check(&mut compiler, "the build of nanobind itself")?;
        let mut compiler = self.cpp()?;
        compiler.arg("-I").arg(headers).arg(core);
        self.finish_cpp(compiler, &self.source("nanobind/bench_nanobind.cpp"), "bench_nanobind")
    }

    fn pybind11(&self) -> Result<()> {
        let peers = self.peers()?;
        let mut compiler = self.cpp()?;
        compiler.arg("-I").arg(&peers.pybind11_headers);
        self.finish_cpp(compiler, &self.source("pybind11/bench_pybind11.cpp"), "bench_pybind11")
    }

    fn cython(&self) -> Result<()> {
        let peers = self.peers()?;
        let source = self.out.join("bench_cython.cpp");
        let mut cython = Command::new(&peers.python);
        cython.args(["-m", "cython", "--cplus", "-o"]).arg(&source).arg(self.source("cython/bench_cython.pyx"));
        command::check(&mut cython, "Cython")?;
        self.finish_cpp(self.cpp()?, &source, "bench_cython")
    }

    fn cpp(&self) -> Result<Command> {
        let mut compiler = self.compiler("CXX", "c++")?;
        compiler.arg("-std=c++17");
        Ok(compiler)
    }

    fn finish_cpp(&self, mut compiler: Command, source: &Path, module: &str) -> Result<()> {
        compiler.arg(source).args(LINK).arg("-o").arg(self.module(module));
        command::check(&mut compiler, "the C++ compiler")
    }

    /// The compiler that the environment variable names, or the system's.
    fn compiler(&self, variable: &str, default: &str) -> Result<Command> {
        if cfg!(windows) {
            return Err("the C and C++ modules are built with a Unix compiler's options".to_string());
        }
        let program = std::env::var_os(variable).unwrap_or_else(|| OsString::from(default));
        let mut compiler = Command::new(program);
        compiler.args(COMPILE).arg("-I").arg(&self.python_headers);
        Ok(compiler)
    }

    fn settings<'c>(&self, cargo: &'c mut Command) -> &'c mut Command {
        extension::settings(cargo, self.python, &self.out.join("rust"))
    }

    fn rust(&self, package: &str, dir: &str) -> Result<()> {
        let mut cargo = command::cargo();
        cargo.current_dir(self.source(dir)).args(["build", "--release"]);
        command::check(self.settings(&mut cargo), "cargo build")?;
        let built = self.out.join("rust/release").join(format!("{DLL_PREFIX}{package}{DLL_SUFFIX}"));
        let module = if cfg!(windows) { self.modules.join(format!("{package}.pyd")) } else { self.module(package) };
        fs::copy(&built, module).map(drop).map_err(|error| format!("cannot copy {}: {error}", built.display()))
    }

    fn comparison_script(&self, only: Option<&str>, instructions: bool) -> Command {
        let mut script = self.script("run.py");
        let chart = if instructions { "chart-instructions" } else { "chart" };
        script.arg("--versions").arg(self.versions()).arg("--chart").arg(self.out.join(chart));
        if instructions {
            script.arg("--instructions");
        }
        if let Some(only) = only {
            script.arg("--only").arg(only);
        }
        script
    }

    fn micro_script(&self) -> Command {
        let mut script = self.script("micro/run.py");
        script.arg("--nb").arg(self.repo.root.join("nb")).arg("--out").arg(self.out.join("micro"));
        script.arg("--versions").arg(self.versions());
        self.settings(&mut script);
        script
    }

    fn script(&self, name: &str) -> Command {
        let python = self.peers.as_ref().map_or(&self.python.executable, |peers| &peers.python);
        let mut script = Command::new(python);
        script
            .arg(self.source(name))
            .env_remove("PYTHONHOME")
            .env("PYTHONPATH", &self.modules)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        script
    }

    /// What the numbers depend on, in words.
    fn versions(&self) -> String {
        let first_line = |program: &str| {
            command::capture(Command::new(program).arg("--version"))
                .ok()
                .and_then(|text| text.lines().next().map(str::to_string))
        };
        let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_string());
        let mut cargo = command::cargo();
        cargo.current_dir(self.source("pyo3")).args(["pkgid", "--offline", "pyo3"]);
        let pyo3 = command::capture(&mut cargo).ok();
        let pyo3 = pyo3.as_deref().and_then(|id| id.trim().rsplit_once('@'));
        [
            Some(format!("nb {}", env!("CARGO_PKG_VERSION"))),
            self.peers.as_ref().map(|peers| peers.versions.clone()),
            pyo3.map(|(_, version)| format!("pyo3 {version}")),
            first_line("rustc"),
            first_line(&compiler),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
    }
}
