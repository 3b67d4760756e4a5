use super::{keeps, refuses, rewrites};

#[test]
fn objects_made_as_in_cpp() {
    for (written, expected) in [
        ("nb::dict()", "nb::dict::new()"),
        ("nb::list{}", "nb::list::new()"),
        ("nb::bytearray()", "nb::bytearray::new(&[])"),
        ("nb::int_(1)", "nb::int_::made_of(1)?"),
        ("nb::str(x)", "nb::str_::made_of(x)?"),
        ("nb::list(x)?", "nb::list::made_of(x)?"),
        (
            "nb::slice(3)",
            "nb::slice::new(::core::option::Option::<isize>::None, 3, ::core::option::Option::<isize>::None)?",
        ),
        ("nb::slice(1, 2, 3)", "nb::slice::new(1, 2, 3)?"),
        ("nb::stop_iteration()", "nb::stop_iteration(\"\")"),
        ("nb::type_var(\"T\")", "nb::type_var((\"T\",))?"),
        ("nb::type_var(\"T\", a, b)?", "nb::type_var((\"T\", a, b,))?"),
        ("nb::param_spec((\"P\",))", "nb::param_spec((\"P\",))?"),
        ("nb::any_type()", "nb::any_type()?"),
        ("nb::module_::import_(\"math\")", "nb::module_::<()>::import_(\"math\")?"),
    ] {
        rewrites(&format!("let x = {written};"), &format!("let x = {expected};"));
    }
    rewrites("nb::error_scope e; f(d);", "let e = nb::error_scope::new(); f(d);");
    rewrites("nb::dict d; f(d);", "let d = nb::dict::new(); f(d);");
    rewrites(
        "f(|x: i32| nb::int_(x));",
        "f(|x: i32| nb::int_::made_of(x).unwrap_or_else(|e| nb::__private::raise(e)));",
    );
    keeps("let x: nb::dict = nb::value_error(\"x\"); nb::none();");
}

#[test]
fn objects_made_of_something_else() {
    refuses("let x = nb::object();", "nb: there is no empty nb::object");
    refuses("let x = nb::bytes(a, 3);", "nb: Rust's slices know their length");
    refuses("let x = nb::tuple(1, 2);", "nb: nb::tuple is made of nothing or one object");
    refuses("let x = nb::int_();", "nb: nb::int_ is made of one number or object");
}

#[test]
fn python_code() {
    for (written, expected) in [
        ("nb::eval(\"x\")", "nb::eval(\"x\", ())?"),
        ("nb::eval(text, g)?", "nb::eval(text, g)?"),
        ("nb::exec(text, &g, &l)", "nb::exec(text, (&g, &l))?"),
        ("nb::eval<nb::eval_statements>(text)", "nb::eval_as(nb::eval_statements, text, ())?"),
        ("nb::eval::<nb::eval_expr>(text, g, l)", "nb::eval_as(nb::eval_expr, text, (g, l))?"),
    ] {
        rewrites(&format!("let x = {written};"), &format!("let x = {expected};"));
    }
    keeps("nb::eval(); nb::exec(a, b, c, d); f(nb::eval);");
}
