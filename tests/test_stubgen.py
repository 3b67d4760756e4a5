"""`python -m nb_stubgen`: nanobind's options, and pattern files."""

import ast
import re
import sys
from pathlib import Path

import pytest
from test_stubs import EXPECTED, STUBGEN, entry, run

sys.path.insert(0, str(STUBGEN))
from nb_stubgen import Pattern, PatternError, load, rewrite  # noqa: E402

SAMPLE = (EXPECTED / "test_stubs_ext" / "__init__.pyi").read_text(encoding="utf-8")


def tool(*arguments, code=0):
    done = run("-m", "nb_stubgen", *map(str, arguments))
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.row("typ-28", "typ-29", "typ-32", "typ-34", "typ-35", "typ-23", "typ-26", "api-stub-3", "api-stub-4", "api-stub-6", "api-stub-12")
def test_a_tree_of_stubs(tmp_path):
    out = tool("-r", "-m", "test_stubs_ext", "-m", "test_stubs_python_ext", "-O", tmp_path / "new", "-M", tmp_path / "new" / "py.typed")
    assert out == (
        f'Module "test_stubs_ext" ..\n  - importing ..\n  - analyzing ..\n'
        f'  - writing stub "{tmp_path}/new/test_stubs_ext/__init__.pyi" ..\n'
        f'  - writing stub "{tmp_path}/new/test_stubs_ext/sub.pyi" ..\n'
        f'Module "test_stubs_python_ext" ..\n  - importing ..\n  - analyzing ..\n'
        f'  - writing stub "{tmp_path}/new/test_stubs_python_ext.pyi" ..\n'
        f'  - writing marker file "{tmp_path}/new/py.typed" ..\n'
    )
    tree = ["py.typed", "test_stubs_ext/__init__.pyi", "test_stubs_ext/sub.pyi", "test_stubs_python_ext.pyi"]
    assert files(tmp_path / "new") == tree
    assert (tmp_path / "new" / "py.typed").stat().st_size == 0
    assert (tmp_path / "new" / tree[1]).read_text(encoding="utf-8") == SAMPLE


@pytest.mark.row("typ-31", "typ-40", "api-stub-5", "api-stub-9")
def test_one_file(tmp_path):
    assert tool("-q", "test_stubs_ext", "-o", tmp_path / "x.pyi") == ""
    assert files(tmp_path) == ["x.pyi"]
    assert (tmp_path / "x.pyi").read_text(encoding="utf-8") == SAMPLE
    tool("-q", "test_stubs_python_ext", "-o", tmp_path)
    assert files(tmp_path) == ["test_stubs_python_ext.pyi", "x.pyi"]


@pytest.mark.row("typ-29", "typ-31")
def test_wrong_options():
    for arguments, text in [
        ([], "error: At least one module must be specified."),
        (["a", "b", "-o", "x.pyi"], "error: The -o option can only be specified when a single module is being processed."),
        (["a", "-r", "-o", "x.pyi"], "error: The -o option is not compatible with recursive stub generation (-r)."),
    ]:
        assert text in tool(*arguments, code=2)
    assert "usage: python -m nb_stubgen" in tool("-h")


@pytest.mark.row("typ-30", "typ-33", "api-stub-7")
def test_beside_the_module(tmp_path):
    source = next(Path(path) for path in sys.path if list(Path(path).glob("test_stubs_other_ext.*")))
    [extension] = source.glob("test_stubs_other_ext.*")
    (tmp_path / extension.name).symlink_to(extension)
    [first] = source.glob("test_stubs_ext.*")
    (tmp_path / first.name).symlink_to(first)
    (tmp_path / "test_stubs_other_ext.pyi").write_text("old")
    tool("-i", tmp_path, "test_stubs_other_ext")
    stub = (tmp_path / "test_stubs_other_ext.pyi").read_text(encoding="utf-8")
    assert stub == (EXPECTED / "test_stubs_other_ext.pyi").read_text(encoding="utf-8")


def test_no_stubs_to_be_had(tmp_path):
    assert 'the module "json" wrote no stubs: it is not made with nb' in tool("json", "-O", tmp_path, code=1)
    assert 'the module "sys" is imported already' in tool("sys", "-O", tmp_path, code=1)
    assert tool("nowhere", "-O", tmp_path, code=1) == 'error: there is no module "nowhere": say with -i where to look for it\n'
    assert "is not the full name of a module" in tool("..hm", "-O", tmp_path, code=1)


@pytest.mark.row("typ-22", "api-stub-1")
def test_an_import_that_fails_shows_why(tmp_path):
    shown = tool("test_stubs_mistake_ext", "-O", tmp_path, code=1)
    assert "Traceback" in shown and "cannot overload existing non-function object" in shown


@pytest.mark.row("typ-37", "api-stub-11")
def test_private_names(tmp_path):
    tool("-P", "test_stubs_ext", "-o", tmp_path / "x.pyi")
    text = (tmp_path / "x.pyi").read_text(encoding="utf-8")
    assert "class _Unused:" in text and "def _private(self)" in text and "def trailing_()" in text
    assert "__nb_signature__" not in text


@pytest.mark.row("typ-38", "api-stub-10")
def test_without_docstrings(tmp_path):
    tool("-D", "test_stubs_ext", "-o", tmp_path / "x.pyi")
    text = (tmp_path / "x.pyi").read_text(encoding="utf-8")
    assert '"""' not in text
    assert "def documented(arg: int, /) -> float: ..." in text and "    Open = 0\n\n    Closed = 1" in text


@pytest.mark.row("typ-39", "TYP-14", "api-stub-16")
def test_without_values(tmp_path):
    tool("--exclude-values", "test_stubs_ext", "-o", tmp_path / "x.pyi")
    text = (tmp_path / "x.pyi").read_text(encoding="utf-8")
    assert "LIMIT: int = ..." in text and "def by_name(a: int, *, b: int = ...) -> int: ..." in text
    # What they are is what makes members of them.
    assert "    Open = 0" in text


def rewritten(tmp_path, rules, text=SAMPLE, module="m"):
    file = tmp_path / "rules.txt"
    file.write_text(rules, encoding="utf-8")
    patterns = load(file)
    result = rewrite(text, module, patterns)
    ast.parse(result)
    return result, [pattern.matches for pattern in patterns]


STUB = '''"""The module."""

from typing import Any, overload

A: int = 1
"""The first."""

def f(a: int) -> Any: ...

# a note
@overload
def g(a: int) -> int:
    """Of a number."""

@overload
def g(a: bytes) -> int: ...

@overload
def g(a: str) -> str:
    """
    Of a text.

    With more.
    """

class C:
    """A class."""

    def __eq__(self, arg: C, /) -> bool:
        """Compares."""

    def __ne__(self, arg: C, /) -> bool: ...

    def __lt__(self, arg: C, /) -> bool: ...

    @property
    def p(self) -> int:
        """The property."""

    @p.setter
    def p(self, arg: int, /) -> None: ...

    class Inner:
        def secret(self) -> int: ...

class Empty: ...

secret_number: int = 1
'''


@pytest.mark.row("typ-51", "typ-52", "TYP-06", "TYP-21")
def test_a_rule_replaces_what_its_query_finds(tmp_path):
    """Anywhere in the full name; the first rule wins; however deep the block is indented, it fits the place."""
    rules = """# a comment
m.C.Inner.secret:

  def secret(self) -> str:
      # inside
      pass

C\\.Inner:
        def never(self) -> int: ...
^m\\.f$:
\tdef f(a: str) -> bool: ...
nothing:
    x
"""
    text, matches = rewritten(tmp_path, rules, STUB)
    assert "    class Inner:\n        def secret(self) -> str:\n            # inside\n            pass\n" not in text
    # A rule that matches a class takes all of it.
    assert "    def never(self) -> int: ...\n\nclass Empty" in text and "class Inner" not in text
    assert "\ndef f(a: str) -> bool: ...\n" in text
    assert matches == [0, 1, 1, 0]
    text, matches = rewritten(tmp_path, rules.replace("C\\.Inner:", "Z:"), STUB)
    assert "    class Inner:\n        def secret(self) -> str:\n            # inside\n            pass\n" in text
    assert matches == [1, 0, 1, 0]


@pytest.mark.row("typ-53", "typ-58", "TYP-25")
def test_overloads_docstrings_and_imports(tmp_path):
    rules = """m.g:
    \\from typing import Optional as _Opt, Literal
    @overload
    def g(a: Literal[1]) -> int:
        \\doc

    @overload
    def g(a: None) -> int:
        \\doc

    @overload
    def g(a: _Opt[str]) -> str:
        \\doc
"""
    text, _ = rewritten(tmp_path, rules, STUB)
    doc = '"""\n    Of a text.\n\n    With more.\n    """\n'
    # The docstrings come in their order; that of the first stands in for one that is missing.
    for head in ["a: Literal[1]", "a: None"]:
        assert f'@overload\ndef g({head}) -> int:\n    """Of a number."""\n' in text
    assert f"@overload\ndef g(a: _Opt[str]) -> str:\n    {doc}" in text
    assert "from typing import Any, Literal, Optional as _Opt, overload\n" in text and "# a note" not in text
    for wrong in ["\\from typing", "\\from typing import", "\\from import x", "\\from typing import a,,b"]:
        with pytest.raises(PatternError, match="Could not parse import declaration"):
            rewritten(tmp_path, f"m.g:\n    {wrong}\n", STUB)


@pytest.mark.row("typ-54")
def test_a_rule_without_a_block_removes(tmp_path):
    text, matches = rewritten(tmp_path, "secret:\nm.f:\n", STUB)
    assert "secret" not in text and "def f(" not in text
    assert "    class Inner:\n        pass\n" in text
    # What nobody needs any more is not imported.
    assert "from typing import overload\n" in text
    assert matches == [2, 1]


@pytest.mark.row("typ-55", "typ-56", "TYP-06")
def test_groups(tmp_path):
    text, matches = rewritten(tmp_path, "__(eq|ne)__:\n    def __\\1__(self, arg: object, /) -> bool: ...\n", STUB)
    assert matches == [2]
    assert "    def __eq__(self, arg: object, /) -> bool: ...\n\n    def __ne__(self, arg: object, /) -> bool: ...\n" in text
    text, _ = rewritten(tmp_path, "__(?P<op>lt)__(x)?:\n    def __\\op__(self, arg: object, /) -> bool: ...  # \\10 \\2 \\3\n", STUB)
    assert "def __lt__(self, arg: object, /) -> bool: ...  # lt0  \\3\n" in text


@pytest.mark.row("typ-57")
def test_the_old_docstring(tmp_path):
    """Of a function, of a property, of an attribute; none is `pass`."""
    text, _ = rewritten(tmp_path, "eq:\n    def __eq__(self, arg: object, /) -> bool:\n        \\doc\n", STUB)
    assert '    def __eq__(self, arg: object, /) -> bool:\n        """Compares."""\n' in text
    text, _ = rewritten(tmp_path, "ne:\n    def __ne__(self, arg: object, /) -> bool:\n        \\doc\n", STUB)
    assert "    def __ne__(self, arg: object, /) -> bool:\n        pass\n" in text
    text, _ = rewritten(tmp_path, "C.p:\n    @property\n    def p(self) -> str:\n        \\doc\n", STUB)
    assert '    @property\n    def p(self) -> str:\n        """The property."""\n\n    class Inner' in text
    text, _ = rewritten(tmp_path, "m.A$:\n    A: str\n    \\doc\n", STUB)
    assert '\nA: str\n"""The first."""\n' in text
    with pytest.raises(PatternError, match=r"'\\doc' can only be used in patterns that replace an object with a docstring"):
        rewritten(tmp_path, "m.__prefix__:\n    \\doc\n", STUB)


@pytest.mark.row("typ-59", "TYP-22")
def test_whole_modules(tmp_path):
    rules = "m.f:\n    \\import logging, collections.abc as cabc\n    def f(a: logging.Logger) -> cabc.Set[int]: ...\n"
    text, _ = rewritten(tmp_path, rules, STUB)
    assert '"""The module."""\n\nimport collections.abc as cabc\nimport logging\nfrom typing import overload\n\nA: int' in text


@pytest.mark.row("typ-60", "TYP-14")
def test_text_at_the_beginning_and_the_end(tmp_path):
    rules = """m.__prefix__:
    First = int
m.__suffix__:
    Last = int
m.C.__prefix__:
    def first(self) -> int: ...
m.C.__suffix__:
    def last(self) -> int: ...
Empty.__prefix__:
    x: int
"""
    text, matches = rewritten(tmp_path, rules, STUB)
    assert matches == [1, 1, 1, 1, 1]
    assert "\n\nFirst = int\n\nA: int = 1\n" in text and text.endswith("secret_number: int = 1\n\nLast = int\n")
    assert '    """A class."""\n\n    def first(self) -> int: ...\n\n    def __eq__' in text
    assert "def secret(self) -> int: ...\n\n    def last(self) -> int: ...\n\nclass Empty:\n    x: int\n" in text


@pytest.mark.row("typ-61")
def test_mistakes_in_pattern_files(tmp_path):
    for rules, text in [
        ("a:\n  x\nb\n", f'Cannot parse line 3 of pattern file "{tmp_path}/rules.txt"'),
        ("  x\n", "begins with a replacement, before any query"),
        ("a(:\n", "is no regular expression"),
        ("m.f:\n    def f(:\n", "the patterns make of the stub what is no Python"),
    ]:
        with pytest.raises(PatternError) as caught:
            rewritten(tmp_path, rules, STUB)
        assert text in str(caught.value)


@pytest.mark.row("typ-36", "typ-27", "typ-61", "api-stub-13", "TYP-06")
def test_pattern_files_on_the_command_line(tmp_path):
    (tmp_path / "one.txt").write_text("bare$:\n    def bare() -> int: ...\nnothing:\n")
    (tmp_path / "two.txt").write_text("documented:\n")
    out = tool("test_stubs_ext", "-o", tmp_path / "x.pyi", "-p", tmp_path / "one.txt", "-p", tmp_path / "two.txt")
    assert out.startswith(f'Using pattern file "{tmp_path}/one.txt" ..\n  - loaded 2 patterns.\n\nUsing pattern file')
    assert "  - applied 2 patterns.\n" in out
    assert "  - warning: rule 'nothing' did not match any elements.\n" in out
    text = (tmp_path / "x.pyi").read_text(encoding="utf-8")
    assert "def bare() -> int: ..." in text and "def documented" not in text
    assert "def explained" in text
    (tmp_path / "two.txt").write_text("wrong\n")
    error = tool("test_stubs_ext", "-o", tmp_path / "x.pyi", "-p", tmp_path / "two.txt", code=1)
    assert error == f'error: Cannot parse line 1 of pattern file "{tmp_path}/two.txt"\n'


def test_a_rule_that_finds_nothing_leaves_the_text_as_it_is():
    nothing = Pattern(re.compile("no such name"), [])
    texts = {file.relative_to(EXPECTED).parts[0]: file.read_text(encoding="utf-8") for file in EXPECTED.rglob("*.pyi")}
    readable = {name: text for name, text in texts.items() if sys.version_info >= (3, 12) or "[U: int]" not in text}
    assert len(readable) >= 2
    for name, text in readable.items():
        assert rewrite(text, name.removesuffix(".pyi"), [nothing]) == text


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python can read it")
def test_syntax_that_this_python_cannot_read():
    text = (EXPECTED / "test_stubs_other_ext.pyi").read_text(encoding="utf-8")
    with pytest.raises(PatternError, match=r'the stub of "m" has syntax that this Python, 3\.1\d, cannot read: .*def parameter_of_its_own'):
        rewrite(text, "m", [Pattern(re.compile("x"), [])])


def test_entries_of_the_sample_can_be_replaced_one_by_one(tmp_path):
    """Whatever a rule removes, the rest is Python."""
    for name in ["m.Kind", "m.Kind.Open$", "m.over", "m.Point.x$", "m.Point.__init__", "m.Outer", "m.Odd.other", "m.LIMIT", "m.T$"]:
        text, matches = rewritten(tmp_path, f"^{name}:\n")
        assert matches[0] >= 1, name
    assert entry(SAMPLE, "over")


@pytest.mark.row("typ-41", "TYP-28")
def test_from_python():
    script = (
        "import nb_stubgen, json, os\n"
        "print(json.dumps(nb_stubgen.stubs('test_stubs_ext', docstrings=False)))\n"
        "assert 'NB_STUBGEN' not in os.environ and os.environ['NB_STUBGEN_OPTIONS'] == 'private'"
    )
    done = run("-c", script, NB_STUBGEN_OPTIONS="private")
    assert done.returncode == 0, done.stderr
    found = ast.literal_eval(done.stdout)
    assert sorted(found) == ["test_stubs_ext/__init__.pyi", "test_stubs_ext/sub.pyi"] and '"""' not in found["test_stubs_ext/sub.pyi"]


def test_pattern_files_that_cannot_be_read(tmp_path):
    patterns = tmp_path / "x.patterns"
    patterns.write_bytes("f\u00fcr:\n".encode("latin-1"))
    assert "is not UTF-8" in tool("test_stubs_ext", "-O", tmp_path, "-p", patterns, code=1)
    patterns.write_text("\ufeffbare:\n", encoding="utf-8")
    tool("test_stubs_ext", "-r", "-O", tmp_path, "-p", patterns)
    assert "def bare(" not in (tmp_path / "test_stubs_ext" / "__init__.pyi").read_text(encoding="utf-8")
