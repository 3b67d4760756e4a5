"""Builds and measures nanobind's microbenchmark; started by `cargo xtask bench --micro`. See ../README.md."""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time

import gen

LIBRARIES = ["nb", "nanobind", "pybind11", "PyO3"]
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

# The loops of the original, with the function, the class and the method looked up once.
CALLS = {
    "func": "f = m.test_0000\ndef go(n):\n for _ in range(n): f(1, 2, 3, 4, 5, 6)\nassert f(1, 2, 3, 4, 5, 6) == 21",
    "class": "c = m.Struct0; s = c.sum\ndef go(n):\n for _ in range(n): s(c(1, 2, 3, 4, 5, 6))\n"
    "assert s(c(1, 2, 3, 4, 5, 6)) == 21",
}
TIMER = """
import sys, time, statistics
sys.path.insert(0, {path!r})
import {name} as m
{calls}
go(10_000)
times = []
for _ in range(15):
    start = time.process_time()
    go(100_000)
    times.append((time.process_time() - start) * 1e4)
print(statistics.median(times))
"""


def child_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command, **settings):
    """Seconds that passed, and seconds of processor time, which other work on the machine does not lengthen."""
    start, used = time.perf_counter(), child_seconds()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **settings)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start, child_seconds() - used


def medians(times):
    return tuple(statistics.median(column) for column in zip(*times))


class Cpp:
    """A module of nanobind or pybind11. The library's own core is compiled beforehand and linked in."""

    def __init__(self, library, work):
        import nanobind
        import pybind11

        self.compiler = [os.environ.get("CXX", "c++"), *COMMON, "-I", sysconfig.get_path("include")]
        self.cores = {}
        home = pathlib.Path(nanobind.include_dir()).parent
        if library == "pybind11":
            self.compiler += ["-I", pybind11.get_include()]
            return
        self.compiler += ["-I", nanobind.include_dir()]
        for variant, flags in CPP.items():
            core = work / f"nanobind-{variant}.o"
            includes = ["-I", home / "ext/robin_map/include"]
            timed([*self.compiler, *flags, *includes, "-ffunction-sections", "-fno-strict-aliasing", "-c",
                   home / "src/nb_combined.cpp", "-o", core])
            self.cores[variant] = [core]

    def build(self, name, text, variant, module, repeat):
        source = module.with_name(f"{name}.cpp")
        source.write_text(text)
        command = [*self.compiler, *CPP[variant], source, *self.cores.get(variant, []), *LINK, "-o", module]
        return medians([timed(command) for _ in range(repeat)])


class Rust:
    """A module of nb or PyO3. Dependencies are built beforehand: the time is that of the one crate."""

    def __init__(self, library, work, nb):
        dependency = f'nb = {{ path = "{nb}", package = "nanobind-rs" }}' if library == "nb" else 'pyo3 = "0.30"'
        self.dependency, self.work = dependency, work

    def build(self, name, text, variant, module, repeat):
        crate = self.work / name
        (crate / "src").mkdir(parents=True, exist_ok=True)
        (crate / "Cargo.toml").write_text(
            f'[workspace]\n\n[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n\n'
            f'[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\n{self.dependency}\n{PROFILES}'
        )
        source = crate / "src/lib.rs"
        cargo = [os.environ.get("CARGO", "cargo"), "build", *(["--release"] if variant == "opt" else [])]
        # An empty crate first: this builds the dependencies.
        source.write_text("")
        environment = {**os.environ, "CARGO_TARGET_DIR": str(self.work / "target")}
        timed(cargo, cwd=crate, env=environment)
        times = []
        for turn in range(repeat):
            source.write_text(text + f"// {turn}\n")
            times.append(timed(cargo, cwd=crate, env=environment))
        prefix, suffix = ("lib", ".dylib") if sys.platform == "darwin" else ("lib", ".so")
        built = self.work / "target" / ("release" if variant == "opt" else "debug") / f"{prefix}{name}{suffix}"
        shutil.copy(built, module)
        return medians(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nb", required=True, help="the directory of the nb crate")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--repeat", type=int, default=3, help="builds of which the median is taken")
    parser.add_argument("--library", action="append", choices=LIBRARIES)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    rows = []
    for library in options.library or LIBRARIES:
        rust = library in ("nb", "PyO3")
        try:
            builder = Rust(library, options.out, options.nb) if rust else Cpp(library, options.out)
            for workload in ("func", "class"):
                for variant in ("debug", "opt"):
                    name = f"micro_{workload}_{library.lower()}"
                    directory = options.out / variant
                    directory.mkdir(exist_ok=True)
                    module = directory / f"{name}.so"
                    passed, used = builder.build(name, gen.source(library, workload, name), variant, module, options.repeat)
                    code = TIMER.format(path=str(directory), name=name, calls=CALLS[workload])
                    nanoseconds = float(subprocess.check_output([sys.executable, "-c", code], text=True))
                    rows.append((library, workload, variant, passed, used, module.stat().st_size, nanoseconds))
                    print(f"{library} {workload} {variant}: {used:.1f} s, {nanoseconds:.1f} ns", file=sys.stderr)
        except (RuntimeError, ImportError, OSError, subprocess.CalledProcessError) as error:
            print(f"left out from here on: {library}: {error}")

    print("\n| library | workload | variant | build, s | build, CPU s | size, KiB | one call, ns |")
    print("|---|---|---|---:|---:|---:|---:|")
    for library, workload, variant, passed, used, size, nanoseconds in rows:
        print(f"| {library} | {workload} | {variant} | {passed:.1f} | {used:.1f} | {size / 1024:.0f} | {nanoseconds:.1f} |")
    if options.json:
        keys = ("library", "workload", "variant", "seconds", "cpu_seconds", "bytes", "nanoseconds")
        options.json.write_text(json.dumps([dict(zip(keys, row)) for row in rows], indent=1))
        print(f"\nnumbers: {options.json}")


if __name__ == "__main__":
    main()
