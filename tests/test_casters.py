"""The conversions: None, results, casters of the user, mixed styles, signatures."""

import gc
import warnings

import pytest

import test_casters_ext as t
from samples import Sequence, WIDTHS, refused


# None


@pytest.mark.row("xchg-13", "api-hdr-14")
def test_an_optional_takes_none_and_implies_no_default():
    assert t.option(None) is None and t.option(5) == 5
    assert t.option.__doc__ == "option(arg: int | None, /) -> int | None"
    for args in ((), ("a",), (1, 2)):
        refused(t.option, *args)
    assert t.option_vec(None) is None and t.option_vec([1]) == [1]


@pytest.mark.row("fn-18")
def test_an_optional_bound_value_is_a_copy():
    item = t.Item(5)
    assert t.maybe_value(item) == 6 and item.value == 5
    assert t.maybe_value(None) is None
    assert t.maybe_ref(item) == 5 and t.maybe_ref(None) is None


@pytest.mark.row("STL-12", "xchg-37")
def test_none_inside_a_container_never_becomes_a_reference():
    item = t.Item(1)
    for function, value in (
        (t.refs_sum, [item, None]), (t.refs_sum, (None,)), (t.refs_deque, [None]), (t.refs_array, [item, None]),
        (t.refs_map, {"a": None}), (t.refs_map_mut, {"a": None}), (t.refs_pair, (item, None)), (t.vec, [None]),
        (t.values_map, {"a": None}), (t.values_pair, (None, item)), (t.vec_String, [None]), (t.hash_set, {None}),
        (t.join, [None]), (t.join_map, {"a": None}), (t.moved, [None]), (t.hash_map, {None: 1}), (t.lists, [None]),
    ):  # fmt: skip
        refused(function, value)
    refused(t.values_add, [item, None], 1)
    refused(t.option_vec, [None])
    assert t.refs_maybe([item, None, None]) == [1, None, None]
    assert t.vec_option([None, 1]) == [None, 1] and t.map_option({"a": None}) == {"a": None}
    assert t.refs_deep([(1, None), (2, item)]) == 4
    assert t.objects([None, item]) == [None, item]


@pytest.mark.row("STL-16", "xchg-06")
def test_the_empty_value_is_none_only():
    assert t.unit(None) is None and t.nothing() is None
    for value in ((), 0, False, "", []):
        refused(t.unit, value)


@pytest.mark.row("STL-15")
def test_an_optional_needs_no_copy_and_no_default():
    unique = t.Unique(7)
    assert t.moved_maybe(unique) == 7 and t.moved_maybe(None) is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refused(t.moved_maybe, unique)


@pytest.mark.row("STL-17")
def test_a_users_own_optional_type_is_a_short_caster():
    assert t.own_option(None) == -1 and t.own_option(4) == 4
    refused(t.own_option, "a")
    assert t.own_option.__doc__ == "own_option(x: int | None) -> int"


# Copies


@pytest.mark.row("xchg-25")
def test_a_returned_container_is_a_copy():
    holder = t.Holder([1, 2, 3])
    numbers = holder.numbers
    numbers.append(4)
    assert holder.numbers == [1, 2, 3] and holder.numbers is not holder.numbers
    source = [1, 2]
    holder.numbers = source
    source.append(3)
    assert holder.numbers == [1, 2]
    assert t.vec(source) == source and t.vec(source) is not source


@pytest.mark.row("xchg-28")
def test_a_changed_value_comes_back_as_a_result():
    source = [5]
    assert t.pushed(source) == [5, 1] and source == [5]
    assert t.increment(3) == (True, 4) and t.increment(4) == (False, 5)


@pytest.mark.row("xchg-01", "xchg-29")
def test_one_function_in_three_styles():
    source = [1, 2, 3]
    vector = t.IntVector(source)
    assert t.double_bound(vector) is None
    wrapped = t.double_wrap(source)
    assert t.double_cast(source) == wrapped == vector.to_list() == [2, 4, 6]
    assert source == [1, 2, 3]
    t.double_bound(vector)
    assert vector.to_list() == [4, 8, 12]
    refused(t.double_bound, source)


@pytest.mark.row("xchg-03")
def test_a_wrong_element_is_reported_by_the_types_of_the_arguments():
    assert str(refused(t.double_cast, [1, "2"])) == (
        "double_cast(): incompatible function arguments. The following argument types are supported:\n"
        "    1. double_cast(arg: collections.abc.Sequence[int], /) -> list[int]\n\nInvoked with types: list"
    )


@pytest.mark.row("xchg-35")
def test_wrappers_work_with_python_operators():
    for function in (t.double_wrap, t.double_operator):
        assert function([1, "a", [None]]) == [2, "aa", [None, None]]
        with pytest.raises(TypeError, match="unsupported operand type"):
            function([1, {}])


@pytest.mark.row("xchg-36")
def test_one_function_mixes_all_styles():
    item, d = t.Item(1), {"k": 0}
    assert t.mix([1, 2], d, item) == 5 and item.value == 5 and d == {"k": 0, "seen": 5}
    for args in (([1, "2"], d, item), ([1], [], item), ([1], d, 1)):
        refused(t.mix, *args)


def test_containers_of_wrappers_pass_the_objects_through():
    values = [1, "a", [], None]
    assert all(a is b for a, b in zip(t.objects(values), values))
    assert t.lists([[], [1]]) == 2
    refused(t.lists, [[], ()])


# Results


def test_an_error_result_becomes_an_exception():
    assert t.parse("12") == 12 and t.fails(1) == [1]
    with pytest.raises(ValueError, match="invalid digit"):
        t.parse("x")
    with pytest.raises(RuntimeError, match="^negative$"):
        t.fails(-1)


# Casters of the user


@pytest.mark.row("port-29")
def test_a_caster_sees_the_convert_flag_of_each_pass():
    t.passes()
    assert t.fussy(5) == 5 and t.passes() == [True]
    assert t.fussy_over(5) == 5 and t.passes() == [False]
    assert t.fussy_over(0) == "fallback" and t.passes() == [False, True]
    refused(t.fussy_nested, [(1, True)])
    assert t.passes() == [False]


@pytest.mark.row("port-31", "STL-25")
def test_a_caster_that_refuses_late_makes_way_for_the_next_overload():
    assert t.fussy_over(0) == "fallback" and t.fussy_over(1.5) == "fallback"
    assert refused(t.fussy, 0).__cause__ is None


@pytest.mark.row("port-34", "STL-25")
def test_a_caster_that_panics_raises():
    with pytest.raises(BaseException, match="the caster panicked"):
        t.fussy(1)
    with pytest.raises(BaseException, match="the caster panicked"):
        t.fussy_over(1)
    assert t.fussy(5) == 5


@pytest.mark.row("port-32", "ERR-20")
def test_a_result_that_cannot_be_converted_raises_its_error_or_the_signature():
    assert t.fussy_out(5) == 5
    with pytest.raises(TypeError) as info:
        t.fussy_out(3)
    assert str(info.value) == (
        "Unable to convert function return value to a Python type! The signature was\n"
        "    fussy_out(arg: int, /) -> Fussy"
    )
    with pytest.raises(ValueError, match="^no way out for 4$"):
        t.fussy_out(4)


@pytest.mark.row("STL-36")
def test_a_result_that_fails_half_way_frees_what_was_made():
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(50):
        with pytest.raises(TypeError):
            t.fussy_list([2**40, 2**40 + 1, 3])
        with pytest.raises(ValueError):
            t.fussy_list([5, 4, 5])
    gc.collect()
    assert len(gc.get_objects()) - before < 40
    assert t.fussy_list([5, 6]) == [5, 6]
    for stated in (0, 2, 3, 4, 100):
        source = Sequence(lambda i: i, 3, stated)
        try:
            assert t.vec(source) == [0, 1, 2]
        except TypeError:
            assert stated < 3


# Signatures

SEQ, MAP, SET = "collections.abc.Sequence", "collections.abc.Mapping", "collections.abc.Set"
SIGNATURES = {
    **{name: ("int", "int") for name in WIDTHS},
    "f32": ("float", "float"),
    "f64": ("float", "float"),
    "bool": ("bool", "bool"),
    "char": ("str", "str"),
    "str": ("str", "str"),
    "String": ("str", "str"),
    "cow": ("str", "str"),
    "cstr": ("str", "str"),
    "CString": ("str", "str"),
    "os_str": ("str", "str"),
    "OsString": ("str", "str"),
    "bytes": ("bytes", "bytes"),
    "bytes_cow": ("bytes", "bytes"),
    "path": ("str | os.PathLike", "pathlib.Path"),
    "PathBuf": ("str | os.PathLike", "pathlib.Path"),
    "vec": (f"{SEQ}[int]", "list[int]"),
    "vec_f64": (f"{SEQ}[float]", "list[float]"),
    "vec_String": (f"{SEQ}[str]", "list[str]"),
    "vec_bool": (f"{SEQ}[bool]", "list[bool]"),
    "vec_u8": (f"{SEQ}[int]", "list[int]"),
    "vec_vec": (f"{SEQ}[{SEQ}[int]]", "list[list[int]]"),
    "vec_option": (f"{SEQ}[int | None]", "list[int | None]"),
    "deque": (f"{SEQ}[int]", "list[int]"),
    "array": (f"{SEQ}[int]", "list[int]"),
    "slice": (f"{SEQ}[int]", "int"),
    "pair": ("tuple[int, int]", "tuple[int, int]"),
    "triple": ("tuple[int, str, float]", "tuple[int, str, float]"),
    "single": ("tuple[int]", "tuple[int]"),
    "hash_map": (f"{MAP}[str, int]", "dict[str, int]"),
    "btree_map": (f"{MAP}[str, int]", "dict[str, int]"),
    "map_vec": (f"{MAP}[str, {SEQ}[int]]", "dict[str, list[int]]"),
    "hash_set": (f"{SET}[int]", "set[int]"),
    "btree_set": (f"{SET}[int]", "set[int]"),
    "set_String": (f"{SET}[str]", "set[str]"),
    "option": ("int | None", "int | None"),
    "option_vec": (f"{SEQ}[int] | None", "list[int] | None"),
    "deep": (f"{SEQ}[{MAP}[str, {SEQ}[int]]]", "list[dict[str, list[int]]]"),
    "parse": ("str", "int"),
    "fails": ("int", "list[int]"),
    "refs_sum": (f"{SEQ}[test_casters_ext.Item]", "int"),
    "refs_map": (f"{MAP}[str, test_casters_ext.Item]", "int"),
    "values_pair": ("tuple[test_casters_ext.Item, test_casters_ext.Item]",) * 2,
    "values_map": (f"{MAP}[str, test_casters_ext.Item]", "dict[str, test_casters_ext.Item]"),
    "maybe_ref": ("test_casters_ext.Item | None", "int | None"),
    "double_wrap": ("list", "list"),
    "objects": (f"{SEQ}[object]", "list[object]"),
}


@pytest.mark.row("DSP-50", "xchg-02")
@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_name_abstract_arguments_and_concrete_results(name):
    argument, result = SIGNATURES[name]
    assert getattr(t, name).__doc__ == f"{name}(arg: {argument}, /) -> {result}"


@pytest.mark.row("DSP-50")
def test_a_function_without_result_returns_none_in_its_signature():
    assert t.nothing.__doc__ == "nothing() -> None"
