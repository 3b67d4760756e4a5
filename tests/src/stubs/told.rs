//! A module that has what the environment says, in Python, and some things with odd names.

use nb::prelude::*;

pub struct Point(f64);

nb_module!(test_stubs_told_ext, m, {
    if let Ok(code) = std::env::var("NB_TEST_CODE") {
        nb::exec(&code, m.attr("__dict__").get()?)?;
    }
    match std::env::var("NB_TEST_NAME") {
        Ok(name) => {
            m.class_::<Point>(&name, ()).def_init(|x: f64| Point(x), ()).def("same", |p: &Point| Point(p.0), ());
            m.def("make", || Point(1.0));
        }
        Err(_) => {
            nb::class_<Point>(m.def_submodule("_impl", "For nobody else"), "Point").def(nb::init(|x: f64| Point(x)));
            m.def("x_of", |p: &Point| p.0);
        }
    }
    if let Ok(text) = std::env::var("NB_TEST_SIG") {
        m.def("given", |a: i32| a, nb::sig(text));
    }
});
