use super::{keeps, rewrites};

#[test]
fn closures_that_give_a_borrow_of_their_argument() {
    rewrites(
        r#"m.def("f", |d: &Dog| -> &str { &d.name });"#,
        r#"m.def("f", (nb::__private::shaped1::<dyn for<'r, 's> nb::__private::Shape1<'r, 's, A1 = &'r Dog, Out = &'r str>, _>)
            (|d: &Dog| -> &str { &d.name }), ());"#,
    );
    // The type of the result is not written: what the borrow is of decides.
    rewrites(
        r#"m.def("f", |d: &mut Dog, i: usize| &mut d.legs[i]);"#,
        r#"m.def("f", (nb::__private::shaped2::<dyn for<'r, 's> nb::__private::Shape2<'r, 's, A1 = &'r mut Dog, A2 = usize, Out = &'r mut _>, _>)
            (|d: &mut Dog, i: usize| &mut d.legs[i]), ());"#,
    );
    // A text goes as `&str`.
    rewrites(
        r#"m.def("f", |d: &Dog| { &d.name });"#,
        r#"m.def("f", (nb::__private::shaped1::<dyn for<'r, 's> nb::__private::Shape1<'r, 's, A1 = &'r Dog, Out = &'r _>, _>)
            (|d: &Dog| { nb::__private::view_of(&d.name).view() }), ());"#,
    );
    // With several, it is the instance that lends.
    rewrites(
        r#"nb::class_<Dog>(m, "Dog").def("f", |d: &Dog, s: &str| -> &str { d.name(s) });"#,
        r#"m.class_::<Dog>("Dog", ()).def("f", (nb::__private::shaped2::<dyn for<'r, 's>
            nb::__private::Shape2<'r, 's, A1 = &'r Dog, A2 = &'s str, Out = &'r str>, _>)(|d: &Dog, s: &str| -> &str { d.name(s) }), ());"#,
    );
}

#[test]
fn other_closures() {
    for closure in [
        "|d: &Dog| d.age",
        "|d: &Dog| -> String { d.name.clone() }",
        "|| -> &'static str { \"x\" }",
        "|d: &Dog| { let d = Dog::new(); &d.name }",
        "|f: fn(&Dog) -> &str| 1",
    ] {
        keeps(&format!("f({closure});"));
        rewrites(&format!("m.def(\"f\", {closure});"), &format!("m.def(\"f\", {closure}, ());"));
    }
    // Under this policy, nothing is borrowed.
    rewrites(
        r#"m.def("f", |d: &Dog| -> &Dog { d }, nb::rv_policy::reference);"#,
        r#"m.def("f", |d: &Dog| -> &Dog { d }, (nb::rv_policy::reference,));"#,
    );
}
