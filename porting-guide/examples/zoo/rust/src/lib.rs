//! Classes: virtual functions, downcasting, operators, enumerations, pickling. The port of ../../cpp/zoo.cpp, in the same
//! order.

use nb::prelude::*;
use std::any::Any;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub};

// Pets with virtual functions

trait Animal: Any + Send + Sync {
    fn name(&self) -> String;
    fn noise(&self) -> String;
    fn feed(&mut self, amount: i32);

    fn greet(&self, times: i32) -> String {
        let mut text = self.name() + ":";
        for _ in 0..times {
            text += &format!(" {}", self.noise());
        }
        text
    }
}

struct Pet {
    name: String,
    meals: i32,
}

impl Pet {
    fn new(name: &str) -> Pet {
        Pet { name: name.to_string(), meals: 0 }
    }
}

impl Animal for Pet {
    fn name(&self) -> String {
        self.name.clone()
    }
    fn noise(&self) -> String {
        "...".to_string()
    }
    fn feed(&mut self, amount: i32) {
        self.meals += amount;
    }
}

struct Dog {
    pet: Pet,
    tricks: i32,
}
nb_base!(Dog, pet: Pet);

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { pet: Pet::new(name), tricks: 0 }
    }
    fn learn(&mut self) -> i32 {
        self.tricks += 1;
        self.tricks
    }
}

impl Animal for Dog {
    fn name(&self) -> String {
        self.pet.name()
    }
    fn noise(&self) -> String {
        "woof".to_string()
    }
    fn feed(&mut self, amount: i32) {
        self.pet.feed(amount);
    }
}

struct Puppy {
    dog: Dog,
}
nb_base!(Puppy, dog: Dog);

impl Puppy {
    fn new(name: &str) -> Puppy {
        Puppy { dog: Dog::new(name) }
    }
}

impl Animal for Puppy {
    fn name(&self) -> String {
        self.dog.name()
    }
    fn noise(&self) -> String {
        "yip".to_string()
    }
    fn feed(&mut self, amount: i32) {
        self.dog.feed(amount);
    }
}

nb_trampoline!(PyPet: Pet, dyn Animal, 2);
impl Animal for PyPet {
    fn name(&self) -> String {
        nb_native!(self, name)
    }
    fn noise(&self) -> String {
        nb_override!(self, noise)
    }
    fn feed(&mut self, amount: i32) {
        nb_override!(self, feed, amount)
    }
}

fn call(pet: &dyn Animal) -> String {
    pet.noise() + "!"
}

#[derive(Default)]
struct Zoo {
    pets: Vec<Box<dyn Animal>>,
}
nb_traverse!(Zoo: pets);

impl Zoo {
    fn add(&mut self, pet: Box<dyn Animal>) {
        self.pets.push(pet);
    }
    fn chorus(&self) -> Vec<String> {
        self.pets.iter().map(|pet| pet.greet(1)).collect()
    }
    fn feed_all(&mut self, amount: i32) {
        for pet in &mut self.pets {
            pet.feed(amount);
        }
    }
}

// A factory whose results have the class of their value

fn make(kind: &str, name: &str) -> Box<dyn Animal> {
    match kind {
        "dog" => Box::new(Dog::new(name)),
        "puppy" => Box::new(Puppy::new(name)),
        _ => Box::new(Pet::new(name)),
    }
}

// An abstract class

trait Area: Any + Send + Sync {
    fn area(&self) -> f64;
    fn describe(&self) -> &'static str {
        if self.area() > 10.0 { "large" } else { "small" }
    }
}

#[derive(Default)]
struct Shape;

nb_trampoline!(PyShape: abstract Shape, dyn Area, 1);
impl Area for PyShape {
    fn area(&self) -> f64 {
        nb_override_pure!(self, area)
    }
}

struct Square {
    shape: Shape,
    side: f64,
}
nb_base!(Square, shape: Shape);

impl Area for Square {
    fn area(&self) -> f64 {
        self.side * self.side
    }
}

// A vector with operators

#[derive(Clone, PartialEq)]
struct Vector2 {
    x: i32,
    y: i32,
}

impl Vector2 {
    fn new(x: i32, y: i32) -> Vector2 {
        Vector2 { x, y }
    }
    fn text(&self) -> String {
        format!("[{}, {}]", self.x, self.y)
    }
}

impl Add for Vector2 {
    type Output = Vector2;
    fn add(self, v: Vector2) -> Vector2 {
        Vector2::new(self.x + v.x, self.y + v.y)
    }
}
impl Sub for Vector2 {
    type Output = Vector2;
    fn sub(self, v: Vector2) -> Vector2 {
        Vector2::new(self.x - v.x, self.y - v.y)
    }
}
impl Mul<i32> for Vector2 {
    type Output = Vector2;
    fn mul(self, f: i32) -> Vector2 {
        Vector2::new(self.x * f, self.y * f)
    }
}
impl Mul<Vector2> for i32 {
    type Output = Vector2;
    fn mul(self, v: Vector2) -> Vector2 {
        v * self
    }
}
impl Neg for Vector2 {
    type Output = Vector2;
    fn neg(self) -> Vector2 {
        Vector2::new(-self.x, -self.y)
    }
}
impl AddAssign for Vector2 {
    fn add_assign(&mut self, v: Vector2) {
        self.x += v.x;
        self.y += v.y;
    }
}
impl MulAssign<i32> for Vector2 {
    fn mul_assign(&mut self, f: i32) {
        self.x *= f;
        self.y *= f;
    }
}

// A record that can be pickled

struct Record {
    name: String,
    number: i32,
}

impl Record {
    fn restore(slot: nb::Slot<'_, Record>, (name, number): (String, i32)) -> nb::Ready<'_, Record> {
        slot.write(Record { name, number })
    }
}

// Enumerations

enum Kind {
    Tame,
    Wild,
}

enum Level {
    Low = -1,
    Middle = 5,
    High = 10,
}

#[derive(Clone, Copy)]
struct Access(u32);

impl Access {
    const READ: Access = Access(1);
    const WRITE: Access = Access(2);
    const RUN: Access = Access(4);
}

impl<D> nb::EnumRepr<D> for Access {
    type Number = u32;

    fn to_number(self) -> u32 {
        self.0
    }
    fn from_number(number: u32) -> Option<Access> {
        (number < 8).then_some(Access(number))
    }
}

fn other(kind: Kind) -> Kind {
    match kind {
        Kind::Tame => Kind::Wild,
        Kind::Wild => Kind::Tame,
    }
}

fn with(a: Access, b: Access) -> Access {
    Access(a.0 | b.0)
}

fn allows(granted: Access, wanted: Access) -> bool {
    granted.0 & wanted.0 == wanted.0
}

nb_module!(zoo, m, {
    nb::class_<Pet, PyPet>(m, "Pet", nb::dynamic_attr())
        .def(nb::init<&str>(), "name"_a)
        .def("noise", &Pet::noise)
        .def("feed", &Pet::feed, "amount"_a)
        .def("greet", &Pet::greet, "times"_a = 2)
        .def_rw("name", &Pet::name)
        .def_ro("meals", &Pet::meals);
    nb::class_<Dog, Pet, PyPet>(m, "Dog")
        .def(nb::init<&str>(), "name"_a)
        .def("learn", &Dog::learn)
        .def_ro("tricks", &Dog::tricks);
    nb::class_<Puppy, Dog>(m, "Puppy")
        .def(nb::init<&str>(), "name"_a);
    m.def("call", &call, "pet"_a);

    nb::class_<Zoo>(m, "Zoo")
        .def(nb::init<>())
        .def("add", &Zoo::add)
        .def("chorus", &Zoo::chorus)
        .def("feed_all", &Zoo::feed_all);

    m.def("make", &make, "kind"_a, "name"_a);

    nb::class_<Shape, PyShape>(m, "Shape")
        .def(nb::init<>())
        .def("area", &Shape::area)
        .def("describe", &Shape::describe);
    nb::class_<Square, Shape>(m, "Square")
        .def(nb::init(|side: f64| Square { shape: Shape, side }));

    nb::class_<Vector2>(m, "Vector2")
        .def(nb::init<i32, i32>())
        .def(nb::self + nb::self)
        .def(nb::self - nb::self)
        .def(nb::self * i32())
        .def(i32() * nb::self)
        .def(-nb::self)
        .def(nb::self += nb::self)
        .def(nb::self *= i32())
        .def(nb::self == nb::self)
        .def(nb::self != nb::self)
        .def("__repr__", &Vector2::text)
        .def_rw("x", &Vector2::x)
        .def_rw("y", &Vector2::y);

    nb::class_<Record>(m, "Record")
        .def(nb::init(|name: String, number: i32| Record { name, number }), "name"_a, "number"_a = 0)
        .def("__getstate__", |r: &Record| (r.name.clone(), r.number))
        .def("__setstate__", &Record::restore)
        .def_rw("name", &Record::name)
        .def_rw("number", &Record::number);

    nb::enum_<Kind>(m, "Kind", "What a pet is")
        .value("Tame", Kind::Tame)
        .value("Wild", Kind::Wild, "not tame")
        .export_values();
    nb::enum_<Level>(m, "Level", nb::is_arithmetic())
        .value("Low", Level::Low)
        .value("Middle", Level::Middle)
        .value("High", Level::High);
    nb::enum_<Access>(m, "Access", nb::is_flag())
        .value("Read", Access::READ)
        .value("Write", Access::WRITE)
        .value("Run", Access::RUN);
    m.def("other", &other, "kind"_a = Kind::Tame);
    m.def("with_", &with);
    m.def("allows", &allows, "granted"_a, "wanted"_a);
});
