"""The example that was ported from pybind11. The same file passes with the C++ module: `cargo xtask demo --cpp` runs it with both."""

import copy
import enum
import gc
import pickle
import sys
import weakref

import pytest

import harbour as h

FLOAT = "typing.SupportsFloat | typing.SupportsIndex"


def test_the_module():
    assert h.__doc__ == "Ships, what they carry, and where they berth"
    assert h.depth == 12.5
    assert h.limit() == sys.getrecursionlimit()


def test_enumerations():
    assert (str(h.Kind.Steam), repr(h.Kind.Steam), int(h.Kind.Steam), h.Kind.Steam.name) == ("Kind.Steam", "<Kind.Steam: 1>", 1, "Steam")
    assert h.Kind(2) == h.Kind.Motor and h.Sail == h.Kind.Sail
    assert list(h.Kind.__members__) == ["Sail", "Steam", "Motor"]
    assert h.Kind.__doc__ == "What drives a ship\n\nMembers:\n\n  Sail : The wind\n\n  Steam\n\n  Motor"
    assert h.Kind.Sail != 0
    with pytest.raises(TypeError, match="not supported between"):
        h.Kind.Sail < h.Kind.Motor
    assert h.Flag.Pilot | h.Flag.Customs == 3 and h.Flag.Pilot < h.Flag.Customs and h.Flag.Customs == 2
    assert pickle.loads(pickle.dumps(h.Kind.Motor)) == h.Kind.Motor
    assert h.Weather.Storm.value == 1 and isinstance(h.Weather, enum.EnumMeta)
    assert h.Weather.__doc__ == "The state of the sea"
    with pytest.raises(ValueError):
        h.Weather(5)


def test_positions():
    a, b = h.Position(1, 2), h.Position(x=4, y=6)
    assert a.distance(b) == 5 and (a + b).x == 5 and (-a).y == -2 and (a * 2).x == 2
    assert a == h.Position(1, 2) and a != b
    assert repr(a) == "Position(1.0, 2.0)"
    assert pickle.loads(pickle.dumps(a)) == copy.copy(a) == a
    with pytest.raises(RuntimeError, match="Invalid state!"):
        h.Position.__new__(h.Position).__setstate__((1, 2, 3))
    assert h.Position.distance.__doc__ == "distance(self: harbour.Position, other: harbour.Position) -> float\n\nAs the gull flies\n"


def test_what_is_refused():
    with pytest.raises(TypeError) as caught:
        h.Position(1, y="a")
    assert str(caught.value) == (
        "__init__(): incompatible constructor arguments. The following argument types are supported:\n"
        f"    1. harbour.Position()\n    2. harbour.Position(x: {FLOAT}, y: {FLOAT})\n\nInvoked with: 1; kwargs: y='a'"
    )
    with pytest.raises(ValueError, match="a crate weighs something"):
        h.Crate("x", -1)
    with pytest.raises(ValueError, match="a tug has power"):
        h.Tug("t").power = 0


def test_ships_and_their_holds():
    ship = h.Ship("Ada")
    assert (ship.name, ship.kind, ship.load, ship.horn(), repr(ship)) == ("Ada", h.Kind.Sail, 0, "toot ", "<Ship 'Ada'>")
    ship.hold.append(h.Crate("tea", 2.5))
    ship.hold.append(h.Crate(label="jam"))
    assert ship.load == 3.5 and len(ship.hold) == 2
    ship.hold[1].weight = 4
    assert ship.load == 6.5 and ship.hold[0] == h.Crate("tea", 2.5)
    ship.position.x = 7
    assert ship.position == h.Position(7, 0)
    ship.captain = "Bo"
    assert ship.captain == "Bo"
    assert h.Ship.__init__.__doc__ == "__init__(self: harbour.Ship, name: str, kind: harbour.Kind = <Kind.Sail: 0>) -> None\n"


def test_virtual_functions():
    class Clipper(h.Ship):
        def speed(self, weather):
            return super().speed(weather) * 2

        def horn(self, times=1):
            return "ahoy " * times

    clipper = Clipper("Cutty")
    assert h.fastest([h.Ship("a"), h.Tug("b"), clipper]) == 20
    assert h.fastest([h.Tug("b"), clipper], h.Weather.Storm) == 8
    assert clipper.horn(2) == "ahoy ahoy "
    assert h.Tug("b").kind == h.Kind.Motor and h.Tug("b").speed(h.Weather.Calm) == 6


def test_harbours_keep_their_ships():
    port = h.Harbour()
    port.dock(h.Ship("Ada"))
    port.dock(h.Tug("Bo"))
    gc.collect()
    assert len(port) == 2 and "Ada" in port and "Zed" not in port and port.names() == ["Ada", "Bo"]
    assert type(port.find("Bo")) is h.Tug and port.ships[0] is port.find("Ada")
    with pytest.raises(h.HarbourFull, match="no berth for Cy"):
        port.dock(h.Ship("Cy"))
    with pytest.raises(IndexError):
        port.find("Cy")
    with pytest.raises(TypeError):
        port.dock(None)
    seen = []
    port.each(seen.append)
    assert seen == ["Ada", "Bo"]
    with pytest.raises(ZeroDivisionError):
        port.each(lambda name: 1 / 0)
    assert port.describe(1, a=2) == {"berths": 2, "args": (1,), "kwargs": {"a": 2}}


def test_a_python_ship_survives_in_its_harbour():
    class Ghost(h.Ship):
        def speed(self, weather):
            return 99.0

    port = h.Harbour(1)
    ghost = Ghost("Boo")
    port.dock(ghost)
    lives = weakref.ref(ghost)
    del ghost
    gc.collect()
    assert h.fastest(port.ships) == 99
    assert lives() is not None and type(port.find("Boo")) is Ghost


def test_containers_and_optionals():
    port = h.Harbour()
    port.visits = {"Ada": 2}
    assert port.visits == {"Ada": 2} and port.master is None
    port.master = "Kim"
    assert port.master == "Kim"
    crates = h.Crates([h.Crate("a", 1)])
    crates.extend([h.Crate("b", 2)])
    assert [crate.label for crate in crates] == ["a", "b"]
    del crates[0]
    assert len(crates) == 1 and crates == h.Crates([h.Crate("b", 2)])


def test_charts_are_buffers():
    chart = h.Chart(2, 3)
    chart[1, 2] = 5.5
    assert chart[1, 2] == 5.5
    view = memoryview(chart)
    assert (view.format, view.shape, view.strides, view[1, 2]) == ("f", (2, 3), (12, 4), 5.5)
    view.release()
    with pytest.raises(IndexError, match="off the chart"):
        chart[2, 0]


def test_arrays():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    assert h.mean_depth(numpy.array([[1.0, 2], [3, 6]])) == 3
    assert h.mean_depth([[1, 2], [3, 6]]) == 3
    assert h.mean_depth(numpy.asfortranarray([[1, 2], [3, 6]], dtype="i4")) == 3
    assert h.mean_depth(numpy.asarray(h.Chart(2, 3))) == 1
    with pytest.raises(TypeError):
        h.mean_depth("deep")
    waves = h.waves(4)
    assert waves.dtype == "f8" and waves.tolist() == [0, 1, 4, 9]
    assert h.toll(5.0) == 1 and h.toll(numpy.array([5, 20.0])).tolist() == [1, 4]


def test_objects():
    assert h.kind_of(h.Tug("b")) == h.Kind.Motor
    with pytest.raises(TypeError, match="Invoked with: 5"):
        h.kind_of(5)


def test_logs_are_iterated_and_closed():
    before = h.Log.opened
    with h.Log() as log:
        assert not log and not log.closed
        log.add("in")
        log.add("wind", times=2)
        assert list(log) == ["in", "wind", "wind"] and len(log) == 3
        assert log[0] == "in" and log[-1] == "wind"
        with pytest.raises(IndexError, match="no such line"):
            log[3]
    assert log.closed and h.Log.opened == before + 1
    lines = iter(log)
    del log
    gc.collect()
    assert next(lines) == "in"
    with pytest.raises(TypeError):
        class Diary(h.Log):
            pass
