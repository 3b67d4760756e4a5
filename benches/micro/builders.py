"""Builds the generated modules, and says how long it took. All variants of a library's own core are built beforehand."""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time

VARIANTS = ("debug", "opt")
# As in the original: debug is unoptimised with all debug information, opt is optimised for size and stripped.
CPP = {"debug": ["-O0", "-g3"], "opt": ["-Os", "-g0", "-s"]}
COMMON = ["-std=c++17", "-fPIC", "-fvisibility=hidden", "-fno-stack-protector"]
LINK = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared", "-Wl,--gc-sections"]
PROFILES = """
[profile.dev]
opt-level = 0
debug = 2
incremental = false

[profile.release]
opt-level = "s"
debug = 0
strip = true
"""
# Whether the measured file contains the whole library. The original links nanobind's core as a shared library, outside of it.
CORE_INSIDE = {
    "nb": "yes",
    "nanobind": "yes",
    "pybind11": "header only",
    "PyO3": "yes",
    "Cython": "generated",
    "Python": "",
}


def child_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(commands, **settings):
    """Seconds that passed, and seconds of processor time, which other work on the machine does not lengthen."""
    start, used = time.perf_counter(), child_seconds()
    for command in commands:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **settings)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start, child_seconds() - used


def medians(times):
    """The median of each column."""
    return tuple(statistics.median(column) for column in zip(*times))


class Cpp:
    """A module of nanobind, pybind11 or Cython. nanobind's own core is compiled beforehand and linked in."""

    def __init__(self, library, work):
        self.library = library
        self.compiler = [os.environ.get("CXX", "c++"), *COMMON, "-I", sysconfig.get_path("include")]
        self.cores = {}
        if library == "pybind11":
            import pybind11

            self.compiler += ["-I", pybind11.get_include()]
        elif library == "nanobind":
            import nanobind

            home = pathlib.Path(nanobind.include_dir()).parent
            self.compiler += ["-I", nanobind.include_dir()]
            for variant, flags in CPP.items():
                core = work / f"nanobind-{variant}.o"
                includes = ["-I", home / "ext/robin_map/include"]
                timed([[*self.compiler, *flags, *includes, "-ffunction-sections", "-fno-strict-aliasing", "-c",
                        home / "src/nb_combined.cpp", "-o", core]])
                self.cores[variant] = [core]

    def build(self, name, text, variant, module, repeat):
        source = module.with_name(f"{name}.cpp")
        commands = []
        if self.library == "Cython":
            # The step from .pyx to C++ is part of the build, as in the original.
            source.with_suffix(".pyx").write_text(text)
            commands.append([sys.executable, "-m", "cython", "--cplus", "-o", source, source.with_suffix(".pyx")])
        else:
            source.write_text(text)
        commands.append([*self.compiler, *CPP[variant], source, *self.cores.get(variant, []), *LINK, "-o", module])
        return medians([timed(commands) for _ in range(repeat)])


class Rust:
    """A module of nb or PyO3. Dependencies are built beforehand: the time is that of the one crate."""

    def __init__(self, library, work, nb):
        dependency = f'nb = {{ path = "{nb}", package = "nanobind-rs" }}' if library == "nb" else 'pyo3 = "0.30"'
        self.dependency, self.work = dependency, work

    def manifest(self, name):
        return (
            f'[workspace]\n\n[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n\n'
            f'[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\n{self.dependency}\n{PROFILES}'
        )

    def build(self, name, text, variant, module, repeat):
        crate = self.work / name
        (crate / "src").mkdir(parents=True, exist_ok=True)
        (crate / "Cargo.toml").write_text(self.manifest(name))
        source = crate / "src/lib.rs"
        cargo = [os.environ.get("CARGO", "cargo"), "build", *(["--release"] if variant == "opt" else [])]
        # An empty crate first: this builds the dependencies.
        source.write_text("")
        settings = {"cwd": crate, "env": {**os.environ, "CARGO_TARGET_DIR": str(self.work / "target")}}
        timed([cargo], **settings)
        times = []
        for turn in range(repeat):
            source.write_text(text + f"// {turn}\n")
            times.append(timed([cargo], **settings))
        prefix, suffix = ("lib", ".dylib") if sys.platform == "darwin" else ("lib", ".so")
        built = self.work / "target" / ("release" if variant == "opt" else "debug") / f"{prefix}{name}{suffix}"
        shutil.copy(built, module)
        return medians(times)


def builder(library, work, nb):
    if library in ("nb", "PyO3"):
        return Rust(library, work, nb)
    return Cpp(library, work)
