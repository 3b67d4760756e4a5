use nb_compat::prelude::*;

pub enum Kind {
    Cat,
    Dog,
}

PYBIND11_MODULE!(pets, m, {
    py::native_enum<Kind>(m, "Kind", "mine.Enum").value("Cat", Kind::Cat).value("Dog", Kind::Dog).finalize();
});

fn main() {}
