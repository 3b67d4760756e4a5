"""Casters of one's own: by way of another type, of other crates' types, of structs as dicts."""

import test_custom_casters_ext as t
import pytest


def test_by_way_of_another_type():
    assert t.warmer(20) == 21.0
    assert t.warmer.__doc__ == "warmer(temperature: float) -> float"
    assert t.warmest([1, 3.5, 2]) == 3.5
    assert t.by_name({"a": 1, "b": 2}) == [1.0, 2.0]
    assert t.through(lambda c: c + 1) == 21.0
    assert t.cast_back(4) == 4.0


def test_an_error_is_the_cause_and_the_next_overload_is_tried():
    with pytest.raises(TypeError, match="incompatible function arguments") as info:
        t.warmer(-300)
    assert str(info.value.__cause__) == "-300 is below absolute zero"
    assert t.which(1.5) == "a temperature"
    assert t.which("x") == "a text"
    assert t.which(-300.0) == "something"
    with pytest.raises(TypeError) as info:
        t.warmest([1, -300])
    assert str(info.value.__cause__) == "-300 is below absolute zero"


def test_a_type_of_another_crate():
    assert t.opposite("read") == "write"
    assert t.opposite.__doc__ == "opposite(arg: str, /) -> str"
    for bad in ("neither", 1, None):
        with pytest.raises(TypeError):
            t.opposite(bad)


def test_flags():
    assert t.inverted((0, 1, 2)) == (255, 254, 253)
    assert t.inverted("#000102") == (255, 254, 253)
    assert t.inverted.__doc__ == "inverted(arg: tuple[int, int, int] | str, /) -> tuple[int, int, int]"
    assert t.inverted_exactly((0, 1, 2)) == (255, 254, 253)
    with pytest.raises(TypeError):
        t.inverted_exactly("#000102")
    with pytest.raises(TypeError) as info:
        t.inverted("#blue")
    assert "invalid digit" in str(info.value.__cause__)


def test_one_direction():
    assert t.report(["a", "b"]) == "a; b"
    with pytest.raises(ValueError, match="an empty report"):
        t.report([])


class Answers:
    def __init__(self, answer):
        self.answer = answer


def test_what_the_object_does():
    assert t.asked([Answers(lambda: 1), Answers(lambda: 2)]) == [1, 2]
    with pytest.raises(TypeError) as info:
        t.asked([Answers(lambda: 1 // 0)])
    assert isinstance(info.value.__cause__, ZeroDivisionError)

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        t.asked([Answers(stop)])
    # The list lets go of its elements while they are asked.
    answers = []
    answers.append(Answers(lambda: (answers.clear(), 5)[1]))
    answers += [Answers(lambda: 6)] * 3
    # The first pass refuses the list, and the second finds it empty.
    assert t.asked(answers) == []
    assert answers == []


def test_by_way_of_a_bound_class():
    assert t.renamed(t.Dog("Rex")).name == "Rex!"
    assert t.renamed.__doc__ == "renamed(arg: test_custom_casters_ext.Dog, /) -> test_custom_casters_ext.Dog"
    rex = t.Dog("Rex")
    # The caster reads before the function has the dog for itself.
    assert t.lent(rex, rex) == "Rex"
    with pytest.raises(Exception, match="a caster that panics"):
        t.renamed(t.Dog("panic"))
    assert t.renamed(rex).name == "Rex!"


def test_struct_as_dict():
    whole = {"path": "/", "depth": 2, "names": ["a"], "type": 3.5}
    assert t.walk(whole) == whole
    assert list(t.walk(whole)) == list(whole)
    assert t.walk({"path": "/"}) == {"path": "/", "depth": 1, "names": None, "type": 0.0}
    assert t.walk.__doc__ == "walk(arg: collections.abc.Mapping[str, object], /) -> dict[str, object]"
    assert t.nothing({}) == {}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"depth": 2}, "Options: the key 'path' is missing"),
        ({"path": "/", "deep": 2, "x": 1}, "Options: there is no field 'deep'"),
        ({"path": "/", "depth": -1}, "Options: the value of 'depth': .*int"),
        ({"path": "/", "type": -300}, "Options: the value of 'type': -300 is below absolute zero"),
    ],
)
def test_dicts_that_do_not_fit(given, why):
    with pytest.raises(TypeError) as info:
        t.walk(given)
    assert isinstance(info.value.__cause__, TypeError)
    info.match("incompatible function arguments")
    with pytest.raises(TypeError, match=why):
        raise info.value.__cause__


@pytest.mark.parametrize("given", [None, 1, "path", [("path", "/")], {1: 2}])
def test_what_is_no_dict(given):
    with pytest.raises(TypeError):
        t.walk(given)
    with pytest.raises(TypeError):
        t.nothing({"x": given})


def test_bound_classes_in_a_dict():
    made = t.adopt({"dog": t.Dog("Rex")})
    assert (made["dog"].name, made["spare"].name) == ("Rex", "Rex")
    with pytest.raises(TypeError) as info:
        t.adopt({"dog": "Rex"})
    assert "the value of 'dog'" in str(info.value.__cause__)


def test_names_that_the_macros_use_themselves():
    odd = {"cx": 1, "src": "", "flags": 2, "entries": [3], "made": 4, "value": 5, "text": "6"}
    assert t.odd_names({}, 10) == {**odd, "cx": 11}
    assert t.odd_names(odd, 0) == odd


def test_fields():
    room = t.Room({"path": "/"})
    assert (room.warmth, room.days, room.options["depth"]) == (20.0, [1.5], 1)
    room.warmth = 25
    room.days = [1, 2]
    room.options = {"path": "/tmp", "depth": 7}
    assert (room.warmth, room.days, room.options["depth"]) == (25.0, [1.0, 2.0], 7)
    with pytest.raises(TypeError):
        room.warmth = -300


def test_mapping_that_changes_while_it_is_read():
    class Hostile(dict):
        def items(self):
            self.clear()
            return [("path", "/"), ("depth", 3)]

    assert t.walk(Hostile(path="x"))["depth"] in (1, 3)


@pytest.mark.row("api-undoc-11")
def test_wrappers_of_ones_own():
    from decimal import Decimal, localcontext

    assert t.digits(Decimal("12.5")) == [1, 2, 5]
    assert t.digits(1.5) == "a float"
    assert t.all_digits([Decimal(1), Decimal(23)]) == [[1], [2, 3]]
    assert t.digits.__doc__.startswith("digits(arg: decimal.Decimal, /) -> list[int]")
    number = Decimal("3.25")
    assert t.same(number) is number
    assert t.decimal_of("4.75") == Decimal("4.75")
    assert t.decimal_in(number) == (True, "3.25")
    with pytest.raises(TypeError, match="decimal.Decimal.*int"):
        t.decimal_in(5)
    for bad in (5, "5", None):
        with pytest.raises(TypeError, match="incompatible function arguments"):
            t.same(bad)
    with localcontext() as context:
        context.clear_traps()
        assert isinstance(t.decimal_of("x"), Decimal)


@pytest.mark.row("api-undoc-11")
def test_checks_of_ones_own():
    assert t.short("ab") == 2 and t.is_short("") and not t.is_short("abc") and not t.is_short(1)

    class Lying(str):
        def __len__(self):
            raise ValueError("no length")

    assert not t.is_short(Lying("a"))
    with pytest.raises(TypeError):
        t.short(Lying("a"))


@pytest.mark.row("api-undoc-11")
def test_a_stored_wrapper_is_collected():
    import gc
    import weakref
    from decimal import Decimal

    class Money(Decimal):
        pass

    money = Money(5)
    money.purse = t.Purse(money)
    assert money.purse.money is money
    with pytest.raises(TypeError):
        money.purse.money = 5
    gone = weakref.ref(money)
    del money
    gc.collect()
    assert gone() is None
