"""The benchmarks' own code: what is generated, how it is counted, what the report says. Nothing is timed here."""

import contextlib
import importlib
import importlib.util
import io
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="build times are measured on Unix only")

BENCHES = pathlib.Path(__file__).resolve().parents[1] / "benches"


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, BENCHES / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Two of the scripts have the same file name, so they are loaded by path; what they import has to be found besides.
sys.path[:0] = [str(BENCHES), str(BENCHES / "micro")]
try:
    comparison = load("nb_bench_comparison", "run.py")
    micro = load("nb_bench_micro", "micro/run.py")
    import builders
    import gen
    import history
    import instructions
    import machine
    import operations
    import tables
finally:
    del sys.path[:2]

TYPES = ["u16", "i32", "u32", "i64", "u64", "f32"]


@pytest.mark.row("bench-02")
def test_contenders():
    assert [name for name, *_ in operations.CONTENDERS] == [
        "C API", "nb", "nanobind", "pybind11", "PyO3", "PyO3 frozen", "Cython",
    ]
    assert gen.LIBRARIES == ["nb", "nanobind", "pybind11", "PyO3", "Cython", "Python"]


def test_operations_are_distinct_and_compile():
    keys = [key for key, *_ in operations.OPERATIONS]
    titles = [title for _, title, *_ in operations.OPERATIONS]
    assert len(keys) == len(set(keys)) == len(set(titles))
    for _, _, setup, statement in operations.OPERATIONS:
        operations.looped(setup, statement)


@pytest.mark.row("bench-03")
def test_function_workload():
    expected = [
        (f"test_{index:04}", list(types)) for index, types in enumerate(itertools.permutations(TYPES))
    ]
    assert len(expected) == 720
    found = re.findall(r'm\.def\("(\w+)", \|(.*?)\| (.*)\);', gen.source("nb", "func", "x"))
    assert [(name, re.findall(r": (\w+)", arguments)) for name, arguments, _ in found] == expected
    assert {body for *_, body in found} == {"a as f32 + b as f32 + c as f32 + d as f32 + e as f32 + f as f32"}
    for library in gen.LIBRARIES:
        names = re.findall(r"test_\d{4}", gen.source(library, "func", "x"))
        assert list(dict.fromkeys(names)) == [name for name, _ in expected], library


@pytest.mark.row("bench-03")
def test_the_first_function_gives_21():
    scope = {}
    exec(gen.source("Python", "func", "x"), scope)
    assert scope["test_0000"](1, 2, 3, 4, 5, 6) == 21
    # The same is asserted of each compiled module before it is timed.
    wrong = type("Module", (), {"test_0000": staticmethod(lambda *arguments: 22)})
    with pytest.raises(AssertionError):
        exec(micro.CALLS["func"], {"m": wrong})


@pytest.mark.row("bench-04")
def test_class_workload():
    def classes(library, count=None):
        source = gen.source(library, "class", "x", count)
        return list(dict.fromkeys(re.findall(r"\bStruct\d+", source)))

    for library in gen.LIBRARIES:
        assert classes(library) == [f"Struct{index}" for index in range(252)], library
    assert len(classes("nb", 720)) == 720
    required = ["--nb", "nb", "--out", "out"]
    assert micro.parse(required).classes == 252
    assert micro.parse([*required, "--classes", "720"]).classes == 720

    source = gen.source("nb", "class", "x", 1)
    assert re.findall(r"    ([a-f]): (\w+),\n", source) == list(zip("abcdef", TYPES))
    assert "nb::init<u16, i32, u32, i64, u64, f32>()" in source and '.def("sum", &Struct0::sum)' in source
    # Unlike the original's, the pure Python `sum` adds up all six.
    scope = {}
    exec(gen.source("Python", "class", "x"), scope)
    assert scope["Struct0"](1, 2, 3, 4, 5, 6).sum() == 21


@pytest.mark.row("bench-05")
def test_build_variants(tmp_path):
    assert builders.CPP == {"debug": ["-O0", "-g3"], "opt": ["-Os", "-g0", "-s"]}
    manifest = builders.builder("nb", tmp_path, "/nb").manifest("x")
    debug, opt = manifest.split("[profile.dev]")[1].split("[profile.release]")
    assert re.findall(r"(?:opt-level|debug) = .*", debug) == ["opt-level = 0", "debug = 2"]
    assert re.findall(r"(?:opt-level|debug|strip) = .*", opt) == ['opt-level = "s"', "debug = 0", "strip = true"]
    # Whether the library is inside of what is measured stands in the report.
    assert set(builders.CORE_INSIDE) == set(gen.LIBRARIES)
    assert "| nb | yes |" in micro.report(some_rows())


@pytest.mark.row("bench-06")
def test_report_names_the_machine(tmp_path):
    about = machine.describe("nb 1.2.3, nanobind 3.1.0")
    assert list(about) == ["python", "cpu", "system", "frequency", "versions"]
    assert all(about.values())
    assert platform_version() in about["python"]

    assert machine.frequency_policy(tmp_path).startswith("frequency policy not visible")
    (tmp_path / "cpu0/cpufreq").mkdir(parents=True)
    (tmp_path / "cpu0/cpufreq/scaling_governor").write_text("performance\n")
    (tmp_path / "intel_pstate").mkdir()
    (tmp_path / "intel_pstate/no_turbo").write_text("1\n")
    assert machine.frequency_policy(tmp_path) == "governor performance, boost off"


def platform_version():
    return ".".join(map(str, sys.version_info[:3]))


@pytest.mark.row("bench-08")
def test_build_time_is_the_median_of_five(tmp_path, monkeypatch):
    assert micro.parse(["--nb", "nb", "--out", "out"]).repeat == 5
    assert builders.medians([(5, 50), (1, 90), (9, 10), (3, 70), (4, 30)]) == (4, 50)

    built = []
    times = iter([(5, 50), (1, 90), (9, 10), (3, 70), (4, 30)])
    monkeypatch.setattr(builders, "timed", lambda commands: (built.append(commands), next(times))[1])
    module = tmp_path / "x.so"
    assert builders.builder("Cython", tmp_path, None).build("x", "", "opt", module, 5) == (4, 50)
    # The step from .pyx to C++ is within what is timed, all five times, with the same flags as the other libraries.
    assert len(built) == 5
    for translate, compile in built:
        assert "cython" in translate and tmp_path / "x.pyx" in translate
        assert set(builders.CPP["opt"]) <= set(compile) and tmp_path / "x.cpp" in compile


@pytest.mark.row("bench-09")
def test_readme_quotes_the_figures_of_the_original():
    text = " ".join((BENCHES / "README.md").read_text().split())
    assert "2.7 times (functions) and 3.1 times (classes) nanobind's for pybind11" in text
    assert "4.0 times only for pybind11's smart_holder branch; 4.4 times is Cython's figure" in text


def some_rows():
    """What a run might have measured."""
    rows = []
    for workload, count in gen.WORKLOADS.items():
        for variant in builders.VARIANTS:
            for factor, library in enumerate(("nb", "nanobind", "pybind11", "PyO3", "Cython"), 1):
                size = 1024 * 100 * factor
                rows.append({
                    "library": library, "workload": workload, "variant": variant, "count": count,
                    "seconds": 10.0 * factor, "cpu_seconds": 8.0 * factor, "bytes": size, "kib": size / 1024,
                    "nanoseconds": 50.0 * factor,
                })
            if variant == "opt":
                rows.append({"library": "Python", "workload": workload, "variant": variant, "count": count,
                             "nanoseconds": 200.0})
    return rows


@pytest.mark.row("bench-10", "bench-13", "bench-14")
def test_report_of_the_microbenchmark():
    text = micro.report(some_rows())
    headings = re.findall(r"### (.*)", text)
    assert sorted(headings) == ["252 classes, debug", "252 classes, opt", "720 functions, debug", "720 functions, opt"]
    part = text.split("### 720 functions, opt")[1].split("###")[0]
    assert "| nanobind | yes | 20.0 | 16.0 | 200 |  | 100.0 |" in part
    assert "| nb / pybind11 | 0.33 | 0.33 | 0.33 |  | 0.33 |" in part
    assert "| nb / Cython | 0.20 | 0.20 | 0.20 |  | 0.20 |" in part
    # Nothing is built for pure Python, only called.
    assert "| nb / Python |  |  |  |  | 0.25 |" in part
    assert micro.marginal(1_720, 1_001, 720) == 1


@pytest.mark.row("bench-11")
def test_call_loops_look_up_once():
    class Counting:
        def __init__(self, **attributes):
            self.attributes, self.looked_up = attributes, []

        def __getattr__(self, name):
            self.looked_up.append(name)
            return self.attributes[name]

    calls = []

    def add(*arguments):
        calls.append(arguments)
        return sum(arguments)

    module = Counting(test_0000=add)
    scope = {"m": module}
    exec(micro.CALLS["func"], scope)
    scope["go"](5)
    assert module.looked_up == ["test_0000"]
    assert calls == [(1, 2, 3, 4, 5, 6)] * 6

    made = Counting(sum=lambda instance: instance)
    made_calls = []
    made.__class__.__call__ = lambda self, *arguments: made_calls.append(arguments) or sum(arguments)
    module = Counting(Struct0=made)
    scope = {"m": module}
    exec(micro.CALLS["class"], scope)
    scope["go"](5)
    assert (module.looked_up, made.looked_up) == (["Struct0"], ["sum"])
    assert made_calls == [(1, 2, 3, 4, 5, 6)] * 6
    assert re.search(r"start = time\.perf_counter\(\)\ngo\(.*\)\nprint\(\(time\.perf_counter\(\) - start\)", micro.TIMER)


def test_call_times_of_pure_python(tmp_path):
    (tmp_path / "opt").mkdir()
    rows = [row for row in some_rows() if row["library"] == "Python"]
    for row in rows:
        name = micro.module_name("Python", row["workload"])
        (tmp_path / "opt" / f"{name}.py").write_text(gen.source("Python", row["workload"], name, 1))
        row["nanoseconds"] = 0
    micro.add_call_times(rows, tmp_path, rounds=2)
    assert len(rows) == 2 and all(row["nanoseconds"] > 0 for row in rows)


@pytest.mark.row("bench-16", "faq-02")
def test_extensions_need_system_libraries_only():
    listing = {"linux": ["ldd"], "darwin": ["otool", "-L"]}.get(sys.platform)
    if not listing or not shutil.which(listing[0]):
        pytest.skip("there is no program here that lists what a library needs")
    module = importlib.import_module("test_functions_ext")
    lines = subprocess.check_output([*listing, module.__file__], text=True).splitlines()
    if sys.platform == "darwin":
        needed = {pathlib.PurePath(line.split()[0]).name for line in lines[2:]}
        assert all(name.startswith(("libSystem", "libiconv")) for name in needed), needed
        return
    needed = {pathlib.PurePath(line.split()[0]).name for line in lines}
    allowed = r"(linux-(vdso|gate)|ld-linux[-\w]*|libc|libm|libgcc_s|libdl|libpthread|librt|libutil)\.so(\.\d+)?"
    assert not [name for name in needed if not re.fullmatch(allowed, name)], needed
    assert "libc.so.6" in needed


@pytest.mark.row("bench-18")
def test_raw_numbers_are_published():
    raw = sorted((BENCHES / "results").glob("*.json"))
    assert raw
    for path in raw:
        report = json.loads(path.read_text())
        assert {"python", "cpu", "system", "frequency", "versions"} <= set(report), path
        rows = report.get("rows") or report["results"].values()
        assert rows and any("nb" in row or row.get("library") == "nb" for row in rows), path


@pytest.mark.row("bench-19")
def test_contenders_are_measured_in_turns(monkeypatch):
    order = []

    class Module:
        def __init__(self, name):
            self.name = name

        def add(self, a, b):
            order.append(self.name)

    monkeypatch.setattr(comparison, "turns_for", lambda run: 1)
    modules = {"nb": Module("nb"), "nanobind": Module("nanobind"), "empty": object()}
    key, _, setup, statement = next(operation for operation in operations.OPERATIONS if operation[0] == "add")
    row = comparison.measure(modules, setup, statement, rounds=3)
    # What has no `add` has no number.
    assert list(row) == ["nb", "nanobind"]
    # One round each, in changing order; the empty loop has its turn in between.
    rounds = [name for name, _ in itertools.groupby(order)]
    assert rounds == ["nb", "nanobind", "nb", "nanobind"]
    assert order.count("nb") == order.count("nanobind") == 3 * operations.UNROLL
    assert {"named_pos", "construct", "pooled"} <= {key for key, *_ in operations.OPERATIONS}


@pytest.mark.row("cls-73")
def test_what_a_pool_saves_is_published_beside_nanobind():
    results = json.loads((BENCHES / "results" / "instructions-3.11.json").read_text())["results"]
    assert results["pooled"]["nanobind"] < results["construct"]["nanobind"]
    # nb keeps the memory of a few small instances in any case.
    assert results["pooled"]["nb"] <= 1.02 * results["construct"]["nb"] < results["construct"]["nanobind"]
    text = (BENCHES / "RESULTS.md").read_text()
    title = next(title for key, title, *_ in operations.OPERATIONS if key == "pooled")
    assert f"| {title} | " in text


def test_table_and_goals():
    good = {"C API": 10.0, "nb": 11.0, "nanobind": 20.0, "PyO3": 15.0}
    bad = {"C API": 10.0, "nb": 30.0, "nanobind": 20.0, "Cython": 15.0}
    unfinished = {"C API": 10.0, "nanobind": 20.0}
    alone = {"nb": 3.0}
    assert tables.against(good) == [0.55, pytest.approx(11 / 15), 1.1]
    assert tables.best_peer(good) == "PyO3" and tables.best_peer(alone) is None
    text = tables.table([("good", good), ("unfinished", unfinished)], ["C API", "nb", "nanobind", "PyO3"])
    lines = text.splitlines()
    assert lines[0].endswith("| nb / C API | nb / best peer | nb / nanobind |")
    assert lines[2] == "| good | 10.0 | 11.0 (1.10) | 20.0 (2.00) | 15.0 (1.50) | 1.10 | 0.73 | 0.55 |"
    assert lines[3] == "| unfinished | 10.0 |  | 20.0 (2.00) |  |  |  |  |"
    assert tables.missed([("good", good), ("alone", alone)]) == []
    assert tables.missed([("bad", bad), ("unfinished", unfinished)]) == [
        "bad: 1.50 of nanobind, the goal is 0.75",
        "bad: 2.00 of the best peer (Cython), the goal is 1.00",
        "bad: 3.00 of the C API, the goal is 1.25",
        "unfinished: nb cannot do this yet",
    ]


def test_a_row_that_needs_more_than_the_last_release_is_named(tmp_path):
    file, page = tmp_path / "history.json", tmp_path / "HISTORY.md"
    row = lambda number: {"nb": float(number), "nanobind": 900.0}
    assert history.worse("3.11", {"add": row(100)}, file) == []
    history.record("3.11", "0.1.0", {"add": row(300), "noargs": row(180.4), "take": row(327)}, file, page)
    history.record("3.11", "0.2.0", {"add": row(230), "noargs": row(127), "give": {"nanobind": 5.0}}, file, page)
    assert history.load(file) == {"3.11": {"0.1.0": {"add": 300, "noargs": 180, "take": 327}, "0.2.0": {"add": 230, "noargs": 127}}}
    text = page.read_text()
    assert "| two ints | 300 | 230 | 0.77 |" in text and "| object in | 327 |  |  |" in text and "object out" not in text
    # The bound is the last release's, for the same Python; a little more is noise.
    assert history.worse("3.13", {"add": row(999)}, file) == []
    assert history.worse("3.11", {"add": row(236), "noargs": row(134), "take": row(999)}, file) == []
    assert history.worse("3.11", {"add": row(240), "noargs": row(136)}, file) == [
        "add: 240 instructions, 230 in 0.2.0",
        "noargs: 136 instructions, 127 in 0.2.0",
    ]
    # The same label again takes the place of the column.
    history.record("3.11", "0.2.0", {"add": row(231)}, file, page)
    assert list(history.load(file)["3.11"]) == ["0.1.0", "0.2.0"] and "| two ints | 300 | 231 | 0.77 |" in page.read_text()


def test_the_published_history_is_what_the_numbers_say():
    assert history.PAGE.read_text() == history.render(history.load())


def test_instructions_are_the_difference_of_2n_and_n(tmp_path):
    # What callgrind writes at each mark; the file without a number is what came after the last one.
    for part, total in enumerate([999, 10 + 50, 10 + 100, 77, 7 + 500, 7 + 1_000], 1):
        (tmp_path / f"counts.{part}").write_text(f"part: {part}\nsummary: {total}\ntotals: {total}\n")
    (tmp_path / "counts").write_text("totals: 5\n")
    counts = instructions.totals(tmp_path)
    assert counts == [999, 60, 110, 77, 507, 1_007]
    # N is 10 turns of the empty loop and 5 of the operation.
    per_turn = (500 / 5) - (50 / 10)
    done = [("", 10), ("add", 5)]
    assert instructions.per_operation(done, counts) == {"add": per_turn / operations.UNROLL}
    with pytest.raises(instructions.Unavailable, match="6 counts instead of 9"):
        instructions.per_operation([*done, ("more", 1)], counts)


def test_missing_valgrind_is_said_plainly(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(instructions.Unavailable, match="valgrind, which is not installed here"):
        instructions.count(["C API"], ["add"])


def test_unknown_operations_are_refused():
    with contextlib.redirect_stderr(io.StringIO()) as said, pytest.raises(SystemExit):
        comparison.parse(["--only", "nonsense"])
    assert "there is no operation 'nonsense'" in said.getvalue()
