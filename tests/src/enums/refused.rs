//! Modules that cannot be imported because of an enumeration, one mistake each.

pub enum Color {
    Red,
    Green,
}

mod text {
    use super::Color;
    use nb::prelude::*;
    nb_module!(test_enum_needs_text_ext, m, {
        nb::enum_<Color>(m, "Color", nb::is_str()).value("Red", Color::Red);
    });
}

mod no_text {
    use super::Color;
    use nb::prelude::*;
    nb_module!(test_enum_takes_no_text_ext, m, {
        nb::enum_<Color>(m, "Color").str_value("Red", Color::Red, "red");
    });
}

mod text_twice {
    use super::Color;
    use nb::prelude::*;
    nb_module!(test_enum_text_twice_ext, m, {
        nb::enum_<Color>(m, "Color", nb::is_str()).str_value("Red", Color::Red, "x").str_value("Green", Color::Green, "x");
    });
}

mod duplicate {
    use super::Color;
    use nb::prelude::*;
    nb_module!(test_enum_duplicate_ext, m, {
        nb::enum_<Color>(m, "Color").value("Red", Color::Red).value("Red", Color::Green);
    });
}

mod late {
    use super::Color;
    use nb::prelude::*;
    nb_module!(test_enum_late_ext, m, {
        m.def("f", |color: Color| color as i32, "color"_a = Color::Green);
        nb::enum_<Color>(m, "Color").value("Red", Color::Red);
    });
}

mod unknown_default {
    use super::Color;
    use nb::prelude::*;
    nb_module!(test_enum_default_ext, m, {
        nb::enum_<Color>(m, "Color").value("Red", Color::Red);
        m.def("f", |color: Color| color as i32, "color"_a = Color::Green);
    });
}

/// Bound twice, the second time with the same members, and its members exported over something else.
mod twice {
    use super::Color;
    use nb::prelude::*;
    nb_module!(test_enum_twice_ext, m, {
        m.attr("Red") = 5;
        nb::enum_<Color>(m, "Color").value("Red", Color::Red);
        nb::enum_<Color>(m, "Again").value("Red", Color::Red).value("Green", Color::Green).export_values();
        m.def("color", |color: Color| color as i32);
    });
}
