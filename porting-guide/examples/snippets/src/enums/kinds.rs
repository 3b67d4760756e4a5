use nb::prelude::*;

struct Pet {
    kind: Kind,
}

enum Kind {
    Cat,
    Dog = 5,
}

impl Kind {
    fn legs(&self) -> i32 {
        4
    }
}

nb_module!(kinds, m, {
    nb::class_<Pet> pet(m, "Pet");

    nb::enum_<Kind>(pet, "Kind", "What a pet is")
        .value("Cat", Kind::Cat, "a cat")
        .value("Dog", Kind::Dog)
        .def("legs", &Kind::legs)
        .export_values();

    pet.def(nb::init(|kind: Kind| Pet { kind }), "kind"_a = Kind::Cat)
        .def_rw("kind", &Pet::kind);
});
