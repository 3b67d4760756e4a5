use super::{keeps, rewrites};

#[test]
fn templates_of_the_namespace() {
    for (written, expected) in [
        ("nb::cast<Dog>(x)", "nb::cast::<Dog>(x)"),
        ("nb::keep_alive<1, 2>()", "nb::keep_alive::<1, 2>()"),
        ("nb::keep_alive<1, 2>{}", "nb::keep_alive::<1, 2>()"),
        ("nb::dynamic_attr{}", "nb::dynamic_attr()"),
        ("nb::type<Dog>()", "nb::type_::<Dog>()"),
        ("nb::pooled()", "nb::pooled::default()"),
        ("nb::isinstance<nb::str>(x)", "nb::isinstance::<nb::str_>(x)"),
    ] {
        rewrites(&format!("f({written});"), &format!("f({expected});"));
    }
    rewrites("nb::implicitly_convertible<A, B>();", "m.implicitly_convertible::<A, B>();");
    keeps("f(nb::cast::<Dog>(x), nb::borrow); if a == nb::size {}");
}
