//! Functions: names, defaults, overloads, docstrings, refusals.

use nb::prelude::*;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn double(x: f64) -> f64 {
    x * 2.0
}

nb_module!(test_functions_ext, m, {
    m.doc() = "functions";
    m.attr("the_answer") = 42;
    m.def("add", &add, "a"_a, "b"_a = 1, "Adds two numbers");
    m.def("plain", &add);
    m.def("double", &double, "x"_a.noconvert());
    m.def("over", |x: f64| format!("float {x}"));
    m.def("over", |x: i32| format!("int {x}"));
    m.def("boom", || -> i32 { panic!("boom") });
    m.def("names", |v: Vec<&str>| v.join(","));
    m.def("opt", |v: Option<i32>| v);
});
