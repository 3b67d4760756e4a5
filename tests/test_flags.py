"""Types of the crate `bitflags`: enumerations of flags."""

import enum

import pytest

import test_flags_ext as t
from samples import refused


def test_all_named_flags_are_members():
    assert issubclass(t.Perm, enum.Flag) and not issubclass(t.Perm, int)
    assert list(t.Perm.__members__) == ["READ", "WRITE", "RUN", "ALL"]
    assert [t.Perm[name].value for name in t.Perm.__members__] == [1, 2, 4, 7]
    assert t.Perm.READ | t.Perm.WRITE | t.Perm.RUN == t.Perm.ALL
    assert t.READ is t.Perm.READ
    assert issubclass(t.Open, enum.IntFlag) and t.Open.__doc__ == "How a file is opened"
    assert list(t.Open.__members__) == ["CREATE", "TRUNCATE"] and t.Open.CREATE == 1 << 40


def test_combinations_cross_both_ways():
    for bits in range(8):
        perm = t.Perm(bits)
        assert t.same(perm) == perm and type(t.same(perm)) is t.Perm and t.bits(perm) == bits and t.of_bits(bits) == perm
    assert t.same(t.Perm.READ) is t.Perm.READ and t.same(t.Perm.ALL) is t.Perm.ALL
    assert t.names(t.Perm.READ | t.Perm.RUN) == ["READ", "RUN"] and t.names(t.Perm(0)) == []
    assert t.without(t.Perm.ALL) == t.Perm.READ | t.Perm.RUN and t.without(t.Perm.ALL, t.Perm.READ) == t.Perm.WRITE | t.Perm.RUN
    assert (t.Perm.READ | t.Perm.WRITE).can_write() and not t.Perm.RUN.can_write()
    assert t.boxed(None) is None and t.boxed(t.Perm.READ | t.Perm.RUN) == t.Perm.READ | t.Perm.RUN


def test_what_is_refused():
    for value in ("READ", None, 1.0, t.Open.CREATE, enum.Flag("Other", "READ").READ, [t.Perm.READ]):
        refused(t.bits, value)
    assert t.without.__doc__ == "without(perm: test_flags_ext.Perm, other: test_flags_ext.Perm = Perm.WRITE) -> test_flags_ext.Perm"


def test_bits_that_no_flag_has():
    with pytest.raises(ValueError):
        t.of_bits(8)
    made = t.Open(1 << 40 | 1 << 3)
    assert t.open_bits(made) == 1 << 40 | 1 << 3
    assert t.open_bits(t.Open.CREATE | t.Open.TRUNCATE) == 3 << 40
