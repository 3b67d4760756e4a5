"""Type stubs of extension modules made with nb: the module writes them while it is imported, this package says where and how.

    import nb_stubgen
    nb_stubgen.stubs("geo._core")   # {"geo/_core/__init__.pyi": "..", "geo/_core/util.pyi": ".."}

It has to be called before the module is imported, in a process of its own as `python -m nb_stubgen` is.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from .patterns import Pattern, PatternError, load
from .rewriting import rewrite

__all__ = ["Pattern", "PatternError", "StubError", "load", "rewrite", "stubs"]


class StubError(Exception):
    """There are no stubs to be had, and why."""


def import_for_stubs(name: str, folder: Path, options: str = "") -> ModuleType:
    """Imports a module, with the request to write stubs into the folder."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise StubError(f'"{name}" is not the full name of a module')
    if name in sys.modules:
        raise StubError(f'the module "{name}" is imported already: stubs are written by the import')
    before = {key: os.environ.get(key) for key in ("NB_STUBGEN", "NB_STUBGEN_OPTIONS")}
    os.environ["NB_STUBGEN"] = str(folder)
    os.environ["NB_STUBGEN_OPTIONS"] = options
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise StubError(f'there is no module "{error.name}": say with -i where to look for it') from error
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def stubs(name: str, *, private: bool = False, docstrings: bool = True, values: bool = True) -> dict[str, str]:
    """The stubs of a module and its submodules, by path."""
    words = {"private": private, "no-docstrings": not docstrings, "no-values": not values}
    with tempfile.TemporaryDirectory() as folder:
        import_for_stubs(name, Path(folder), ",".join(word for word, wanted in words.items() if wanted))
        own = name.replace(".", "/")
        found = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in Path(folder).rglob("*.pyi")}
        found = {path: text for path, text in found.items() if path == f"{own}.pyi" or path.startswith(f"{own}/")}
    if not found:
        raise StubError(
            f'the module "{name}" wrote no stubs: it is not made with nb, or a release build without nb\'s feature `stubs`, '
            "or a package whose extension has another name"
        )
    return dict(sorted(found.items()))
