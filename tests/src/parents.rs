//! A base class given as the object that binding it has made.

use nb::prelude::*;

#[derive(Clone)]
pub struct Pet {
    pub name: String,
}
impl Pet {
    fn new(name: String) -> Pet {
        Pet { name }
    }
    fn greet(&self) -> String {
        format!("I am {}", self.name)
    }
}

/// Its base does not come first.
#[derive(Clone)]
pub struct Dog {
    pub age: i32,
    pub pet: Pet,
}
nb_base!(Dog, pet: Pet);
impl Dog {
    fn new(name: String, age: i32) -> Dog {
        Dog { age, pet: Pet { name } }
    }
}

/// Two levels down.
pub struct Puppy {
    pub dog: Dog,
}
nb_base!(Puppy, dog: Dog);

/// Derives from a class that is nested in another one.
pub struct Inner {
    pub value: i32,
}
pub struct Derived {
    pub inner: Inner,
}
nb_base!(Derived, inner: Inner);

nb_module!(test_parents_ext, m, {
    nb::class_<Pet> pet(m, "Pet");
    pet.def(nb::init<String>()).def_rw("name", &Pet::name).def("greet", &Pet::greet);
    let dog = nb::class_<Dog>(m, "Dog", pet, "A dog").def(nb::init<String, i32>()).def_rw("age", &Dog::age);
    // The plain builder's spelling.
    nb::uses_<Puppy>();
    m.class_::<Puppy>("Puppy", (dog, nb::dynamic_attr())).def_init(|name: String| Puppy { dog: Dog::new(name, 0) }, ());
    m.def("rename", |pet: &mut Pet, name: String| pet.name = name);
    m.def("age", |dog: &Dog| dog.age);

    let inner = nb::class_<Inner>(pet, "Inner").def_rw("value", &Inner::value);
    nb::class_<Derived>(dog, "Derived", inner).def(nb::init(|value: i32| Derived { inner: Inner { value } }));
});

/// A module that names the base twice.
pub mod twice {
    use super::{Dog, Pet};
    use nb::prelude::*;

    nb_module!(test_parents_twice_ext, m, {
        let pet = nb::class_<Pet>(m, "Pet");
        nb::class_<Dog, Pet>(m, "Dog", pet);
    });
}
