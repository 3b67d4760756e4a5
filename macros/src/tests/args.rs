use super::{refuses, rewrites};

#[test]
fn names_of_arguments() {
    rewrites(
        r#"m.def("f", &f, "a"_a);"#,
        r#"m.def("f", f, { const _: () = nb::__private::early(nb::__private::arity(&f), 0, 1, 0); (nb::arg("a"),) });"#,
    );
    for (written, expected) in [
        (r#""a"_a"#, r#"nb::arg("a")"#),
        (r#""a"_a = 1"#, r#"nb::arg("a").value(1)"#),
        (r#""a"_a = Some("b"_s)"#, r#"nb::arg("a").value(Some(nb::str_::new("b")))"#),
        (r#""a"_a.none()"#, r#"nb::arg("a").none()"#),
        (r#"nb::arg("a") = 1"#, r#"nb::arg("a").value(1)"#),
        (r#"nb::arg() = 1"#, r#"nb::unnamed().value(1)"#),
        (r#""a"_a.noconvert(true).none(false) = 1"#, r#"nb::arg("a").noconvert().value(1)"#),
        (r#""a"_a == 1"#, r#"nb::arg("a") == 1"#),
    ] {
        rewrites(&format!("f({written});"), &format!("f({expected});"));
    }
}

#[test]
fn extras_are_one_tuple() {
    rewrites(r#"m.def("f", |a: i32| a);"#, r#"m.def("f", |a: i32| a, ());"#);
    rewrites(
        r#"m.def("f", |a: i32| a, "Docs", nb::name("g"));"#,
        r#"m.def("f", |a: i32| a, ("Docs", nb::name("g"),));"#,
    );
    // The plain builder's spelling is the list itself.
    rewrites(r#"m.def("f", |a: i32| a, ("Docs", "a"_a));"#, r#"m.def("f", |a: i32| a, ("Docs", nb::arg("a"),));"#);
}

#[test]
fn what_no_annotation_may_be() {
    refuses(
        r#"m.def("f", |a: i32, b: i32| a, "a"_a, "a"_a);"#,
        "nb: the argument name \"a\" is used twice in this binding",
    );
    refuses(r#"f("a"_a.none(late));"#, "nb: .noconvert(..) and .none(..) are part of the binding's type: write `true`");
    refuses(r#"f("a"_a.none().none(false));"#, "nb: this mark was set earlier in the same annotation");
    refuses(r##"f(r"a"_a);"##, "nb: an argument name is a plain string: no raw string");
}
