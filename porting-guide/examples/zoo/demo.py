"""Uses everything in zoo, one line of output per thing.

The C++ and the Rust build of the extension print the same text.
"""

import copy
import enum
import pickle

import zoo


def show(what, value):
    print(f"{what}: {value}")


def failure(what, call):
    """Shows the exception that `call` raises, text and all."""
    try:
        call()
    except Exception as e:
        print(f"{what}: {type(e).__name__}: {e}")
    else:
        print(f"{what}: nothing was raised")


def refused(what, call):
    """Shows the kind of the exception alone: the text is Python's own, and its versions name the class differently in C++."""
    try:
        call()
    except Exception as e:
        print(f"{what}: {type(e).__name__}")
    else:
        print(f"{what}: nothing was raised")


# Pets and their virtual functions
pet, dog = zoo.Pet("Tom"), zoo.Dog("Rex")
small = zoo.Puppy("Small")
show("noises", [pet.noise(), dog.noise(), small.noise()])
show("called by native code", [zoo.call(pet), zoo.call(dog), zoo.call(small)])
show("a puppy", [small.greet(1), small.learn(), zoo.Puppy.__mro__[1:4]])
show("greetings", [pet.greet(), dog.greet(times=1)])
show("a dog is a pet", [isinstance(dog, zoo.Pet), issubclass(zoo.Dog, zoo.Pet), zoo.Dog.__mro__[1:3]])
show("tricks", [dog.learn(), dog.learn(), dog.tricks])


class Parrot(zoo.Pet):
    def __init__(self, name, words):
        super().__init__(name)
        self.words = words

    def noise(self):
        return self.words

    def feed(self, amount):
        super().feed(amount * 10)
        self.words += "!"


class Poodle(zoo.Dog):
    def noise(self):
        return "yap"


class Puppy(Poodle):
    pass


parrot, poodle, puppy = Parrot("Polly", "hello"), Poodle("Fifi"), Puppy("Pip")
show("overrides", [zoo.call(parrot), zoo.call(poodle), zoo.call(puppy)])
show("greetings of overrides", [parrot.greet(), poodle.greet(1), puppy.greet(1)])
Puppy.noise = lambda self: "yip"
show("a method that is added later", [zoo.call(puppy), zoo.call(poodle)])
del Puppy.noise
show("and removed again", zoo.call(puppy))

# Native code keeps pets, with their Python halves
group = zoo.Zoo()
for one in (pet, dog, parrot, poodle):
    group.add(one)
group.add(Parrot("Kept", "by the zoo"))
show("chorus", group.chorus())
group.feed_all(2)
show("meals", [one.meals for one in (pet, dog, parrot, poodle)])
show("chorus after feeding", group.chorus())


class Broken(zoo.Pet):
    def noise(self):
        raise KeyError("lost my voice")


failure("an exception in an override", lambda: zoo.call(Broken("B")))

# The factory
made = [zoo.make("dog", "Made"), zoo.make(kind="cat", name="Other"), zoo.make("puppy", "Little")]
show("classes of what was made", [type(one).__name__ for one in made])
show("a made dog can learn", made[0].learn())
show("a made puppy is called", zoo.call(made[2]))


# The abstract class
class Circle(zoo.Shape):
    def area(self):
        return 12.5


show("areas", [Circle().describe(), zoo.Square(2.0).area(), zoo.Square(4.0).describe()])

# Operators
a, b = zoo.Vector2(1, 2), zoo.Vector2(10, 20)
show("sums", [a + b, b - a, a * 3, 4 * a, -a])
same = a
a += b
show("in place", [a, same is a])
a *= 2
show("in place with a number", [a, same is a])
show("comparisons", [a == same, a == b, a != b, a == 1])
refused("a sum with a text", lambda: a + "text")
refused("a product of texts", lambda: "text" * a)

# Pickling
record = zoo.Record("first", number=7)
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    other = pickle.loads(pickle.dumps(record, protocol)) if protocol > 1 else record
    show(f"pickled with protocol {protocol}", [other.name, other.number])
twin = copy.deepcopy(record)
twin.number = 8
show("a copy", [record.number, twin.number, twin.name])

# Enumerations
show("members", list(zoo.Kind))
show("exported", [zoo.Tame is zoo.Kind.Tame, zoo.Wild is zoo.Kind.Wild])
show("class of the enumeration", [zoo.Kind.__doc__, issubclass(zoo.Kind, enum.Enum), zoo.Kind["Tame"], zoo.Kind(1)])
show("in and out", [zoo.other(), zoo.other(zoo.Kind.Wild), zoo.other(1)])
failure("a number without a member", lambda: zoo.Kind(7))
show("arithmetic", [zoo.Level.Low + 1, zoo.Level.High - zoo.Level.Middle, zoo.Level.Low < 0, int(zoo.Level.High)])
both = zoo.with_(zoo.Access.Read, zoo.Access.Run)
show("flags", [both.value, zoo.Access.Read in both, zoo.Access.Write in both])
show("flags in native code", [zoo.allows(both, zoo.Access.Run), zoo.allows(zoo.Access.Read | zoo.Access.Write, both)])
show("pickled members", [pickle.loads(pickle.dumps(one)) for one in (zoo.Kind.Tame, zoo.Level.Low)])
