//! Enums of alternatives.

use nb::prelude::*;
use std::sync::Arc;

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

/// Made of a number implicitly.
#[derive(Clone)]
pub struct Wrapped {
    pub number: i64,
}

/// Moves.
pub struct Cat {
    pub lives: i32,
}

pub enum Setting {
    Unset,
    Number(i32),
    Text(String),
    Numbers(Vec<f64>),
}
nb_variant!(Setting: Unset, Number(i32), Text(String), Numbers(Vec<f64>));

pub enum Pet {
    Dog(Dog),
    Cat(Cat),
    Second(Dog),
    Shared(Arc<Dog>),
    Nobody,
}
nb_variant!(Pet: Dog(Dog), Cat(Cat), Second(Dog), Nobody, Shared(Arc<Dog>));

/// The first would take the second by a conversion.
pub enum Either {
    Wrapped(Wrapped),
    Number(i64),
}
nb_variant!(Either: Wrapped(Wrapped), Number(i64));

pub enum Floating {
    Float(f64),
    Int(i64),
}
nb_variant!(Floating: Float(f64), Int(i64),);

/// Without a default, and one alternative alone.
pub enum Alone {
    Only(bool),
}
nb_variant!(Alone: Only(bool));

pub struct Home {
    pub pet: Pet,
    pub all: Vec<Pet>,
    pub setting: Setting,
}

fn name(setting: Setting) -> String {
    match setting {
        Setting::Unset => "unset".into(),
        Setting::Number(number) => format!("number {number}"),
        Setting::Text(text) => format!("text {text}"),
        Setting::Numbers(all) => format!("{} numbers", all.len()),
    }
}

nb_module!(test_variants_ext, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32| Dog { age })).def_rw("age", &Dog::age);
    nb::class_<Cat>(m, "Cat").def(nb::init(|lives: i32| Cat { lives })).def_rw("lives", &Cat::lives);
    nb::class_<Wrapped>(m, "Wrapped").def(nb::init_implicit(|number: i64| Wrapped { number })).def_ro("number", &Wrapped::number);
    nb::class_<Home>(m, "Home")
        .def(nb::init(|| Home { pet: Pet::Nobody, all: Vec::new(), setting: Setting::Unset }))
        .def_rw("pet", &Home::pet)
        .def_rw("all", &Home::all)
        .def_rw("setting", &Home::setting)
        .def("turn", |home: &mut Home| {
            home.pet = match std::mem::replace(&mut home.pet, Pet::Nobody) {
                Pet::Dog(dog) => Pet::Second(dog),
                Pet::Second(dog) => Pet::Dog(dog),
                other => other,
            };
        });

    m.def("name", &name);
    m.def("names", |all: Vec<Setting>| all.into_iter().map(name).collect::<Vec<String>>());
    m.def("maybe", |setting: Option<Setting>| setting.map(name));
    m.def("back", |setting: Setting| setting);
    m.def("strict", &name, "setting"_a.noconvert());
    m.def("pet", |pet: Pet| match pet {
        Pet::Dog(dog) => format!("dog {}", dog.age),
        Pet::Cat(cat) => format!("cat {}", cat.lives),
        Pet::Second(dog) => format!("second {}", dog.age),
        Pet::Shared(dog) => format!("shared {}", dog.age),
        Pet::Nobody => "nobody".into(),
    });
    m.def("either", |either: Either| match either {
        Either::Wrapped(wrapped) => format!("wrapped {}", wrapped.number),
        Either::Number(number) => format!("number {number}"),
    });
    m.def("floating", |floating: Floating| match floating {
        Floating::Float(float) => format!("float {float}"),
        Floating::Int(int) => format!("int {int}"),
    });
    m.def("alone", |Alone::Only(only): Alone| only);
    m.def("two", |cat: Pet, other: Pet, fails: i32| -> nb::Result<()> {
        drop((cat, other));
        if fails == 0 { Ok(()) } else { Err(nb::value_error("as asked")) }
    });
});
