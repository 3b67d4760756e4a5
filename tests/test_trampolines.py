"""Virtual functions: Python classes override the functions of a Rust trait."""

import gc
import subprocess
import sys
import threading
import weakref

import pytest
import test_trampolines_ext as m
from refusals import raised
from samples import ENDS_UNDER_THREADS


@pytest.mark.row("TRM-01", "api-tramp-2", "cls-36", "cls-41", "cls-42")
def test_native_code_calls_the_override():
    class Poodle(m.Dog):
        def bark(self):
            return "yap from " + self.name_

        def bark_at(self, who, times):
            return f"{who}/{times}"

        def rename(self, name):
            self.name_ = name.upper()

    plain, poodle = m.Dog("Max"), Poodle("Lola")
    assert m.bark(plain) == "woof!"
    assert m.bark(poodle) == "yap from Lola"
    assert m.bark_at(plain, "cat", 2) == "cat: woof!woof!"
    assert m.bark_at(poodle, "cat", 2) == "cat/2"
    m.rename(plain, "Moritz")
    m.rename(poodle, "Fifi")
    assert (plain.name_, poodle.name_) == ("Moritz", "FIFI")
    # What is not overridden runs natively, in the same object.
    assert plain.introduce() == "Moritz says woof!"
    assert poodle.introduce() == "FIFI says yap from FIFI"
    assert m.choir([plain, poodle]) == ["woof!", "yap from FIFI"]
    assert m.maybe(None) is None and m.maybe(poodle) == "yap from FIFI"


@pytest.mark.row("cls-40")
def test_a_function_over_the_class_itself_is_not_virtual():
    class Poodle(m.Dog):
        def bark(self):
            return "yap"

    assert Poodle().bark() == "yap" and m.plain_bark(Poodle()) == "woof!"


@pytest.mark.row("cls-07", "TRM-01")
def test_classes_on_several_levels():
    class Baby(m.Puppy):
        def name(self):
            return "baby"

    class Twin(Baby):
        def bark(self):
            return super().bark() + " twice"

    assert m.bark(m.Puppy("a")) == "yip!" and m.Puppy("a").introduce() == "little a says yip!"
    assert Baby("a").introduce() == "baby says yip!"
    assert Twin("a").introduce() == "baby says yip! twice"  # bound for dogs, and virtual
    assert m.weigh(Baby("a")) == 1 and m.weigh(m.Dog()) == 10


@pytest.mark.row("TRM-03", "cls-45")
def test_super_reaches_the_native_function_once():
    class Poodle(m.Dog):
        def bark(self):
            return super().bark() + "+"

        def bark_at(self, who, times):
            return super().bark_at(who, times) + "+"

        def introduce(self):
            return "I: " + super().introduce()

    poodle = Poodle("P")
    assert m.bark(poodle) == "woof!+" and poodle.bark() == "woof!+"
    # Also where the method that is bound is the virtual function itself.
    assert m.bark_at(poodle, "x", 1) == "x: woof!+" and poodle.bark_at("x", 1) == "x: woof!+"
    assert m.Dog.bark_at(poodle, "x", 1) == "x: woof!"
    # A method of another name stays virtual inside.
    assert poodle.introduce() == "I: P says woof!+"


@pytest.mark.row("TRM-03")
def test_objects_of_one_class_call_each_other():
    class Echo(m.Dog):
        other = None

        def bark(self):
            answer = m.bark(self.other) if self.other else "."
            return self.name_ + answer

        def bark_at(self, who, times):
            if times == 0:
                return super().bark_at(who, 1)
            return "(" + m.bark_at(self if times > 1 else self.other, who, times - 1) + ")"

    a, b = Echo("a"), Echo("b")
    a.other, b.other = b, None
    assert m.bark(a) == "ab."
    a.other, b.other = b, a
    assert m.bark_at(a, "x", 3) == "(((x: woof!)))"
    assert raised(RecursionError, m.bark, a)


@pytest.mark.row("api-tramp-4", "cls-38")
def test_a_python_name_that_differs():
    class Sum(m.Dog):
        def __add__(self, other):
            return 100 + other

        def add(self, other):
            raise AssertionError("not the name")

    assert m.add(m.Dog(), 5) == 6 and m.add(Sum(), 5) == 105


@pytest.mark.row("api-tramp-3", "api-tramp-5", "cls-37", "TRM-02", "TRM-04")
def test_pure_virtual_functions():
    class Circle(m.Shape):
        def area(self):
            return 3.0

        def __lt__(self, other):
            return False

    class Empty(m.Shape):
        pass

    class Upward(m.Shape):
        def area(self):
            return super().area()

    text = "nanobind::detail::get_trampoline('{}::{}()'): tried to call a pure virtual function!"
    assert m.area(Circle()) == 3.0 and m.describe(Circle()) == "a shape of 3"
    assert m.less(Circle(), 4.0) is False
    name = f"{__name__}.{Empty.__name__}"
    assert raised(RuntimeError, m.area, Empty()) == text.format(name, "area")
    assert raised(RuntimeError, m.less, Empty(), 1.0) == text.format(name, "__lt__")
    assert raised(RuntimeError, Empty().describe) == text.format(name, "area")
    name = f"{__name__}.{Upward.__name__}"
    assert raised(RuntimeError, m.area, Upward()) == text.format(name, "area")
    assert raised(RuntimeError, Upward().area) == text.format(name, "area")
    assert raised(RuntimeError, m.area, m.Shape()) == text.format("test_trampolines_ext.Shape", "area")

    # A native class that derives from the abstract one implements them.
    class Tile(m.Square):
        def __lt__(self, other):
            return True

    assert m.area(m.Square(2.0)) == 4.0 and m.area(Tile(3.0)) == 9.0
    assert m.less(m.Square(2.0), 3.0) is False and m.less(Tile(2.0), 3.0) is True
    assert Tile(2.0).describe() == "a shape of 4"
    empty = Empty()
    before = sys.getrefcount("area"), sys.getrefcount(empty), sys.getrefcount(Empty)
    for _ in range(1000):
        with pytest.raises(RuntimeError):
            m.area(empty)
    after = sys.getrefcount("area"), sys.getrefcount(empty), sys.getrefcount(Empty)
    assert all(new <= old + 5 for old, new in zip(before, after))


@pytest.mark.row("TRM-09")
def test_patches_are_seen():
    class Base(m.Dog):
        pass

    class Middle(Base):
        pass

    class Leaf(Middle):
        pass

    leaf, middle = Leaf(), Middle()
    assert m.bark(leaf) == m.bark(middle) == "woof!"
    Base.bark = lambda self: "base"
    assert m.bark(leaf) == m.bark(middle) == "base"
    Leaf.bark = lambda self: "leaf"
    assert (m.bark(leaf), m.bark(middle)) == ("leaf", "base")
    del Leaf.bark
    Middle.bark = lambda self: "middle"
    assert m.bark(leaf) == m.bark(middle) == "middle"
    del Middle.bark, Base.bark
    assert m.bark(leaf) == m.bark(middle) == "woof!"
    # The native class itself: an instance of a Python class sees that, a native one is no trampoline.
    original = m.Dog.__dict__["bark"]
    m.Dog.bark = lambda self: "patched"
    try:
        assert m.bark(leaf) == "patched" and m.bark(m.Dog()) == "woof!"
    finally:
        m.Dog.bark = original
    assert m.bark(leaf) == "woof!"

    # During a call.
    class Quitter(m.Dog):
        def bark(self):
            del Quitter.bark
            return "once"

    assert m.bark_thrice(Quitter()) == ["once", "woof!", "woof!"]


@pytest.mark.row("TRM-09")
def test_an_inherited_name_under_another_one_overrides():
    class Alias(m.Dog):
        bark = m.Dog.name

    assert Alias("x").bark() == "x" and m.bark(Alias("x")) == "x"


@pytest.mark.row("TRM-08")
def test_attributes_of_instances_do_not_override():
    class Poodle(m.Dog):
        pass

    poodle = Poodle()
    poodle.bark = lambda: "instance"
    assert poodle.bark() == "instance" and m.bark(poodle) == "woof!"
    Poodle.bark = lambda self: "class"
    assert m.bark(poodle) == "class"


@pytest.mark.row("TRM-11")
def test_another_class_for_an_object():
    class Low(m.Dog):
        def bark(self):
            return "low"

    class High(m.Dog):
        def bark(self):
            return "high"

    class Turn(m.Dog):
        def bark(self):
            self.__class__ = High
            return "turning"

    dog = Low()
    assert m.bark(dog) == "low"
    gone = weakref.ref(Low)
    dog.__class__ = High
    assert m.bark(dog) == "high"
    del Low
    gc.collect()
    assert gone() is None and m.bark(dog) == "high"
    assert m.bark_thrice(Turn()) == ["turning", "high", "high"]


def test_kinds_of_attributes_that_override():
    class Callable:
        def __call__(self, *args):
            return f"called with {len(args)}"

    class Many(m.Dog):
        bark = staticmethod(lambda: "static")
        name = classmethod(lambda cls: cls.__name__)
        rename = Callable()

    assert m.bark(Many()) == "static" and Many().introduce() == "Many says static"
    m.rename(Many(), "x")

    class Odd(m.Dog):
        bark = Callable()
        name = None

    assert m.bark(Odd()) == "called with 0"
    assert "not callable" in raised(TypeError, Odd().introduce)


@pytest.mark.row("cls-46")
def test_what_an_override_raises_or_returns_wrongly():
    class Own(Exception):
        pass

    error = Own("from the override")

    class Bad(m.Dog):
        def bark(self):
            raise error

        def name(self):
            return 7

        def weigh(self):
            return "heavy"

    with pytest.raises(Own) as info:
        m.bark(Bad())
    assert info.value is error
    assert [entry.name for entry in info.traceback][-1] == "bark"
    assert raised(RuntimeError, Bad().introduce).startswith("std::bad_cast: this 'int' object")
    assert raised(RuntimeError, m.weigh, Bad()).startswith("std::bad_cast: this 'str' object")

    class Refuses(m.Dog):
        def measure(self):
            raise ValueError("too big")

    assert raised(RuntimeError, m.measure, m.Dog()) == "refused: no"
    assert "too big" in raised(RuntimeError, m.measure, Refuses())

    class Measured(m.Dog):
        def measure(self):
            return 3

    assert m.measure(Measured()) == 3


@pytest.mark.row("cls-39")
def test_arguments_of_overrides():
    class Fetch(m.Dog):
        def meet(self, toy):
            self.toy = toy
            return toy.size + 1

    toy, dog = m.Toy(4), Fetch()
    assert m.meet(m.Dog(), toy) == 4 and m.meet(dog, toy) == 5
    assert dog.toy is not toy and dog.toy.size == 4


def test_an_override_may_modify_the_object():
    class Grower(m.Dog):
        def bark(self):
            self.age += 1
            self.grow()
            self.name_ = "grown"
            return str(self.age)

        def name(self):
            return super().name()

        def rename(self, name):
            super().rename(name + "!")
            self.grow()

    dog = Grower("g")
    # `&dyn`: the override modifies what the caller has borrowed to read.
    assert m.bark_thrice(dog) == ["3", "5", "7"]
    assert dog.introduce() == "g says 9" or dog.introduce().startswith("grown says")
    # `&mut dyn`.
    age = dog.age
    assert dog.rename_and_bark("new") == str(age + 3)
    assert dog.name_ == "grown"


def test_native_code_that_reads_the_object_keeps_it_from_changes():
    seen = []

    class Sneaky(m.Dog):
        def bark(self):
            for use in (lambda: setattr(self, "age", 5), self.grow):
                try:
                    use()
                    seen.append("changed")
                except RuntimeError as error:
                    seen.append(str(error).split(":")[0])
            return "done"

    dog = Sneaky()
    # Both arguments are the object; only the trampoline puts its mark down.
    text = raised(RuntimeError, dog.grow_beside, dog)
    assert "grow_beside" in text
    assert m.both(dog, dog) == "donedone"
    assert len(seen) == 4
    assert m.rename_both.__doc__ and "rename_both" in raised(RuntimeError, m.rename_both, dog, dog)
    plain = m.Dog()
    assert "rename_both" in raised(RuntimeError, m.rename_both, plain, plain)
    dog.age = 9  # all marks are back


def test_an_override_that_takes_the_value_away():
    kennel = m.Kennel()

    class Leaver(m.Dog):
        def bark(self):
            m.same(self)
            return "left"

    dog = Leaver()
    assert m.bark_thrice(dog) == ["left"] * 3
    assert dog.weigh() == 10


@pytest.mark.finding(14)
def test_an_abstract_class_has_a_function_with_a_default():
    class Half(m.Shape):
        def area(self):
            return 2.5

    class Whole(Half):
        def grow(self, by, unit):
            return "grown: " + super().grow(2 * by, unit)

    assert m.grow(Half(), 1.5) == Half().grow(1.5, "m") == "4m"
    assert m.grow(Whole(), 1.5) == "grown: 5.5m"
    # The default calls what is pure.
    assert "pure virtual function" in raised(RuntimeError, m.grow, m.Shape(), 1)
    # A native class that derives has its own, and a Python class below that inherits it.
    assert m.grow(m.Square(2), 1) == "a square of 3m"

    class Other(m.Square):
        def grow(self, by, unit):
            return "other " + super().grow(by, unit)

    other = Other(2)
    assert m.grow(other, 1) == "other a square of 3m"
    assert m.area(other) == 9


@pytest.mark.row("TRM-01")
def test_boxes_keep_the_python_half():
    class Poodle(m.Dog):
        def bark(self):
            return "yap " + self.note

    kennel = m.Kennel()
    poodle = Poodle()
    poodle.note = "noted"
    alive = weakref.ref(poodle)
    kennel.adopt(poodle)
    kennel.share(poodle)
    kennel.adopt(m.Dog("plain"))
    del poodle
    gc.collect()
    assert kennel.chorus() == ["yap noted", "woof!", "yap noted"]
    assert kennel.first() is alive() and kennel.first_copy() is alive()
    kennel.rename_all("all")
    assert alive().name_ == "all"
    assert type(kennel.release()) is m.Dog
    back = kennel.release()
    assert back is alive() and kennel.release_shared() is back
    assert kennel.release() is None and kennel.first() is None
    del back
    gc.collect()
    assert alive() is None
    same = Poodle()
    assert m.same(same) is same and m.same_shared(same) is same


def test_a_kept_object_is_marked_only_while_native_code_runs():
    kennel = m.Kennel()
    dog = m.Dog("kept")
    kennel.adopt(dog)
    dog.name_ = "changed"
    dog.grow()
    kennel.rename_all("again")
    assert dog.name_ == "again" and kennel.chorus() == ["woof!"]


def test_cycles_through_boxes_are_collected():
    class Owner(m.Dog):
        pass

    owner, kennel = Owner(), m.Kennel()
    owner.kennel = kennel
    kennel.adopt(owner)
    gone = weakref.ref(owner)
    before = m.dropped()
    del owner, kennel
    gc.collect()
    assert gone() is None and m.dropped() == before + 1


@pytest.mark.finding(14)
def test_results_that_are_trait_objects_need_no_trampoline():
    assert m.thing.__doc__ == "thing(arg: str, /) -> test_trampolines_ext.Thing"
    stone = m.thing("stone")
    assert type(stone) is m.Stone and stone.weight == 1
    assert type(m.thing("")) is m.Thing
    assert (type(m.shared_thing()), m.shared_thing().weight) == (m.Stone, 4)
    copied = m.copied_thing(stone)
    assert copied is stone
    assert raised(TypeError, m.thing, "feather").startswith("a value that was returned as `dyn Weighs` is of a Rust type that")


@pytest.mark.finding(15)
def test_cycles_through_an_arc_are_collected_while_it_is_the_only_one():
    class Owner(m.Dog):
        pass

    owner, kennel, other = Owner(), m.Kennel(), m.Kennel()
    owner.kennel = kennel
    kennel.share_with(other, owner)
    gone = weakref.ref(owner)
    del owner, kennel
    gc.collect()
    # The other may use the dog at any time.
    assert gone() is not None
    other.release_shared()
    gc.collect()
    assert gone() is None


@pytest.mark.row("cls-12", "CLS-38")
def test_results_have_the_class_of_their_value():
    assert type(m.make("dog")) is m.Dog and type(m.make("puppy")) is m.Puppy
    assert type(m.make_shared("dog")) is m.Dog and type(m.make_shared("puppy")) is m.Puppy
    puppy = m.make("puppy")
    assert puppy.name_ == "made" and m.bark(puppy) == "yip!"
    kennel = m.Kennel()
    kennel.adopt(m.make("puppy"))
    assert type(kennel.release()) is m.Puppy


@pytest.mark.row("cls-13")
@pytest.mark.finding(15)
def test_a_value_of_a_type_without_a_class():
    text = raised(TypeError, m.hidden)
    assert text == (
        "a value that was returned as `dyn Shape` is of a Rust type that implements the trait, but is not bound as a class, "
        "derived from test_trampolines_ext.Shape"
    )


@pytest.mark.row("cls-35", "CLS-35", "TRM-07", "TRM-13", "cls-43", "api-tramp-1", "api-v3-7")
def test_no_cost_for_instances_and_no_number_of_functions():
    class Some(m.Lots):
        f7 = lambda self: 7
        f39 = lambda self: 39

    assert m.all(m.Lots()) == [0] * 40
    expected = [0] * 40
    expected[7], expected[39] = 7, 39
    assert m.all(Some()) == expected == m.all(Some())
    # The trampoline is no part of an instance.
    assert sys.getsizeof(m.Lots()) == sys.getsizeof(m.Toy(1)) - 0

    class Few(m.Lots):
        __slots__ = ()

    assert Few.__basicsize__ == m.Lots.__basicsize__


@pytest.mark.row("TRM-14")
def test_classes_with_a_factory():
    # `Lots` has a `nb::new_` in place of a constructor.
    class Some(m.Lots):
        def __init__(self):
            self.number = 9

        def f3(self):
            return self.number

    assert m.all(Some())[3] == 9 and type(Some()) is Some


@pytest.mark.row("TRM-12")
@pytest.mark.skipif(sys.version_info < (3, 11), reason="versions of types begin again on 3.10, so nothing is remembered")
def test_no_override_is_found_out_without_the_interpreter():
    class Poodle(m.Dog):
        pass

    poodle = Poodle()
    assert m.bark(poodle) == "woof!"  # looked up
    # This thread holds the interpreter while it waits for the others: with it they would never end.
    assert m.bark_on_threads(poodle) == ["woof!"] * 4
    assert m.bark_on_threads(m.Dog()) == ["woof!"] * 4


@pytest.mark.row("TRM-05")
def test_threads_without_the_interpreter():
    class Poodle(m.Dog):
        def bark(self):
            self.age += 1
            return f"yap {threading.get_ident() != home}"

    home = threading.get_ident()
    poodle = Poodle()
    assert m.bark_released(poodle) == "yap False"
    before = sys.getrefcount(poodle)
    m.stash(poodle)
    m.stash(m.Dog())
    try:
        assert m.stashed_bark() == ["yap True", "woof!"]

        def patch():
            for _ in range(300):
                Poodle.bark = lambda self: "yap True"
                del Poodle.bark

        # The function may vanish at any time before and after it is called.
        thread = threading.Thread(target=patch)
        thread.start()
        while thread.is_alive():
            assert m.stashed_bark()[0] in ("yap True", "woof!")
        thread.join()
    finally:
        assert m.drop_stash()
    assert sys.getrefcount(poodle) == before


def test_a_trampoline_swapped_out_of_its_call():
    class Poodle(m.Dog):
        def bark(self):
            return "yap " + self.name_

    kennel, kept, lent = m.Kennel(), Poodle("kept"), Poodle("lent")
    kennel.adopt(kept)
    assert m.swap_out(lent, kennel)
    assert kennel.chorus() == ["yap lent"] and kennel.first() is lent
    kennel.rename_all("renamed")
    # It took its mark with it, and keeps that as long as native code keeps the trampoline.
    assert "is being modified" in raised(RuntimeError, lambda: lent.name_)
    gc.collect()
    assert kennel.release() is lent
    assert lent.name_ == "renamed"
    lent.name_ = "free"
    kept.name_ = "free as well"


@pytest.mark.row("cls-47")
def test_an_instance_without_a_value():
    class Lazy(m.Dog):
        def __init__(self):
            pass

        def bark(self):
            return "never"

    with pytest.warns(RuntimeWarning, match="attempted to access an uninitialized instance of type"):
        text = raised(TypeError, m.bark, Lazy())
    assert "bark(): incompatible function arguments" in text
    assert "Dog" in text


def test_objects_of_other_kinds_are_refused():
    for wrong in (1, None, m.Toy(1), m.Square(1.0), m.Dog):
        assert "incompatible function arguments" in raised(TypeError, m.bark, wrong)
    assert m.bark.__doc__ == "bark(arg: test_trampolines_ext.Dog, /) -> str"


@ENDS_UNDER_THREADS
@pytest.mark.row("TRM-10")
def test_a_thread_that_goes_on_while_the_interpreter_ends():
    script = """if True:
        import test_trampolines_ext as m
        class Poodle(m.Dog):
            def bark(self):
                return "yap"
        m.stash(Poodle())
        m.bark_for_ever()
        import time; time.sleep(0.05)
        print("ends")
    """
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (0, "ends\n"), done.stderr


def test_an_override_is_held_before_what_was_found_beside_it_ends():
    """A key of a namespace runs code in the middle of the look-up, and so does the end of what the native class had under the name."""
    saved = m.Dog.bark
    armed = []

    class Evil:
        def __hash__(self):
            return hash("bark")

        def __eq__(self, other):
            if armed:
                armed.pop()()
            return False

    class Attribute:
        def __call__(self, *args):
            return "attribute"

        def __del__(self):
            del Barker.bark
            gc.collect()

    class Override:
        def __call__(self, *args):
            return "override"

    Barker = type("Barker", (m.Dog,), {Evil(): 0, "bark": Override()})
    dog = Barker("Rex")
    try:
        m.Dog.bark = Attribute()
        armed.append(lambda: setattr(m.Dog, "bark", saved))
        assert m.bark(dog) == "override"
        assert m.bark(dog) == m.plain_bark(dog)
    finally:
        m.Dog.bark = saved
