use nb::prelude::*;

struct Pet {
    name: String,
}

struct Dog {
    pet: Pet,
    tricks: u32,
}

// Where the base is: a field, at any position.
nb_base!(Dog, pet: Pet);

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { pet: Pet { name: name.into() }, tricks: 0 }
    }
}

fn rename(pet: &mut Pet, name: &str) {
    pet.name = name.into();
}

nb_module!(bases, m, {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init(|name: &str| Pet { name: name.into() }), "name"_a)
        .def_rw("name", &Pet::name);

    nb::class_<Dog, Pet>(m, "Dog")
        .def(nb::init<&str>(), "name"_a)
        .def("learn", |dog: &mut Dog| { dog.tricks += 1; dog.tricks });

    m.def("rename", &rename, "pet"_a, "name"_a);
});
