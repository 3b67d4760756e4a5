"""Casters of one's own that misbehave, and values in them that do when they end."""

import pytest
import test_custom_casters_hostile_ext as t


class Number:
    def __init__(self, number):
        self.answer = number

    def number(self):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def ends():
    """How often a value has ended."""
    seen = []

    def hook(name):
        seen.append(name)
        raise LookupError("from the end of a value")

    t.hook = hook
    yield seen
    del t.hook


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), MemoryError(), RecursionError()])
@pytest.mark.parametrize(
    "call",
    [
        lambda a, b: t.pair(a, b),
        lambda a, b: t.all([a, b]),
        lambda a, b: t.both({"first": a, "second": b}),
    ],
    ids=["pair", "all", "both"],
)
def test_an_exception_that_ends_the_call_outlives_the_values_before(call, raised, ends):
    with pytest.raises(type(raised)) as info:
        call(Number(1), Number(raised))
    assert info.value is raised
    assert ends == ["drop"]


def test_a_refused_borrow_outlives_the_values_before(ends):
    total = t.Sum()

    def attack():
        with pytest.raises(RuntimeError, match="Sum") as info:
            total.add(Number(1))
        assert info.value.__cause__ is None
        return len(ends)

    assert total.lent(attack) == 1


def test_values_that_fit_end_once(ends):
    assert t.pair(Number(1), Number(2)) == 3
    assert t.all([Number(1)] * 3) == 3
    assert t.both({"first": Number(1), "second": Number(2)}) == 3
    assert len(ends) == 7


def test_values_of_a_refused_call_end_once(ends):
    with pytest.raises(TypeError) as info:
        t.pair(Number(1), Number("x"))
    assert len(ends) == 1 and isinstance(info.value.__cause__, RuntimeError)
    with pytest.raises(TypeError):
        t.both({"first": Number(1), "second": Number(2), "third": 3})
    assert len(ends) == 3


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_exception_that_a_caster_leaves_raised_is_the_cause(number):
    with pytest.raises(TypeError, match="incompatible function arguments") as info:
        t.left(number)
    cause = info.value.__cause__
    if number == 2:
        assert str(cause) == "an error"
        cause = cause.__cause__
    assert isinstance(cause, KeyError)
    with pytest.raises(TypeError) as info:
        t.all_left([number])
    assert info.value.__cause__ is not None
    assert t.left_or_other(number) == "another"


@pytest.mark.parametrize(
    "call",
    [
        lambda thing: t.owned(thing, 1),
        lambda thing: t.owned(thing, "x"),
        lambda thing: t.moved(thing, 1),
        lambda thing: t.all_owned([thing]),
    ],
)
def test_a_value_is_not_taken_out_of_its_object_by_a_caster(call):
    thing = t.Thing("it")
    with pytest.raises(TypeError, match="cannot go by way of `(Box<)?Thing>?`: it would be taken out"):
        call(thing)
    assert thing.name == "it"


def test_a_value_is_not_taken_out_of_its_object_by_a_field_of_a_dict():
    thing = t.Thing("it")
    for given in ({"thing": thing}, {"thing": thing, "n": "x"}):
        with pytest.raises(TypeError) as info:
            t.options(given)
        assert "cannot go by way of `Box<Thing>`" in str(info.value.__cause__)
        assert thing.name == "it"


def test_a_lock_is_not_given_away_by_a_caster():
    inner = t.Inner()
    with pytest.raises(TypeError, match="cannot go by way of `Arc<RwLock<Inner>>`"):
        inner.locked(inner)


@pytest.mark.parametrize("class_", [5, "x", int, ValueError("an instance")])
def test_the_class_of_a_new_exception_is_one(class_):
    with pytest.raises(TypeError, match="exceptions must derive from BaseException") as info:
        t.raise_from(class_)
    assert isinstance(info.value.__cause__, KeyError)
    with pytest.raises(ValueError, match="second"):
        t.raise_from(ValueError)
