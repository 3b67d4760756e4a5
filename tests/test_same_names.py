"""Virtual functions beside properties and fields of one name (finding 10); `ref_<T>` of a class with virtual functions (9)."""

import functools

import pytest

import test_same_names_ext as m


@pytest.mark.finding(10)
@pytest.mark.parametrize("kind, report", [(m.Thing, "1 plain 2 2"), (m.Derived, "10 derived 20 20")])
def test_what_the_native_class_has_is_no_override(kind, report):
    class Child(kind):
        pass

    for one in (kind(), Child()):
        assert m.report(one) == report and one.report() == report
    assert kind().legs == Child().legs == 4 and Child().name == "" and Child().scaled == 0


@pytest.mark.finding(10)
def test_a_python_property_overrides():
    class Child(m.Thing):
        @property
        def size(self):
            return super().size + 5

        @property
        def name(self):
            return "mine"

    assert Child().size == 6 and m.size(Child()) == 6
    assert m.report(Child()) == "6 mine 2 2"


@pytest.mark.finding(10)
def test_a_plain_value_overrides_a_native_property():
    class Child(m.Thing):
        size = 7
        name = "value"

    class Cached(m.Thing):
        @functools.cached_property
        def size(self):
            return 8

    assert m.report(Child()) == "7 value 2 2"
    assert m.size(Cached()) == 8


@pytest.mark.finding(10)
def test_a_method_overrides_a_function_beside_a_field():
    class Child(m.Thing):
        def name(self):
            return "method"

        def scaled(self, by):
            return by * 100

        def legs(self):
            return 6

    assert m.report(Child()) == "1 method 6 200"


@pytest.mark.finding(10)
def test_a_property_cannot_take_arguments():
    class Child(m.Thing):
        @property
        def scaled(self):
            raise AssertionError("never asked")

    with pytest.raises(TypeError) as error:
        m.scaled(Child())
    assert str(error.value).endswith(
        ".Child.scaled is a property, and native code calls a virtual function of that name with arguments"
    )


@pytest.mark.finding(10)
def test_a_property_that_modifies_its_object():
    class Child(m.Thing):
        @property
        def size(self):
            m.rename(self, "renamed")
            return 3

    child = Child()
    assert m.size(child) == 3 and child.name == "renamed"


@pytest.mark.finding(10)
def test_a_property_that_raises_or_has_the_wrong_type():
    class Raises(m.Thing):
        @property
        def size(self):
            raise KeyError("nothing")

    class Wrong(m.Thing):
        @property
        def size(self):
            return "large"

    with pytest.raises(KeyError):
        m.size(Raises())
    with pytest.raises(RuntimeError, match="std::bad_cast"):
        m.size(Wrong())


@pytest.mark.finding(10)
def test_what_is_assigned_to_a_native_class_later_overrides():
    class Child(m.Thing):
        pass

    before = m.Thing.__dict__["size"]
    try:
        m.Thing.size = property(lambda self: 9)
        assert m.size(Child()) == 9
        m.Thing.size = lambda self: 11
        assert m.size(Child()) == 11
    finally:
        m.Thing.size = before
    assert m.size(Child()) == 1


@pytest.mark.finding(9)
def test_a_counted_pointer_does_not_pass_overrides_by():
    class Child(m.Node):
        def visit(self):
            return 50

    assert m.visit(m.Node()) == 1 and m.visit_all([m.Node(), None]) == 1
    assert m.visit_dyn(Child()) == 50
    with pytest.raises(TypeError) as error:
        m.visit(Child())
    assert str(error.value) == (
        "visit(): argument 'node' is of a derived class, whose functions native code would not call through `ref_<Node>`: "
        "let the function take `Arc<dyn Visits>`"
    )
    with pytest.raises(TypeError, match="let the function take `Arc<dyn Visits>`"):
        m.visit_all([m.Node(), Child()])
