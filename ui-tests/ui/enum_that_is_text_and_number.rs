// row: ENU-17
// row: api-enumann-3
use nb::prelude::*;

pub enum Color {
    Red,
}

pub enum Tint {
    Dark,
}

nb_enum!(Tint, "Tint", nb::is_flag(), nb::is_str(), [Dark = "dark"]);
nb_module!(my_ext, m, {
    nb::enum_<Color>(m, "Color", nb::is_str(), nb::is_arithmetic()).str_value("Red", Color::Red, "red");
});

fn main() {}
