use super::{keeps, refuses, rewrites};

/// A link of a class, and what it becomes.
#[track_caller]
fn link(written: &str, expected: &str) {
    rewrites(&format!("nb::class_<Dog>(m, \"Dog\"){written};"), &format!("m.class_::<Dog>(\"Dog\", ()){expected};"));
}

#[test]
fn fields() {
    let field = "{
        let _: usize = const { ::core::mem::offset_of!(Dog, age) };
        #[allow(clippy::explicit_auto_deref)]
        let get: fn(&Dog) -> &_ = |value| &(*value).age;
        #[allow(clippy::explicit_auto_deref)]
        let get_mut: fn(&mut Dog) -> &mut _ = |value| &mut (*value).age;
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe { nb::Field::<Dog, _>::new(get, get_mut) }
    }";
    link(r#".def_rw("age", &Dog::age)"#, &format!(".def_rw(\"age\", {field}, ())"));
    link(r#".def_ro("age", &<Dog>::age, "Docs")"#, &format!(".def_ro(\"age\", {field}, (\"Docs\",))"));
    link(r#".def_rw_static("count", &COUNT)"#, r#".def_rw_static("count", &COUNT, ())"#);
}

#[test]
fn properties() {
    link(r#".def_prop_ro("age", |d: &Dog| d.age)"#, r#".def_prop_ro("age", |d: &Dog| d.age, ())"#);
    link(
        r#".def_prop_rw("age", |d: &Dog| d.age, |d: &mut Dog, age: i32| d.age = age)"#,
        r#".def_prop_rw("age", |d: &Dog| d.age, |d: &mut Dog, age: i32| d.age = age, ())"#,
    );
    // C++ says with a null setter that there is none.
    link(r#".def_prop_rw("age", |d: &Dog| d.age, nullptr)"#, r#".def_prop_ro("age", |d: &Dog| d.age, ())"#);
    link(
        r#".def_prop_rw_static("n", |_: nb::handle| 1, nullptr)"#,
        r#".def_prop_ro_static("n", |_: nb::handle| 1, ())"#,
    );
}

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
fn other_methods() {
    rewrites("m.def_submodule(\"a\");", "m.def_submodule(\"a\", \"\");");
    rewrites("m.def_submodule(\"a\",);", "m.def_submodule(\"a\", \"\");");
    keeps("m.def_submodule(\"a\", \"Docs\");");
    // C++ needs no name for the extension.
    rewrites("let d = o.cast::<Dog>()?;", "let d = o.cast_in::<NbDomain, Dog>()?;");
    keeps("let n = p.cast::<u8>();");
    rewrites(
        "let f = nb::cpp_function(|a: i32| a, \"a\"_a);",
        "let f = nb::cpp_function::<NbDomain, _, _, _>(|a: i32| a, (nb::arg(\"a\"),));",
    );
}

#[test]
fn what_no_link_is() {
    refuses("m.def(\"f\");", "nb: .def needs a name and a function: `.def(\"bark\", &Dog::bark)`");
    refuses("nb::class_<Dog>(m, \"Dog\").def_rw(\"a\");", "nb: .def_rw needs a name and a field");
    refuses(
        "nb::class_<Dog>(m, \"Dog\").def_prop_rw(\"a\", &a);",
        "nb: .def_prop_rw needs a name, a getter and a setter",
    );
    refuses(
        "m.def(nb::init<i32>());",
        "nb: the class that nb::init<..>() constructs is not visible here; name the function",
    );
    refuses("nb::class_<Dog>(m, \"Dog\").def(nb::init<const Dog &>());", "nb: `const T &` is C++; write `&T`");
    refuses(
        "nb::class_<Dog>(m, \"Dog\").def(nb::init_implicit<A, B>());",
        "nb: nb::init_implicit takes exactly one type",
    );
    refuses("nb::class_<Dog>(m, \"Dog\").def(nb::pickle(a));", "nb: nb::pickle takes two functions and nothing else");
}
