"""Derived classes and virtual functions bound as C++ binds them: findings 1 and 2."""

import importlib
import subprocess
import sys

import pytest

import test_derived_ext as m

KINDS = {
    "Animal": ("animal ", "..."),
    "Cat": ("cat ", "meow"),
    "Kitten": ("kitten ", "mew"),
    "Statue": ("animal ", "..."),
    "Talking": ("nobody", "hello"),
}


@pytest.mark.finding(1)
@pytest.mark.parametrize("how", [m.by_ref, m.by_box, m.by_arc])
@pytest.mark.parametrize("kind", KINDS)
def test_native_code_reaches_the_functions_of_a_derived_class(kind, how):
    name, sound = KINDS[kind]
    assert how(getattr(m, kind)()) == f"{name}: {sound}"


@pytest.mark.finding(1)
@pytest.mark.parametrize("how", [m.by_ref, m.by_box, m.by_arc])
@pytest.mark.parametrize("kind", KINDS)
def test_python_overrides_functions_of_a_derived_class(kind, how):
    name, sound = KINDS[kind]

    class Loud(getattr(m, kind)):
        def speak(self, times):
            return super().speak(times).upper()

    class Quiet(getattr(m, kind)):
        pass

    assert how(Loud()) == f"{name}: {sound.upper()}"
    assert how(Quiet()) == f"{name}: {sound}"


@pytest.mark.finding(1)
def test_a_function_with_exclusive_access_is_the_derived_class_s():
    for kind, renamed in [("Animal", "tom"), ("Cat", "TOM"), ("Statue", "tom")]:
        animal = getattr(m, kind)()
        m.rename(animal, "tom")
        assert animal.static_name() == renamed


@pytest.mark.finding(1)
@pytest.mark.parametrize("kind", ["Animal", "Cat", "Kitten"])
def test_a_box_becomes_an_object_of_its_value_s_class(kind):
    boxed = m.boxed(kind.lower())
    assert type(boxed) is getattr(m, kind)
    assert m.by_ref(boxed) == ": ".join(KINDS[kind])


@pytest.mark.finding(2)
@pytest.mark.parametrize("kind", KINDS)
def test_a_bound_function_of_the_base_is_virtual(kind):
    name, sound = KINDS[kind]
    animal = getattr(m, kind)()
    assert animal.name() == name and animal.title == name and m.name_of(animal) == name
    assert animal.speak() == sound and animal.say(2) == sound * 2
    assert animal.legs() == 4


@pytest.mark.finding(2)
def test_a_bound_function_of_a_derived_class_is_virtual():
    assert m.Kitten().purr(1) == "mew" and m.Cat().purr(1) == "meow"


@pytest.mark.finding(2)
def test_a_bound_function_reaches_the_override_under_another_name():
    class Loud(m.Kitten):
        def speak(self, times):
            return "LOUD" * times

        def name(self):
            return "loud"

    loud = Loud()
    assert loud.say(2) == "LOUDLOUD" and loud.purr(1) == "LOUD" and loud.title == "loud"
    assert m.name_of(loud) == "loud"
    # By its own name, the bound function is the native implementation.
    assert m.Animal.speak(loud, 2) == "mewmew" and m.Animal.name(loud) == "kitten "


@pytest.mark.finding(2)
def test_what_is_no_virtual_function_stays_as_it_is():
    cat = m.Cat()
    cat.rename("ab")
    assert cat.length() == 2 and cat.static_name() == "AB"


@pytest.mark.finding(1)
@pytest.mark.finding(2)
def test_items_in_different_places():
    import test_derived_items_ext as items

    class Growing(items.Cub):
        def growl(self):
            return super().growl() + 1

    for kind, growl in [(items.Beast, 1), (items.Plain, 2), (items.Cub, 3), (Growing, 4)]:
        assert items.growl(kind()) == growl and items.growl_of(kind()) == growl
        assert kind().growl() == growl
    assert items.Plain().plain() == 2 and items.Cub().plain() == 3 and Growing().plain() == 4 and Growing().cub() == 4
    assert items.growl_of_plain(Growing()) == items.growl_of_template(Growing()) == 4


@pytest.mark.finding(1)
@pytest.mark.parametrize("module", ["builder", "value"])
def test_a_class_of_which_nothing_is_known_is_refused(module):
    with pytest.raises(ImportError) as error:
        importlib.import_module(f"test_derived_{module}_ext")
    assert str(error.value) == (
        "nb: the base `Beast` of class 'Plain' has virtual functions (`dyn Growls`), and nothing says whether `Plain` "
        "implements them too. Write `nb::class_<Plain, Beast>(..)`, or name the base like that in nb_class!, both of which "
        "find out; in plain Rust add `nb::trampoline_of::<PyBeast>()` if it does, "
        "`nb::inherits_virtuals::<PyBeast>()` if it does not"
    )


@pytest.mark.finding(1)
def test_the_plain_builder_can_say_it():
    import test_derived_told_ext as told

    assert [told.growl(kind()) for kind in (told.Beast, told.Plain, told.Old)] == [1, 2, 2]


@pytest.mark.finding(1)
@pytest.mark.parametrize("module, state", [("without", "is bound without it"), ("unnamed", "is not bound")])
def test_a_trampoline_that_no_class_names_is_refused(module, state):
    with pytest.raises(ImportError) as error:
        importlib.import_module(f"test_derived_{module}_ext")
    assert str(error.value) == (
        f"nb_module!(test_derived_{module}_ext): the trampoline `PyBeast` is declared for `Beast`, which {state}, so that "
        "no Python class could override anything; write `nb::class_<Beast, PyBeast>(..)`"
    )


@pytest.mark.finding(11)
def test_a_trait_object_that_is_an_argument_is_handed_back():
    class Loud(m.Cat):
        pass

    for animal in (m.Animal(), m.Cat(), Loud()):
        assert m.same(animal) is animal


@pytest.mark.finding(10)
def test_a_look_up_that_runs_code_takes_the_override_away():
    """A namespace may hold a key with an `__eq__`. In a process of its own, since a native class gets another base."""
    code = """
import test_derived_ext as m
class Key:
    act = None
    def __hash__(self):
        return hash("name")
    def __eq__(self, other):
        if self.act:
            self.act()
        return False
key = Key()
Mixin = type("Mixin", (), {key: 1})
m.Cat.__bases__ = (Mixin, m.Animal)
class Sub(m.Cat):
    pass
junk = []
def act():
    key.act = None
    if "name" in Sub.__dict__:
        del Sub.name
        junk.append([bytearray(200) for _ in range(10)])
for _ in range(50):
    Sub.name = lambda self: "again"
    m.Cat.changed = 1
    key.act = act
    assert m.by_ref(Sub()) in ("again: meow", "cat : meow")
    assert m.by_ref(Sub()) in ("again: meow", "cat : meow")
print("good")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("good\n", 0), done.stderr


def test_a_class_that_is_being_made_has_no_instances():
    """Before 3.13 the collector runs in the middle of `type.__new__`, and what it runs finds the class among those of `object`."""
    code = """
import gc, importlib.util
kept, busy = [], False
def look(phase, info):
    global busy
    if busy:
        return
    busy = True
    for cls in object.__subclasses__()[-3:]:
        if type(cls).__name__ == "nb_type":
            try:
                kept.append(object.__new__(cls))
            except TypeError:
                pass
    busy = False
gc.collect()
gc.callbacks.append(look)
spec = importlib.util.find_spec("test_derived_ext")
module = importlib.util.module_from_spec(spec)
gc.set_threshold(1, 1, 1)
spec.loader.exec_module(module)
gc.set_threshold(700, 10, 10)
gc.callbacks.clear()
assert gc.isenabled()
assert all(type(one).__basicsize__ > object.__basicsize__ for one in kept)
kept.clear()
gc.collect()
print("good")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("good\n", 0), done.stderr
