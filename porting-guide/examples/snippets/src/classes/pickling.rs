use nb::prelude::*;

struct Pet {
    name: String,
    age: i32,
}

struct Point(f64, f64);

nb_module!(pickling, m, {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init(|name: &str, age: i32| Pet { name: name.to_string(), age }))
        .def("__getstate__", |pet: &Pet| (pet.name.clone(), pet.age))
        .def("__setstate__", |pet: nb::Slot<Pet>, state: (String, i32)| -> nb::Result<nb::Ready<Pet>> {
            let (name, age) = state;
            if age < 0 {
                return Err(nb::value_error("nobody is that young"));
            }
            Ok(pet.write(Pet { name, age }))
        });
    // As in pybind11, with `nb::` for `py::`.
    nb::class_<Point>(m, "Point")
        .def(nb::init(|x: f64, y: f64| Point(x, y)))
        .def(nb::pickle(|p: &Point| (p.0, p.1), |(x, y): (f64, f64)| Point(x, y)));
});
