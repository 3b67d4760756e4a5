//! A caster of another crate's type without its domain.
use nb::prelude::*;
use std::net::Shutdown;

nb_type_caster!(Shutdown, {
    fn from_python(name: String) -> Option<Shutdown> {
        (name == "both").then_some(Shutdown::Both)
    }
});

nb_module!(my_ext, m, {});

fn main() {}
