"""Applies rules to the text of a stub, as the generator lays it out: an entry, a blank line, an entry."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field

from .patterns import Imports, Pattern, PatternError, find, replaced


@dataclass
class Entry:
    """What has a name: a class, an attribute, or a function with its overloads."""

    name: str
    first: int
    """The line that it begins on, comments and decorators included; lines count from 0."""
    last: int
    """The line after it."""
    nodes: list[ast.stmt] = field(default_factory=list)


def rewrite(text: str, module: str, patterns: list[Pattern]) -> str:
    """The stub with the first rule applied that matches each name."""
    if not patterns:
        return text
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise PatternError(
            f'the stub of "{module}" has syntax that this Python, {sys.version_info[0]}.{sys.version_info[1]}, cannot read: '
            f"{error.msg}: {text.split(chr(10))[(error.lineno or 1) - 1].strip()}"
        ) from error
    lines = text.split("\n")
    imports = Imports()
    at = first_entry(tree, lines)
    doc = [] if not is_doc(tree.body) else lines[: tree.body[0].end_lineno]
    body = Body(lines, patterns, imports).rewritten(module, tree.body, at, len(lines), "")
    kept = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    head = written(kept, imports, module, "\n".join(body))
    parts = ["\n".join(doc), head, "\n".join(body).strip("\n")]
    result = "\n\n".join(part for part in parts if part) + "\n"
    try:
        ast.parse(result)
    except SyntaxError as error:
        line = result.split("\n")[(error.lineno or 1) - 1]
        raise PatternError(f"the patterns make of the stub what is no Python: {error.msg}: {line.strip()}") from error
    return result


def is_doc(body: list[ast.stmt]) -> bool:
    return bool(body) and is_text(body[0])


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def first_entry(tree: ast.Module, lines: list[str]) -> int:
    """The line after the docstring and the imports."""
    at = 0
    for index, node in enumerate(tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom) or index == 0 and is_text(node):
            at = node.end_lineno or 0
    while at < len(lines) and not lines[at]:
        at += 1
    return at


class Body:
    """The entries of a module or a class."""

    def __init__(self, lines: list[str], patterns: list[Pattern], imports: Imports) -> None:
        self.lines = lines
        self.patterns = patterns
        self.imports = imports

    def rewritten(self, prefix: str, body: list[ast.stmt], first: int, last: int, indent: str) -> list[str]:
        out = self.extra(f"{prefix}.__prefix__", indent)
        at = first
        for entry in self.entries(body, first):
            out += self.lines[at : entry.first]
            out += self.entry(prefix, entry, indent)
            at = entry.last
        out += self.lines[at:last]
        suffix = self.extra(f"{prefix}.__suffix__", indent)
        if suffix:
            while out and not out[-1]:
                out.pop()
            out += ["", *suffix]
        return out

    def extra(self, name: str, indent: str) -> list[str]:
        found = find(self.patterns, name)
        if found is None:
            return []
        lines = replaced(*found, None, self.imports)
        return [*indented(lines, indent), ""] if lines else []

    def entry(self, prefix: str, entry: Entry, indent: str) -> list[str]:
        name = f"{prefix}.{entry.name}"
        found = find(self.patterns, name)
        if found is not None:
            lines = replaced(*found, [self.doc(node, indent) for node in entry.nodes], self.imports)
            return [*indented(lines, indent), ""] if lines else []
        node = entry.nodes[0]
        if not isinstance(node, ast.ClassDef):
            return self.lines[entry.first : entry.last]
        if node.body[0].lineno == node.lineno:
            # `class Empty: ...`
            inside = self.rewritten(name, [], entry.last, entry.last, indent + "    ")
            if not inside:
                return self.lines[entry.first : entry.last]
            opening = self.lines[node.lineno - 1].removesuffix(" ...")
            return [*self.lines[entry.first : node.lineno - 1], opening, *inside]
        has_doc = is_doc(node.body)
        start = (node.body[0].end_lineno or 0) if has_doc else self.start(node.body[0])
        while start < entry.last and not self.lines[start]:
            start += 1
        header = self.lines[entry.first : start]
        inside = self.rewritten(name, node.body[1:] if has_doc else node.body, start, entry.last, indent + "    ")
        if not has_doc and not any(line.strip() and not line.strip().startswith("#") for line in inside):
            inside = [indent + "    pass", ""]
        return header + inside

    def entries(self, body: list[ast.stmt], first: int) -> list[Entry]:
        found: list[Entry] = []
        for node in body:
            name = name_of(node)
            last = node.end_lineno or 0
            while last < len(self.lines) and not self.lines[last]:
                last += 1
            previous = found[-1] if found else None
            if previous is not None and (is_text(node) or name == previous.name and isinstance(node, ast.FunctionDef)):
                # A docstring below an attribute, an overload, the setter of a property.
                previous.nodes.append(node)
                previous.last = last
            elif name is not None and self.start(node) >= first:
                found.append(Entry(name, self.start(node), last, [node]))
        return found

    def start(self, node: ast.stmt) -> int:
        """The line on which a statement begins, with decorators, and comments that stand right before it."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        at = min([node.lineno, *(one.lineno for one in decorators)]) - 1
        while at > 0 and self.lines[at - 1].lstrip().startswith("#"):
            at -= 1
        return at

    def doc(self, node: ast.stmt, indent: str) -> str | None:
        """The docstring of a definition, or one that stands below an attribute, with its quotation marks."""
        inside = getattr(node, "body", None)
        if inside is not None:
            node = inside[0]
            indent += "    "
        if not is_text(node):
            return None
        lines = self.lines[node.lineno - 1 : node.end_lineno]
        return "\n".join(line.removeprefix(indent) for line in lines)


def indented(lines: list[str], indent: str) -> list[str]:
    return [indent + line if line else "" for line in lines]


def name_of(node: ast.stmt) -> str | None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return next((target.id for target in targets if isinstance(target, ast.Name)), None)


def written(kept: list[ast.Import | ast.ImportFrom], new: Imports, module: str, body: str) -> str:
    """The imports of a stub: those that were there, as far as they are still needed, and those of the rules."""
    used = {node.id for node in ast.walk(parsed(body)) if isinstance(node, ast.Name)}
    whole: set[tuple[str, str | None]] = set(new.modules)
    names: dict[str, set[tuple[str, str | None]]] = {}
    for name in new.names:
        names.setdefault(name[0], set()).add(name[1:])
    for node in kept:
        for alias in node.names:
            local = alias.asname or alias.name
            if isinstance(node, ast.Import):
                if local.split(".")[0] in used:
                    whole.add((alias.name, alias.asname))
            elif local in used or alias.asname == alias.name:
                names.setdefault("." * node.level + (node.module or ""), set()).add((alias.name, alias.asname))
    lines = [(origin(name, module), name, f"import {shown(name, alias)}") for name, alias in whole]
    for source, imported in names.items():
        listed = ", ".join(sorted(shown(name, alias) for name, alias in imported))
        if source == ".":
            lines += [(2, source, f"from . import {shown(name, alias)}") for name, alias in sorted(imported, key=str)]
        else:
            lines.append((origin(source, module), source, f"from {source} import {listed}"))
    groups: dict[int, list[str]] = {}
    for group, _, line in sorted(lines):
        groups.setdefault(group, []).append(line)
    return "\n\n".join("\n".join(groups[group]) for group in sorted(groups))


def parsed(body: str) -> ast.Module:
    try:
        return ast.parse(body)
    except SyntaxError as error:
        line = body.split("\n")[(error.lineno or 1) - 1]
        raise PatternError(f"the patterns make of the stub what is no Python: {error.msg}: {line.strip()}") from error


def shown(name: str, alias: str | None) -> str:
    return name if alias is None else f"{name} as {alias}"


def origin(name: str, module: str) -> int:
    """Python's own modules first, then others, then the package itself."""
    top = name.split(".")[0]
    if not top or top == module.split(".")[0]:
        return 2
    return 0 if top in sys.stdlib_module_names else 1
