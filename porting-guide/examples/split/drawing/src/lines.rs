//! Statements, as in the body of the module.

use crate::colors::Color;
use nb::prelude::*;

pub struct Line {
    pub length: f64,
    pub color: Color,
}

nb_bind!(|m| {
    nb::class_<Line>(m, "Line")
        .def(nb::init(|length: f64| Line { length, color: Color { red: 0 } }), "length"_a)
        .def_rw("length", &Line::length)
        .def_rw("color", &Line::color);

    m.attr("THIN") = 0.1;
});
