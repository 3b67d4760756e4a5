use super::{keeps, refuses, rewrites};

#[test]
fn plain_rust_stays() {
    keeps("let x = 1; if x < 2 { f(x)?; } else { return Ok(()); }");
    keeps("for i in 0..3 { v[i] = |a: i32| -> i32 { a + i }; }");
    keeps(r#"match x { 0 | 1 => f(), Some(a) if a == b => {} _ => g(|| 1) }"#);
    keeps("struct Point<T> { x: T } impl<T> Point<T> { fn def(&self) -> &T { &self.x } }");
    keeps("nb_fn!(\"f\", &f, \"a\"_a); nb::other!(nb::class_<Dog>);");
    keeps("#[cfg(test)] fn f() {} macro_rules! one { ($a:expr) => { nb::dict() } }");
}

#[test]
fn words_that_rust_does_not_have() {
    rewrites("bind_stack<f64>(m, \"StackF\");", "bind_stack::<f64>(m, \"StackF\");");
    rewrites("f(nb::rv_policy::move);", "f(nb::rv_policy::move_);");
    rewrites("f(|x: i32| -> ! { panic!() });", "f(|x: i32| -> () { panic!() });");
    refuses("nb::object o;", "nb: only nb::class_ can declare a variable the C++ way");
}
