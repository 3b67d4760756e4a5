use super::{parse, plain, refuses, rewrites};
use crate::counts::locals;
use std::collections::HashSet;

#[test]
fn names_are_counted() {
    // Of a path, by the compiler.
    rewrites(
        r#"nb::class_<Dog>(m, "Dog").def("f", &bark, "a"_a, nb::keep_alive<1, 2>());"#,
        r#"m.class_::<Dog>("Dog", ()).def("f", bark, {
            const _: () = nb::__private::early(nb::__private::arity(&bark), 1, 1, 2);
            (nb::arg("a"), nb::keep_alive::<1, 2>(),)
        });"#,
    );
    // Not of a variable.
    rewrites(r#"let f = g; m.def("f", &f, "a"_a);"#, r#"let f = g; m.def("f", f, (nb::arg("a"),));"#);
    let closure = |names: &str| format!("m.def(\"f\", |a: i32, b: i32| a + b, {names});");
    refuses(&closure(r#""a"_a"#), "nb: the function takes 2 arguments (without `self`), but 1 is annotated");
    refuses(
        &closure(r#""a"_a, "b"_a, "c"_a"#),
        "nb: the function takes 2 arguments (without `self`), but 3 are annotated",
    );
    refuses(&closure("nb::keep_alive<1, 3>()"), "nb: keep_alive index out of range");
    refuses(&closure("nb::keep_alive<1, 1>()"), "nb: keep_alive<N, P> needs two different indices");
    refuses(
        r#"nb::class_<Dog>(m, "Dog").def(nb::init<i32>(), "a"_a, "b"_a);"#,
        "nb: the function takes 1 argument (without `self`), but 2 are annotated",
    );
}

#[test]
fn annotations_that_stand_once() {
    refuses(r#"m.def("f", &f, nb::kw_only(), nb::kw_only());"#, "nb: repeated use of nb::kw_only()");
    refuses(r#"m.def("f", &f, nb::call_guard<A>(), nb::call_guard<B>());"#, "nb: call_guard can only be given once");
}

#[test]
fn places_of_the_rest() {
    let closure = |parameters: &str| format!("m.def(\"f\", |{parameters}| 1);");
    refuses(&closure("a: nb::args, b: nb::args"), "nb: repeated use of nb::kwargs or nb::args");
    refuses(&closure("b: nb::kwargs, a: nb::args"), "nb: nb::args must come before nb::kwargs");
    refuses(&closure("b: nb::kwargs, a: i32"), "nb: nb::kwargs must be the last argument");
}

#[test]
fn names_that_may_be_variables() {
    let mut names = HashSet::new();
    let toks = parse("let (a, mut b) = c; for d in e { f(|g: H| i); } match j { Some(k) => l, _ => m } n!(o); p(q);");
    locals(&toks, &mut names);
    for name in ["a", "b", "d", "g", "k", "o"] {
        assert!(names.contains(name), "{name} of {}", plain(&toks));
    }
    for name in ["c", "e", "f", "i", "j", "p", "q"] {
        assert!(!names.contains(name), "{name} of {}", plain(&toks));
    }
}
