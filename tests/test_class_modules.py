"""Modules of classes that fail, warn, or end."""

import gc
import importlib.machinery
import importlib.util
import re
import warnings

import pytest
import test_classes_ext as m
from refusals import raised


def load(name):
    """Another module of the same library, as a new object that is not in `sys.modules`."""
    loader = importlib.machinery.ExtensionFileLoader(name, m.__file__)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def test_container_bound_as_class_is_a_list_by_value():
    floats = load("test_classes_floats_ext")
    bound = floats.Floats()
    bound.push(3)
    floats.extend(bound, [1.0, 2.0])
    assert len(bound) == 3
    assert floats.total([1, 2]) == 3.0 and floats.list() == [1.0]
    raised(TypeError, floats.extend, [1.0], [2.0])
    assert type(floats.boxed()) is floats.Floats


@pytest.mark.row("cls-09")
def test_unknown_base_is_an_import_error():
    with pytest.raises(ImportError) as info:
        load("test_classes_orphan_ext")
    assert re.fullmatch(
        r'nanobind::detail::nb_type_new\("Child"\): base type ".*Parent" not known to nanobind!', str(info.value)
    )


@pytest.mark.row("CLS-21", "api-class-1", "faq-13")
def test_binding_a_type_twice_warns_and_gives_the_same_class():
    with pytest.warns(RuntimeWarning) as seen:
        module = load("test_classes_twice_ext")
    assert [str(w.message) for w in seen] == [
        "nanobind: type 'One' was already registered as 'test_classes_twice_ext.First'!\n"
    ]
    assert module.First is module.Second and module.First().n() == 2
    with pytest.warns(RuntimeWarning):
        again = load("test_classes_twice_ext")
    assert again.First is module.First
    del module, again
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImportError):
            load("test_classes_twice_ext")


@pytest.mark.row("CLS-01", "first-22")
def test_classes_of_a_thrown_away_module_are_freed():
    def types():
        gc.collect()
        return sum(isinstance(o, type) for o in gc.get_objects())

    def use():
        module = load("test_classes_throwaway_ext")
        base, child = module.Base(2), module.Child(3)
        base.child, child.base = child, base
        assert (base.plain(), base.small(), base.large(), child.n, module.Base.s) == (2, 7, 9, 3, 1)
        type("Sub", (module.Child,), {})(4).me = base
        return module.captures()

    assert use() == 1
    # What others made stays out of the collector's way.
    gc.collect()
    gc.freeze()
    try:
        before = types()
        for _ in range(1000):
            assert use() == 1
            gc.collect()
        assert types() == before
    finally:
        gc.unfreeze()


@pytest.mark.row("CLS-43")
def test_parts_of_a_thrown_away_module_keep_working():
    def part(pick):
        return pick(load("test_classes_throwaway_ext"))

    function = part(lambda module: module.captures)
    gc.collect()
    assert function() >= 0
    del function
    instance = part(lambda module: module.Child(5))
    gc.collect()
    instance.attribute = 3
    assert (instance.plain(), instance.large(), instance.attribute) == (5, 12, 3)
    del instance
    gc.collect()
    cls = part(lambda module: module.Child)
    gc.collect()
    assert cls(6).small() == 11 and type("Sub", (cls,), {})(7).n == 7
    del cls
    gc.collect()
    assert load("test_classes_throwaway_ext").captures() == 1
