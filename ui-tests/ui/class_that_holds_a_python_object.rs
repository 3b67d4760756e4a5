// finding 15: as is one that a bound value has.
use nb::prelude::*;

struct Button {
    on_click: nb::callable,
}

nb_module!(buttons, m, {
    nb::class_<Button>(m, "Button");
});

fn main() {}
