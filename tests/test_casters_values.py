"""The conversions of the standard library's small types: numbers with conditions, orders, ranges, addresses."""

import ipaddress
import socket
import subprocess
import sys

import pytest

import test_casters_values_ext as t
from samples import WIDTHS, Float, Index, Int, Number, Text, Tuple, refused


def fail(*_):
    raise LookupError("on purpose")


def note(function, value):
    """Why the value was refused, where Python has notes."""
    error = refused(function, value)
    return getattr(error, "__notes__", None)


def has_note(function, value, text):
    notes = note(function, value)
    if sys.version_info >= (3, 11):
        assert notes is not None and any(text in line for line in notes), notes


# Numbers


@pytest.mark.parametrize("name", WIDTHS)
def test_a_nonzero_number_is_any_but_zero(name):
    function, strict = getattr(t, "nonzero_" + name), getattr(t, "nonzero_" + name + "_strict")
    low, high = WIDTHS[name]
    for value in (low or 1, high, 1, Int(5), Number.THREE):
        assert function(value) == value and type(function(value)) is int
    assert function.__doc__ == f"nonzero_{name}(arg: int, /) -> int"
    for value in (0, low - 1, high + 1, 10**50, -(10**50)):
        has_note(function, value, "out of range")
        has_note(strict, value, "out of range")
    for value in (1.0, Float(1), "1", None, [1]):
        assert refused(function, value).__cause__ is None
    assert function(True) == 1 and function(Index(7)) == 7
    for value in (False, Index(0), Int(0)):
        has_note(function, value, "out of range")
    for value in (True, Index(7)):
        refused(strict, value)
    assert isinstance(refused(function, Index(1, fail)).__cause__, LookupError)


def test_nonzero_numbers_in_containers():
    assert t.nonzero_maybe(None) is None and t.nonzero_maybe(3) == 3
    refused(t.nonzero_maybe, 0)
    assert t.nonzero_list([1, -1]) == [1, -1]
    has_note(t.nonzero_list, [1, 0], "element 1: out of range")


def test_only_rust_wraps_or_saturates():
    assert t.wrapping(255) == 255 and t.wrapping_add(200, 100) == 44
    assert t.saturating(-(2**15)) == -(2**15) and t.saturating_add(32000, 32000) == 32767
    assert t.wrapping_list([1, 2]) == [1, 2] and t.reverse(-3) == -3
    assert t.wrapping.__doc__ == "wrapping(arg: int, /) -> int"
    for function, value in ((t.wrapping, 256), (t.wrapping, -1), (t.saturating, 2**15), (t.reverse, 2**31)):
        has_note(function, value, "out of range")
    refused(t.wrapping, 1.0)
    refused(t.wrapping_strict, True)


def test_a_heap_of_reversed_values_has_its_smallest_on_top():
    assert t.smallest([3, 1, 2]) == 1 and t.smallest([]) is None
    assert t.min_heap([3, 1, 2]) == [3, 2, 1]


def test_an_ordering_is_one_of_three_numbers():
    assert [t.ordering(x) for x in (-1, 0, 1)] == [-1, 0, 1]
    assert [t.compare(x, 5) for x in (4, 5, 6)] == [-1, 0, 1]
    assert t.ordering(True) == 1 and t.ordering(Index(-1)) == -1
    assert t.ordering.__doc__ == "ordering(arg: int, /) -> int" and t.orderings((1, -1)) == [1, -1]
    for value in (2, -2, 127, 128, 2**100, Index(5)):
        has_note(t.ordering, value, "out of range")
    for value in (1.0, "1", None):
        refused(t.ordering, value)
    refused(t.ordering_strict, True)


@pytest.mark.row("STL-16")
def test_phantom_data_is_none():
    assert t.phantom(None) is None and t.phantoms((None, 3)) == (None, 3)
    assert t.phantom.__doc__ == "phantom(arg: None, /) -> None"
    for value in (0, (), False, ""):
        refused(t.phantom, value)


# Ranges


def test_a_range_is_a_slice_with_its_bounds():
    for function, value in (
        (t.range, slice(1, 5)), (t.range, slice(5, 1)), (t.range, slice(-(2**31), 2**31 - 1)), (t.range_from, slice(3, None)),
        (t.range_to, slice(None, 255)), (t.range_full, slice(None)), (t.range_f64, slice(0.5, 1.5)),
        (t.range_str, slice("a", "b")),
    ):  # fmt: skip
        assert function(value) == value and type(function(value)) is slice
    assert t.range(slice(1, 5, 1)) == slice(1, 5) and t.range_full(slice(None, None, 1)) == slice(None)
    assert t.ranges([slice(1, 2), slice(3, 4)]) == [slice(1, 2), slice(3, 4)]
    assert t.part("hello", slice(1, 3)) == "el" and t.part("é", slice(1, 2)) is None
    assert t.range.__doc__ == "range(arg: slice, /) -> slice"


def test_another_slice_is_refused():
    shape = "a slice with a step, or with other bounds than this range"
    for function, value in (
        (t.range, slice(1, 5, 2)), (t.range, slice(1, 5, -1)), (t.range, slice(1, 5, True)), (t.range, slice(1, 5, Index(1))),
        (t.range, slice(None, 5)), (t.range, slice(1, None)), (t.range, slice(None)), (t.range, slice(1, 5, "a")),
        (t.range_from, slice(1, 2)), (t.range_from, slice(None)), (t.range_to, slice(1, 2)), (t.range_to, slice(None)),
        (t.range_full, slice(1, None)), (t.range_full, slice(None, 1)), (t.range_full, slice(None, None, 2)),
    ):  # fmt: skip
        has_note(function, value, shape)
    for function, value, why in (
        (t.range, slice(1, 2**31), "element 1: out of range"), (t.range, slice("a", 1), "element 0: wrong type"),
        (t.range, slice(1, 2.0), "element 1: wrong type"), (t.range_to, slice(None, -1), "element 1: out of range"),
        (t.ranges, [slice(0, 1), slice(0, 1, 2)], "element 1: a slice"),
    ):  # fmt: skip
        has_note(function, value, why)
    for value in (range(1, 5), (1, 5), [1, 5], 5, None, "1:5"):
        for function in (t.range, t.range_full, t.range_from, t.range_to):
            assert refused(function, value).__cause__ is None


def test_bounds_convert_as_arguments_do():
    assert t.range(slice(True, Index(5))) == slice(1, 5)
    refused(t.range_strict, slice(True, 5))
    assert t.range_f64(slice(1, 2)) == slice(1.0, 2.0)
    refused(t.range_f64_strict, slice(1, 2))
    assert isinstance(refused(t.range, slice(1, Index(1, fail))).__cause__, LookupError)
    assert isinstance(refused(t.range_str, slice("a", "\ud800")).__cause__, UnicodeEncodeError)
    with pytest.raises(KeyboardInterrupt):
        t.range(slice(Index(1, lambda: (_ for _ in ()).throw(KeyboardInterrupt)), 2))


def test_bounds_of_a_bound_class():
    low, high = t.Mark(1), t.Mark(2)
    t.marks(slice(low, high))
    assert (low.value, high.value) == (2, 1)
    with pytest.raises(RuntimeError):
        t.marks(slice(low, low))
    copies = t.mark_copies(slice(low, high))
    assert copies.start.value == 2 and copies.stop.value == 1 and copies.start is not low
    refused(t.marks, slice(low, 1))


# Addresses


V4 = ["0.0.0.0", "127.0.0.1", "255.255.255.255", "1.2.3.4"]
V6 = ["::", "::1", "2001:db8::8", "::ffff:1.2.3.4", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]


def test_an_address_is_one_of_ipaddress():
    for function, texts in ((t.ipv4, V4), (t.ipv6, V6), (t.ip, V4 + V6)):
        for text in texts:
            value = ipaddress.ip_address(text)
            assert function(value) == value and type(function(value)) is type(value)
    assert t.ipv4(ipaddress.IPv4Interface("1.2.3.4/24")) == ipaddress.IPv4Address("1.2.3.4")
    assert type(t.ip(ipaddress.IPv6Interface("::1/64"))) is ipaddress.IPv6Address
    for function, values in ((t.ipv4, V6), (t.ipv6, V4)):
        for value in values:
            refused(function, ipaddress.ip_address(value))
    for value in (1, None, b"\x7f\0\0\1", 127.0, [127, 0, 0, 1], ipaddress.ip_network("10.0.0.0/8"), object()):
        for function in (t.ipv4, t.ipv6, t.ip):
            assert refused(function, value).__cause__ is None
    assert t.ipv4.__doc__ == "ipv4(arg: ipaddress.IPv4Address | str, /) -> ipaddress.IPv4Address"
    both = "ipaddress.IPv4Address | ipaddress.IPv6Address"
    assert t.ip.__doc__ == f"ip(arg: {both} | str, /) -> {both}"
    assert t.ip_maybe(None) is None
    assert t.ips(["::1", ipaddress.IPv4Address(5)]) == [ipaddress.IPv6Address(1), ipaddress.IPv4Address(5)]


def test_an_address_may_be_spelled_where_conversion_is_on():
    for text in V4:
        assert t.ipv4(text) == t.ip(Text(text)) == ipaddress.ip_address(text)
        refused(t.ipv4_strict, text)
        has_note(t.ipv6, text, "does not spell")
    for text in V6:
        assert t.ipv6(text) == t.ip(text) == ipaddress.ip_address(text)
        refused(t.ip_strict, text)
        has_note(t.ipv4, text, "does not spell")
    for text in ("", "localhost", "1.2.3", "1.2.3.256", "01.2.3.4", " 1.2.3.4", "1.2.3.4\0", "1.2.3.4/8", "\ud800", "fe80::1%eth0",
                 "1" * 100000, "١.2.3.4"):  # fmt: skip
        has_note(t.ip, text, "does not spell")
    value = ipaddress.ip_address("1.2.3.4")
    assert t.ip_strict(value) == t.ipv4_strict(value) == value


def test_a_zone_is_not_lost():
    for function in (t.ipv6, t.ip):
        has_note(function, ipaddress.IPv6Address("fe80::1%eth0"), "an address with a zone")


class Lying4(ipaddress.IPv4Address):
    """Says of itself what it is told."""

    def __init__(self, told):
        super().__init__(0)
        self.told = told

    @property
    def packed(self):
        if isinstance(self.told, BaseException):
            raise self.told
        return self.told


def test_an_address_that_lies_is_refused():
    assert t.ipv4(Lying4(b"\1\2\3\4")) == ipaddress.IPv4Address("1.2.3.4")
    for told in (b"\1\2\3", b"", bytearray(4), b"\1" * 16, None, 5, "abcd"):
        assert refused(t.ipv4, Lying4(told)).__cause__ is None
    assert isinstance(refused(t.ipv4, Lying4(LookupError())).__cause__, LookupError)
    assert isinstance(refused(t.ips, [Lying4(LookupError())]).__cause__, LookupError)
    with pytest.raises(KeyboardInterrupt):
        t.ip(Lying4(KeyboardInterrupt()))
    for cls, function in ((ipaddress.IPv4Address, t.ipv4), (ipaddress.IPv6Address, t.ipv6)):
        assert isinstance(refused(function, cls.__new__(cls)).__cause__, AttributeError)


def run(code):
    """What the code prints in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.strip()


def test_a_module_that_is_missing_is_a_refusal_until_it_is_there():
    code = """if True:
        import sys
        import test_casters_values_ext as t
        for standing_in in (None, type(sys)("ipaddress")):
            sys.modules["ipaddress"] = standing_in
            try:
                t.ipv4(5)
            except TypeError as error:
                print(type(error.__cause__).__name__)
            try:
                t.ipv4("1.2.3.4")
            except Exception as error:
                print(type(error).__name__)
        sys.modules["ipaddress"].IPv4Address = 5
        try:
            t.ipv4("1.2.3.4")
        except ImportError as error:
            print(error)
        del sys.modules["ipaddress"]
        print(t.ipv4("1.2.3.4"))
        sys.modules["ipaddress"] = None
        print(t.ipv4("1.2.3.4"))
    """
    assert run(code).splitlines() == [
        "ModuleNotFoundError", "ModuleNotFoundError", "AttributeError", "AttributeError",
        "ipaddress.IPv4Address is not what Python's standard library has there", "1.2.3.4", "1.2.3.4",
    ]  # fmt: skip


def test_a_socket_address_is_a_tuple_as_in_socket():
    for value in (("127.0.0.1", 80), ("0.0.0.0", 0), ("255.255.255.255", 65535)):
        assert t.socket_v4(value) == t.socket(value) == value and type(t.socket(value)) is tuple
    for value in (("::1", 80, 0, 0), ("fe80::1", 65535, 2**32 - 1, 7)):
        assert t.socket_v6(value) == t.socket(value) == value
    assert t.socket_v6(("::1", 80)) == t.socket(Tuple(("::1", 80))) == ("::1", 80, 0, 0)
    assert t.socket_v6(("0:0::1", 1))[0] == "::1"
    assert t.sockets([("1.2.3.4", 5), ("::", 6)]) == [("1.2.3.4", 5), ("::", 6, 0, 0)]
    for value in (("1.2.3.4", 5, 0, 0), ("1.2.3.4", 5, 6), ("1.2.3.4",), (), ("1.2.3.4", 5, 0, 0, 0)):
        has_note(t.socket, value, "wrong number of elements")
        has_note(t.socket_v4, value, "wrong number of elements")
    for value, why in (
        (("localhost", 80), "element 0: a text that does not spell"), ((1, 80), "element 0: wrong type"),
        (("1.2.3.4", 65536), "element 1: out of range"), (("1.2.3.4", -1), "element 1: out of range"),
        (("1.2.3.4", "80"), "element 1: wrong type"), (("1.2.3.4", 80.0), "element 1: wrong type"),
        (("::", 80, 2**32, 0), "element 2: out of range"), (("::", 80, 0, -1), "element 3: out of range"),
        (("fe80::1%eth0", 80), "element 0: a text"), (("\ud800", 80), "element 0: a text"), ((None, 80), "element 0: wrong type"),
    ):  # fmt: skip
        has_note(t.socket, value, why)
    for value in (["1.2.3.4", 80], "1.2.3.4:80", None, 5, {"1.2.3.4": 80}):
        assert refused(t.socket, value).__cause__ is None
    assert t.socket(("1.2.3.4", Index(5))) == ("1.2.3.4", 5)
    refused(t.socket_strict, ("1.2.3.4", Index(5)))
    assert isinstance(refused(t.socket, ("1.2.3.4", Index(5, fail))).__cause__, LookupError)
    assert t.socket_v4.__doc__ == "socket_v4(arg: tuple[str, int], /) -> tuple[str, int]"
    assert t.socket_v6.__doc__ == (
        "socket_v6(arg: tuple[str, int] | tuple[str, int, int, int], /) -> tuple[str, int, int, int]"
    )


def test_the_socket_module_takes_what_comes_out():
    with socket.socket() as server:
        server.bind(t.socket(("127.0.0.1", 0)))
        assert t.socket(server.getsockname()) == server.getsockname()


# Fields and overloads


def test_fields_are_values():
    host = t.Host()
    assert (host.id, host.count, host.order, host.tag, host.ports) == (1, 255, -1, None, slice(1, 5))
    assert (host.address, host.socket) == (ipaddress.IPv4Address("127.0.0.1"), ("::1", 80, 0, 0))
    host.id, host.count, host.order, host.tag, host.ports = 7, 8, 1, None, slice(9, 10)
    host.address, host.socket = "::1", ("1.2.3.4", 5)
    assert (host.id, host.count, host.order, host.tag, host.ports) == (7, 8, 1, None, slice(9, 10))
    assert (host.address, host.socket) == (ipaddress.IPv6Address(1), ("1.2.3.4", 5))
    for name, value in (("id", 0), ("count", 256), ("order", 2), ("tag", 0), ("ports", slice(None)), ("address", "x")):
        with pytest.raises(TypeError):
            setattr(host, name, value)


def test_refusals_let_other_overloads_have_their_turn():
    for value, kind in (
        (5, "nonzero"), (0, "order"), (-1, "order"), (256, "other"), (slice(1, 2), "both"), (slice(1, None), "from"),
        (slice(None, 2), "to"), (slice(None), "full"), (slice(1, 2, 3), "slice"), (slice("a", "b"), "slice"),
        (ipaddress.IPv4Address(1), "v4"), (ipaddress.IPv6Address(1), "v6"), (("1.2.3.4", 5), "socket v4"),
        (("::1", 5), "socket v6"), (("a", 5), "other"), (b"", "other"),
    ):  # fmt: skip
        assert t.kind(value) == kind
    # A text has its turn where conversion is on, after the last overload took it as it is.
    assert t.kind("1.2.3.4") == "other"
