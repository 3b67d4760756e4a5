use nb::prelude::*;

/// A `float` in Python.
#[derive(Clone, Copy)]
pub struct Celsius(f64);

nb_type_caster!(Celsius, {
    fn from_python(degrees: f64) -> Result<Celsius, String> {
        if degrees < -273.15 { Err(format!("{degrees} is below absolute zero")) } else { Ok(Celsius(degrees)) }
    }
    fn from_cpp(value: Celsius) -> f64 {
        value.0
    }
});
nb_member!(Celsius);

pub struct Room {
    warmth: Celsius,
}

impl Room {
    fn new(warmth: Celsius) -> Room {
        Room { warmth }
    }
}

nb_module!(newtype, m, {
    m.def("warmer", |t: Celsius| Celsius(t.0 + 1.0)); // warmer(arg: float, /) -> float
    m.def("warmest", |all: Vec<Celsius>| all.iter().map(|t| t.0).fold(f64::MIN, f64::max));
    nb::class_<Room>(m, "Room")
        .def(nb::init<Celsius>())
        .def_rw("warmth", &Room::warmth);
});
