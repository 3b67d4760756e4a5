use super::{keeps, refuses};

#[test]
fn what_to_write_instead() {
    refuses("m.def_readwrite(\"a\", &Dog::a);", "nb: `def_readwrite` is pybind11's name; nanobind's is `def_rw`");
    refuses(
        "f(nb::return_value_policy::copy);",
        "nb: `return_value_policy` is pybind11's name; nanobind's is `rv_policy`",
    );
    refuses("auto x = 1;", "nb: `auto` is C++; write `let`");
    refuses("f([](int a) { return a; });", "nb: this is a C++ lambda; write a Rust closure");
    refuses("if a { throw nb::value_error(\"x\"); }", "nb: Rust throws nothing");
    refuses("m.def(\"f\", |self: &Dog| 1);", "nb: `self` is a keyword of Rust");
    refuses("m.def(\"f\", &Dog::f<&str>);", "nb: a function that is generic over a borrowed type is of one lifetime");
}

#[test]
fn words_that_are_names() {
    keeps("let throw = 1; f(throw); a.throw(); throw as u8;");
}
