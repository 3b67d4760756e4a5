use nb::prelude::*;

struct Dog {
    name: String,
}

fn from_tag<'a>(slot: nb::Slot<'a, Dog>, tag: &str) -> nb::Ready<'a, Dog> {
    slot.write(Dog { name: tag.to_uppercase() })
}

nb_module!(slots, m, {
    nb::class_<Dog>(m, "Dog")
        .def("__init__", &from_tag, "tag"_a)
        .def_ro("name", &Dog::name);
});
