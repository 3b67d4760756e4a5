"""A pytest plugin that writes down which parity rows the tests claim to prove, without running or building anything.

`cargo xtask parity` starts it, with `--collect-only`. The extension modules of the tests are stood in for, so that the
modules of tests can be imported. That must not lose a row: each row marker that stands in a file has to arrive with
a test that is collected, or it is a mistake, with its file and line.
"""

import ast
import importlib.machinery
import json
import re
import sys

import pytest

EXTENSION = re.compile(r"test_\w+_ext|harbour")


class Anything(type):
    """What a module that is not built would hold: a class with whatever it is asked for, that can be called, and that is empty
    when iterated over."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})

    def __call__(cls, *args, **kwargs):
        return Anything(cls.__name__, (), {})

    @property
    def __dict__(cls):
        return Attributes(type.__dict__["__dict__"].__get__(cls))

    def __iter__(cls):
        return iter(())

    def __len__(cls):
        return 0

    def __bool__(cls):
        return True

    def __contains__(cls, item):
        return False


class Attributes(dict):
    def __missing__(self, name):
        return Anything(name, (), {})


class Unbuilt:
    """Finds each extension module of the tests, as a module that has whatever it is asked for."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, cls) if EXTENSION.fullmatch(name) else None

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.__getattr__ = Anything(module.__name__, (), {}).__getattr__


def pytest_addoption(parser):
    parser.addoption("--rows-to", required=True, metavar="FILE", help="where to write rows and mistakes, as JSON")


def pytest_configure(config):
    sys.meta_path.insert(0, Unbuilt)
    config.pluginmanager.register(Collected(), "rows that were collected")


def markers(item):
    """Each row marker of a test and of what is around it, with the place where it was set."""
    for node in item.listchain():
        # All parameters of a test are one place.
        place = node.nodeid.partition("[")[0]
        for mark in getattr(node, "own_markers", ()):
            if mark.name == "row":
                yield place, mark


def written(directory):
    """The ids of row markers in the sources: file, line, id."""
    for path in sorted(directory.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            match node:
                case ast.Call(func=ast.Attribute(attr="row", value=ast.Attribute(attr="mark") | ast.Name(id="mark"))):
                    for argument in node.args:
                        if isinstance(argument, ast.Constant):
                            yield path.relative_to(directory).as_posix(), argument.lineno, argument.value


class Collected:
    def __init__(self):
        # Places and their rows; dicts keep the order of the files.
        self.proofs = {}
        self.mistakes = {}
        self.skipped = {}

    def mistake(self, place, why):
        self.mistakes[f"{place}: {why}"] = None

    def pytest_collectreport(self, report):
        if report.skipped:
            self.skipped[report.nodeid] = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config, items):
        for item in items:
            for place, mark in markers(item):
                ids = mark.args
                if not ids or mark.kwargs or not all(isinstance(row, str) for row in ids):
                    self.mistake(place, 'a row marker takes ids: pytest.mark.row("fn-07", "fn-12")')
                elif item.get_closest_marker("skip"):
                    self.mistake(item.nodeid, "a test that is always skipped proves no row")
                else:
                    self.proofs.setdefault(place, {}).update(dict.fromkeys(ids))
        carried = {(place.partition("::")[0], row) for place, rows in self.proofs.items() for row in rows}
        for file, line, row in written(config.rootpath):
            if (file, row) not in carried:
                skipped = self.skipped.get(file)
                why = f"the file is left out here ({skipped})" if skipped else "pytest collects no test with it"
                self.mistake(f"{file}:{line}", f"the row marker {row!r} proves nothing: {why}")
        found = {
            "proofs": [{"place": place, "rows": list(rows)} for place, rows in self.proofs.items()],
            "mistakes": list(self.mistakes),
        }
        with open(config.getoption("--rows-to"), "w", encoding="utf-8") as file:
            json.dump(found, file)
