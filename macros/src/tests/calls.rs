use super::{keeps, rewrites};

#[test]
fn objects_are_called() {
    rewrites(r#"o.attr("f")(1, "x"_a = 5);"#, r#"o.attr(nb::name!("f")).call((1, nb::kw(nb::name!("x"), 5),))?;"#);
    rewrites(
        r#"o.attr("f")(*args, **kwargs);"#,
        r#"o.attr(nb::name!("f")).call((nb::unpack(&args), nb::unpack_kw(&kwargs),))?;"#,
    );
    rewrites(r#"let x = o.attr("f")()?;"#, r#"let x = o.attr(nb::name!("f")).call(())?;"#);
    rewrites(r#"o.call("x"_a = 5)?;"#, r#"o.call((nb::kw(nb::name!("x"), 5),))?;"#);
    keeps("o.call((1, 2))?; s.format(1);");
}

#[test]
fn assignments_to_attributes() {
    rewrites("m.attr(\"x\") = 1;", "m.attr(nb::name!(\"x\")).set(1)?;");
    rewrites("m.doc() = \"Docs\";", "m.doc().set(\"Docs\")?;");
    // Where the function's result is not known, the error is raised.
    rewrites(
        "let f = |o: nb::object| { o.attr(\"x\") = 1; };",
        "let f = |o: nb::object| { o.attr(nb::name!(\"x\")).set(1).unwrap_or_else(|e| nb::__private::raise(e)); };",
    );
    keeps("a.b = 1; a.doc() == 1; x = y;");
}
