use super::{keeps, refuses, rewrites};

#[test]
fn classes_and_enumerations() {
    rewrites(r#"nb::class_<Dog>(m, "Dog");"#, r#"m.class_::<Dog>("Dog", ());"#);
    rewrites(r#"nb::class_<Dog> dog(m, "Dog", "Docs");"#, r#"let dog = m.class_::<Dog>("Dog", ("Docs",));"#);
    rewrites(r#"let dog = nb::class_::<Vec<Dog>>(&m, "Dogs");"#, r#"let dog = m.class_::<Vec<Dog>>("Dogs", ());"#);
    rewrites(
        r#"nb::class_<Dog>(if a { b } else { c }, "Dog");"#,
        r#"(if a { b } else { c }).class_::<Dog>("Dog", ());"#,
    );
    rewrites(
        r#"nb::enum_<Kind>(m, "Kind", nb::is_flag()).value("Cat", Kind::Cat).value("Dog", Kind::Dog, "Barks").export_values();"#,
        r#"m.enum_::<Kind>("Kind", (nb::is_flag(),)).value("Cat", Kind::Cat).value_doc("Dog", Kind::Dog, "Barks").export_values();"#,
    );
    // A mere type.
    keeps("fn f(dog: nb::class_<'_, NbDomain, Dog>) {}");
}

#[test]
fn statements_that_only_say_what_is_bound() {
    rewrites("nb::uses_<Dog>(); nb::uses_enum_<Kind>(); f();", "f();");
}

#[test]
fn exceptions() {
    let probe =
        "{ #[allow(unused_imports)] use nb::__private::NotError as _; <nb::__private::ErrorProbe<Lost>>::INSIDE }";
    for (written, base) in [
        ("", "()"),
        (", PyExc_Exception", "()"),
        (", PyExc_ValueError", "nb::Builtin::ValueError"),
        (", other(1)", "other(1)"),
    ] {
        rewrites(
            &format!("nb::exception<Lost>(m, \"Lost\"{written});"),
            &format!("m.exception_probed::<Lost>(\"Lost\", {base}, {probe});"),
        );
    }
}

#[test]
fn what_is_no_class() {
    refuses(r#"nb::class_<Dog>("Dog");"#, "nb: nb::class_ needs a type, a scope and a name");
    refuses(r#"nb::enum_<Kind, Base>(m, "Kind");"#, "nb: nb::enum_ needs one type, a scope and a name");
    refuses(r#"nb::enum_<Kind>(m, "K", nb::is_flag(), nb::is_str());"#, "nb: is_str cannot be combined with is_flag");
    refuses(
        r#"nb::enum_<Kind>(m, "K").value("Cat");"#,
        "nb: .value needs a name and a value, and a docstring if there is one",
    );
}
