"""Changes the state of a simulation from both sides, one line of output per thing.

The C++ and the Rust build of the extension print the same text.
"""

import gc

import simulation
from simulation import Particle, Wall, World


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


# One value, two sides
world = World()
a, b = Particle("a"), Particle("b", 4.0)
a.v = 1.0
world.add(a)
world.add(b)
world.step(0.5)
show("native code moves what Python has made", [a.x, b.x, world.time])
a.x, a.v = 10.0, -2.0
world.step(0.5)
show("and sees what Python changes", [a.x, b.x, world.energy()])
a.push(0.5)
a.advance(2.0)
show("methods", [a.x, a.v])

# The same object comes back
show("found", [world.find("a") is a, world.find("b") is b, world.find("c")])
show("the list", [[one.name for one in world.particles], world.particles[1] is b])
c = world.spawn("c", x=-1.0)
show("what native code has made", [c.name, c.x, world.find("c") is c, world.particles[2] is c])
c.name = "d"
show("a new name", [world.find("c"), world.find("d") is c])
world.particles.clear()
show("a list is a new one", len(world.particles))

# Native code keeps what Python lets go of
del b
gc.collect()
b = world.find("b")
b.x += 1.0
show("once more", [b.name, b.x, world.particles[1].x])

# A subclass
class Comet(Particle):
    def push(self, dv):
        super().push(10 * dv)


comet = Comet("comet", 1.0)
comet.tail = "long"
world.add(comet)
world.find("comet").push(0.25)
show("a subclass", [comet.v, world.find("comet").tail, type(world.particles[-1]).__name__])
comet.v = 0.0

# Weak references
show("nobody leads", [a.leader, a.gap()])
a.follow(b)
b.follow(a)
c.follow(other=c)
show("leaders", [a.leader is b, b.leader.leader is b, c.leader is c, a.gap() + b.gap(), c.gap()])
b.x = a.x + 3.0
show("the leader moves", [a.gap(), b.gap()])
other = World()
lone = other.spawn("lone", 7.0)
a.follow(lone)
del other
gc.collect()
show("its world is gone", [a.leader is lone, a.leader.name])
del lone
gc.collect()
show("and now the leader", a.leader)
a.follow(None)

# Values that hold shared ones
a.x, b.x, a.v, b.v, c.v = 0.0, 4.0, 0.0, 0.0, 0.0
spring = a.tie(b, 2.0)
show("a spring", [spring.a is a, spring.b is b, spring.stretch()])
world.connect(spring)
world.step(0.5)
show("it pulls", [a.v, b.v, a.x, b.x])
spring.length = 1.0
show("a copy went into the world", [spring.length, world.springs[0].length])
inside = world.springs[0]
inside.length = 3.0
inside.b = c
show("an element is a part of the world", [world.springs[0].length, world.springs[0].b is c, world.springs[0] is inside])
c.x = 4.0
world.step(0.5)
show("the changed spring pulls", [a.v, b.v, c.v, inside.stretch()])
world.springs = [a.tie(b, 1.0), a.tie(a, 0.0)]
world.step(0.25)
show("new springs, one with both ends at a", [a.v, b.v, [s.stretch() for s in world.springs]])
world.springs = []

# Parts that are plain values
world.walls = [Wall(100.0), Wall(20.0)]
first, second = world.walls
second.at = 5.0
show("walls", [[wall.at for wall in world.walls], world.walls[1] is second])
a.x, a.v = 4.0, 4.0
world.step(1.0)
show("native code hits the wall that Python has moved", [a.x, a.v, first.hits, second.hits, world.walls[1].hits])
show("no limit", world.limit)
world.limit = Wall(50.0)
limit = world.limit
limit.at = 3.0
world.limit.at += 0.5
show("a limit", [limit.at, world.limit is limit])
a.x, a.v = 3.0, 1.0
world.step(1.0)
show("and native code finds it", [a.x, a.v, limit.hits > 0])
del limit
world.limit = None
show("no limit again", world.limit)

# Two of one kind in a call
a.v, b.v = 1.0, 2.0
simulation.exchange(a, b)
show("exchanged", [a.v, b.v])
simulation.exchange(a, a)
show("with itself", a.v)
failure("what is no particle", lambda: simulation.exchange(a, world))
failure("nothing", lambda: simulation.exchange(a, None))

# Native code calls Python with what it shares
seen = []


def visit(particle):
    seen.append(particle)
    particle.x = float(len(seen))
    particle.push(1.0)


world.each(visit)
show("each", [[one.name for one in seen], [one.x for one in world.particles], seen[0] is a, a.v])


def fail(particle):
    particle.x = -1.0
    raise KeyError(particle.name)


failure("an exception ends it", lambda: world.each(fail))
show("what it did stays", [one.x for one in world.particles])
world.step(0.0)
show("and all goes on", world.time)
