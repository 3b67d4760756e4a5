"""Uses everything in my_ext, one line of output per thing.

The C++ and the Rust build of the extension print the same text.
"""

import my_ext


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


def kind(what, call):
    """As `failure`, where the text is not part of the comparison."""
    try:
        call()
    except Exception as e:
        print(f"{what}: {type(e).__name__}")
    else:
        print(f"{what}: nothing was raised")


# The module
show("module docstring", my_ext.__doc__)
show("the_answer", my_ext.the_answer)

# Arguments by position and by name, and defaults
show("add(1, 2)", my_ext.add(1, 2))
show("add(1)", my_ext.add(1))
show("add(b=5, a=2)", my_ext.add(b=5, a=2))
show("add.__doc__", repr(my_ext.add.__doc__))
failure("add('x', b=2)", lambda: my_ext.add("x", b=2))

# A native exception
show("divide(7, 2)", my_ext.divide(7, 2))
failure("divide(1, 0)", lambda: my_ext.divide(1, 0))

# Overloads
show("describe(3)", my_ext.describe(3))
show("describe(2.5)", my_ext.describe(2.5))
show("describe('abc')", my_ext.describe("abc"))
show("describe.__doc__", repr(my_ext.describe.__doc__))
failure("describe([])", lambda: my_ext.describe([]))

# Sequences and optional values
show("scale([1, 2, 3])", my_ext.scale([1, 2, 3]))
show("scale((1.5,), factor=3)", my_ext.scale((1.5,), factor=3))
show("scale.__doc__", repr(my_ext.scale.__doc__))
show("longest(['a', 'ccc', 'bb'])", my_ext.longest(["a", "ccc", "bb"]))
show("longest([])", my_ext.longest([]))
show("longest.__doc__", repr(my_ext.longest.__doc__))
show("greet()", my_ext.greet())
show("greet(None)", my_ext.greet(None))
show("greet('Ada')", my_ext.greet("Ada"))
show("greet.__doc__", repr(my_ext.greet.__doc__))

# Calling Python
show("twice(double, 5)", my_ext.twice(lambda x: 2 * x, 5))
show("twice(str.upper, 'abc')", my_ext.twice(str.upper, "abc"))
failure("twice(int, 'abc')", lambda: my_ext.twice(int, "abc"))

# A class: constructors, static method, methods
dog = my_ext.Dog("Max")
show("Dog('Max')", dog)
show("Dog.__doc__", my_ext.Dog.__doc__)
show("Dog.__init__.__doc__", repr(my_ext.Dog.__init__.__doc__))
show("Dog('Max').age", dog.age)
show("Dog(name='Bella', age=7).age", my_ext.Dog(name="Bella", age=7).age)
show("Dog.create()", my_ext.Dog.create())
show("dog.bark()", dog.bark())
show("dog.bark('cat')", dog.bark("cat"))
show("Dog.bark.__doc__", repr(my_ext.Dog.bark.__doc__))
failure("dog.bark(1)", lambda: dog.bark(1))
failure("Dog()", lambda: my_ext.Dog())

# Fields and properties
dog.name = "Rex"
show("dog.name = 'Rex'", dog)
# nanobind's text does not name the property.
kind("dog.name = 1", lambda: setattr(dog, "name", 1))
show("dog.legs", dog.legs)
# The text is Python's own and differs between its versions.
kind("dog.legs = 5", lambda: setattr(dog, "legs", 5))
dog.age += 1
show("dog.age += 1", dog.age)
failure("dog.age = -1", lambda: setattr(dog, "age", -1))

# A reference into the dog, and a copy of the dog
toy = dog.favorite()
toy.squeaks = 5
show("dog.favorite().squeaks", dog.favorite().squeaks)
copy = my_ext.Dog(dog)
copy.name = "Copy"
copy.favorite().squeaks += 1
show("copy", f"{copy}, {copy.favorite().squeaks} squeaks")
show("original", f"{dog}, {dog.favorite().squeaks} squeaks")
orphan = my_ext.Dog("Gone").favorite()
show("toy whose dog has no other name", orphan.squeaks)

# A derived class
puppy = my_ext.Puppy("Bit")
show("issubclass(Puppy, Dog)", issubclass(my_ext.Puppy, my_ext.Dog))
show("Puppy('Bit')", puppy)
show("puppy.learn('sit')", puppy.learn("sit"))
show("puppy.learn(trick='roll')", puppy.learn(trick="roll"))
show("puppy.tricks", puppy.tricks)
show("puppy.bark()", puppy.bark())
puppy.age = 1
show("puppy.age = 1", puppy.age)
show("introduce(dog, puppy)", my_ext.introduce(dog, puppy))
failure("introduce(dog, None)", lambda: my_ext.introduce(dog, None))
try:
    my_ext.Puppy.learn(dog, "sit")
except TypeError:
    # nanobind refuses the receiver in its own words, the Rust module's method is CPython's own kind of method and leaves it to it.
    print("Puppy.learn(dog, 'sit'): TypeError")
