"""A module that is imported again while its old classes live: finding 7."""

import gc
import importlib
import importlib.util
import pickle
import subprocess
import sys
import tracemalloc
import warnings

import pytest


def load():
    """A new module object of the extension, beside the one that there may be."""
    found = importlib.util.find_spec("test_repeated_ext")
    module = importlib.util.module_from_spec(found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def m():
    module = load()
    sys.modules["test_repeated_ext"] = module
    return module


@pytest.mark.finding(7)
def test_overloads_are_not_appended_again(m):
    functions = ["bark", "grow", "make", "make_of", "__add__", "__init__", "__getstate__", "__setstate__"]
    docs = {name: getattr(m.Dog, name).__doc__ for name in functions}
    assert docs["bark"].count("bark(self") == 2 and docs["grow"].count("grow(self") == 1
    for _ in range(5):
        again = load()
        assert again.Dog is m.Dog and again.Puppy is m.Puppy and again.Kind is m.Kind
    assert {name: getattr(m.Dog, name).__doc__ for name in functions} == docs
    assert m.Puppy.bark.__doc__.count("bark(self") == 1 and m.Kind.is_wild.__doc__.count("is_wild(self") == 1
    with pytest.raises(TypeError) as error:
        m.Dog(1).bark("x")
    assert str(error.value).count("bark(self") == 2
    assert again.age_of(m.Dog("four")) == 4


@pytest.mark.finding(7)
def test_everything_still_works(m):
    load()
    dog = m.Dog(3)
    dog.grow()
    assert dog.bark() == 4 and dog.bark(2) == 8 and dog.age == 4 and dog + m.Dog.make() == 13
    assert m.Dog.make_of(1).age == 2 and m.Puppy().bark() == "yip" and m.Puppy().age == 0
    assert pickle.loads(pickle.dumps(dog)).age == 4
    assert m.Kind.Wild.is_wild() and [kind.name for kind in m.Kind] == ["Tame", "Wild"]
    assert m.half().third() == 3
    again = load()
    assert again.TailError is m.TailError is m.Tail.Error
    with pytest.raises(m.TailError, match="^no tail$"):
        again.wag()


@pytest.mark.finding(7)
def test_what_python_has_changed_stays_as_it_is(m):
    old = m.Dog.__dict__["grow"]
    m.Dog.grow = lambda self: "patched"
    try:
        load()
        assert m.Dog(1).grow() == "patched"
    finally:
        m.Dog.grow = old


@pytest.mark.finding(7)
def test_an_import_makes_anew_what_a_failed_one_has_left_half_made():
    code = """
import importlib.util, sys, warnings
warnings.simplefilter("ignore")
def load():
    found = importlib.util.find_spec("test_repeated_ext")
    module = importlib.util.module_from_spec(found)
    try:
        found.loader.exec_module(module)
    except ImportError as error:
        assert "asked to fail" in str(error), error
    return module
first = load()
first.fail(True)
kept = []
class Keep(first.Dog): pass
del first.Half, first.HalfToo
import gc; gc.collect()
second = load()
third_half = second.Half
assert not hasattr(third_half, "second")
first.fail(False)
third = load()
assert third.Half is not third_half and not hasattr(third_half, "third")
assert third.Dog is first.Dog and third.Dog.bark.__doc__.count("bark(self") == 2
assert third.half().first() == 1 and third.half().second() == 2 and third.half().third() == 3
print("good")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("good\n", 0), done.stderr


@pytest.mark.finding(7)
def test_imports_do_not_add_up(m):
    for _ in range(5):
        load()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(50):
            load()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 50 * 2000, f"{grown} bytes for 50 imports"


@pytest.mark.finding(7)
def test_a_failed_import_is_tried_again_while_its_classes_live():
    code = """
import importlib.util, gc, os, warnings
warnings.simplefilter("ignore")
gc.disable()
found = importlib.util.find_spec("test_repeated_ext")
def load():
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
kept = []
os.environ["NB_TEST_FAILS"] = "1"
for _ in range(3):
    module = importlib.util.module_from_spec(found)
    try:
        found.loader.exec_module(module)
    except ImportError as error:
        assert str(error).endswith("asked to fail"), error
    kept.append(module)
del os.environ["NB_TEST_FAILS"]
last = load()
assert last.Dog.bark.__doc__.count("bark(self") == 2 and last.Dog is not kept[0].Dog
assert last.half().second() == 2 and last.Dog(3).bark() == 3 and kept[0].Dog(4).bark() == 4
print("good")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("good\n", 0), done.stderr
