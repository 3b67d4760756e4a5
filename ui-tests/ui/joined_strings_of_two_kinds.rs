// finding 15: strings side by side are one, if they are of one kind.
use nb::prelude::*;

nb_module!(texts, m, {
    m.attr("text") = "a text " b"and bytes";
});

fn main() {}
