//! `nb_dict!` leaves a field out.
use nb::prelude::*;

pub struct Options {
    path: String,
    depth: u32,
}
nb_dict!(Options { path: String });

nb_module!(my_ext, m, {
    m.def("walk", |options: Options| options.depth);
});

fn main() {}
