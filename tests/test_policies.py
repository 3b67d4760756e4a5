"""Every return value policy with every kind of result that it is legal for.

The pairs that are missing here are compile errors, which the compile tests show.
"""

import gc

import pytest
import test_policies_ext as m

OWNED = ["automatic", "automatic_reference", "copy", "move_", "take_ownership", "reference", "reference_internal"]
BOXED = ["automatic", "automatic_reference", "take_ownership", "reference_internal"]
UNBOXED = ["copy", "move_"]
COPIED = ["automatic", "automatic_reference", "copy"]


class Counted:
    """Counts the copies and drops of a block."""

    def __enter__(self):
        gc.collect()
        self.start = m.counts()
        return self

    def __exit__(self, *_):
        gc.collect()
        copied, dropped = m.counts()
        self.copied, self.dropped = copied - self.start[0], dropped - self.start[1]


def call(shelf, kind, policy, some=True):
    """The cell's result; an optional one when `kind` says so."""
    method = getattr(shelf, f"{kind}_{policy}")
    return method(some) if kind.startswith("maybe") else method()


def cells(*kinds, policies):
    return pytest.mark.parametrize("kind, policy", [(k, p) for k in kinds for p in policies])


@pytest.mark.row("OWN-01", "OWN-16", "api-rvp-1")
def test_every_cell_is_in_the_table():
    kinds = {
        "value": OWNED + ["none"],
        "boxed": BOXED + UNBOXED,
        "counted": OWNED + ["none"],
        "shared": COPIED + ["reference_internal", "none"],
        "exclusive": COPIED + ["reference_internal", "none"],
        "fixed": COPIED + ["reference", "reference_internal", "none"],
    }
    expected = {f"by_value_{p}" for p in kinds["value"]}
    expected |= {f"{k}_{p}" for k in kinds if k != "value" for p in kinds[k]}
    expected |= {f"maybe_{k}_{p}" for k in kinds for p in kinds[k]}
    prefixes = ("by_value_", "boxed_", "counted_", "shared_", "exclusive_", "fixed_", "maybe_")
    assert {name for name in vars(m.Shelf) if name.startswith(prefixes)} - {"fixed_kept"} == expected


@pytest.mark.row("own-19")
@cells("by_value", "maybe_value", policies=OWNED)
def test_a_value_moves_whatever_the_policy(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a, b = call(shelf, kind, policy), call(shelf, kind, policy)
        assert a is not b and a.address() != b.address()
        assert a.value == b.value == 1
        # It owns its value: the shelf may go.
        del shelf
        gc.collect()
        a.value = 3
        assert (a.value, b.value) == (3, 1)
    assert (c.copied, c.dropped) == (0, 1)
    with Counted() as c:
        del a, b
    assert (c.copied, c.dropped) == (0, 2)


@pytest.mark.row("own-19")
@cells("boxed", "maybe_boxed", policies=BOXED)
def test_a_box_is_taken_over_where_it_is(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a = call(shelf, kind, policy)
        assert a.address() == m.boxed_at() and a.value == 2
        b = call(shelf, kind, policy)
        assert b is not a and b.address() == m.boxed_at() != a.address()
    assert (c.copied, c.dropped) == (0, 0)
    with Counted() as c:
        del a, b
    assert (c.copied, c.dropped) == (0, 2)


@pytest.mark.row("own-19", "OWN-01", "api-rvp-1")
@cells("counted", "maybe_counted", policies=OWNED)
def test_an_arc_is_shared_whatever_the_policy(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a = call(shelf, kind, policy)
        assert a.address() == m.boxed_at() and a.value == 3
        del shelf
        gc.collect()
        # Nobody else has a count.
        a.value = 4
        assert a.value == 4
        del a
    assert (c.copied, c.dropped) == (0, 2)


@pytest.mark.row("own-19", "OWN-01")
@cells("counted", "maybe_counted", policies=["none"])
def test_none_drops_an_arc_that_python_does_not_know(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        with pytest.raises(TypeError, match="Unable to convert function return value"):
            call(shelf, kind, policy)
    assert (c.copied, c.dropped) == (0, 1)


@pytest.mark.row("own-19")
@cells("boxed", "maybe_boxed", policies=UNBOXED)
def test_a_box_is_emptied_into_the_object(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a = call(shelf, kind, policy)
        # Inside the Python object, which the allocator cannot have put where the box was while that was in use.
        assert 0 < a.address() - id(a) < 256 and a.value == 2
    assert (c.copied, c.dropped) == (0, 0)
    with Counted() as c:
        del a
    assert (c.copied, c.dropped) == (0, 1)


@pytest.mark.row("own-19")
@cells("shared", "exclusive", "maybe_shared", "maybe_exclusive", policies=COPIED)
def test_a_reference_is_copied(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a, b = call(shelf, kind, policy), call(shelf, kind, policy)
        assert a is not b and len({a.address(), b.address(), shelf.item_at()}) == 3
        a.value = 6
        assert shelf.item.value == 5
    assert (c.copied, c.dropped) == (2, 0)
    with Counted() as c:
        del shelf
    assert (c.copied, c.dropped) == (0, 1)
    assert (a.value, b.value) == (6, 5)
    with Counted() as c:
        del a, b
    assert (c.copied, c.dropped) == (0, 2)


@pytest.mark.row("own-19")
@cells("shared", "exclusive", "maybe_shared", "maybe_exclusive", policies=["reference_internal"])
def test_an_internal_reference_keeps_its_owner(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a = call(shelf, kind, policy)
        address = a.address()
        assert address == shelf.item_at()
        if "shared" in kind:
            with pytest.raises(RuntimeError, match="was obtained through a shared reference and cannot be modified"):
                a.value = 6
            assert call(shelf, kind, policy) is a
        else:
            # Any other use of the shelf ends the reference, which is good again when it is given again.
            a = call(shelf, kind, policy)
            a.value = 6
            assert shelf.item_at() == address
            with pytest.raises(RuntimeError, match="modified or used after the reference was taken"):
                a.value
            assert call(shelf, kind, policy) is a and a.value == 6
            assert shelf.item.value == 6
            a = call(shelf, kind, policy)
        del shelf
    assert (c.copied, c.dropped) == (0, 0)
    assert a.value in (5, 6)
    with Counted() as c:
        del a
    assert (c.copied, c.dropped) == (0, 1)


@pytest.mark.row("own-19")
@cells("fixed", "maybe_fixed", policies=COPIED)
def test_a_static_is_copied(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a = call(shelf, kind, policy)
        assert a.address() != m.fixed_at()
        a.value = 8
    assert call(shelf, kind, policy).value == 7
    assert (c.copied, c.dropped) == (1, 0)


@pytest.mark.row("own-19", "api-rvp-5")
@cells("fixed", "maybe_fixed", policies=["reference", "reference_internal"])
def test_a_static_is_referred_to(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        a = call(shelf, kind, policy)
        assert a.address() == m.fixed_at() and a.value == 7
        assert call(shelf, kind, policy) is a
        with pytest.raises(RuntimeError, match="shared reference"):
            a.value = 8
    assert (c.copied, c.dropped) == (0, 0)
    with Counted() as c:
        # Nobody drops a static. By `reference` nothing keeps the shelf; by `reference_internal` the reference does.
        del shelf
    assert c.dropped == (1 if policy == "reference" else 0)
    assert a.value == 7
    with Counted() as c:
        del a
    assert (c.copied, c.dropped) == (0, 0 if policy == "reference" else 1)


@pytest.mark.row("own-19")
@cells("by_value", "maybe_value", policies=["none"])
def test_none_refuses_a_fresh_value(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        with pytest.raises(TypeError, match="Unable to convert function return value"):
            call(shelf, kind, policy)
    assert (c.copied, c.dropped) == (0, 1)


@pytest.mark.row("own-19")
@cells("shared", "exclusive", "maybe_shared", "maybe_exclusive", "fixed", "maybe_fixed", policies=["none"])
def test_none_gives_only_what_python_knows(kind, policy):
    shelf = m.Shelf(5)
    with Counted() as c:
        with pytest.raises(TypeError, match="Unable to convert function return value"):
            call(shelf, kind, policy)
        plain = kind.removeprefix("maybe_")
        known = call(shelf, plain, "reference" if plain == "fixed" else "reference_internal")
        if plain == "exclusive":
            # The call borrows the shelf anew, so that what was known has ended.
            with pytest.raises(TypeError, match="Unable to convert function return value"):
                call(shelf, kind, policy)
        else:
            assert call(shelf, kind, policy) is known
        del known
    assert (c.copied, c.dropped) == (0, 0)


@pytest.mark.row("own-19")
@pytest.mark.parametrize("name", sorted(name for name in vars(m.Shelf) if name.startswith("maybe_")))
def test_an_absent_result_is_none_whatever_the_policy(name):
    shelf = m.Shelf(5)
    with Counted() as c:
        assert getattr(shelf, name)(False) is None
    assert (c.copied, c.dropped) == (0, 0)
    assert shelf.item.value == 5


@pytest.mark.row("own-12")
def test_reference_with_keep_alive_makes_a_lifetime_of_ones_own():
    shelf = m.Shelf(5)
    with Counted() as c:
        a = shelf.fixed_kept()
        assert a.address() == m.fixed_at() and a.value == 7
        assert shelf.fixed_kept() is a
        # Nothing but keep_alive holds the shelf.
        del shelf
    assert (c.copied, c.dropped) == (0, 0)
    assert a.value == 7
    other = m.Shelf(6)
    with Counted() as c:
        # The same static, hence the same object, which now keeps two owners.
        assert other.fixed_kept() is a
        del other
    assert c.dropped == 0
    with Counted() as c:
        del a
    assert (c.copied, c.dropped) == (0, 2)


@pytest.mark.row("DSP-38")
def test_an_in_place_operator_may_return_its_receiver():
    b = a = m.Num(3)
    with pytest.raises(TypeError):
        b += "x"
    b += 4
    assert b is a and a.value == 7
    b *= 2
    assert b is a and a.value == 14
    # A fresh value is a new object.
    b -= 10
    assert b is not a and (a.value, b.value) == (14, 4)
    # What is asked for as a copy is one.
    c = a.copied(1)
    assert c is not a and (a.value, c.value) == (15, 15)

    class Sub(m.Num):
        pass

    d = e = Sub(1)
    d += 1
    assert d is e and type(d) is Sub

    # Without `Clone` there is nothing to copy; the policy says that the object exists.
    u = v = m.Unique(1)
    u += 1
    u |= 1
    assert u is v and u.value == 3


@pytest.mark.finding(11)
def test_a_returned_reference_to_an_argument_is_the_argument():
    class Sub(m.Num):
        pass

    a, b = m.Num(1), Sub(5)
    assert m.larger(a, b) is b and m.larger(b, a) is b and m.larger(a, a) is a
    # What is said to be copied is.
    assert m.larger_copied(a, b) is not b and m.larger_copied(a, b).value == 5
    # An iterator hands itself back.
    count = m.Count()
    assert iter(count) is count and list(count) == [0, 1, 2]
    # Through containers and `Option` as well.
    assert m.both(a, b)[0] is a and m.both(a, b)[1] is b and m.maybe(a) is a
    # Values without size, which are anywhere.
    one, two = m.Token(), m.Token()
    assert m.other_token(one) is not one
    boxed = m.boxed_token(), m.boxed_token()
    assert m.second_token(*boxed) is not boxed[0] and m.other_token(boxed[0]) is not boxed[0]
    # A part of an argument is no argument.
    pair = m.PairOfNum()
    assert m.first_of(pair) is not m.first_of(pair)


@pytest.mark.row("DSP-26")
def test_a_property_keeps_the_policy_it_was_given():
    shelf = m.Shelf(5)
    for copied in ("item_ro_copied", "item_rw_copied"):
        with Counted() as c:
            a, b = getattr(shelf, copied), getattr(shelf, copied)
            assert a is not b and shelf.item_at() not in (a.address(), b.address())
            a.value = 9
            assert b.value == 5 and shelf.item.value == 5
        assert c.copied == 2
        del a, b
    for referred in ("item_ro", "item_rw"):
        with Counted() as c:
            a = getattr(shelf, referred)
            assert a is getattr(shelf, referred) and a.address() == shelf.item_at()
        assert c.copied == 0
        del a
    with Counted() as c:
        assert shelf.item_ro_fixed is shelf.item_ro_fixed
        assert shelf.item_ro_fixed.address() == m.fixed_at()
    assert c.copied == 0
    # The setter takes its argument as ever.
    source = m.Shelf(8).item
    for name in ("item_rw", "item_rw_copied"):
        with Counted() as c:
            setattr(shelf, name, source)
        assert (c.copied, c.dropped) == (1, 1)
        assert shelf.item.value == 8 and shelf.item.address() == shelf.item_at() != source.address()
        shelf.item.value = 1
        assert source.value == 8
    # The reference keeps the shelf, the copy does not.
    copied, referred = shelf.item_rw_copied, shelf.item_rw
    with Counted() as c:
        del shelf
    assert c.dropped == 0
    with Counted() as c:
        del referred
    assert c.dropped == 1
    assert copied.value == 1
