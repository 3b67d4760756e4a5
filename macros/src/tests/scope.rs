use super::{keeps, parse, rewrites};
use crate::scope::{Whose, of_type};

/// Asserts that with these statements before it, `b.def("x", &f)` is a binding.
#[track_caller]
fn ours(before: &str) {
    rewrites(&format!("{before} b.def(\"x\", &f);"), &format!("{before} b.def(\"x\", f, ());"));
}

#[test]
fn what_binds() {
    for receiver in [
        "m",
        "m.def_submodule(\"sub\", \"Docs\")",
        "m.class_::<Dog>(\"Dog\", ())",
        "m.class_::<Dog>(\"Dog\", ()).class_::<Paw>(\"Paw\", ())",
        "m.enum_::<Kind>(\"Kind\", ()).export_values()",
        "(m)",
        "(&m)",
    ] {
        rewrites(&format!("{receiver}.def(\"x\", f);"), &format!("{receiver}.def(\"x\", f, ());"));
        rewrites(
            &format!("let b = {receiver}; b.def(\"x\", f);"),
            &format!("let b = {receiver}; b.def(\"x\", f, ());"),
        );
    }
    rewrites(
        "let dog = nb::class_<Dog>(m, \"Dog\"); dog.def(\"x\", f).def(\"y\", g); let d = &dog; d.def(\"z\", h);",
        "let dog = m.class_::<Dog>(\"Dog\", ()); dog.def(\"x\", f, ()).def(\"y\", g, ()); let d = &dog; d.def(\"z\", h, ());",
    );
    rewrites(
        "nb::class_<Dog> dog(m, \"Dog\"); dog.def(\"x\", f);",
        "let dog = m.class_::<Dog>(\"Dog\", ()); dog.def(\"x\", f, ());",
    );
}

#[test]
fn types_say_it() {
    for (ty, whose) in [
        ("&nb::module_<NbDomain>", Whose::Ours),
        ("&'m mut module_<D>", Whose::Ours),
        ("nb::class_<'_, NbDomain, Dog>", Whose::Ours),
        ("nb::enum_<Kind>", Whose::Ours),
        ("Option<nb::module_<D>>", Whose::Unknown),
        ("_", Whose::Unknown),
        ("Builder", Whose::Holder),
        ("&mut a::Builder<i32>", Whose::Holder),
        ("impl Fn(i32) -> i32", Whose::Holder),
    ] {
        assert_eq!(of_type(&parse(ty)), whose, "{ty}");
    }
    rewrites(
        "fn more(b: &nb::module_<NbDomain>) { b.def(\"x\", f); } fn other(b: &mut Builder) { b.def(\"x\", &f); }",
        "fn more(b: &nb::module_<NbDomain>) { b.def(\"x\", f, ()); } fn other(b: &mut Builder) { b.def(\"x\", &f); }",
    );
    rewrites("let b: nb::class_<_> = make(); b.def(\"x\", f);", "let b: nb::class_<_> = make(); b.def(\"x\", f, ());");
    keeps("let b: Builder = make(m); b.def(\"x\", &f);");
    // The name may be an alias for one of ours, and the call would compile: it has to look for overrides in Python.
    rewrites(
        "fn more(b: Alias) { b.def(\"x\", f, ()).def(\"y\", &g, \"Docs\"); }",
        "fn more(b: Alias) { b.def(\"x\", f, ()).def(\"y\", g, (\"Docs\",)); }",
    );
    keeps("each(|b: &mut Builder| b.def(\"x\", &f)); each(|b: &mut Builder| { b.def(\"x\", &f); });");
}

#[test]
fn methods_of_other_types() {
    for receiver in [
        "Builder::new()",
        "Builder::new().with(1)",
        "Builder { a: 1 }",
        "REGISTRY",
        "registry::ALL[0]",
        "make::<Dog>(1)?",
        "self",
        "\"text\"",
    ] {
        for call in [
            "def(\"x\", &f)",
            "def(\"x\", |a: i32| a)",
            "def(\"x\", 1)",
            "def(\"x\")",
            "def_rw(\"x\", &Dog::age)",
            "def_static(\"x\", f)",
            "def_prop_rw(\"x\", &f, &g)",
            "def_readwrite(\"x\", 1)",
            "def_submodule(\"x\")",
            "value(\"x\", 1)",
            "def(\"x\", &f).def(\"y\", &g)",
        ] {
            keeps(&format!("{receiver}.{call};"));
            keeps(&format!("let b = {receiver}; let c = b.{call}; c.{call};"));
            keeps(&format!("let mut b = {receiver}; if a {{ b.{call}; }}"));
        }
    }
    keeps("let (mut a, b) = (Builder::new(), 1); a.def(\"x\", &f);");
    // The annotations among the arguments of other calls keep their meaning.
    rewrites("Builder::new().def(nb::dict());", "Builder::new().def(nb::dict::new());");
}

#[test]
fn names_that_stand_for_something_else_now() {
    keeps("let m = Builder::new(); m.other(); m.value(\"x\", 1); m.def(\"x\", g(&f));");
    rewrites(
        "let b = Builder::new(); { let b = m; b.def(\"x\", f); } b.def(\"x\", f);",
        "let b = Builder::new(); { let b = m; b.def(\"x\", f, ()); } b.def(\"x\", f);",
    );
    rewrites(
        "each(|m: &mut Builder| m.def(\"x\", f)); m.def(\"x\", f);",
        "each(|m: &mut Builder| m.def(\"x\", f)); m.def(\"x\", f, ());",
    );
    rewrites(
        "let a = nb::class_<A>(m, \"A\"); let a = Builder::new(); a.def(\"x\", f);",
        "let a = m.class_::<A>(\"A\", ()); let a = Builder::new(); a.def(\"x\", f);",
    );
}

#[test]
fn where_only_the_arguments_tell() {
    for before in [
        "let b = make(m);",
        "let b = make::<Dog>(&m, 1)?;",
        "let (a, b) = make(m);",
        "let b = if a { m } else { n };",
        "let make = |name: &str| m.class_::<Dog>(name, ()); let b = make(\"Dog\");",
    ] {
        ours(before);
        for call in ["def(\"x\", |a: i32| a)", "def(\"x\", f, \"a\"_a)", "def(\"x\", f, nb::is_method())"] {
            let (out, _) = super::expanded(&format!("{before} b.{call};"));
            assert!(super::plain(&crate::cursor::tokens(out)).contains(",("), "{before} b.{call}");
        }
        for call in [
            "def(\"x\", 1)",
            "def(\"x\", f, ())",
            "def(\"x\", f, (nb::arg(\"a\"),))",
            "def_rw(\"x\", g(1))",
            "def(\"x\")",
        ] {
            keeps(&format!("{before} b.{call};"));
        }
    }
    // What `in_scope` gives its closure has no type that is written.
    rewrites(
        "in_scope(&class, |scope| { scope.def(\"f\", f, nb::is_method()); scope.def(\"g\", g, ()); });",
        "in_scope(&class, |scope| { scope.def(\"f\", f, (nb::is_method(),)); scope.def(\"g\", g, ()); });",
    );
    rewrites(
        "fn go(a: &Context) { a.m.def(\"x\", &f); a.def(\"x\", &f); }",
        "fn go(a: &Context) { a.m.def(\"x\", f, ()); a.def(\"x\", &f); }",
    );
    rewrites(
        "for b in all(m) { b.def(\"x\", &f); b.def(\"x\", 1); }",
        "for b in all(m) { b.def(\"x\", f, ()); b.def(\"x\", 1); }",
    );
    rewrites("make!(m).def(\"x\", &f);", "make!(m).def(\"x\", f, ());");
    rewrites("make(m)?.def(\"x\", &f).def(\"y\", g);", "make(m)?.def(\"x\", f, ()).def(\"y\", g, ());");
}

/// With an annotation, what comes out of a value of the user's is bound as one of ours, since it may be one.
#[test]
fn containers_that_get_one_of_ours_later() {
    for receiver in [
        "let mut b = Vec::new(); b.push(class); b[0]",
        "let b = Vec::new(); let c = &b[0]; c",
        "let mut b = None; b = Some(class); b.unwrap()",
        "let b = Registry::default(); b.class",
        "let b; b = class; b",
        "let (a, b); b",
        "let b = HashMap::new(); first(&b)",
        "let b = Vec::new(); let c = first(&b); c",
        "let b = RefCell::new(None); b.borrow().as_ref().unwrap()",
    ] {
        let (before, value) = receiver.rsplit_once("; ").expect("statements and a value");
        rewrites(
            &format!("{before}; {value}.def(\"x\", &f, \"Docs\");"),
            &format!("{before}; {value}.def(\"x\", f, (\"Docs\",));"),
        );
    }
    // The user's own stay the user's.
    keeps("let b = Builder::new(); b.def(\"x\", &f, \"Docs\").def(\"y\", &g, \"Docs\");");
    keeps("let b = Builder::new(); let b = b.def(\"x\", &f, 1u8); b.def(\"y\", &g, 1u8);");
    keeps("let b = Builder::new(); let c = &mut b; c.def(\"x\", &f, \"Docs\");");
}

#[test]
fn variables_that_patterns_bind_are_not_those_of_the_same_name() {
    for before in [
        "let b = Config::default(); for b in all.iter() {",
        "let mut b = Config::default(); if let Some(b) = all.first() {",
        "let mut b = Config::default(); while let Some(b) = all.pop() {",
        "let b = 0; for (i, b) in subs(m) {",
    ] {
        rewrites(
            &format!("{before} b.def(\"x\", &f, \"Docs\"); }}"),
            &format!("{before} b.def(\"x\", f, (\"Docs\",)); }}"),
        );
    }
    rewrites(
        "let b = Config::default(); match all.last() { Some(b) => { b.def(\"x\", &f, \"Docs\"); } None => {} }",
        "let b = Config::default(); match all.last() { Some(b) => { b.def(\"x\", f, (\"Docs\",)); } None => {} }",
    );
    rewrites(
        "let b = Config::default(); match all { Holder { b, .. } => b.def(\"x\", &f, \"Docs\"), }",
        "let b = Config::default(); match all { Holder { b, .. } => b.def(\"x\", f, (\"Docs\",)), }",
    );
}

#[test]
fn names_of_fields_in_patterns_are_no_variables() {
    rewrites(
        "let Opts { m: count, .. } = Opts::default(); m.def(\"x\", f); m.def(\"y\", &g, \"Docs\");",
        "let Opts { m: count, .. } = Opts::default(); m.def(\"x\", f, ()); m.def(\"y\", g, (\"Docs\",));",
    );
    rewrites("each(|Opts { m: count, .. }| m.def(\"x\", f));", "each(|Opts { m: count, .. }| m.def(\"x\", f, ()));");
}

#[test]
fn functions_that_are_merely_named() {
    for before in ["let b = if a { m } else { n };", "let (a, b) = (m, 1);", "let b = make(m);"] {
        rewrites(&format!("{before} b.def(\"x\", f);"), &format!("{before} b.def(\"x\", f, ());"));
        rewrites(
            &format!("{before} b.def_static(\"x\", Cat::new);"),
            &format!("{before} b.def_static(\"x\", Cat::new, ());"),
        );
        keeps(&format!("{before} b.def(\"x\", LIMIT);"));
        keeps(&format!("{before} b.def(\"x\", f, ());"));
    }
    rewrites(
        "in_scope(&class, |m| { m.def(\"x\", f); Ok(()) });",
        "in_scope(&class, |m| { m.def(\"x\", f, ()); Ok(()) });",
    );
}
