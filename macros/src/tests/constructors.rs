use super::{link, refuses};

#[test]
fn constructors() {
    link(".def(nb::init<i32, &str>())", ".def_init(|a0: i32, a1: &str,| <Dog>::new(a0, a1,), ())");
    link(".def(nb::init<&Dog>())", ".def_init(|a0: &Dog| <Dog as ::core::clone::Clone>::clone(a0), ())");
    link(".def(nb::init(|a: i32| Dog(a)), \"a\"_a = 1)", ".def_init(|a: i32| Dog(a), (nb::arg(\"a\").value(1),))");
    link(
        ".def(nb::init_implicit<i32>())",
        ".def_init_implicit(|a0: i32| <Dog as ::core::convert::From<i32>>::from(a0), ())",
    );
    link(".def(nb::new_(make))", ".def_new(make, ())");
    link(".def(nb::pickle(|d: &Dog| d.0, |a: i32| Dog(a)))", ".def_pickle(|d: &Dog| d.0, |a: i32| Dog(a),)");
    let none = ".def_init({
        #[allow(unused_imports)]
        use nb::__private::WithoutNew as _;
        #[allow(dead_code)]
        trait NbNew { fn new(_: nb::__private::inherit::there_is_no_such_function) {} }
        impl<NbT> NbNew for NbT {}
        nb::__private::NewOrDefault::<_, Dog>::of(<Dog>::new).choose()
    }, ())";
    link(".def(nb::init<>())", none);
    link(".def(nb::init{})", none);
}

#[test]
fn types_may_be_those_of_cpp() {
    link(
        ".def(nb::init<const std::string &, int, std::vector<double>>())",
        ".def_init(|a0: &str, a1: i32, a2: ::std::vec::Vec<f64>,| <Dog>::new(a0, a1, a2,), ())",
    );
    link(".def(nb::init<unsigned char, long long>())", ".def_init(|a0: u8, a1: i64,| <Dog>::new(a0, a1,), ())");
    link(".def(nb::init<const Dog &>())", ".def_init(|a0: &Dog| <Dog as ::core::clone::Clone>::clone(a0), ())");
    link(".def(nb::init<const Cat &>())", ".def_init(|a0: &Cat,| <Dog>::new(a0,), ())");
}

#[test]
fn what_makes_nothing() {
    refuses(
        "m.def(nb::init<i32>());",
        "nb: the class that nb::init<..>() constructs is not visible here; name the function",
    );
    let class = |constructor: &str| format!("nb::class_<Dog>(m, \"Dog\").def({constructor});");
    refuses(&class("nb::init<const Dog *>()"), "nb: `const T *` is C++; write `Option<&T>`");
    refuses(&class("nb::init_implicit<A, B>()"), "nb: nb::init_implicit takes exactly one type");
    refuses(&class("nb::pickle(a)"), "nb: nb::pickle takes two functions and nothing else");
}
