//! A harbour: ships with shared owners, virtual functions, cargo as a bound container, arrays, buffers, exceptions, pickling.

use nb_compat::prelude::*;
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Add, Mul, Neg};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Sail,
    Steam,
    Motor,
}

#[derive(Clone, Copy)]
enum Flag {
    Pilot = 1,
    Customs = 2,
    Quarantine = 4,
}

#[derive(Clone, Copy, PartialEq)]
enum Weather {
    Calm,
    Storm,
}

#[derive(Clone, Copy, Default, PartialEq)]
struct Position {
    x: f64,
    y: f64,
}

impl Position {
    fn new(x: f64, y: f64) -> Position {
        Position { x, y }
    }
    fn distance(&self, other: &Position) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl Add for Position {
    type Output = Position;
    fn add(self, other: Position) -> Position {
        Position::new(self.x + other.x, self.y + other.y)
    }
}

impl Neg for Position {
    type Output = Position;
    fn neg(self) -> Position {
        Position::new(-self.x, -self.y)
    }
}

impl Mul<f64> for Position {
    type Output = Position;
    fn mul(self, by: f64) -> Position {
        Position::new(self.x * by, self.y * by)
    }
}

#[derive(Clone, PartialEq)]
struct Crate {
    label: String,
    weight: f64,
}

impl Crate {
    fn new(label: &str, weight: f64) -> py::Result<Crate> {
        if weight < 0.0 {
            return Err(py::value_error("a crate weighs something"));
        }
        Ok(Crate { label: label.to_string(), weight })
    }
}

type Crates = py::opaque<Vec<Crate>>;

#[derive(Debug)]
struct HarbourFull(String);

impl fmt::Display for HarbourFull {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "no berth for {}", self.0)
    }
}

impl std::error::Error for HarbourFull {}

type Callback = Box<dyn Fn(&str) -> py::Result<()> + Send + Sync>;

/// The virtual functions of ships.
trait Sails: Any + Send + Sync {
    fn speed(&self, weather: Weather) -> f64;
    fn signal(&self, times: i32) -> String;
    fn name(&self) -> String;
}

struct Ship {
    name: String,
    kind: Kind,
    position: Position,
    hold: Crates,
}

impl Ship {
    fn new(name: &str, kind: Kind) -> Ship {
        Ship { name: name.to_string(), kind, position: Position::default(), hold: Crates::default() }
    }
    fn load(&self) -> f64 {
        self.hold.iter().map(|crate_| crate_.weight).sum()
    }
}

impl Sails for Ship {
    fn speed(&self, weather: Weather) -> f64 {
        if weather == Weather::Calm { 10.0 } else { 4.0 }
    }
    fn signal(&self, times: i32) -> String {
        "toot ".repeat(times as usize)
    }
    fn name(&self) -> String {
        self.name.clone()
    }
}

struct Tug {
    ship: Ship,
    power: f64,
}

nb_base!(Tug, ship: Ship);

impl Tug {
    fn new(name: &str) -> Tug {
        Tug { ship: Ship::new(name, Kind::Motor), power: 100.0 }
    }
}

impl Sails for Tug {
    fn speed(&self, _weather: Weather) -> f64 {
        6.0
    }
    fn signal(&self, times: i32) -> String {
        self.ship.signal(times)
    }
    fn name(&self) -> String {
        self.ship.name()
    }
}

nb_trampoline!(in self; PyShip: Ship, dyn Sails);

impl Sails for PyShip {
    fn speed(&self, weather: Weather) -> f64 {
        PYBIND11_OVERRIDE!(self, f64, Ship, speed, weather)
    }
    fn signal(&self, times: i32) -> String {
        PYBIND11_OVERRIDE_NAME!(self, String, Ship, "horn", signal, times)
    }
    fn name(&self) -> String {
        nb_native!(self, name)
    }
}

struct Harbour {
    berths: usize,
    ships: Vec<Arc<dyn Sails>>,
    visits: BTreeMap<String, i32>,
    master: Option<String>,
}

impl Harbour {
    fn new(berths: usize) -> Harbour {
        Harbour { berths, ships: Vec::new(), visits: BTreeMap::new(), master: None }
    }
    fn dock(&mut self, ship: Arc<dyn Sails>) -> Result<(), HarbourFull> {
        if self.ships.len() == self.berths {
            return Err(HarbourFull(ship.name()));
        }
        self.ships.push(ship);
        Ok(())
    }
    fn find(&self, name: &str) -> py::Result<Arc<dyn Sails>> {
        let found = self.ships.iter().find(|ship| ship.name() == name);
        found.cloned().ok_or_else(|| py::index_error(name))
    }
}

struct Chart {
    rows: usize,
    cols: usize,
    depths: Vec<py::cell<f32>>,
}

impl Chart {
    fn new(rows: usize, cols: usize) -> Chart {
        Chart { rows, cols, depths: vec![py::cell::new(1.0); rows * cols] }
    }
    fn index(&self, (row, col): (usize, usize)) -> py::Result<usize> {
        if row >= self.rows || col >= self.cols {
            return Err(py::index_error("off the chart"));
        }
        Ok(row * self.cols + col)
    }
}

static OPENED: AtomicI32 = AtomicI32::new(0);

struct Log {
    closed: bool,
    lines: Vec<String>,
}

impl Log {
    fn new() -> Log {
        OPENED.fetch_add(1, Ordering::Relaxed);
        Log { closed: false, lines: Vec::new() }
    }
    fn add(&mut self, line: &str) {
        self.lines.push(line.to_string());
    }
    fn add_times(&mut self, line: &str, times: i32) {
        (0..times).for_each(|_| self.add(line));
    }
}

fn fastest(ships: Vec<Arc<dyn Sails>>, weather: Weather) -> f64 {
    ships.iter().map(|ship| ship.speed(weather)).fold(0.0, f64::max)
}

fn toll(weight: f64) -> f64 {
    if weight < 10.0 { 1.0 } else { weight * 0.2 }
}

PYBIND11_MODULE!(harbour, m, {
    m.doc() = "Ships, what they carry, and where they berth";
    m.attr("depth") = 12.5;

    py::enum_<Kind>(m, "Kind", "What drives a ship")
        .value("Sail", Kind::Sail, "The wind")
        .value("Steam", Kind::Steam)
        .value("Motor", Kind::Motor)
        .export_values();

    py::enum_<Flag>(m, "Flag", py::arithmetic())
        .value("Pilot", Flag::Pilot)
        .value("Customs", Flag::Customs)
        .value("Quarantine", Flag::Quarantine);

    py::native_enum<Weather>(m, "Weather", "enum.Enum", "The state of the sea")
        .value("Calm", Weather::Calm)
        .value("Storm", Weather::Storm)
        .finalize();

    py::class_<Position>(m, "Position", "A place on the water")
        .def(py::init<>())
        .def(py::init<double, double>(), "x"_a, "y"_a)
        .def_readwrite("x", &Position::x)
        .def_readwrite("y", &Position::y)
        .def("distance", &Position::distance, "other"_a, "As the gull flies")
        .def(py::self + py::self)
        .def(-py::self)
        .def(py::self * double())
        .def(py::self == py::self)
        .def("__repr__", |p: &Position| {
            py::str("Position({}, {})").format(p.x, p.y)
        })
        .def(py::pickle(
            |p: &Position| py::make_tuple((p.x, p.y)),
            |state: py::tuple| -> py::Result<Position> {
                if state.size() != 2 {
                    return Err(py::runtime_error("Invalid state!"));
                }
                Ok(Position::new(state[0].cast<double>(), state[1].cast<double>()))
            }));

    py::class_<Crate>(m, "Crate")
        .def(py::init<const std::string &, double>(), py::arg("label"), py::arg("weight") = 1.0)
        .def_readonly("label", &Crate::label)
        .def_readwrite("weight", &Crate::weight)
        .def(py::self == py::self);
    py::bind_vector<Crates>(m, "Crates");

    py::register_exception<HarbourFull>(m, "HarbourFull");

    py::class_<Ship, PyShip, py::smart_holder>(m, "Ship", py::dynamic_attr())
        .def(py::init<const std::string &, Kind>(), "name"_a, "kind"_a = Kind::Sail)
        .def_readwrite("name", &Ship::name)
        .def_readonly("kind", &Ship::kind)
        .def_readwrite("position", &Ship::position)
        .def_readwrite("hold", &Ship::hold)
        .def_property_readonly("load", &Ship::load, "What all crates weigh")
        .def("speed", &Ship::speed, "weather"_a)
        .def("horn", &Ship::signal, "times"_a = 1)
        .def("__repr__", |s: &Ship| format!("<Ship '{}'>", s.name));

    py::class_<Tug, Ship, py::smart_holder>(m, "Tug")
        .def(py::init<const std::string &>(), "name"_a)
        .def_property("power", |t: &Tug| t.power,
                      |t: &mut Tug, power: f64| -> py::Result<()> {
                          if power <= 0.0 {
                              return Err(py::value_error("a tug has power"));
                          }
                          t.power = power;
                          Ok(())
                      });

    py::class_<Harbour, std::shared_ptr<Harbour>>(m, "Harbour")
        .def(py::init(|berths: usize| Harbour::new(berths)), py::arg("berths") = 2)
        .def("dock", &Harbour::dock, py::arg("ship").none(false), py::keep_alive<1, 2>())
        .def("find", &Harbour::find, "name"_a)
        .def_readonly("berths", &Harbour::berths)
        .def_property_readonly("ships", |h: &Harbour| h.ships.clone())
        .def_readwrite("visits", &Harbour::visits)
        .def_readwrite("master", &Harbour::master)
        .def("__len__", |h: &Harbour| h.ships.len())
        .def("__contains__", |h: &Harbour, name: &str| {
            h.ships.iter().any(|ship| ship.name() == name)
        })
        .def("names", |h: &Harbour| -> Vec<String> {
            h.ships.iter().map(|ship| ship.name()).collect()
        }, py::call_guard<py::gil_scoped_release>())
        .def("each", |h: &Harbour, f: Callback| {
            h.ships.iter().try_for_each(|ship| f(&ship.name()))
        }, "f"_a)
        .def("describe", |h: &Harbour, args: py::args, kwargs: py::kwargs| {
            py::dict("berths"_a = h.berths, "args"_a = args, "kwargs"_a = kwargs)
        });

    py::class_<Chart>(m, "Chart", py::buffer_protocol())
        .def(py::init<std::size_t, std::size_t>(), "rows"_a, "cols"_a)
        .def("__getitem__", |c: &Chart, i: (usize, usize)| -> py::Result<f32> { Ok(c.depths[c.index(i)?].get()) })
        .def("__setitem__", |c: &Chart, i: (usize, usize), depth: f32| -> py::Result<()> {
            c.depths[c.index(i)?].set(depth);
            Ok(())
        })
        .def_buffer(|c: &Chart| {
            py::buffer_info(&c.depths, sizeof(float), py::format_descriptor<float>::format(), 2,
                            {c.rows, c.cols}, {sizeof(float) * c.cols, sizeof(float)})
        });

    py::class_<Log>(m, "Log", py::is_final())
        .def(py::init<>())
        .def_readonly_static("opened", &OPENED)
        .def("add", py::overload_cast<const std::string &>(&Log::add), "line"_a, "Adds a line")
        .def("add", py::overload_cast<const std::string &, int>(&Log::add_times), "line"_a, "times"_a)
        .def("__iter__", |l: &Log| -> py::made_iterator<'_, String> { py::make_iterator(l.lines.iter().cloned()) },
             py::keep_alive<0, 1>())
        .def("__len__", |l: &Log| l.lines.len())
        .def("__bool__", |l: &Log| !l.lines.is_empty())
        .def("__getitem__", |l: &Log, i: isize| -> py::Result<String> {
            let i = if i < 0 { i + l.lines.len() as isize } else { i };
            let line = usize::try_from(i).ok().and_then(|i| l.lines.get(i));
            line.cloned().ok_or_else(|| py::index_error("no such line"))
        }, "i"_a)
        .def("__enter__", |this: py::object| this)
        .def("__exit__", |l: &mut Log, _args: py::args| l.closed = true)
        .def_readonly("closed", &Log::closed);

    m.def("fastest", &fastest, "ships"_a, "weather"_a = Weather::Calm, "The best speed of all");
    m.def("toll", py::vectorize(toll), "weight"_a);
    m.def("mean_depth", |depths: py::array_t<double, py::array::c_style | py::array::forcecast>| -> py::Result<f64> {
        let d = depths.unchecked::<2>()?;
        let mut sum = 0.0;
        for i in 0..d.shape(0) {
            for j in 0..d.shape(1) {
                sum += d.at([i, j]);
            }
        }
        Ok(sum / d.size() as f64)
    }, "depths"_a);
    m.def("waves", |count: usize| -> py::Result<py::array_t<double>> {
        let out = py::array_t<double>(count);
        let o = out.mutable_unchecked::<1>()?;
        for i in 0..count {
            o.set([i], (i * i) as f64);
        }
        drop(o);
        Ok(out)
    }, "count"_a);
    m.def("kind_of", |ship: &Ship| ship.kind);
    m.def("limit", || py::module_::import("sys").attr("getrecursionlimit")());
});
