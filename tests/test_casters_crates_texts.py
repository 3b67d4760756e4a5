"""The conversions of other crates' texts, paths, networks and containers with defaults or other hashers."""

import ipaddress
import os
import pathlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import test_casters_crates_texts_ext as t
from samples import Index, Located, Mapping, Sequence, Text, refused

SPELLING = "a text that does not spell such a value"
INTS = st.integers(-(2**31), 2**31 - 1)


def fail(*_):
    raise LookupError("on purpose")


def note(error, text):
    if sys.version_info >= (3, 11):
        assert any(text in line for line in error.__notes__), error.__notes__


# Texts


def test_urls():
    for value, wanted in [("https://example.com", "https://example.com/"), ("HTTP://a.b/c d?e#f", "http://a.b/c%20d?e#f"), ("mailto:x@y.z", "mailto:x@y.z"),
                          ("http://bücher.example/", "http://xn--bcher-kva.example/"), (Text("data:,x"), "data:,x")]:  # fmt: skip
        for function in (t.url, t.url_strict):
            assert function(value) == wanted and type(function(value)) is str
            assert function(function(value)) == wanted
    assert t.host("http://a.b:80/c") == "a.b" and t.urls(["a:b", "c:d"]) == ["a:b", "c:d"]
    assert t.url.__doc__ == "url(arg: str, /) -> str"
    for value in ("", "example.com", "/a", "http://", "http://a:99999/"):
        note(refused(t.url, value), SPELLING)
    refused(t.urls, ["a:b", "c"])


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_versions(major, minor, patch):
    for text in (f"{major}.{minor}.{patch}", f"{major}.{minor}.{patch}-alpha.1+build.5"):
        assert t.version(text) == t.version_strict(text) == text


def test_what_is_no_version():
    for value in ("", "1", "1.2", "01.2.3", "1.2.3.4", f"1.2.{2**64}", "a.b.c"):
        note(refused(t.version, value), SPELLING)
    assert t.requirement(">=1.2, <2") == ">=1.2, <2" and t.requirement("^1.2.3") == "^1.2.3"
    assert t.matches("^1.2", "1.9.0") and not t.matches("^1.2", "2.0.0")
    note(refused(t.requirement, ">"), SPELLING)


@pytest.mark.parametrize("name", ["url", "version", "requirement"])
def test_what_is_no_text(name):
    function = getattr(t, name)
    for value in (1, None, b"a:b", ["a:b"], object()):
        assert refused(function, value).__cause__ is None
    assert isinstance(refused(function, "a:\ud800").__cause__, UnicodeEncodeError)


# Networks


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_networks_of_4_bytes(address, length):
    value = ipaddress.IPv4Network((address, length), strict=False)
    for function in (t.net4, t.net4_strict, t.net, t.net_strict):
        assert function(value) == value and type(function(value)) is ipaddress.IPv4Network
    assert t.net4(str(value)) == t.net(str(value)) == value and t.net_text(value) == str(value)


@given(st.integers(0, 2**128 - 1), st.integers(0, 128))
def test_networks_of_16_bytes(address, length):
    value = ipaddress.IPv6Network((address, length), strict=False)
    for function in (t.net6, t.net6_strict, t.net, t.net_strict):
        assert function(value) == value and type(function(value)) is ipaddress.IPv6Network
    assert t.net6(str(value)) == t.net(str(value)) == value


def test_what_is_no_network():
    four, six = ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fe80::/64")
    refused(t.net4, six)
    refused(t.net6, four)
    for function in (t.net4, t.net6, t.net):
        for value in (1, None, b"10.0.0.0/8", ("10.0.0.0", 8), ipaddress.ip_address("10.0.0.0"), ipaddress.ip_interface("10.0.0.0/8")):
            refused(function, value)
        for value in ("", "10.0.0.0", "10.0.0.0/33", "fe80::/129", "a/8", "10.0.0.0/255.0.0.0"):
            note(refused(function, value), SPELLING)
    for function in (t.net4_strict, t.net_strict):
        refused(function, "10.0.0.0/8")
    assert t.net4.__doc__ == "net4(arg: ipaddress.IPv4Network | str, /) -> ipaddress.IPv4Network"


def test_an_address_in_a_network_is_no_network():
    for value in ("10.0.0.1/8", "fe80::1/64"):
        with pytest.raises(ValueError, match="has host bits set"):
            t.host_of_net(value)
    assert t.host_of_net("10.0.0.1/32") == ipaddress.ip_network("10.0.0.1/32")


def test_networks_that_lie():
    def with_length(read):
        return type("Lying", (ipaddress.IPv4Network,), {"prefixlen": property(read)})("10.0.0.0/8")

    note(refused(t.net4, with_length(lambda s: 33)), "out of range")
    for length in (-1, 256, "8", None, True):
        refused(t.net4, with_length(lambda s: length))
    assert isinstance(refused(t.net, with_length(fail)).__cause__, LookupError)
    for address in ("10.0.0.0", 5, None, ipaddress.ip_address("::1")):
        network = ipaddress.ip_network("10.0.0.0/8")
        network.network_address = address
        refused(t.net4, network)


# Paths


def test_paths():
    for function in (t.path, t.path_strict):
        for value in ("a/b", pathlib.PurePath("a/b"), b"a/b", Located("a/b")):
            assert function(value) == pathlib.Path("a/b")
    assert t.path("é") == pathlib.Path("é") and t.path_ref(pathlib.Path("a/é")) == "a/é" and t.path_result() == pathlib.Path("a/b")
    assert t.paths(["a", b"b"]) == [pathlib.Path("a"), pathlib.Path("b")]
    for function in (t.path, t.path_ref):
        for value in (1, None, ["a"]):
            assert refused(function, value).__cause__ is None
        assert isinstance(refused(function, "a\0b").__cause__, ValueError)
        assert isinstance(refused(function, Located(OSError("gone"))).__cause__, OSError)
    assert t.path.__doc__ == "path(arg: str | os.PathLike, /) -> pathlib.Path"


@pytest.mark.skipif(os.name != "posix", reason="paths are bytes on POSIX alone")
def test_a_path_that_is_no_text():
    for value in (b"x\xffy", os.fsdecode(b"x\xffy")):
        note(refused(t.path, value), SPELLING)
        note(refused(t.path_ref, value), SPELLING)


# Containers


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), INTS))
def test_maps(value):
    for function in (t.map, t.map_strict, t.std_map):
        assert function(value) == value and type(function(value)) is dict


@given(st.sets(INTS))
def test_sets(value):
    for function in (t.set, t.set_strict, t.std_set):
        assert function(value) == value and type(function(value)) is set


@given(st.lists(INTS, max_size=5))
def test_sequences(value):
    for function in (t.tiny, t.tiny_strict):
        assert function(value) == function(tuple(value)) == value and type(function(value)) is list
    assert t.on_the_heap(value) == (len(value) > 2)
    if len(value) <= 2:
        assert t.array(value) == t.array_strict(value) == value
    else:
        note(refused(t.array, value), "wrong number of elements")


def test_containers_are_checked_as_others():
    for value in ([("a", 1)], {"a": "b"}, {1: 1}, None, "ab", {"a": 2**31}):
        refused(t.map, value)
    assert isinstance(refused(t.map, Mapping(LookupError("no"))).__cause__, LookupError)
    for value in ("ab", None, 1, ["a"], [1.0]):
        refused(t.set, value)
    assert t.set(iter([1, 1])) == {1} and t.set([2, 1]) == {1, 2}
    refused(t.set_strict, iter([1]))
    for function in (t.tiny, t.array):
        for value in ("12", b"12", {1, 2}, iter([1]), None, 1, [1.0], [None], [2**31]):
            refused(function, value)
        assert isinstance(refused(function, [Index(1, fail)]).__cause__, LookupError)
        assert isinstance(refused(function, Sequence(fail, 2)).__cause__, LookupError)
    assert t.tiny_texts(["a", "b", "c"]) == ["a", "b", "c"]
    assert t.map.__doc__ == "map(arg: collections.abc.Mapping[str, int], /) -> dict[str, int]"
    assert t.set.__doc__ == "set(arg: collections.abc.Set[int], /) -> set[int]"
    assert t.tiny.__doc__ == "tiny(arg: collections.abc.Sequence[int], /) -> list[int]"


def test_fields():
    texts = t.Texts()
    assert (texts.url, texts.version, texts.path) == ("https://example.com/", "1.2.3", pathlib.Path("a"))
    assert (texts.net, texts.map, texts.set, texts.tiny, texts.array) == (ipaddress.ip_network("0.0.0.0/0"), {}, set(), [], [])
    texts.url, texts.version, texts.path, texts.net = "a:b", "2.0.0", "c", "::/0"
    texts.map, texts.set, texts.tiny, texts.array = {"a": 1}, {2}, [1, 2, 3], (4,)
    assert (texts.url, texts.version, texts.path) == ("a:b", "2.0.0", pathlib.Path("c"))
    assert (texts.net, texts.map, texts.set, texts.tiny, texts.array) == (ipaddress.ip_network("::/0"), {"a": 1}, {2}, [1, 2, 3], [4])
    for name in ("url", "version", "net", "path", "map", "set", "tiny", "array"):
        with pytest.raises(TypeError):
            setattr(texts, name, None)
