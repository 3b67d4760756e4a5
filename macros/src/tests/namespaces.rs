use super::{keeps, refuses, rewrites};

#[test]
fn other_names_of_the_namespace() {
    rewrites("use nb as py; f(py::dict());", "use nb as py; f(nb::dict::new());");
    rewrites(
        "namespace py = nanobind; f(py::int_(1));",
        "#[allow(unused_imports)] use nb as py; f(py::int_::made_of(1)?);",
    );
    // By what only the library can be asked for.
    rewrites(r#"py::class_<Dog>(m, "Dog");"#, r#"m.class_::<Dog>("Dog", ());"#);
    rewrites("using namespace nb::literals; f();", "f();");
    keeps("f(py::dict());");
}

#[test]
fn statements_of_cpp() {
    refuses("using Dogs = Vec<Dog>;", "nb: `using` is C++");
}
