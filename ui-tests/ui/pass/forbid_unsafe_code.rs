// finding 16: a crate may forbid `unsafe` in what it writes itself, whatever macros it uses.
#![forbid(unsafe_code)]

use nb::prelude::*;

#[derive(Clone, Default)]
pub struct Toy {
    pub squeaks: i32,
}

pub trait Speaks: std::any::Any + Send + Sync {
    fn speak(&self) -> String;
    fn louder(&mut self, by: i32) -> i32;
    fn name(&self) -> String;
    fn hidden(&self) -> usize;
}

#[derive(Clone, Default)]
pub struct Dog {
    pub name: String,
    pub age: i32,
    pub toy: Toy,
}

impl Speaks for Dog {
    fn speak(&self) -> String {
        format!("{}: woof", self.name)
    }
    fn louder(&mut self, by: i32) -> i32 {
        self.age += by;
        self.age
    }
    fn name(&self) -> String {
        self.name.clone()
    }
    fn hidden(&self) -> usize {
        0
    }
}

nb_trampoline!(PyDog: Dog, dyn Speaks);
impl Speaks for PyDog {
    fn speak(&self) -> String {
        nb_override!(self, speak)
    }
    fn louder(&mut self, by: i32) -> i32 {
        nb_override_name!(self, "shout", louder, by)
    }
    fn name(&self) -> String {
        nb_override_pure!(self, name)
    }
    fn hidden(&self) -> usize {
        nb_native!(self, hidden)
    }
}

pub trait Walks: std::any::Any + Send + Sync {
    fn walk(&self) -> i32;
}
pub struct Walker;
nb_trampoline!(PyWalker: abstract Walker, dyn Walks);
impl Walks for PyWalker {
    fn walk(&self) -> i32 {
        nb_override_pure_name!(self, "walk", walk)
    }
}

#[derive(Clone, Default)]
pub struct Puppy {
    pub dog: Dog,
}
nb_base!(Puppy, dog: Dog);
impl Speaks for Puppy {
    fn speak(&self) -> String {
        "wuff".to_string()
    }
    fn louder(&mut self, by: i32) -> i32 {
        self.dog.louder(by)
    }
    fn name(&self) -> String {
        self.dog.name()
    }
    fn hidden(&self) -> usize {
        1
    }
}

pub struct Node {
    pub next: Option<nb::stored>,
}
nb_traverse!(Node: next);

/// Neither copied nor shared.
pub struct Note(String);

#[derive(Default)]
pub struct Counted {
    counter: nb::intrusive_counter,
}
nb_intrusive!(Counted, counter);

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Cat,
    Dog,
}
pub enum Color {
    Red,
    Green,
}
nb_enum!(Color, "Color", [Red, Green]);

pub enum AnyPet {
    Dog(Dog),
    Toy(Toy),
}
nb_type_hook!(AnyPet { Dog(Dog), Toy(Toy) });

static LIMIT: std::sync::Mutex<i32> = std::sync::Mutex::new(3);

#[derive(Clone)]
pub struct Circle {
    pub radius: f64,
}
nb_class!(Circle, "Circle", "A circle", {
    .def(nb::init(|radius: f64| Circle { radius }), "radius"_a)
    .def_rw("radius", &Circle::radius)
    .def_prop_ro("area", |c: &Circle| c.radius * c.radius)
});

nb_fn!("add", |a: i32, b: i32| a + b, "a"_a, "b"_a = 1);
nb_bind!(|m| {
    m.attr("bound") = true;
});

fn fill<'a>(slot: nb::Slot<'a, Toy>, squeaks: i32) -> nb::Ready<'a, Toy> {
    slot.write(Toy { squeaks })
}

nb_module!(forbidding, m, {
    nb::class_<Toy>(m, "Toy")
        .def("__init__", &fill, "squeaks"_a)
        .def_rw("squeaks", &Toy::squeaks)
        .def_rw_static("limit", &LIMIT);
    nb::class_<Dog, PyDog>(m, "Dog", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init<>())
        .def_rw("name", &Dog::name)
        .def_ro("age", &Dog::age)
        .def_rw("toy", &Dog::toy)
        .def("speak", |dog: &dyn Speaks| dog.speak());
    nb::class_<Puppy, Dog, PyDog>(m, "Puppy").def(nb::init<>());
    nb::class_<Walker, PyWalker>(m, "Walker").def(nb::init(|| Walker));
    nb::class_<Node>(m, "Node").def(nb::init(|| Node { next: None }));
    nb::class_<Note>(m, "Note").def(nb::new_(|text: String| Note(text)), "text"_a);
    nb::class_<Counted>(m, "Counted", nb::intrusive_ptr<Counted>(|_, _| {})).def(nb::init<>());
    nb::enum_<Kind>(m, "Kind").value("CAT", Kind::Cat).value("DOG", Kind::Dog);
    nb::exception::<std::num::ParseIntError>(m, "NoNumber", nb::Builtin::ValueError);
    m.def("make", |toy: bool| if toy { AnyPet::Toy(Toy::default()) } else { AnyPet::Dog(Dog::default()) });
    m.def("close", |note: Note| note.0.len());
    m.def("count", || nb::ref_::new(Counted::default()));
    m.def("alarm", |dog: &mut dyn Speaks| dog.louder(1), "dog"_a);
    let _ = nb::field!(Dog, age);
});

fn main() {}
