// finding 15: a generic function of a borrowed type is of one lifetime.
use nb::prelude::*;

struct Sketch(usize);

impl Sketch {
    fn update<T: ToString>(&mut self, value: T) {
        self.0 += value.to_string().len();
    }
}

nb_module!(sketches, m, {
    nb::class_<Sketch>(m, "Sketch")
        .def("update", &Sketch::update<i32>)
        .def("update", &Sketch::update<&str>);
});

fn main() {}
