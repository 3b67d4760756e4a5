"""Functions without captured state are CPython's own callables."""

import gc
import inspect
import itertools
import os
import pickle
import subprocess
import sys
import types

import pytest
import test_natives_ext as m

BUILTIN = type(len)
METHOD = type(str.upper)


def test_functions_are_of_cpythons_own_kinds():
    for function in [m.add, m.named, m.sub.negate, m.four, m.Cell.twice, m.Cell(1).get]:
        assert type(function) is BUILTIN
    for method in [m.Cell.get, m.Cell.put, m.Cell.__len__]:
        assert type(method) is METHOD
    assert m.add.__self__ is m and m.sub.negate.__self__ is m.sub and m.Cell.twice.__self__ is m.Cell
    assert isinstance(vars(m.Cell)["twice"], staticmethod)
    assert (m.sub.negate.__module__, m.sub.negate.__qualname__) == ("test_natives_ext.sub", "negate")
    assert m.Cell.twice.__qualname__ == "Cell.twice"
    prop = vars(m.Cell)["value"]
    assert isinstance(prop, property) and prop.fget(m.Cell(4)) == 4 and prop.fset is not None
    for function in [m.add, m.sub.negate, m.Cell.twice, m.Cell.get]:
        assert pickle.loads(pickle.dumps(function)) is function


def test_what_cannot_be_native_is_an_object_of_ours():
    for function in [m.closure, m.token, m.list_default, m.again, m.named_again, m.sub.add]:
        assert (type(function).__module__, type(function).__name__) == ("nanobind", "nb_func")
    assert m.closure(1) == 4 and m.token() == 1 and m.list_default() == 2
    # A function that is bound again keeps the names and defaults of each binding.
    assert m.add(1, 2) == m.again(1, 2) == m.sub.add(1, 2) == m.named(1, 2) == m.named_again(1, 2) == 3
    assert (m.named(1), m.named(a=1), m.named_again(x=1), m.named_again(1)) == (2, 2, 6, 6)
    for function in [m.add, m.again]:
        with pytest.raises(TypeError, match="incompatible function arguments"):
            function(1)
    with pytest.raises(TypeError, match="kwargs = { a: int, b: int }"):
        m.named_again(a=1, b=2)
    assert m.named.__doc__ == "named(a: int, b: int = 1) -> int\n\nAdds"
    assert str(inspect.signature(m.named)) == "(a, b=1)"
    tokens = m.tokens()
    del m.token
    gc.collect()
    assert m.tokens() == tokens + 1


def test_an_overload_is_added_to_the_very_function():
    growing = m.growing
    assert growing(5) == 5
    with pytest.raises(TypeError):
        growing("abc")
    assert growing.__doc__ == "growing(arg: int, /) -> int"
    m.grow(m)
    assert m.growing is growing
    assert growing(5) == 5 and growing("abc") == 3
    assert growing.__doc__ == "growing(arg: int, /) -> int\ngrowing(arg: str, /) -> int"
    with pytest.raises(TypeError, match="2. growing\\(arg: str, /\\) -> int"):
        growing(b"")


def test_submodules_keep_their_functions():
    sub = sys.modules["test_natives_ext.sub"]
    assert sub is m.sub and sub.__doc__ == "Below" and type(sub) is types.ModuleType
    assert sub.negate(2) == -2 and sub.negate("x") == "-x"
    assert repr(sub).startswith("<module 'test_natives_ext.sub'")
    copy = types.ModuleType("copy")
    copy.negate = sub.negate
    assert copy.negate(3) == -3


@pytest.mark.row("DSP-07")
def test_all_ways_to_give_arguments_agree():
    for given in range(2, 5):
        expected = (11, 12, 13, 14)[:given] + (1, 2, 3, 4)[given:]
        names = "abcd"[:given]
        for by_position in range(given + 1):
            positional = expected[:by_position]
            for order in itertools.permutations(range(by_position, given)):
                keywords = {names[place]: expected[place] for place in order}
                assert m.four(*positional, **keywords) == expected
                # Names that are not interned.
                keywords = {"".join([names[place], ""]): expected[place] for place in order}
                assert m.four(*positional, **keywords) == expected
    assert m.four_unnamed(1, 2, 3, 4) == m.four(1, 2, 3, 4)


@pytest.mark.row("why-06")
def test_a_call_allocates_nothing_but_its_result():
    cell, add, named = m.Cell(1), m.add, m.named

    def calls(count):
        for _ in range(count):
            add(1, 2)
            named(1)
            named(1, b=2)
            cell.get()
            cell.put(5)
            cell.value
            len(cell)

    calls(10)
    gc.collect()
    gc.disable()
    try:
        before, blocks = m.allocations(), sys.getallocatedblocks()
        calls(20_000)
        after, blocks_after = m.allocations(), sys.getallocatedblocks()
    finally:
        gc.enable()
    assert after - before == 0
    assert blocks_after - blocks < 20


def test_a_call_that_goes_wrong_gives_everything_back():
    cell = m.Cell(1)
    for call in [lambda: m.add(1, "x"), lambda: m.named(1, c=1), lambda: cell.put("x"), lambda: m.sub.negate([])]:
        with pytest.raises(TypeError):
            call()

        def often(count, call=call):
            for _ in range(count):
                try:
                    call()
                except TypeError:
                    pass
            gc.collect()
            return sys.getallocatedblocks()

        assert -often(500) + often(2000) < 500


def test_functions_outlive_their_names():
    negate = m.sub.negate
    del sys.modules["test_natives_ext.sub"]
    try:
        gc.collect()
        assert negate(1) == -1
    finally:
        sys.modules["test_natives_ext.sub"] = m.sub


def test_a_class_that_native_code_is_making_has_no_instances_or_subclasses():
    """Its size is not decided yet when `__init_subclass__` runs."""
    seen = []

    def look(cls):
        makers = [lambda: cls(1), lambda: cls.__new__(cls), lambda: m.Cell.__new__(cls), lambda: type("Sub", (cls,), {})]
        for make in makers:
            try:
                seen.append(make())
            except TypeError as error:
                seen.append(str(error))

    m.Cell.__init_subclass__ = classmethod(look)
    try:
        m.bind_grown(m)
    finally:
        del m.Cell.__init_subclass__
    assert len(seen) == 4 and all("still being made by native code" in text for text in seen)
    assert (m.Grown(3).get(), m.Grown(3).sum()) == (3, 112)

    # Python's own classes are finished by then.
    class Counting(m.Cell):
        made = []

        def __init_subclass__(cls):
            Counting.made.append(cls(5).get())

    class Sub(Counting):
        pass

    assert Counting.made == [5]


def test_nanobind_s_stub_generator_is_recognised(tmp_path):
    source = "import test_natives_ext as m\nprint(hasattr(m.add, '__nb_signature__'))\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    environment.pop("NB_STUBGEN", None)

    def answer(*command):
        done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    (tmp_path / "other.py").write_text(source)
    assert answer(str(tmp_path / "other.py")) == "False"
    # As CMake runs it, as a module, and used by another program.
    package = tmp_path / "nanobind"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "stubgen.py").write_text(source)
    assert answer(str(package / "stubgen.py")) == "True"
    assert answer("-m", "nanobind.stubgen") == "True"
    (package / "stubgen.py").write_text("")
    assert answer("-c", "import nanobind.stubgen\n" + source) == "True"
