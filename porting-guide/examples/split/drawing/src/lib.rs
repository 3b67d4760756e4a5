//! The module itself: names the parts, and binds what belongs to none.

use nb::prelude::*;
use shapes::Circle;

mod colors;
mod lines;
mod styles;

fn grow(circle: &mut Circle, by: f64) {
    circle.radius += by;
}

nb_module!(drawing, m, parts [crate::colors = 2, crate::lines, shapes], {
    m.doc() = "Bindings from several files and crates";

    // A class of another crate that functions of this one take.
    nb::uses_<shapes::Circle>();
    m.def("grow", &grow, "circle"_a, "by"_a);

    styles::bind(m)?;
});
