use nb::prelude::*;

nb_module!("dogs", m, {
    m.attr("legs") = 4;
});

fn main() {}
