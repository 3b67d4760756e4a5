"""Slots written by hand that are tables: methods, getters, members."""

import sys

import pytest
import test_type_slots_tables_ext as m
from refusals import raised


@pytest.mark.row("slot-04")
def test_methods_from_a_table():
    record = m.Record(3)
    assert record.describe() == "record of 3" and record.describe.__doc__ == "From a table."
    assert record.of_class() is m.Record and type("P", (m.Record,), {}).of_class().__name__ == "P"
    assert record.of_nobody() is m.Record.of_nobody() is None and type(m.Record.__dict__["of_nobody"]) is staticmethod
    # A slot wins over a method of the same name, unless that says otherwise.
    assert record.__abs__() == abs(record) == 1 and record.__neg__() == "record of 3"
    assert m.Record.__doc__ == "From a slot."


@pytest.mark.row("slot-04")
def test_getters_from_a_table_replace_the_default_dict():
    record = m.Record(3)
    record.extra = 1
    assert record.double == 6 and m.Record.double.__doc__ == "Twice."
    assert record.__dict__ == 15 and record.extra == 1
    with pytest.raises(AttributeError):
        record.double = 1


def test_members_are_in_the_value_wherever_it_is():
    folder = m.Folder(3)
    for record in (m.Record(3), m.box_record(3), folder.record):
        assert (record.count, record.ratio) == (3, 0.5)
        record.count = 5
        assert record.count == 5 and record.describe() == "record of 5"
        assert "object" in raised(AttributeError, lambda: record.object)
        record.object = marker = object()
        before = sys.getrefcount(marker)
        assert record.object is marker
        del record.object
        assert sys.getrefcount(marker) == before - 1 and not hasattr(record, "object")
        with pytest.raises(AttributeError):
            record.ratio = 1.5
        assert raised(TypeError, setattr, record, "count", "x")
        with pytest.raises(TypeError):
            del record.count
    assert folder.record.count == 5 and m.Record.count.__doc__ == "A member."


def test_members_follow_the_rules_of_borrowing():
    record = m.Record(3)
    busy = "is being modified"
    record.change(lambda: [busy in raised(RuntimeError, getattr, record, "count")] == [True] or pytest.fail("read"))
    record.change(lambda: busy in raised(RuntimeError, setattr, record, "count", 1) or pytest.fail("written"))
    assert "has no value" in raised(RuntimeError, getattr, m.Record.__new__(m.Record), "count")
    assert record.count == 3
