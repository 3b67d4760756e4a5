//! One class and one function, at item level.

use nb::prelude::*;

#[derive(Clone)]
pub struct Color {
    pub red: u8,
}

nb_class!(Color, "Color", "A color with too few components", {
    .def(nb::init(|red: u8| Color { red }), "red"_a)
    .def_rw("red", &Color::red)
});

nb_fn!("darker", |color: &Color| Color { red: color.red / 2 }, "color"_a);
