use super::{keeps, rewrites};

/// In a closure, where errors are raised.
fn raised(written: &str, expected: &str) {
    let raise = expected.replace(")!", ").unwrap_or_else(|e| nb::__private::raise(e))");
    rewrites(&format!("let f = {written};"), &format!("let f = {raise};"));
}

#[test]
fn objects_that_are_known() {
    raised("|o: nb::object| { let x = o[\"k\"]; }", "|o: nb::object| { let x = o.item(\"k\"); }");
    raised("|d: &nb::dict, k: i32| d[k + 1]", "|d: &nb::dict, k: i32| d.item(k + 1)");
    raised("|l: nb::list| l[0][1].get()", "|l: nb::list| l.item(0).item(1).get()");
    raised("|f: nb::callable| f(1)", "|f: nb::callable| f.call((1,))!");
    raised(
        r#"|f: nb::callable, a: nb::args, k: nb::kwargs| f(1, *a, "x"_a = 2, **k)"#,
        r#"|f: nb::callable, a: nb::args, k: nb::kwargs| f.call((1, nb::unpack(&a), nb::kw(nb::name!("x"), 2), nb::unpack_kw(&k),))!"#,
    );
    raised("|f: nb::object| f(1)(2)[3]", "|f: nb::object| f.call((1,))!.call((2,))!.item(3)");
    rewrites("let d = nb::dict(); let x = d[1];", "let d = nb::dict::new(); let x = d.item(1);");
    rewrites("nb::list l; l[0] = 1;", "let l = nb::list::new(); l.item(0).set(1)?;");
    rewrites(
        r#"let os = nb::module_::import_("os")?; os("x");"#,
        r#"let os = nb::module_::<()>::import_("os")?; os.call(("x",))?;"#,
    );
    rewrites(r#"let x = o.attr("a")["b"][0];"#, r#"let x = o.attr(nb::name!("a")).item("b").item(0);"#);
}

#[test]
fn places_are_assigned_and_changed() {
    raised("|o: nb::object| { o[1] = 2; }", "|o: nb::object| { o.item(1).set(2)!; }");
    raised("|o: nb::object| o[1] = 2", "|o: nb::object| o.item(1).set(2)!");
    rewrites(r#"o.attr("x")["y"] = z;"#, r#"o.attr(nb::name!("x")).item("y").set(z)?;"#);
    for (operator, method) in [
        ("+=", "iadd"),
        ("-=", "isub"),
        ("*=", "imul"),
        ("/=", "idiv"),
        ("%=", "irem"),
        ("|=", "ibit_or"),
        ("&=", "ibit_and"),
        ("^=", "ibit_xor"),
        ("<<=", "ishl"),
        (">>=", "ishr"),
    ] {
        rewrites(&format!(r#"o.attr("x") {operator} a + 1;"#), &format!(r#"o.attr(nb::name!("x")).{method}(a + 1)?;"#));
        raised(
            &format!("|d: nb::dict| {{ d[1] {operator} 2; }}"),
            &format!("|d: nb::dict| {{ d.item(1).{method}(2)!; }}"),
        );
    }
}

#[test]
fn other_names_keep_their_brackets() {
    keeps("let f = |v: Vec<i32>, i: usize| v[i] + f(1);");
    keeps("let f = |d: other::dict| d[1];");
    keeps("let f = |d: Vec<nb::object>| d[1];");
    keeps("let f = |f: nb::handle_t<Dog>| f[1];");
    // A variable of the same name, in another scope or by a pattern.
    keeps("let f = |d: nb::dict| 1; d[1] = 2; d(3);");
    keeps("let f = |d: nb::dict| 1; for d in all { d[1] = 2; }");
    rewrites("nb::dict d; let d = vec![1]; d[0] = 2;", "let d = nb::dict::new(); let d = vec![1]; d[0] = 2;");
    keeps("let x: nb::object = y; z.x[0] = x.d[1]; fn x(a: i32) {} z.x(1);");
    keeps("let x = o.attr(x) + 1; let y = o.attr(x) == 1; let z = o.attr(x) >= 1;");
}

#[test]
fn a_bound_closure_that_ends_with_a_place_reads_it() {
    let bound = |written: &str, expected: &str| {
        rewrites(&format!("m.def(\"f\", {written});"), &format!("m.def(\"f\", {expected}, ());"));
    };
    bound(r#"|o: nb::object| o.attr("x")"#, r#"|o: nb::object| o.attr(nb::name!("x")).get()"#);
    bound(r#"|o: nb::object| { o.attr("x") }"#, r#"|o: nb::object| { o.attr(nb::name!("x")).get() }"#);
    bound(
        r#"move |n: i32, o: nb::object| { f(n); o.attr("x").attr(n)["y"] }"#,
        r#"move |n: i32, o: nb::object| { f(n); o.attr(nb::name!("x")).attr(n).item("y").get() }"#,
    );
    bound("|d: nb::dict| d[1]", "|d: nb::dict| d.item(1).get()");
    bound(
        r#"|o: nb::object| -> nb::object { o.attr("x") }"#,
        r#"|o: nb::object| -> nb::object { o.attr(nb::name!("x")).get().unwrap_or_else(|e| nb::__private::raise(e)) }"#,
    );
    let keeps = |written: &str, expected: &str| bound(written, expected);
    keeps(r#"|o: nb::object| -> nb::str { o.attr("x") }"#, r#"|o: nb::object| -> nb::str_ { o.attr(nb::name!("x")) }"#);
    keeps(r#"|o: Dog| o.attr("x")"#, r#"|o: Dog| o.attr(nb::name!("x"))"#);
    keeps(r#"|o: nb::object| o.attr("x").get()"#, r#"|o: nb::object| o.attr(nb::name!("x")).get()"#);
    keeps(r#"|o: nb::object| { let o = 1; o.attr("x") }"#, r#"|o: nb::object| { let o = 1; o.attr(nb::name!("x")) }"#);
}
