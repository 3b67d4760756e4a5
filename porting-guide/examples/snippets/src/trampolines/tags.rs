use nb::prelude::*;

#[derive(Clone)]
struct Cat {
    lives: u32,
}

#[derive(Clone)]
struct Dog {
    tricks: u32,
}

enum Pet {
    Cat(Cat),
    Dog(Dog),
}
nb_type_hook!(in self; Pet { Cat(Cat), Dog(Dog) });

fn make(kind: &str) -> Pet {
    if kind == "cat" { Pet::Cat(Cat { lives: 9 }) } else { Pet::Dog(Dog { tricks: 0 }) }
}

nb_module!(tags, m, {
    nb::class_<Cat>(m, "Cat").def_ro("lives", &Cat::lives);
    nb::class_<Dog>(m, "Dog").def_ro("tricks", &Dog::tricks);
    m.def("make", &make);
    m.def("is_cat", |pet: Pet| matches!(pet, Pet::Cat(_)));
});
