use super::{refuses, rewrites};

#[test]
fn casts_before_a_path_choose_nothing() {
    for written in [
        r#"(int (Dog::*)() const) &age"#,
        r#"static_cast<int (Dog::*)()>(&age)"#,
        r#"nb::overload_cast<i32>(&age)"#,
        r#"nb::overload_cast<i32>(&age, nb::const_)"#,
    ] {
        rewrites(&format!("m.def(\"f\", {written});"), "m.def(\"f\", age, ());");
    }
    rewrites(r#"m.def<int (*)()>("f", &age);"#, r#"m.def("f", age, ());"#);
}

#[test]
fn casts_that_choose() {
    refuses(
        r#"m.def("f", nb::overload_cast<i32>(&age)); m.def("f", nb::overload_cast<f64>(&age));"#,
        "nb: in C++ this cast chooses another overload of `age` than the one before",
    );
    refuses(r#"m.def("f", (x) |a: i32| a);"#, "nb: C++ casts choose among functions of one name");
    refuses(r#"m.def<x>("f", |a: i32| a);"#, "nb: this template list chooses among functions of one name");
    refuses("let x = static_cast<i32>(1);", "nb: this cast is C++; write `value as T`");
    refuses("let x = nb::overload_cast<i32>(&f);", "nb: nb::overload_cast chooses among functions of one name");
    refuses("f(nb::const_);", "nb: Rust has no overloads on const");
}
