"""`Arc<RwLock<dyn Trait>>`: trait objects behind locks, native and overridden by Python."""

import gc
import importlib
import threading

import pytest
from refusals import raised


@pytest.fixture(params=["rwlock", "mutex", "nb_rwlock", "nb_mutex"])
def m(request):
    module = importlib.import_module(f"test_locks_dyn_{request.param}_ext")
    yield module
    module.let_go()


def test_native_values_are_modified_by_both_sides(m):
    dog = m.make(3)
    assert type(dog) is m.Dog and dog.age == 3
    m.keep(dog)
    assert m.kept(0) is dog and m.all_kept() == [dog]
    dog.age = 7
    assert m.speak(0) == "woof 7" and m.grow(0) == 8 and dog.age == 8
    assert dog.grow() == 9 and m.speak_of(dog) == "woof 9" and m.grow_of(dog) == 10
    puppy = m.make_puppy(1)
    assert type(puppy) is m.Puppy
    m.keep(puppy)
    assert m.grow(1) == 102 and puppy.toys == [1] and puppy.age == 2
    puppy.age = 5
    assert m.speak(1) == "yip 5"
    del dog, puppy
    gc.collect()
    assert type(m.kept(1)) is m.Puppy and m.kept(0).age == 10


def test_the_lock_of_the_class_and_of_the_trait_are_one(m):
    dog = m.make(3)
    assert m.as_dog(dog) is dog and m.same(dog, dog)
    own = m.Dog(4)
    assert m.as_dog(own) is own
    m.keep(own)
    assert m.kept(0) is own and m.same(own, own)
    own.age = 6
    assert m.speak(0) == "woof 6" and m.grow(0) == 7 == own.age


def test_an_object_of_pythons_own_is_shared_as_itself(m):
    own = m.Dog(4)
    m.keep(own)
    assert m.kept(0) is own
    assert m.grow(0) == 5 and own.age == 5
    own.age = 9
    assert m.speak(0) == "woof 9"
    assert m.echo(own) is own


def test_python_classes_override(m):
    class Mine(m.Dog):
        def __init__(self, age):
            super().__init__(age)
            self.calls = []

        def speak(self):
            self.calls.append("speak")
            return f"mine {self.age}"

        def grow(self):
            self.calls.append("grow")
            return super().grow() * 10

    mine = Mine(2)
    m.keep(mine)
    assert m.kept(0) is mine
    assert m.speak(0) == "mine 2" and m.grow(0) == 30 and mine.age == 3
    mine.age = 5
    assert m.speak(0) == "mine 5" and mine.calls == ["speak", "grow", "speak"]
    calls = mine.calls
    del mine
    gc.collect()
    assert m.speak(0) == "mine 5" and len(calls) == 4
    assert m.kept(0).calls is calls


def test_conflicts_raise(m):
    class Mine(m.Dog):
        def grow(self):
            raise ValueError("too old")

    m.keep(Mine(2))
    assert raised(ValueError, m.grow, 0) == "too old"


def test_threads(m):
    dog = m.make(0)
    m.keep(dog)

    def body():
        for _ in range(500):
            dog.grow()
            m.speak_of(dog)

    threads = [threading.Thread(target=body) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert dog.age == 2000


def test_a_trampoline_is_called_on_another_thread(m):
    class Mine(m.Dog):
        def speak(self):
            return "mine " + super().speak()

    mine = Mine(3)
    assert m.as_dog(mine) is mine
    for _ in range(3):
        assert m.speak_elsewhere(mine) == "mine woof 3"
        mine.age = 3
    # No thread has kept the lock.
    thread = threading.Thread(target=mine.grow)
    thread.start()
    thread.join(20)
    assert mine.age == 4 and m.eat(mine) == 4
