use nb::prelude::*;

nb_module!(dogs, {
    m.attr("legs") = 4;
});

fn main() {}
