// row: api-enumann-2
//! A combination of flags is a value that a Rust enum does not have.
use nb::prelude::*;

pub enum Perm {
    Read = 1,
    Write = 2,
}

nb_module!(my_ext, m, {
    nb::enum_<Perm>(m, "Perm", nb::is_flag()).value("Read", Perm::Read).value("Write", Perm::Write);
});

fn main() {}
