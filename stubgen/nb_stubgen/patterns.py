"""Pattern files: what stands in them, and what a rule makes of an entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path


class PatternError(Exception):
    """A pattern file that cannot be read, or applied."""


@dataclass
class Pattern:
    """One rule: a name, and the lines that come in the place of what has it; none to remove it."""

    query: re.Pattern[str]
    lines: list[str]
    matches: int = 0


@dataclass
class Imports:
    """What the lines of rules have imported."""

    names: list[tuple[str, str, str | None]] = field(default_factory=list)
    modules: list[tuple[str, str | None]] = field(default_factory=list)


def load(path: Path) -> list[Pattern]:
    """The rules of a file: `query:` at the beginning of a line, and indented lines below it."""
    patterns: list[Pattern] = []
    query: str | None = None
    block: list[str] = []

    def finish() -> None:
        if query is not None:
            patterns.append(Pattern(compiled(query, path), dedented(block)))

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PatternError(f'pattern file "{path}" is not UTF-8: {error}') from error
    for number, line in enumerate(text.splitlines(), 1):
        line = line.rstrip()
        if line.startswith("#"):
            continue
        if not line or line[0].isspace():
            block.append(line)
            continue
        if not line.endswith(":"):
            raise PatternError(f'Cannot parse line {number} of pattern file "{path}"')
        finish()
        query, block = line[:-1], []
    if query is None and any(block):
        raise PatternError(f'pattern file "{path}" begins with a replacement, before any query')
    finish()
    return patterns


def compiled(query: str, path: Path) -> re.Pattern[str]:
    try:
        return re.compile(query)
    except (re.error, RecursionError) as error:
        raise PatternError(f'pattern file "{path}": {query!r} is no regular expression: {error}') from error


def dedented(lines: list[str]) -> list[str]:
    """Without empty lines at the ends, and without what all lines have in front."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    while lines and not lines[0]:
        lines = lines[1:]
    lines = [line.expandtabs() for line in lines]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return [line[margin:] for line in lines]


def find(patterns: list[Pattern], name: str) -> tuple[Pattern, re.Match[str]] | None:
    """The first rule for a name."""
    for pattern in patterns:
        match = pattern.query.search(name)
        if match:
            pattern.matches += 1
            return pattern, match
    return None


def replaced(pattern: Pattern, match: re.Match[str], docs: list[str | None] | None, imports: Imports) -> list[str]:
    """The lines of a rule, filled in. `docs`: those of the overloads, in their order; `None` where nothing is replaced."""
    out: list[str] = []
    remaining = list(docs or [])
    for line in pattern.lines:
        word = line.strip()
        if word == "\\doc":
            if docs is None:
                raise PatternError("'\\doc' can only be used in patterns that replace an object with a docstring")
            doc = (remaining.pop(0) if remaining else None) or next((doc for doc in docs if doc), None)
            indent = line[: len(line) - len(line.lstrip())]
            out += [indent + part if part else "" for part in (doc or "pass").split("\n")]
        elif word.startswith("\\from "):
            add_names(word, imports)
        elif word.startswith("\\import "):
            for item in word[len("\\import ") :].split(","):
                module, _, alias = item.partition(" as ")
                imports.modules.append((module.strip(), alias.strip() or None))
        else:
            out.append(filled(line, match))
    return out


def add_names(line: str, imports: Imports) -> None:
    module, found, names = line[len("\\from ") :].partition(" import ")
    items = [item.strip() for item in names.strip().strip("()").split(",")]
    if not found or not module.strip() or not all(items):
        raise PatternError(f"Could not parse import declaration {line}")
    for item in items:
        name, _, alias = item.partition(" as ")
        imports.names.append((module.strip(), name.strip(), alias.strip() or None))


def filled(line: str, match: re.Match[str]) -> str:
    """With the groups of the match in the place of `\\1` and `\\name`; a group without a part in it is empty."""
    names = sorted(match.re.groupindex, key=len, reverse=True)

    def group(found: re.Match[str]) -> str:
        text = found.group(1)
        if text.isdigit():
            # `\\10` is group 10 where there is one, else group 1 and a zero.
            for length in range(len(text), 0, -1):
                if int(text[:length]) <= match.re.groups:
                    return (match.group(int(text[:length])) or "") + text[length:]
        name = next((name for name in names if text.startswith(name)), None)
        return found.group(0) if name is None else (match.group(name) or "") + text[len(name) :]

    return re.sub(r"\\(\d+|[A-Za-z_]\w*)", group, line)
