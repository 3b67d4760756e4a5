"""Items declared anywhere, modules in several files and crates, and modules that must not mix."""

import importlib
import subprocess
import sys
import threading

import pytest

import test_registration_ext as t
import test_registration_other_ext as other
import test_second_ext as second


@pytest.mark.row("first-05")
def test_types_of_a_function_are_deduced():
    assert t.add(1, 2) == 3
    assert t.add.__doc__ == "add(arg0: int, arg1: int, /) -> int"
    with pytest.raises(TypeError, match="incompatible function arguments"):
        t.add(1, "2")


@pytest.mark.row("port-02")
def test_the_module_has_its_name_its_docstring_and_its_statements_in_order():
    assert t.__name__ == "test_registration_ext"
    assert t.__doc__ == "Items from everywhere"
    names = list(vars(t))
    assert names.index("add") < names.index("squares") < names.index("plus_one") < names.index("parsed")


def test_items_of_all_parts_arrive():
    assert t.Tool.__module__ == t.Beak.__module__ == t.Circle.__module__ == t.Disc.__module__ == t.__name__
    assert t.purpose_of(t.Tool("cut")) == "cut"
    assert t.unit_circle().radius == 1.0
    assert t.unit_circle.__doc__ == "unit_circle() -> test_registration_ext.Circle\n\nThe circle of radius 1"
    assert repr(t.Circle(2.5)) == "Circle(2.5)"


def test_a_class_may_be_declared_in_a_file_that_sorts_before_its_base():
    assert t.Beak.__bases__ == (t.Tool,)
    beak = t.Beak(4.0)
    assert (beak.use_it(), beak.length, t.purpose_of(beak)) == ("peck!", 4.0, "peck")
    beak.purpose = "sing"
    assert t.purpose_of(beak) == "sing"
    beak.note = "has a dict"
    assert beak.note == "has a dict"


def test_overloads_of_a_block_keep_their_order():
    assert t.width(1) == t.width(2**40) == "i64"
    assert t.width("x") == "text"
    assert t.width.__doc__ == (
        "width(number: int) -> str\nwidth(number: int) -> str\nwidth(number: str) -> str"
    )


def test_static_and_borrowed_results_of_functions_that_borrow():
    tool = t.Tool("hammer")
    assert t.kind(tool) == "tool"
    assert t.kinds(tool, "hammer") == ["same", None]
    assert t.kinds(tool, "saw") == [None, None]
    assert (t.longer(tool, "saw"), t.longer(tool, "a very long word")) == ("hammer", "a very long word")


def test_functions_of_the_module_take_and_return_classes_of_a_library_crate():
    circle = t.Circle(1.0)
    t.grow(circle, by=0.5)
    assert circle.radius == 1.5
    assert t.larger(circle, t.unit_circle())
    assert t.radius_of(circle) == 1.5


def test_a_class_may_derive_from_one_of_a_library_crate():
    disc = t.Disc(radius=3.0)
    assert isinstance(disc, t.Circle)
    assert t.radius_of(disc) == 3.0
    t.grow(disc, 1.0)
    assert (disc.radius, t.radius_of(disc)) == (4.0, 4.0)
    assert t.larger(disc, t.Circle())


def test_a_value_of_a_library_crate_is_lent_by_the_rules_of_any_other():
    circle = t.Circle(1.0)

    class Reentrant:
        def __float__(self):
            t.grow(circle, 1.0)
            return 5.0

    # Arguments are converted before the circle is lent, so the inner call may modify it.
    t.grow(circle, Reentrant())
    assert circle.radius == 7.0
    assert t.larger(circle, circle) is False


def test_rust_statements_stand_between_binding_statements():
    assert [t.square_1(), t.square_2(), t.square_3()] == [1, 4, 9]
    assert (t.squares, t.complete) == (3, True)
    assert (t.plus_one(1), t.plus_two(1)) == (2, 3)
    assert (t.smallest, t.largest, t.parsed) == ("small", "large", 42)
    assert [t.left_3(), t.left_2(), t.left_1()] == [3, 2, 1]


def test_a_generic_function_binds_in_a_loop():
    assert t.PointF(1.5, 2.0).sum() == 3.5
    point = t.PointI(x=1, y=2)
    point.x = 40
    assert (point.sum(), type(point.sum())) == (42, int)
    with pytest.raises(TypeError):
        t.PointB(1, 256)
    assert len({t.PointF, t.PointI, t.PointB}) == 3
    with pytest.raises(TypeError):
        t.PointI.sum(t.PointF(1.0, 2.0))


@pytest.mark.row("cls-56")
def test_instantiations_of_a_class_template_are_classes_of_their_own():
    assert t.CatHouse(t.Cat()).listen() == "meow"
    assert t.DogHouse(t.Dog()).listen() == "woof"
    with pytest.raises(TypeError):
        t.CatHouse(t.Dog())
    with pytest.raises(TypeError):
        t.DogHouse.listen(t.CatHouse(t.Cat()))
    # Instantiations of a generic method, as overloads and under a name of its own.
    assert t.CatHouse(t.Cat()).label(3) == "3: meow"
    assert t.CatHouse(t.Cat()).label("house") == "house: meow"
    assert t.DogHouse(t.Dog()).label_text("house") == "house: woof"
    with pytest.raises(TypeError):
        t.DogHouse(t.Dog()).label_text(3)


@pytest.mark.row("fn-30")
def test_instantiations_of_a_function_template_are_overloads_or_have_names_of_their_own():
    assert t.process(3) == "i32: 3"
    assert t.process("x") == 'String: "x"'
    with pytest.raises(TypeError, match="incompatible function arguments"):
        t.process(3.5)
    assert t.process_int(3) == "i32: 3"
    with pytest.raises(TypeError):
        t.process_int("x")


@pytest.mark.row("cls-15", "cls-16")
def test_a_path_or_a_closure_says_which_function_is_meant():
    tail = t.Tail(3)
    tail.set(5)
    assert tail.get() == 5
    tail.set("four")
    assert tail.get() == 4
    tail.grow()
    assert tail.get() == 5


def test_modules_of_one_library_have_items_of_their_own():
    assert hasattr(other, "Secret") and not hasattr(t, "Secret")
    assert not hasattr(other, "Tool") and not hasattr(other, "Circle")
    assert other.OtherTool("dig").__class__.__name__ == "OtherTool"
    with pytest.raises(TypeError, match="incompatible function arguments"):
        other.purpose_of(t.Tool("cut"))
    with pytest.raises(TypeError, match="incompatible function arguments"):
        t.purpose_of(other.OtherTool("dig"))


@pytest.mark.row("BLD-02", "faq-15", "port-46")
def test_two_extensions_bind_one_rust_type_without_a_clash():
    script = "import test_registration_ext, test_second_ext; test_second_ext.Circle(), test_registration_ext.Circle()"
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert t.Circle is not second.Circle
    assert (t.Circle.__module__, second.Circle.__module__) == (t.__name__, second.__name__)


@pytest.mark.row("BLD-02", "BLD-04", "faq-15", "port-46")
def test_instances_of_another_extension_are_refused_with_both_types_named():
    foreign = t.Circle(2.0)
    with pytest.raises(TypeError) as refused:
        second.area(foreign)
    assert str(refused.value) == (
        "area(): incompatible function arguments. The following argument types are supported:\n"
        "    1. area(circle: test_second_ext.Circle) -> float\n\n"
        "Invoked with types: test_registration_ext.Circle"
    )
    with pytest.raises(TypeError):
        t.radius_of(second.Circle(1.0))
    with pytest.raises(TypeError):
        t.Circle.radius.__get__(second.Circle(1.0))
    with pytest.raises(TypeError):
        second.take(foreign)
    with pytest.raises(TypeError):
        t.grow(second.Circle(1.0), 1.0)
    assert foreign.radius == 2.0


@pytest.mark.row("BLD-02", "faq-15", "port-46")
def test_python_classes_cannot_smuggle_an_instance_into_another_extension():
    class Both(t.Circle):
        pass

    with pytest.raises(TypeError):
        second.area(Both(1.0))
    with pytest.raises(TypeError):

        class Mixed(t.Circle, second.Circle):
            pass

    with pytest.raises(TypeError):
        second.Circle.__init__(t.Circle.__new__(t.Circle), 1.0)
    with pytest.raises(TypeError):
        second.Circle.__new__(t.Circle)
    circle = t.Circle(1.0)
    with pytest.raises(TypeError):
        circle.__class__ = second.Circle
    assert second.area(second.Circle(1.0)) == 3.0
    assert t.radius_of(Both(2.0)) == 2.0


def test_extensions_are_used_from_several_threads_at_once():
    failures = []

    def work():
        try:
            for n in range(200):
                assert t.radius_of(t.Circle(float(n))) == n
                assert second.take(second.Circle(float(n))) == n
                with pytest.raises(TypeError):
                    second.area(t.Circle(1.0))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def refusal(module):
    with pytest.raises(ImportError) as refused:
        importlib.import_module(module)
    assert module not in sys.modules
    return str(refused.value)


def test_a_part_that_registers_nothing_is_named():
    assert refusal("test_registration_lost_ext") == (
        "test_registration_lost_ext: part `crate::registration::refused::nothing` should register at least 1 item(s), "
        "but 0 arrived (none): is the crate linked, and does it invoke nb_class!/nb_fn!?"
    )


def test_a_part_with_another_number_of_items_is_named_with_what_arrived():
    assert refusal("test_registration_count_ext") == (
        "test_registration_count_ext: part `crate::registration::refused::miscounted` should register 2 item(s), "
        "but 1 arrived (zero): is the crate linked, and does it invoke nb_class!/nb_fn!?"
    )


def test_a_file_may_hold_items_of_several_modules():
    assert t.zero_of_another() == 0
    assert not hasattr(t, "zero")


def test_a_class_whose_base_nobody_binds_is_named():
    assert refusal("test_registration_orphan_ext") == (
        "test_registration_orphan_ext: the base class of 'Child' is not bound by this module or one of its parts"
    )


def test_a_failed_import_can_be_tried_again():
    assert refusal("test_registration_orphan_ext") == refusal("test_registration_orphan_ext")
    assert t.add(1, 2) == 3


@pytest.mark.row("DSP-40")
def test_static_and_instance_overloads_of_one_name_do_not_mix():
    assert refusal("test_registration_mixed_ext") == (
        'nb::detail::nb_func_new("both"): mismatched static/instance method flags in function overloads!'
    )


@pytest.mark.row("DSP-40")
def test_a_function_does_not_replace_something_else():
    assert refusal("test_registration_clash_ext") == (
        'nb::detail::nb_func_new("taken"): cannot overload existing non-function object of the same name!'
    )


@pytest.mark.row("DSP-40")
def test_a_function_whose_name_starts_with_an_underscore_may_replace_something_else():
    import test_registration_allowed_ext as allowed

    assert allowed._taken() == 2


@pytest.mark.row("DSP-40")
def test_a_method_of_a_derived_class_hides_those_of_the_base():
    import test_registration_allowed_ext as allowed

    special = allowed.Special()
    assert special.value(1) == "derived 1"
    with pytest.raises(TypeError, match="incompatible function arguments"):
        special.value("text")
    assert allowed.Thing.value(special, "text") == "base text"


def test_five_hundred_links_and_statements_fit_into_one_module():
    import test_registration_large_ext as large

    methods = [name for name in vars(large.Large) if name.startswith("link_")]
    assert methods == [f"link_{n}" for n in range(500)]
    assert all(getattr(large.Large, name)() == 0 for name in methods)
    assert [getattr(large, f"statement_{n}") for n in range(500)] == list(range(500))
