//! Items declared anywhere: files of this crate, a library crate, blocks; what gets lost is reported; modules of one
//! library stay apart.

use nb::prelude::*;
use nb_test_part::Circle;
use tools::Tool;

mod animals;
mod large;
mod refused;
mod templates;
mod tools;

/// Declared here, without a word about it in the body of the module.
#[derive(Clone, Debug)]
pub struct Disc {
    circle: Circle,
}
nb_base!(Disc, circle: Circle);

nb_class!(in crate::registration; Disc: Circle, "Disc", {
    .def(nb::init(|radius: f64| Disc { circle: Circle::new(radius) }), "radius"_a)
});

/// A class that only the other module of this file binds.
#[derive(Clone, Debug)]
pub struct Secret;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// Plain builder calls in a function with an ordinary signature.
fn bind_squares(m: &nb::module_<NbDomain>, prefix: &str) -> nb::Result<usize> {
    let mut bound = 0;
    for n in 1..=3i64 {
        m.def(&format!("{prefix}_{n}"), move || n * n, ());
        bound += 1;
    }
    m.attr("squares").set(bound as i64)?;
    Ok(bound)
}

nb_module!(test_registration_ext, m, parts [
    crate::registration::animals, crate::registration::tools = 2, crate::registration::templates, nb_test_part
], {
    m.doc() = "Items from everywhere";
    nb::uses_<nb_test_part::Circle>();
    nb::uses_enum_<nb_test_part::Shade>();
    m.def("darker", |_: nb_test_part::Shade| nb_test_part::Shade::Dark, "shade"_a);
    m.def("add", &add);
    m.def("grow", |circle: &mut Circle, by: f64| circle.radius += by, "circle"_a, "by"_a);
    m.def("larger", |a: &Circle, b: &Circle| a.radius > b.radius);

    // Plain Rust between binding statements.
    let squares = bind_squares(m, "square")?;
    if squares == 3 {
        m.attr("complete") = true;
    } else {
        m.attr("complete") = false;
    }
    for (name, step) in [("one", 1), ("two", 2)] {
        m.def(&format!("plus_{name}"), move |x: i32| x + step, "x"_a);
    }
    for size in ["small", "large"] {
        match size {
            "small" => m.attr("smallest") = size,
            other => {
                m.attr("largest") = other;
            }
        }
    }
    let parsed: i64 = "42".parse()?;
    m.attr("parsed") = parsed;
    let mut left = 3;
    while left > 0 {
        m.def(&format!("left_{left}"), move || left);
        left -= 1;
    }
});

/// The second module of this file, with a domain and items of its own.
mod other {
    use super::{Secret, Tool};
    use nb::prelude::*;

    nb_class!(in crate::registration::other; Secret, "Secret", { .def(nb::init(|| Secret)) });

    nb_module!(test_registration_other_ext, m, {
        nb::class_<Tool>(m, "OtherTool").def(nb::init<&str>(), "purpose"_a);
        m.def("purpose_of", |tool: &Tool| tool.purpose.clone());
    });
}
