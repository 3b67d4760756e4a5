use nb::prelude::*;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn area(width: f64, height: f64) -> f64 {
    width * height
}

nb_module!(arithmetic, m, {
    m.def("add", &add, "a"_a, "b"_a = 1, "Sum of two integers");
    m.def("area", &area, nb::arg("width"), nb::arg("height").noconvert());
    m.def("add_unnamed", &add);
    m.def("greet", |who: &str| format!("hello {who}"), "who"_a.sig("getuser()") = "you");
});
