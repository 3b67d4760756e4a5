"""The conversions of texts, bytes and paths."""

import os
import pathlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import test_casters_ext as t
from samples import Bytes, Located, Text, refused


# Texts


@pytest.mark.row("xchg-05", "STL-07", "STL-08")
def test_a_char_is_a_text_of_one_character():
    for value in ("a", "é", "𝄞", "\0", Text("s")):
        assert t.char(value) == value and type(t.char(value)) is str
    assert t.nul() == "\0"
    for value in ("", "ab", b"a", 97, None, "e\u0301", "\ud800"):
        refused(t.char, value)


TEXTS = ["", "a", "a\0b", "\0", "héllo", "𝄞𝄞", "\uffff", "日本語", Text("sub")]


@pytest.mark.row("xchg-05", "xchg-07", "first-19", "api-hdr-5", "STL-34")
@pytest.mark.parametrize("name", ["str", "str_back", "String", "cow"])
def test_a_text_round_trips_with_nul_and_all_planes(name):
    function = getattr(t, name)
    for value in TEXTS:
        assert function(value) == value and type(function(value)) is str
    for value in (b"a", bytearray(b"a"), 1, None, ["a"], pathlib.Path("a")):
        assert refused(function, value).__cause__ is None


@pytest.mark.row("first-19", "STL-34")
@pytest.mark.parametrize(
    "call",
    [
        lambda x: t.str(x), lambda x: t.String(x), lambda x: t.cow(x), lambda x: t.char(x), lambda x: t.cstr(x),
        lambda x: t.vec_String([x]), lambda x: t.hash_map({x: 1}), lambda x: t.set_String({x}),
        lambda x: t.pair_String(("a", x)), lambda x: t.option_String(x), lambda x: t.join([x]),
    ],
)  # fmt: skip
def test_a_lone_surrogate_is_refused_with_the_reason(call):
    cause = refused(call, "\ud800").__cause__
    assert isinstance(cause, UnicodeEncodeError) and "surrogates not allowed" in str(cause)


@given(st.text())
def test_any_text_round_trips(value):
    assert t.str(value) == t.String(value) == t.cow(value) == value
    assert t.vec_String([value]) == [value] and t.hash_map({value: 1}) == {value: 1}
    if "\0" not in value:
        assert t.cstr(value) == value


@pytest.mark.row("xchg-05")
def test_a_c_text_keeps_everything_or_refuses():
    for value in TEXTS:
        if "\0" in value:
            refused(t.cstr, value)
            refused(t.CString, value)
        else:
            assert t.cstr(value) == t.CString(value) == value
    refused(t.cstr, None)
    refused(t.str, None)
    with pytest.raises(UnicodeDecodeError):
        t.cstring_bad()


@pytest.mark.row("STL-09")
def test_an_optional_c_text_is_none_both_ways():
    assert t.cstr_option(None) is None and t.cstr_option("a") == "a"
    refused(t.cstr_option, b"a")


@pytest.mark.row("api-hdr-7")
def test_a_system_string_keeps_what_is_no_text():
    for function in (t.OsString, t.os_str):
        for value in ("", "a", "é", os.fsdecode(b"\xff\xfe")):
            assert function(value) == value
        for value in (b"a", pathlib.Path("a"), None):
            refused(function, value)
        assert isinstance(refused(function, "a\0b").__cause__, ValueError)
        assert isinstance(refused(function, "\ud800").__cause__, UnicodeEncodeError)


# bytes


@given(st.binary())
def test_bytes_round_trip(value):
    assert t.bytes(value) == t.bytes_cow(value) == value
    assert t.bytes_option(value) == len(value)


@pytest.mark.row("STL-34")
def test_bytes_are_bytes_objects_only():
    for function in (t.bytes, t.bytes_cow):
        assert function(b"a\0\xff") == b"a\0\xff" and type(function(Bytes(b"x"))) is bytes
        for value in ("a", bytearray(b"a"), memoryview(b"a"), [1], None):
            refused(function, value)
    assert t.bytes_option(None) is None
    assert t.vec_u8([1, 2]) == [1, 2] and t.vec_u8(bytearray(b"ab")) == [97, 98]


# Paths


@pytest.mark.row("xchg-17", "STL-33", "api-hdr-18")
@pytest.mark.parametrize("name", ["PathBuf", "path"])
def test_a_path_comes_from_any_path_like_object(name):
    function = getattr(t, name)
    for value in ("a/b", pathlib.Path("a/b"), pathlib.PurePath("a/b"), b"a/b", Located("a/b"), Located(b"a/b")):
        assert function(value) == pathlib.Path("a/b") and type(function(value)) is type(pathlib.Path())
    assert function("") == pathlib.Path()
    for value in (1, None, ["a"], bytearray(b"a")):
        assert refused(function, value).__cause__ is None
    assert isinstance(refused(function, Located(1)).__cause__, TypeError)
    assert isinstance(refused(function, Located(OSError("gone"))).__cause__, OSError)


@pytest.mark.row("STL-33")
@pytest.mark.skipif(sys.platform == "win32", reason="paths are texts there")
def test_a_path_that_is_no_text_survives():
    value = os.fsdecode(b"x\xff\xfey")
    assert t.PathBuf(value) == t.PathBuf(b"x\xff\xfey") == pathlib.Path(value)
    assert t.path_length(value) == 4
    assert isinstance(refused(t.PathBuf, "\ud800").__cause__, UnicodeEncodeError)


def test_a_path_with_a_nul_is_refused():
    for value in ("a\0b", b"a\0b", Located("a\0b")):
        cause = refused(t.PathBuf, value).__cause__
        assert isinstance(cause, ValueError) and str(cause) == "embedded null byte"
