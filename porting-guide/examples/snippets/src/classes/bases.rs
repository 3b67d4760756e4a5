use nb::prelude::*;

struct Pet {
    name: String,
}

impl Pet {
    fn new(name: &str) -> Pet {
        Pet { name: name.into() }
    }
}

struct Dog {
    pet: Pet,
    tricks: u32,
}

// Where the base is: a field, at any position.
nb_base!(Dog, pet: Pet);

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { pet: Pet::new(name), tricks: 0 }
    }
}

fn set_name(pet: &mut Pet, name: &str) {
    pet.name = name.into();
}

nb_module!(bases, m, {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init<&str>(), "name"_a)
        .def_rw("name", &Pet::name);

    nb::class_<Dog, Pet>(m, "Dog")
        .def(nb::init<&str>(), "name"_a)
        .def("learn", |dog: &mut Dog| { dog.tricks += 1; dog.tricks });

    m.def("rename", &set_name, "pet"_a, "name"_a);
});
