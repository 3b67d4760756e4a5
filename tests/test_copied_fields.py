"""Fields that hold values of a bound class in a set or a lock, of which Python gets copies: finding 4."""

import importlib

import pytest
import test_copied_fields_ext as m

KINDS = {
    "mutex": "Mutex<Vec<Toy>>",
    "rwlock": "RwLock<Option<Toy>>",
    "set": "BTreeSet<Toy>",
    "keyed": "HashMap<Key, Toy>",
    "nested": "Vec<Mutex<(i32, Toy)>>",
}


@pytest.mark.finding(4)
@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_would_be_written_into_a_copy_is_refused(kind):
    with pytest.raises(ImportError) as error:
        importlib.import_module(f"test_copied_{kind}_ext")
    assert str(error.value) == (
        f'nb: the field "toys" of `Dog` is a `{KINDS[kind]}`, of which Python gets a copy: what it changes in there would be '
        'lost. Bind it for reading, `.def_ro("toys", ..)`, or say that it is copied, `.def_rw("toys", .., nb::rv_policy::copy)`; '
        "for changes give the class methods that make them"
    )


@pytest.mark.finding(4)
def test_what_is_no_copy_or_says_so_is_bound():
    shelf, toy = m.Shelf(), m.Toy()
    shelf.toy.size = 4
    assert shelf.toy.size == 4
    toy.size = 7
    for name in ("toys", "toys_too", "toys_prop"):
        setattr(shelf, name, [toy])
        assert [one.size for one in getattr(shelf, name)] == [one.size for one in shelf.toys_ro] == [7]
        getattr(shelf, name)[0].size = 1
        assert shelf.toys_ro[0].size == 7
    shelf.numbers = [1, 2]
    shelf.shared = [toy]
    shelf.objects = toy
    assert shelf.numbers == [1, 2] and shelf.objects is toy and shelf.shared[0] is toy
