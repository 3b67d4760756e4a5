"""Fields that are containers of a bound class: their elements are live parts of the owner."""

import copy
import gc
import random
import sys
import weakref

import pytest
import test_elements_ext as m
from refusals import raised

GONE = "has no such element any more"

WAYS = {
    "option": lambda box: box.spare,
    "vec": lambda box: box.all[1],
    "deque": lambda box: box.queue[2],
    "tuple": lambda box: box.pair[2],
    "array": lambda box: box.array[1],
    "hash map": lambda box: box.named["b"],
    "tree map": lambda box: box.sorted[51],
    "box": lambda box: box.boxed,
    "nested": lambda box: box.grid[1][0],
    "deep": lambda box: box.deep[1][1]["k"][1],
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
writable = pytest.mark.parametrize("way", [w for name, w in WAYS.items() if name != "tuple"], ids=[n for n in WAYS if n != "tuple"])


@pytest.fixture
def box():
    made = m.Box()
    made.fill()
    return made


@writable
def test_an_element_reaches_its_owner(box, way):
    toy = way(box)
    before = toy.size
    toy.size += 100
    assert way(box).size == before + 100
    assert toy.grow(1) == way(box).size == before + 101


@ways
def test_an_element_is_one_object_while_it_lives(box, way):
    toy = way(box)
    assert way(box) is toy
    ref = weakref.ref(toy)
    count = sys.getrefcount(box)
    del toy
    gc.collect()
    assert ref() is None
    assert sys.getrefcount(box) == count - 1


@ways
def test_an_element_keeps_its_owner(way):
    box = m.Box()
    box.fill()
    toy = way(box)
    size = toy.size
    del box
    gc.collect()
    assert toy.size == size


def test_elements_inside_of_elements(box):
    toy = box.all[0]
    toy.parts = [m.Part(1.5), m.Part(2.5)]
    part = box.all[0].parts[1]
    part.weight = 4.0
    assert [one.weight for one in toy.parts] == [1.5, 4.0] and toy.parts[1] is part
    place = box.all[0].place
    place.x = 5
    assert toy.place.x == 5 and toy.place is place
    house = m.House()
    house.room.fill()
    house.rooms = [m.Box(), m.Box()]
    house.rooms[1].fill()
    house.room.all[2].size = 7
    house.rooms[1].named["a"].size = 8
    house.rooms[1].deep[1][1]["k"][0].place.y = 9
    assert house.room.all[2].size == 7 and house.rooms[1].named["a"].size == 8
    assert house.rooms[1].deep[1][1]["k"][0].place.y == 9
    del toy
    part.weight = 6.0
    assert box.all[0].parts[1].weight == 6.0
    box.all = []
    assert GONE in raised(RuntimeError, lambda: part.weight) and GONE in raised(RuntimeError, lambda: place.x)


def test_an_element_is_what_is_at_its_place(box):
    toy = box.all[1]
    box.insert(0, 77)
    assert toy.size == 0 and box.all[1] is toy
    for _ in range(100):
        box.push(1)
    toy.size = 5
    assert box.all[1] is toy
    assert box.sizes()[:3] == [77, 5, 1]
    box.all = [m.Toy(8)]
    text = raised(RuntimeError, lambda: toy.size)
    assert text == (
        "size(): self (of class test_elements_ext.Toy) is an element of a container in an object of class "
        "test_elements_ext.Box, which " + GONE
    )
    assert GONE in raised(RuntimeError, setattr, toy, "size", 1)
    box.push(9)
    assert toy.size == 9
    spare = box.spare
    box.spare = None
    assert box.spare is None and GONE in raised(RuntimeError, spare.grow, 1)
    box.spare = m.Toy(3)
    assert spare.size == 3 and box.spare is spare
    named = box.named["a"]
    assert box.remove("a") == 40
    assert GONE in raised(RuntimeError, lambda: named.size) and list(sorted(box.named)) == ["b", "c"]
    for n in range(100):
        box.put(f"k{n}", n)
    box.put("a", 4)
    named.size += 1
    assert box.named["a"].size == 5 and box.named["a"] is named


def test_lists_are_new_and_their_elements_are_not(box):
    toys = box.all
    toys.append(m.Toy(5))
    toys.pop(0)
    assert box.sizes() == [0, 1, 2, 3]
    assert repr(box.all) == "[Toy(0), Toy(1), Toy(2), Toy(3)]"
    box.all = [m.Toy(5)]
    assert box.sizes() == [5]
    assert box.numbers == [1, 2] and box.shared[0].size == 90


def test_types_in_signatures():
    def line(name):
        return getattr(m.Box, name).fget.__doc__.splitlines()[0]

    assert line("all").endswith("-> list[test_elements_ext.Toy]")
    assert line("spare").endswith("-> test_elements_ext.Toy | None")
    assert line("named").endswith("-> dict[str, test_elements_ext.Toy]")
    assert line("pair").endswith("-> tuple[test_elements_ext.Toy, int, test_elements_ext.Toy]")
    assert line("boxed").endswith("-> test_elements_ext.Toy | None")
    assert line("array").endswith("-> list[test_elements_ext.Toy]")


def test_what_is_bound_for_reading_is_read_only(box):
    toy = box.all_ro[1]
    assert toy.size == 1 and toy is not box.all[1]
    assert "cannot be modified" in raised(RuntimeError, setattr, toy, "size", 2)
    assert "cannot be modified" in raised(RuntimeError, box.pair[0].grow, 1)
    box.all[1].size = 4
    assert toy.size == 4


def test_copies_are_copies_if_somebody_says_so(box):
    point = box.points_copied[0]
    point.x = 50
    assert box.points[0].x == 1 and box.points_copied[0] is not point
    assert box.points_ro_copied[1].y == 4
    box.points[0].x = 60
    assert box.points_copied[0].x == 60 and point.x == 50
    text = raised(TypeError, lambda: box.all_copied)
    assert "cannot be copied" in text


# Two in one call ----------------------------------------------------------------------------------------------------


def test_different_elements_in_one_call(box):
    m.swap(box.all[0], box.all[3])
    assert box.sizes() == [3, 1, 2, 0]
    m.swap(box.queue[0], box.queue[2])
    assert [toy.size for toy in box.queue] == [12, 11, 10]
    m.swap(box.named["a"], box.named["b"])
    assert (box.named["a"].size, box.named["b"].size) == (41, 40)
    m.swap(box.sorted[50], box.sorted[52])
    assert box.sorted[50].size == 52
    m.swap(box.grid[0][0], box.grid[1][1])
    m.swap(box.array[0], box.array[2])
    m.swap(box.all[0], box.spare)
    m.swap(box.boxed, box.named["c"])
    m.swap(box.deep[1][1]["k"][0], box.deep[1][1]["k"][1])
    assert box.deep[1][1]["k"][0].size == 81
    box.all[1].parts = [m.Part(3.0)]
    m.part_and_place(box.all[1].parts[0], box.all[1].place)
    assert box.all[1].place.x == 3


@writable
def test_one_element_twice_in_one_call(box, way):
    text = raised(RuntimeError, m.swap, way(box), way(box))
    assert text.startswith("swap(): argument 'a' and argument 'b' refer to the same")
    assert "refer to the same" in raised(RuntimeError, m.copy, way(box), way(box))
    assert m.both(way(box), way(box)) == 2 * way(box).size
    # Nothing is left lent.
    way(box).size = 3
    box.fill()


@writable
def test_an_element_and_its_owner_in_one_call(box, way):
    toy = way(box)
    assert "refer to the same" in raised(RuntimeError, m.toy_and_owner, toy, box)
    assert "refer to the same" in raised(RuntimeError, m.owner_and_toy, box, toy)
    box.numbers = []


def test_an_element_and_what_is_inside_of_it(box):
    toy = box.all[0]
    assert "refer to the same" in raised(RuntimeError, m.place_and_toy, toy.place, toy)
    m.place_and_toy(toy.place, box.all[1])
    assert toy.place.x == 1


def test_the_owner_is_in_use_meanwhile(box):
    toy = box.all[0]
    for call in (box.call_mut, toy.call_mut, box.spare.call_mut):
        text = raised(RuntimeError, call, lambda: toy.size)
        assert "is being modified by a call that has not finished yet" in text
    assert toy.call(lambda: (box.sizes(), toy.size, box.all[0] is toy)) == ([0, 1, 2, 3], 0, True)
    for call in (box.call, toy.call):
        for use in (lambda: box.push(1), lambda: setattr(toy, "size", 1), lambda: setattr(box, "all", [])):
            assert "is being read by a call that has not finished yet" in raised(RuntimeError, call, use)
    assert box.sizes() == [0, 1, 2, 3]


# Other ways -----------------------------------------------------------------------------------------------------------


@writable
def test_an_element_is_not_moved_out(box, way):
    for call in (m.consume, m.take, m.share):
        text = raised(RuntimeError, call, way(box))
        assert "is a reference into another object" in text
    assert way(box).size >= 0


def test_low_level_ways_to_an_element(box):
    toy = box.all[0]
    assert m.known(box) is toy and m.pointer(toy) == 0 and m.borrow(toy) == 0
    del toy
    gc.collect()
    assert m.known(box) is None
    toy = box.all[3]
    box.all = []
    assert GONE in raised(RuntimeError, m.pointer, toy) and GONE in raised(RuntimeError, m.borrow, toy)


def test_copy_and_pickle_say_what_they_do_not_know(box):
    with pytest.raises(TypeError):
        copy.copy(box.all[0])


def test_where_code_of_the_users_finds_elements_they_are_copied(box):
    """`Eq`, `Ord` and `Hash` of the user's may do anything, also say that one element is two."""
    box.put_own("one", 1)
    point = next(iter(box.own.values()))
    point.x = 9
    assert [one.x for one in box.own.values()] == [1]
    point = m.Point()
    point.x = 3
    box.hashed = {"a": point}
    box.hashed_ro["a"].x = 4
    box.hashed["a"].x = 5
    assert box.hashed_ro["a"].x == 3


def test_random_operations(box):
    rng = random.Random(1)
    kept = []
    for step in range(4000):
        choice = rng.randrange(8)
        if choice == 0:
            box.insert(rng.randrange(len(box.sizes()) + 1), step)
        elif choice == 1:
            box.pop()
        elif choice == 2:
            kept.extend(rng.sample(box.all, min(2, len(box.sizes()))))
        elif choice == 3:
            box.put(f"k{rng.randrange(9)}", step)
            kept.append(box.named[rng.choice(list(box.named))])
        elif choice == 4 and box.named:
            box.remove(rng.choice(list(box.named)))
        elif kept:
            toy = rng.choice(kept)
            try:
                toy.size = step
                assert toy.size == step
            except RuntimeError as error:
                assert GONE in str(error)
        if len(kept) > 30:
            del kept[: rng.randrange(25)]
    sizes = box.sizes()
    assert [toy.size for toy in box.all] == sizes
