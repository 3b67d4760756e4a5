"""`python -m nb_stubgen`: the options of nanobind's generator."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import StubError, stubs
from .patterns import Pattern, PatternError, load
from .rewriting import rewrite


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nb_stubgen", description="Writes type stubs of extension modules made with nb.")
    add = parser.add_argument
    add("names", nargs="*", metavar="MODULE", help="a module, as with -m")
    add("-o", "--output-file", metavar="FILE", type=Path, help="the file for the stub of a single module; a folder is taken as with -O")
    add("-O", "--output-dir", metavar="PATH", type=Path, help="the folder for the stubs")
    add("-i", "--import", dest="imports", metavar="PATH", action="append", default=[], help="look for modules here first (repeatable)")
    add("-m", "--module", dest="modules", metavar="MODULE", action="append", default=[], help="a module to write a stub of (repeatable)")
    add("-r", "--recursive", action="store_true", help="of its submodules too")
    add("-M", "--marker-file", metavar="FILE", type=Path, action="append", default=[], help="make an empty file, usually py.typed (repeatable)")
    add("-p", "--pattern-file", metavar="FILE", type=Path, action="append", default=[], help="rules that change the stubs (repeatable)")
    add("-P", "--include-private", action="store_true", help="show names that begin or end with an underscore")
    add("-D", "--exclude-docstrings", action="store_true", help="show no docstrings")
    add("--exclude-values", action="store_true", help="show ... in the place of values")
    add("-q", "--quiet", action="store_true", help="say nothing unless something fails")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    options = parser().parse_args(arguments)
    modules: list[str] = options.names + options.modules
    if options.output_file and options.output_file.is_dir():
        options.output_dir, options.output_file = options.output_file, None
    if not modules:
        parser().error("At least one module must be specified.")
    if options.output_file and len(modules) > 1:
        parser().error("The -o option can only be specified when a single module is being processed.")
    if options.output_file and options.recursive:
        parser().error("The -o option is not compatible with recursive stub generation (-r).")
    say = (lambda _: None) if options.quiet else print
    sys.path[:0] = [*options.imports, "."]
    try:
        patterns = loaded(options.pattern_file, say)
        for module in modules:
            make(module, options, patterns, say)
    except (StubError, PatternError, OSError) as error:
        sys.exit(f"error: {error}")
    for pattern in patterns:
        if not pattern.matches:
            say(f"  - warning: rule '{pattern.query.pattern}' did not match any elements.")
    for marker in options.marker_file:
        say(f'  - writing marker file "{marker.resolve()}" ..')
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()


def loaded(files: list[Path], say: Callable[[str], None]) -> list[Pattern]:
    patterns: list[Pattern] = []
    for file in files:
        say(f'Using pattern file "{file}" ..')
        found = load(file)
        say(f"  - loaded {len(found)} patterns.\n")
        patterns += found
    return patterns


def make(module: str, options: argparse.Namespace, patterns: list[Pattern], say: Callable[[str], None]) -> None:
    """Writes the stubs of one module."""
    say(f'Module "{module}" ..')
    say("  - importing ..")
    found = stubs(
        module,
        private=options.include_private,
        docstrings=not options.exclude_docstrings,
        values=not options.exclude_values,
    )
    say("  - analyzing ..")
    own = module.replace(".", "/")
    before = sum(pattern.matches for pattern in patterns)
    texts = {path: rewrite(text, name_of(path), patterns) for path, text in found.items() if options.recursive or is_main(path, own)}
    if patterns:
        say(f"  - applied {sum(pattern.matches for pattern in patterns) - before} patterns.")
    for path, text in texts.items():
        file = options.output_file or folder(module, options) / place(path, own, options.recursive)
        say(f'  - writing stub "{file.resolve()}" ..')
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def name_of(path: str) -> str:
    return path.removesuffix(".pyi").removesuffix("/__init__").replace("/", ".")


def is_main(path: str, own: str) -> bool:
    return path in (f"{own}.pyi", f"{own}/__init__.pyi")


def place(path: str, own: str, recursive: bool) -> Path:
    """Where a stub lies in the folder of its module: a folder for what has submodules, unless only the module's own is written."""
    last = own.rpartition("/")[2]
    if not recursive:
        return Path(f"{last}.pyi")
    return Path(last + path[len(own) :])


def folder(module: str, options: argparse.Namespace) -> Path:
    """The folder that was named, or the one that the module lies in."""
    if options.output_dir:
        chosen: Path = options.output_dir
        return chosen
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.has_location or spec.origin is None:
        raise StubError(f'the module "{module}" has no file to put the stub beside: say with -o or -O where it goes')
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
