use nb::prelude::*;

#[derive(Clone)]
struct Celsius(f64);

impl From<f64> for Celsius {
    fn from(degrees: f64) -> Celsius {
        Celsius(degrees)
    }
}

nb_module!(implicit, m, {
    nb::class_<Celsius>(m, "Celsius")
        .def(nb::init_implicit<f64>());

    m.def("freezes", |t: &Celsius| t.0 <= 0.0, "t"_a);
});
