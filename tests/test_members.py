"""Every kind of class member: instance and static, readable and writable, with docstrings."""

import gc

import pytest
import test_members_ext as m


@pytest.mark.row("first-21")
def test_each_kind_of_member_works_and_carries_its_docstring():
    k = m.Kinds()
    assert m.Kinds.__init__.__doc__ == "__init__(self, value: int = 1) -> None\n\ninit doc"
    assert k.double() == 2 and k.double(factor=5) == 5
    assert m.Kinds.double.__doc__ == "double(self, factor: int = 2) -> int\n\ndef doc"
    k.rw = 4
    assert k.rw == 4 and m.Kinds.rw.__doc__ == "rw doc"
    assert k.ro == 5 and m.Kinds.ro.__doc__ == "ro doc"
    k.prop_rw = 6
    assert k.prop_rw == 6 == k.prop_ro
    assert m.Kinds.prop_rw.__doc__ == "prop_rw doc"
    assert m.Kinds.prop_ro.__doc__ == "prop_ro doc"
    assert m.Kinds.make().rw == 9 and k.make(value=2).rw == 2
    assert m.Kinds.make.__doc__ == "make(value: int = 9) -> test_members_ext.Kinds\n\nstatic doc"
    members = m.Kinds.__dict__
    assert members["count"].__doc__ == "rw_static doc"
    assert members["limit"].__doc__ == "ro_static doc"
    assert members["prop_count"].__doc__ == "prop_rw_static doc"
    assert members["class_name"].__doc__ == "prop_ro_static doc"


@pytest.mark.row("cls-04", "api-class-13", "api-class-14")
def test_static_fields_are_shared_with_native_code_and_writable_through_the_class():
    assert m.Kinds.limit == 7 and m.Kinds().limit == 7
    m.Kinds.count = 11
    assert m.native_count() == 11
    m.Kinds().count = 12
    assert m.native_count() == 12 and m.Kinds.count == 12
    m.Kinds.label = "abc"
    assert m.Kinds.label == "abc"
    m.Kinds.sizes = [1, 2]
    assert m.Kinds.sizes == [1, 2]
    with pytest.raises(AttributeError, match="no setter"):
        m.Kinds.limit = 8
    with pytest.raises(AttributeError, match="no setter"):
        m.Kinds().limit = 8
    assert m.Kinds.limit == 7
    with pytest.raises(TypeError, match="incompatible function arguments"):
        m.Kinds.count = "x"
    assert m.native_count() == 12


@pytest.mark.row("port-09")
def test_the_four_names_of_static_members():
    members = m.Kinds.__dict__
    kinds = {name: type(members[name]).__name__ for name in ["count", "limit", "prop_count", "class_name"]}
    assert set(kinds.values()) == {"nb_static_property"}
    for name in ["count", "prop_count"]:
        setattr(m.Kinds, name, 31)
        assert getattr(m.Kinds, name) == 31 == m.native_count()
    for name, value in [("limit", 7), ("class_name", "Kinds")]:
        assert getattr(m.Kinds, name) == getattr(m.Kinds(), name) == value
        with pytest.raises(AttributeError, match="no setter"):
            setattr(m.Kinds, name, value)


@pytest.mark.row("cls-05")
def test_static_properties_hand_the_class_to_their_functions():
    m.Kinds.prop_count = 21
    assert m.Kinds.prop_count == 21 == m.native_count()

    class Sub(m.Kinds):
        pass

    assert m.Kinds.class_name == "Kinds"
    assert Sub.class_name == "Sub" == Sub().class_name
    Sub.prop_count = 22
    assert m.native_count() == 22
    with pytest.raises(AttributeError, match="no setter"):
        m.Kinds.class_name = "x"


@pytest.mark.row("CLS-17")
def test_deleting_a_static_property_raises_and_leaves_it_usable():
    class Sub(m.Kinds):
        pass

    for target in (m.Kinds, m.Kinds(), Sub, Sub()):
        with pytest.raises(AttributeError):
            del target.limit
        with pytest.raises(AttributeError):
            del target.count
    gc.collect()
    assert m.Kinds.limit == 7


@pytest.mark.row("cls-06")
def test_static_methods_are_called_on_class_and_instance():
    assert m.Kinds.make(3).rw == 3
    assert m.Kinds().make(4).rw == 4
    assert isinstance(m.Kinds.__dict__["make"], staticmethod)
    assert m.Kinds.make.__qualname__ == "Kinds.make"
    assert m.Kinds.make.__module__ == "test_members_ext"


def test_generated_code_does_not_collide_with_names_of_the_user():
    assert m.run(1) == 2
    assert m.m(1) == 3
    assert m.P(4).value == 4
    assert isinstance(m.Probe(), m.Probe)


@pytest.mark.row("cls-02")
def test_a_property_without_setter_can_be_read_only():
    p = m.P(4)
    assert p.value == 4
    assert m.P.value.__doc__ == "read only"
    assert m.P.value.fset is None
    with pytest.raises(AttributeError):
        p.value = 5
    k = m.Kinds()
    k.prop_rw = 3
    assert k.prop_rw == 3
    with pytest.raises(AttributeError):
        k.prop_ro = 3


def test_a_submodule_needs_no_docstring():
    assert m.plain.answer() == 42
    assert m.plain.__name__ == "test_members_ext.plain"


def test_properties_are_deleted():
    k = m.Kinds(7)
    assert m.Kinds.deleted.__doc__ == "deleted doc"
    assert k.deleted == 7
    k.deleted = 8
    del k.deleted
    assert k.deleted == -1 == k.rw
    assert m.Kinds.deleted.fdel is not None and type(m.Kinds.deleted) is type(m.Kinds.prop_rw)
    del k.deleted_field
    assert k.deleted_field == 0
    with pytest.raises(AttributeError, match="no constant"):
        del k.deleted_field
    with pytest.raises(AttributeError):
        k.deleted_field = 1
    # Of others it is refused as by Python's own.
    with pytest.raises(AttributeError):
        del k.prop_rw

    class Sub(m.Kinds):
        pass

    sub = Sub(3)
    del sub.deleted
    assert sub.deleted == -1


def test_a_deleter_does_not_run_while_the_value_is_lent():
    k = m.Kinds(7)

    def attack():
        with pytest.raises(RuntimeError):
            del k.deleted
        return 1

    m.while_lent(k, attack)
    assert k.deleted == 7
