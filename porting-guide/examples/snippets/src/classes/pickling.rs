use nb::prelude::*;

struct Pet {
    name: String,
    age: i32,
}

impl Pet {
    fn new(name: &str, age: i32) -> Pet {
        Pet { name: name.into(), age }
    }
}

nb_module!(pickling, m, {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init<&str, i32>())
        .def("__getstate__", |pet: &Pet| (pet.name.clone(), pet.age))
        .def("__setstate__", |pet: nb::Slot<Pet>, state: (String, i32)| -> nb::Result<nb::Ready<Pet>> {
            let (name, age) = state;
            if age < 0 {
                return Err(nb::value_error("nobody is that young"));
            }
            Ok(pet.write(Pet { name, age }))
        });
});
