use nb::prelude::*;

struct Pet {
    kind: Kind,
}

impl Pet {
    fn new(kind: Kind) -> Pet {
        Pet { kind }
    }
}

enum Kind {
    Cat,
    Dog = 5,
}

fn legs(_kind: Kind) -> i32 {
    4
}

nb_module!(kinds, m, {
    nb::class_<Pet> pet(m, "Pet");

    nb::enum_<Kind>(pet, "Kind", "What a pet is")
        .value("Cat", Kind::Cat, "a cat")
        .value("Dog", Kind::Dog)
        .def("legs", &legs)
        .export_values();

    pet.def(nb::init<Kind>(), "kind"_a = Kind::Cat)
        .def_rw("kind", &Pet::kind);
});
