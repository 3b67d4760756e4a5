//! Enums whose variants are classes.

use nb::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static LIVE: AtomicI32 = AtomicI32::new(0);

/// Can be copied.
#[derive(Clone)]
pub struct Pet {
    pub name: String,
}
/// Cannot, and is counted.
pub struct Cat {
    pub pet: Pet,
}
nb_base!(Cat, pet: Pet);
impl Cat {
    fn new(name: &str) -> Cat {
        LIVE.fetch_add(1, Relaxed);
        Cat { pet: Pet { name: name.to_string() } }
    }
}
impl Drop for Cat {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Relaxed);
    }
}
#[derive(Clone)]
pub struct Dog {
    pub pet: Pet,
    pub tricks: i32,
}
nb_base!(Dog, pet: Pet);
impl From<f64> for Dog {
    fn from(tricks: f64) -> Dog {
        Dog { pet: Pet { name: "converted".to_string() }, tricks: tricks as i32 }
    }
}

pub enum AnyPet {
    Cat(Cat),
    Dog(Dog),
    Other(Pet),
}
nb_type_hook!(in crate::type_hooks; AnyPet { Cat(Cat), Dog(Dog), Other(Pet) });

impl AnyPet {
    fn name(&self) -> &str {
        match self {
            AnyPet::Cat(cat) => &cat.pet.name,
            AnyPet::Dog(dog) => &dog.pet.name,
            AnyPet::Other(pet) => &pet.name,
        }
    }
}

/// Types that are converted, too.
pub enum Value {
    Number(i64),
    Text(String),
    Dog(Dog),
}
nb_type_hook!(in crate::type_hooks; Value { Number(i64), Text(String), Dog(Dog) });

/// One variant is `None`, another is shared.
pub enum Guest {
    Shared(Arc<Toy>),
    Nobody,
    Dog(Dog),
}
nb_type_hook!(in crate::type_hooks; Guest { Shared(Arc<Toy>), Nobody, Dog(Dog) });

pub struct Toy {
    pub squeaks: AtomicI32,
}

nb_module!(test_type_hooks_ext, m, {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init(|name: &str| Pet { name: name.to_string() }))
        .def_rw("name", &Pet::name);
    nb::class_<Cat, Pet>(m, "Cat").def(nb::init<&str>());
    nb::class_<Dog, Pet>(m, "Dog")
        .def(nb::init_implicit<f64>())
        .def_rw("tricks", &Dog::tricks);
    m.def("make", |kind: &str| match kind {
        "cat" => AnyPet::Cat(Cat::new("a cat")),
        "dog" => AnyPet::Dog(Dog { pet: Pet { name: "a dog".to_string() }, tricks: 3 }),
        other => AnyPet::Other(Pet { name: other.to_string() }),
    });
    m.def("same", |pet: AnyPet| pet);
    m.def("kind", |pet: AnyPet| match &pet {
        AnyPet::Cat(_) => format!("cat {}", pet.name()),
        AnyPet::Dog(dog) => format!("dog {} {}", pet.name(), dog.tricks),
        AnyPet::Other(_) => format!("pet {}", pet.name()),
    });
    m.def("names", |pets: Vec<AnyPet>| pets.iter().map(|pet| pet.name().to_string()).collect::<Vec<_>>());
    m.def("maybe", |pet: Option<AnyPet>| pet.map(|pet| pet.name().to_string()));
    m.def("two", |a: AnyPet, b: AnyPet| format!("{} {}", a.name(), b.name()));
    m.def("strict", |_: AnyPet| "taken", "pet"_a.noconvert());
    m.def("value", |value: Value| match value {
        Value::Number(number) => format!("number {number}"),
        Value::Text(text) => format!("text {text}"),
        Value::Dog(dog) => format!("dog {}", dog.tricks),
    });
    m.def("values", || vec![Value::Number(1), Value::Text("two".to_string()), Value::Dog(Dog::from(3.0))]);
    nb::class_<Toy>(m, "Toy")
        .def(nb::init(|| Toy { squeaks: AtomicI32::new(0) }))
        .def("squeaks", |toy: &Toy| toy.squeaks.load(Relaxed));
    m.def("boxed", |pet: Box<AnyPet>| pet);
    m.def("boxed_name", |pet: Box<AnyPet>| pet.name().to_string());
    m.def("guest", |guest: Guest| guest);
    m.def("guests", |guests: Vec<Box<Guest>>| guests);
    m.def("squeeze", |guest: Guest| match guest {
        Guest::Shared(toy) => toy.squeaks.fetch_add(1, Relaxed) + 1,
        Guest::Nobody => 0,
        Guest::Dog(dog) => dog.tricks,
    }, "guest"_a = nb::none());
    m.def("live", || LIVE.load(Relaxed));
});
