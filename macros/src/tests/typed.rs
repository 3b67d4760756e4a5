use super::{keeps, rewrites};

#[test]
fn types_with_parameters() {
    for (written, expected) in [
        ("nb::typed<nb::list, i32>", "nb::typed::<nb::list, (i32,)>"),
        ("nb::typed<nb::dict, nb::str, Dog>", "nb::typed::<nb::dict, (nb::str_, Dog,)>"),
        ("nb::typed<nb::callable, int(A, B)>", "nb::typed::<nb::callable, fn(A, B) -> int>"),
        ("nb::typed<nb::callable, void()>", "nb::typed::<nb::callable, fn() -> ()>"),
        ("nb::typed<nb::callable, A(...)>", "nb::typed::<nb::callable, nb::any_args<A>>"),
        ("nb::typed<nb::tuple, (A, B)>", "nb::typed::<nb::tuple, (A, B)>"),
        ("Vec<nb::str>", "Vec<nb::str_>"),
    ] {
        rewrites(&format!("f(|a: {written}| 1);"), &format!("f(|a: {expected}| 1);"));
    }
    keeps("f(|a: Map<A, B>, b: &str| 1);");
}
