"""What documentation tools read from docstrings."""

import re

import pytest
import stubs
import test_classes_ext as classes
import test_functions_ext as functions
import test_wrappers_ext as wrappers

# How Sphinx's autodoc reads a signature: an optional path, the name, type parameters, arguments, a result.
SIGNATURE = re.compile(
    r"^ (?:[\w.]+::)? (?:[\w.]+\.)? (?P<name>\w+) \s* (?:\[\s*(?P<types>.*?)\s*\])?"
    r" (?:\((?P<args>.*)\) (?:\s*->\s*(?P<result>.*))?)? $",
    re.VERBOSE,
)


def autodoc(function):
    """The signatures that autodoc takes from the docstring's first lines, and the text that is left."""
    lines = function.__doc__.splitlines()
    found = []
    while lines and lines[0]:
        match = SIGNATURE.match(lines[0].rstrip("\\").rstrip())
        if not match or match["name"] != function.__name__:
            break
        found.append((match["args"], match["result"]))
        lines.pop(0)
    return found, "\n".join(lines).strip()


@pytest.mark.row("why-20")
def test_autodoc_finds_signatures_and_overloads():
    signatures, text = autodoc(functions.documented)
    assert signatures == [("x: int", "int"), ("arg: str, /", "str")]
    assert text.startswith("Overloaded function.\n\n1. ``documented(x: int) -> int``\n\nTakes an int\n\n2. ``")
    signatures, text = autodoc(classes.Dog.__init__)
    assert signatures == [
        ("self, name: str, age: int = 3", "None"),
        ("self, other: test_classes_ext.Dog", "None"),
    ]
    # Brackets inside types, callables without arguments, type parameters.
    assert autodoc(wrappers.call_none) == ([("arg: collections.abc.Callable[[], None], /", "object")], "")
    assert autodoc(wrappers.any_number) == ([("arg: tuple[int, ...], /", "tuple[int, ...]")], "")
    assert autodoc(wrappers.generic) == ([("value: T", "T")], "")


@pytest.mark.row("why-20")
@pytest.mark.parametrize("scope", [functions, classes, classes.Dog, wrappers], ids=lambda s: s.__name__)
def test_autodoc_reads_every_function(scope):
    read = 0
    for name, value in vars(scope).items():
        if type(value).__name__ not in ("builtin_function_or_method", "method_descriptor", "nb_func", "nb_method"):
            continue
        if not value.__doc__ or value.__doc__.startswith("__new__") or "incompatible" in value.__doc__:
            continue
        first = value.__doc__.splitlines()[0]
        if not first.startswith(f"{value.__name__}("):
            # A signature that was replaced.
            continue
        signatures, _ = autodoc(value)
        assert signatures and all(result for _, result in signatures), value.__doc__
        read += 1
    assert read > 2


@pytest.mark.finding(8)
def test_a_stub_generator_sees_plain_properties():
    """nanobind's looks at the type itself, and drops what it does not know."""
    kinds = "{name: type(m.Dog.__dict__[name]).__name__ for name in ('name', 'age')}"
    assert stubs.look("test_classes_ext", kinds) == {"name": "property", "age": "property"}
    values = "(m.Dog.age.fget.__nb_signature__ is not None, m.Dog.age.__doc__ == m.Dog.__dict__['age'].__doc__)"
    assert stubs.look("test_classes_ext", values) == (True, True)
    # They do what properties do.
    assert stubs.look("test_derived_ext", "(lambda a: (a.title, type(type(a).title).__name__))(m.Animal())") == ("animal ", "property")


@pytest.mark.finding(8)
def test_a_stub_generator_sees_no_constructor_where_there_is_none():
    shown = "['__init__' in cls.__dict__ for cls in (m.Tail, m.Half, m.Dog)]"
    assert stubs.look("test_repeated_ext", shown) == [False, False, True]
    import test_repeated_ext as repeated

    assert "__init__" in repeated.Tail.__dict__
