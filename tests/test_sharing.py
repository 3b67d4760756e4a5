"""Shared and transferred ownership: `Arc<T>`, `nb::shared_ptr<T>`, `nb::unique_ptr<T>`, and boxes that come back."""

import gc
import random
import re
import subprocess
import sys
import sysconfig
import threading
import warnings
import weakref

import pytest
import test_sharing_ext as m
from refusals import raised


def relinquished(use, *args):
    with pytest.warns(RuntimeWarning) as seen:
        text = raised(TypeError, use, *args)
    assert any("nanobind: attempted to access a relinquished instance of type" in str(w.message) for w in seen)
    return text


@pytest.fixture(autouse=True)
def counts():
    """How many leaves were made and dropped since the test began; at its end, all must have been dropped."""
    gc.collect()
    start = m.counts()

    def now():
        gc.collect()
        return tuple(a - b for a, b in zip(m.counts(), start))

    yield now
    m.unwatch()
    m.drop_kept()
    m.drop_stash()
    m.drop_dogs()
    made, dropped = now()
    assert made == dropped, f"{made} leaves made, {dropped} dropped"


SHARED = "is shared with native code, or part of what is: it cannot be modified until native code has let go of it"
MAKERS = {"inline": m.Item, "boxed": m.Item.boxed, "arc": m.Item.arc, "subclass": type("Sub", (m.Item,), {})}
makers = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


# Arc -----------------------------------------------------------------------------------------------------------------


@makers
@pytest.mark.row("own-02", "own-26", "ow2-13", "port-16", "api-hdr-20", "xchg-19")
def test_the_same_object_comes_back_while_it_lives(make, counts):
    item = make(1)
    m.keep(item)
    assert m.kept()[0] is item and m.first_kept() is item and m.ident(item) is item
    assert m.only_known(item) is item
    m.keep_all([item, item])
    assert [kept is item for kept in m.kept()] == [True] * 3
    assert counts() == (2, 0)
    del item
    # The value lives on in native code; what Python gets is a new object of the class itself.
    again = m.first_kept()
    assert type(again) is m.Item and again.value == 1 and all(kept is again for kept in m.kept())
    assert counts() == (2, 0)
    m.drop_kept()
    assert counts() == (2, 0) and again.value == 1
    del again
    assert counts() == (2, 2)


@makers
@pytest.mark.row("own-26", "OWN-05")
def test_native_code_may_hold_the_only_count_and_drop_it_on_any_thread(make, counts):
    m.keep(make(3))
    assert counts() == (2, 0)
    assert m.see_elsewhere() == 0 and m.first_kept().see() == 2
    m.drop_kept_elsewhere()
    assert counts() == (2, 2)


@makers
@pytest.mark.row("OWN-07")
def test_counts_are_exact_and_weak_references_stay_valid(make):
    item = make(1)
    # The object's count and that of the argument.
    assert m.counts_of(item) == (2, 0)
    address = item.address()
    for n in range(1, 4):
        m.keep(item)
        assert m.counts_of(item) == (2 + n, 0)
    m.watch(item)
    assert m.watched() is item and m.counts_of(item) == (5, 1)
    assert item.address() == address == m.first_kept().address()
    del item
    assert m.watched() is m.first_kept()
    m.drop_kept()
    assert m.watched() is None


@makers
def test_a_shared_value_is_read_only_while_native_code_shares_it(make):
    item = make(1)
    leaf = item.leaf
    m.keep(item)
    for use in (lambda: item.set(3), lambda: m.change(item), lambda: setattr(leaf, "value", 3),
                lambda: setattr(item.leaf, "value", 3), lambda: setattr(item, "leaf", m.Leaf(3)), item.part_mut,
                lambda: m.consume(item), lambda: m.stash(item), lambda: m.box_pass(item)):  # fmt: skip
        assert SHARED in raised(RuntimeError, use)
    text = raised(RuntimeError, m.change, item)
    assert text == f"change(): argument 'item' (of class test_sharing_ext.Item) {SHARED}"
    assert item.value == leaf.value == 1 and item.part().value == 2
    m.watch(item)
    m.drop_kept()
    # A weak reference could become a count again at any time.
    assert SHARED in raised(RuntimeError, item.set, 3)
    m.unwatch()
    item.set(5)
    leaf.value += 1
    assert (item.value, leaf.value, item.part().value) == (6, 6, 6)
    assert m.consume(item) == 6
    relinquished(lambda: item.value)


@makers
def test_order_and_repetition_of_arguments_do_not_matter(make):
    for call in (m.same, m.read_and_share, m.share_and_read):
        item = make(1)
        assert call(item, item) is True
        assert call(item, item) is True
    item = make(1)
    text = raised(RuntimeError, m.share_and_change, item, item)
    assert "argument 'a' and argument 'b' refer to the same test_sharing_ext.Item object" in text
    assert m.share_and_part(item, item.leaf) == 1
    # Still owned by Python alone.
    item.set(2)
    m.share_and_change(item, make(3))


@makers
def test_places_stay_and_derived_references_end_when_a_value_is_shared(make):
    item = make(1)
    leaf, part, changing = item.leaf, item.part(), item.part_mut()
    assert changing.value == 2
    m.keep(item)
    assert leaf.value == 1
    text = raised(RuntimeError, lambda: changing.value)
    assert "modified or used after the reference was taken" in text
    # What is obtained from a shared value stays good when another count is taken.
    part = item.part()
    m.keep(item)
    assert part.value == 2 and item.part() is part
    m.drop_kept()
    changing = item.part_mut()
    changing.value = 9
    m.keep(item)
    raised(RuntimeError, lambda: changing.value)
    assert item.part().value == 9


def test_a_value_in_use_is_not_moved_into_an_arc():
    item = m.Item(1)
    before = item.address()
    text = raised(RuntimeError, item.while_read, lambda: m.keep(item))
    assert re.search(r"keep\(\): .*\(of class test_sharing_ext.Item\) is being read by a call that has not finished", text)
    text = raised(RuntimeError, item.while_changed, lambda: m.keep(item))
    assert "is being modified by a call that has not finished yet" in text
    assert item.address() == before and m.kept() == []
    m.keep(item)
    # Now it is in an `Arc`, another reader is no obstacle.
    item.while_read(lambda: m.keep(item))
    m.drop_kept()
    assert "is being modified" in raised(RuntimeError, item.while_changed, lambda: m.keep(item))
    item.while_changed(lambda: raised(RuntimeError, m.share_and_number, item, 1))
    assert m.share_and_number(item, 1) == 2


def test_what_cannot_be_shared():
    item = m.Item(1)
    for part in (item.leaf, item.part()):
        text = raised(RuntimeError, m.share_leaf, part)
        assert "is a reference into another object: native code cannot share its value" in text
    text = raised(RuntimeError, m.share_pet, m.Dog("Max", 1))
    assert "is an object of class test_sharing_ext.Dog: a test_sharing_ext.Pet that is part of it cannot be shared alone" in text
    assert m.share_pet(m.Pet("Max")) == "Max"
    m.consume(item)
    relinquished(m.keep, item)
    with pytest.warns(RuntimeWarning, match="uninitialized"):
        raised(TypeError, m.keep, m.Item.__new__(m.Item))
    raised(TypeError, m.never_known)


@pytest.mark.row("OWN-05", "ow2-15", "ow2-23")
def test_no_implicit_conversion_to_shared_and_unique_arguments():
    assert m.unique_and_read(m.Item(1), 5) == 6
    for call in (m.keep, m.item_handle, m.stash, m.consume):
        raised(TypeError, call, 5)
    for call in (m.keep, m.item_handle, m.stash, m.consume):
        raised(TypeError, call, None)
    assert m.keep_maybe(None) is False and m.keep_maybe(m.Item(1)) is True
    raised(TypeError, m.keep_all, [m.Item(1), None])


@makers
def test_fields_that_are_shared(make, counts):
    item = make(1)
    house, other = m.House(item), m.House(make(5))
    assert house.item is item
    other.item = house.item
    assert other.item is item and counts() == (4, 2)
    assert SHARED in raised(RuntimeError, item.set, 3)
    # A reference to what the object holds is that object.
    assert house.ref() is item
    del item
    assert house.item is other.item and house.ref().value == 1
    ref = house.ref()
    del house
    gc.collect()
    assert ref.value == 1


@pytest.mark.row("OWN-08")
def test_a_reference_to_a_shared_value_keeps_it_alive(counts):
    house = m.House(m.Item(1))
    ref = house.ref()
    del house
    assert ref.value == 1 and counts() == (2, 0)
    house = m.House(m.Item(1))
    item = house.item
    assert house.ref() is item
    house.item = m.Item(2)
    assert item.value == 1
    del house
    assert item.value == 1


@pytest.mark.row("own-18")
def test_what_callbacks_see():
    plain = m.Plain(1)
    seen = m.show(plain, lambda given: given)
    assert seen is not plain and seen.value == 1
    seen.value = 2
    assert plain.value == 1
    assert m.show_shared(plain, lambda given: given) is plain
    # A pointer in C++; here the owner is passed on, and Python may keep the value.
    assert m.show_box(5, lambda given: given).value == 5


@pytest.mark.row("ow2-20")
def test_constructors_may_make_shared_values():
    node = m.Node(4)
    assert m.nodes() == [node] and m.nodes()[0] is node
    assert SHARED in raised(RuntimeError, setattr, node, "value", 5)

    class Sub(m.Node):
        pass

    sub = Sub(6)
    assert m.nodes()[1] is sub
    m.drop_nodes()
    node.value = 5
    assert (node.value, sub.value) == (5, 6)
    with pytest.warns(RuntimeWarning, match="already-initialized"):
        raised(TypeError, node.__init__, 3)


def test_values_without_size_and_on_wide_boundaries():
    nothings = [m.Nothing() for _ in range(50)]
    assert all(m.share_nothing(nothing) is nothing for nothing in nothings)
    wide = m.Wide(7)
    assert wide.aligned() and m.share_wide(wide) == (7, True) and wide.aligned() and wide.value == 7


def test_panic_in_the_drop_of_a_shared_value(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: seen.append(str(args.exc_value)))
    bomb = m.Bomb()
    m.share_bomb(bomb)
    assert seen == []
    del bomb
    assert len(seen) == 1 and "the bomb went off" in seen[0]
    bomb = m.Bomb()
    references = sys.getrefcount(bomb)
    with pytest.raises(Exception, match="the bomb went off"):
        m.hold_bomb(bomb)
    assert sys.getrefcount(bomb) == references and len(seen) == 1
    with pytest.warns(RuntimeWarning, match="relinquished"):
        raised(TypeError, m.share_bomb, bomb)
    del bomb
    assert len(seen) == 1


# shared_ptr ----------------------------------------------------------------------------------------------------------


class GuardDog(m.Dog):
    def __init__(self, name, age):
        super().__init__(name, age)
        self.words = "WUFF"

    def alarm(self):
        return f"{self.name}: {self.words}!"


@pytest.mark.row("own-28", "cls-34", "ow2-12", "ow2-13")
def test_a_python_subclass_survives_while_only_native_code_holds_it():
    dog = GuardDog("Max", 3)
    alive = weakref.ref(dog)
    kennel = m.Kennel(dog)
    assert kennel.dog is dog
    del dog
    gc.collect()
    assert kennel.alarm() == "Max: WUFF!"
    assert kennel.dog.alarm() == "Max: WUFF!" and type(kennel.dog) is GuardDog
    kennel.dog.age += 1
    assert kennel.dog.age == 4
    kennel.pets = [kennel.dog, m.Pet("Tom")]
    assert kennel.pets[0] is kennel.dog and kennel.pets[1].name == "Tom"
    del kennel
    gc.collect()
    assert alive() is None


@pytest.mark.row("own-27", "ow2-14")
def test_each_crossing_begins_a_count_of_its_own():
    dog = GuardDog("Max", 3)
    kennel, other = m.Kennel(dog), m.Kennel(dog)
    assert kennel.count() == other.count() == 1 and m.use_count(dog) == 2
    before = sys.getrefcount(dog)
    m.house_dog(dog)
    assert sys.getrefcount(dog) == before + 1 and kennel.count() == 1
    kept = m.dogs()
    assert kept == [dog] and kept[0] is dog
    m.drop_dogs()
    del kept
    assert sys.getrefcount(dog) == before


@pytest.mark.row("own-26", "ow2-12")
def test_handles_on_threads_without_the_interpreter():
    died = []

    class Mourned(GuardDog):
        def __del__(self):
            died.append(threading.get_ident())

    for age in range(3):
        m.house_dog(Mourned("Max", age))
    gc.collect()
    assert m.ages_elsewhere() == [0, 1, 2] and died == []
    m.drop_dogs_elsewhere()
    gc.collect()
    assert len(died) == 3
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        # A free-threaded interpreter may leave the end of an object to the thread that made it.
        assert threading.get_ident() not in died
    threads = [threading.Thread(target=lambda: [m.house_dog(Mourned("a", 1)), m.ages_elsewhere(), m.drop_dogs_elsewhere()])
               for _ in range(8)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    m.drop_dogs()
    gc.collect()
    assert len(died) == 11


def test_handles_keep_the_rules_of_borrowing():
    dog = GuardDog("Max", 3)
    assert m.grow(dog) == 4 and m.pet_name(dog) == "Max"
    assert "is being modified" in raised(RuntimeError, m.read_while_changing, dog, dog)
    assert m.read_while_changing(dog, m.Dog("Rex", 8)) == 8
    # No mark is held beyond `with`.
    assert m.grow_after(dog, lambda: m.grow(dog)) == 6
    assert "is being modified" in raised(RuntimeError, dog.while_changed, lambda: m.grow(dog))
    item = m.Item(1)
    assert m.change_handle(item) == 2
    m.keep(item)
    assert SHARED in raised(RuntimeError, m.change_handle, item)
    assert m.item_handle(item) == 2
    m.drop_kept()
    assert m.change_handle(item) == 3
    m.consume(item)
    relinquished(m.item_handle, item)


def test_handles_made_by_native_code():
    made = m.rust_handle(5)
    assert type(made) is m.Item and made.value == 5
    made.set(6)
    assert made.value == 6


def test_long_chains_of_handles_are_freed():
    for _ in range(3):
        dog = None
        for n in range(20000):
            link = GuardDog("a", n)
            link.kennel = dog and m.Kennel(dog)
            dog = link
        del link, dog
        gc.collect()


# unique_ptr and boxes that come back ---------------------------------------------------------------------------------


@makers
@pytest.mark.row("own-24", "own-23", "OWN-03", "ow2-23", "ow2-26", "api-hdr-21", "xchg-19")
def test_what_is_passed_through_is_the_same_object(make, counts):
    item = make(1)
    if hasattr(item, "__dict__"):
        item.tag = 3
    address = item.address()
    assert m.box_pass(item) is item and item.value == 1
    assert m.box_pass_maybe(item) is item and m.box_pass_maybe(None) is None
    if make is m.Item.boxed:
        assert item.address() == address
    item.leaf.value += 1
    assert (item.value, item.leaf.value, item.part().value) == (2, 2, 2)
    address = item.address()
    back, at = m.unique_address(item)
    assert back is item and at == item.address() == address
    assert m.unique_pass(item) is item and item.value == 3
    others = [item, m.Item(10), make(20)]
    assert [a is b for a, b in zip(m.box_reverse(others), others[::-1])] == [True] * 3
    assert m.value_to_box(others[1]).value == 10
    assert not hasattr(item, "__dict__") or item.tag == 3
    assert m.consume(item) == 3
    # The item above, and the one that became a temporary.
    assert counts() == (6, 4)


def test_a_new_box_is_a_new_object_when_nothing_is_at_its_address():
    item = m.Item(1)
    kept = [m.box_pass(m.Item(n)) for n in range(50)]
    assert len({id(k) for k in kept}) == 50
    fresh = m.value_to_box(item)
    assert fresh is not item and fresh.value == 1
    relinquished(lambda: item.value)


@pytest.mark.row("ow2-31")
def test_the_object_of_a_value_that_is_gone_is_not_given_out_again():
    gone = [make(1) for make in (m.Item, m.Item.boxed, m.Item.arc)]
    for item in gone:
        m.consume(item)
    fresh = [make(n) for n in range(50) for make in (m.Item.boxed, m.Item.arc, m.unique_new)]
    assert not any(new is old for new in fresh for old in gone)
    assert [new.value for new in fresh] == [n for n in range(50) for _ in range(3)]
    for item in gone:
        relinquished(lambda: item.value)


@makers
@pytest.mark.row("ow2-24", "ow2-25", "ow2-26", "own-22", "api-del-1", "api-del-3", "api-del-4", "api-del-5", "why-15")
def test_a_stashed_value_waits_in_its_object(make, counts):
    item = make(4)
    leaf, part = item.leaf, item.part()
    references = sys.getrefcount(item)
    m.stash(item)
    assert sys.getrefcount(item) == references + 1
    assert m.unstash() is item
    assert sys.getrefcount(item) == references
    m.stash(item)
    text = relinquished(lambda: item.value)
    assert text.startswith("(): incompatible function arguments.")
    for use in (m.stash, m.consume, m.keep, m.change, m.item_handle):
        relinquished(use, item)
    assert "object at 0x" in repr(item)
    raised(RuntimeError, lambda: part.value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raised(RuntimeError, lambda: leaf.value)
    relinquished(item.__init__, 3)
    m.change_stash_elsewhere()
    assert m.stash_sum() == 8
    assert m.unstash() is item and item.value == leaf.value == 8
    # Found again, where it was.
    assert part is item.part() and part.value == item.part().value
    assert m.unstash() is None
    assert m.unique_owner(item) == (True, False)
    relinquished(lambda: item.value)
    assert counts() == (4, 4)


@makers
@pytest.mark.row("ow2-24", "api-del-6")
def test_a_stashed_value_is_dropped_once_on_any_thread(make, counts):
    items = [make(n) for n in range(3)]
    for item in items:
        m.stash(item)
    m.drop_stash_elsewhere()
    assert counts() == (6, 6)
    for item in items:
        relinquished(lambda: item.value)
    del item, items
    assert counts() == (6, 6)
    # Native code has the only reference to the object.
    m.stash(make(1))
    assert counts() == (8, 6)
    m.drop_stash()
    assert counts() == (8, 8)
    m.stash(make(1))
    back = m.unstash()
    assert back.value == 1 and type(back) is (make if isinstance(make, type) else m.Item)


@pytest.mark.row("ow2-27", "own-20", "api-del-2")
def test_a_value_of_native_code_becomes_a_new_object(counts):
    made = m.unique_new(6)
    assert type(made) is m.Item and made.value == 6
    made.set(7)
    assert m.unique_pass(made) is made and made.value == 8
    del made
    assert counts() == (3, 3)


@makers
@pytest.mark.row("ow2-29", "ow2-30", "OWN-04")
def test_failed_transfers_are_undone(make, counts):
    a, b, c = make(1), make(2), make(3)
    for call, *bad in [
        (m.unique_two, a, a),
        (m.unique_and_box, a, a),
        *((m.unique_pairs, pairs) for pairs in ([(a, b), (c, a)], [(a, a)], [(a, b), (b, c)])),
    ]:
        with pytest.warns(RuntimeWarning, match="multiple std::unique_ptrs, each thinking that they own the same"):
            raised(TypeError, call, *bad)
    for bad in ([(a, b), (c, 3)], [(a, None)], [(3, a)], [(a, b), (c,)]):
        raised(TypeError, m.unique_pairs, bad)
    for bad in (lambda: m.unique_two(a, 3), lambda: m.unique_two(3, a), lambda: m.unique_and_number(a, "x")):
        raised(TypeError, bad)
    raised(RuntimeError, m.unique_and_read, a, a)
    m.keep(c)
    raised(RuntimeError, m.unique_two, a, c)
    raised(RuntimeError, m.unique_two, c, a)
    m.drop_kept()
    assert [x.value for x in (a, b, c)] == [1, 2, 3] and counts() == (6, 0)
    back = m.unique_two(a, b)
    assert back[0] is b and back[1] is a
    back = m.unique_and_box(a, b)
    assert back[0] is a and back[1] is b and (a.value, b.value) == (1, 2)
    assert m.unique_pairs([(a, b)]) == 1
    relinquished(lambda: a.value)
    assert counts() == (6, 4)


def test_values_in_use_cannot_be_taken():
    item = m.Item(1)
    assert "is being read" in raised(RuntimeError, item.while_read, lambda: m.stash(item))
    assert item.value == 1


@pytest.mark.row("OWN-14")
def test_boxes_that_are_read_only(counts):
    item = m.read_only(3)
    leaf = item.leaf
    for use in (lambda: item.set(3), lambda: setattr(leaf, "value", 1), lambda: setattr(item, "leaf", m.Leaf(1)), item.part_mut):
        raised(RuntimeError, use)
    assert raised(RuntimeError, m.change, item).endswith(
        "(of class test_sharing_ext.Item) was returned as read-only and cannot be modified"
    )
    assert (item.value, leaf.value) == (3, 3)
    own = m.Item(1)
    own.set(2)
    assert m.read_only_pass(own) is own and own.value == 2
    raised(RuntimeError, own.set, 3)
    assert m.maybe_read_only(False) is None and m.maybe_read_only(True).value == 1


# The end of the interpreter ------------------------------------------------------------------------------------------


@pytest.mark.row("OWN-06", "api-del-6")
def test_owners_that_outlive_the_interpreter():
    code = """
import test_sharing_ext as m
class Guard(m.Dog):
    pass
for make in (m.Item, m.Item.boxed, m.Item.arc):
    m.keep(make(1))
    m.stash(make(2))
m.house_dog(Guard("Max", 3))
kept = m.kept()
m.leave_behind(Guard("Rex", 4), m.Item(5))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr in (
        "item 5\nRuntimeError: nb: a value in a Python object was asked for after the interpreter has ended\n",
        "item 5\nnb: a value in a Python object was asked for after the interpreter has ended\n",
    )


# Random programs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_random_programs_agree_with_a_model(seed, counts):
    """Items are kept, stashed, changed, passed and dropped at random; a model says what works and what is seen."""
    rng = random.Random(seed)
    items, kept, stash = [], [], []  # [object, value, state] records

    def shared(record):
        return any(k is record for k in kept)

    for step in range(3000):
        action = rng.randrange(12)
        if action == 0 or not items:
            value = rng.randrange(100)
            items.append([rng.choice(list(MAKERS.values()))(value), value, "ready"])
            continue
        record = rng.choice(items)
        item, value, state = record
        if state != "ready":
            use = rng.choice([lambda: item.value, lambda: m.keep(item), lambda: m.stash(item), lambda: m.box_pass(item)])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                raised(TypeError, use)
        elif action == 1:
            m.keep(item)
            kept.append(record)
        elif action in (2, 3):
            if shared(record):
                raised(RuntimeError, item.set, 1)
            else:
                record[1] = rng.randrange(100)
                item.set(record[1])
        elif action == 4:
            if shared(record):
                raised(RuntimeError, m.stash, item)
            else:
                m.stash(item)
                stash.append(record)
                record[2] = "stashed"
        elif action == 5:
            if shared(record):
                raised(RuntimeError, m.box_pass, item)
            else:
                assert m.box_pass(item) is item
        elif action == 6:
            if shared(record):
                raised(RuntimeError, m.consume, item)
            else:
                assert m.consume(item) == record[1]
                record[2] = "gone"
        elif action == 7 and stash:
            back = m.unstash()
            record = stash.pop()
            record[2] = "ready"
            assert back is record[0] and back.value == record[1]
        elif action == 8 and rng.random() < 0.2:
            assert all(a is b[0] for a, b in zip(m.kept(), kept, strict=False))
            rng.choice([m.drop_kept, m.drop_kept_elsewhere])()
            kept.clear()
        elif action == 9 and rng.random() < 0.2:
            rng.choice([m.drop_stash, m.drop_stash_elsewhere])()
            for one in stash:
                one[2] = "gone"
            stash.clear()
        elif action == 10:
            leaf = item.leaf
            if shared(record):
                raised(RuntimeError, setattr, leaf, "value", 1)
            else:
                leaf.value = record[1] = rng.randrange(100)
            assert leaf.value == record[1]
        else:
            assert item.value == record[1] and m.item_handle(item) == record[1]
            part = item.part()
            assert item.part() is part
        if rng.random() < 0.05 and not shared(record) and record[2] != "stashed":
            items = [one for one in items if one is not record]
        del item, record
    for record in items:
        assert record[2] != "ready" or record[0].value == record[1]


def test_counts_of_a_value_without_a_destructor_are_counted_all_the_same():
    one, other = m.Plain(1), m.Plain(2)
    m.keep_plain(one)
    m.keep_plain(other)
    assert m.counts_of_plain() == [(1, 2), (2, 2)]
    del one
    gc.collect()
    assert m.counts_of_plain() == [(1, 1), (2, 2)]
    again = m.kept_plain()
    assert again[1] is other and [plain.value for plain in again] == [1, 2]
    assert m.counts_of_plain() == [(1, 2), (2, 2)]
    m.drop_plain()
    # The objects' own counts are the last.
    assert [plain.value for plain in again] == [1, 2]
    again[0].value = 5
    assert again[0].value == 5
    del again, other
    gc.collect()
    assert m.counts_of_plain() == []
