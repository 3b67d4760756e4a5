use super::{keeps, link, refuses, rewrites};

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
}
