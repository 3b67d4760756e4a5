use nb::prelude::*;

enum Color {
    Red,
    Green,
}

nb_module!(strings, m, {
    nb::enum_<Color>(m, "Color", nb::is_str())
        .str_value("Red", Color::Red, "red")
        .str_value("Green", Color::Green, "green");
    m.def("is_red", |color: Color| matches!(color, Color::Red), "color"_a);
});
