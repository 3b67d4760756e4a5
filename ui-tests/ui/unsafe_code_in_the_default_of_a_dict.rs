//! What a macro gets is not to be compiled in an `unsafe` function of the macro.
use nb::prelude::*;

pub struct Options {
    depth: u64,
}
nb_dict!(Options { depth: u64 = std::ptr::read(8 as *const u64) });

nb_module!(my_ext, m, {
    m.def("walk", |options: Options| options.depth);
});

fn main() {}
