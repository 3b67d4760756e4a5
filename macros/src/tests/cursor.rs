use super::{parse, plain};
use crate::cursor::*;
use proc_macro2::TokenTree;

#[track_caller]
fn parts(split: impl for<'t> Fn(&'t [TokenTree]) -> Vec<&'t [TokenTree]>, source: &str, expected: &[&str]) {
    let toks = parse(source);
    let found: Vec<String> = split(&toks).into_iter().map(plain).collect();
    let expected: Vec<String> = expected.iter().map(|part| plain(&parse(part))).collect();
    assert_eq!(found, expected, "{source}");
}

#[test]
fn arguments() {
    parts(split_args, "", &[]);
    parts(split_args, "a, b,", &["a", "b"]);
    parts(split_args, "|a: i32, b| a + b, c", &["|a: i32, b| a + b", "c"]);
    parts(split_args, "|a: Vec<A, B>| -> Map<A, B> { a }, c", &["|a: Vec<A, B>| -> Map<A, B> { a }", "c"]);
    parts(split_args, "&Map<A, B>::get, c", &["&Map<A, B>::get", "c"]);
    parts(split_args, "nb::init<A, B>(), c", &["nb::init<A, B>()", "c"]);
    parts(split_args, "x::<A, B>(), a as Map<A, B>, c", &["x::<A, B>()", "a as Map<A, B>", "c"]);
    parts(split_args, "nb::self < a, b > c", &["nb::self < a", "b > c"]);
    parts(split_args, "a < b, c > d", &["a < b", "c > d"]);
    parts(split_args, "a || b, c | d", &["a || b", "c | d"]);
}

#[test]
fn types() {
    parts(split_types, "A<B, C>, fn(D) -> E<F, G>, H", &["A<B, C>", "fn(D) -> E<F, G>", "H"]);
    parts(split_types, "(A, B), C", &["(A, B)", "C"]);
}

#[test]
fn ends() {
    let end = |source: &str| template_end(&parse(source), 0);
    assert_eq!(end("<A>"), Some(3));
    assert_eq!(end("<A<B>>(x)"), Some(6));
    assert_eq!(end("<fn(A) -> B>()"), Some(7));
    assert_eq!(end("< b; c >"), None);
    assert_eq!(end("a"), None);
    let path = |source: &str| path_at(&parse(source), 0).map(|path| (path.last, path.end));
    assert_eq!(path("a::b(c)"), Some((3, 4)));
    assert_eq!(path("::a::B<C>::d"), Some((11, 12)));
    assert_eq!(path("<A as B>::c"), Some((7, 8)));
    assert_eq!(path("Pair::0"), Some((3, 4)));
    assert_eq!(path("<A>"), None);
    assert_eq!(path("1"), None);
}

#[test]
fn operators_and_closures() {
    let assigns = |source: &str| (0..4).filter(|&at| is_assign(&parse(source), at)).collect::<Vec<_>>();
    assert_eq!(assigns("a = b"), [1]);
    for other in ["a == b", "a => b", "a <= b", "a += b", "a != b", "a ..= b"] {
        assert!(assigns(other).is_empty(), "{other}");
    }
    assert_eq!(closure_body(&parse("|a| b"), 0), Some(3));
    assert_eq!(closure_body(&parse("|| -> A { b }"), 0), Some(5));
    assert_eq!(closure_body(&parse("a | b | c"), 1), None);
}

#[test]
fn comments_between_links_go() {
    assert_eq!(plain(&parse("a /// why\n .b() //! and\n .c()")), "a.b().c()");
}

#[test]
fn the_librarys_names() {
    let name = |source: &str, at: usize| namespaced(&parse(source), at);
    crate::namespaces::learn(&[], &[]);
    assert_eq!(name("nb::dict", 0), Some(3));
    assert_eq!(name("::nb::dict", 0), Some(5));
    assert_eq!(name("a::nb::dict", 3), None);
    assert_eq!(name("other::dict", 0), None);
    assert_eq!(name("nb", 0), None);
}

#[test]
fn texts() {
    assert_eq!(text(&parse("std :: vec :: Vec < i32 >")), "std::vec::Vec<i32>");
    assert_eq!(text(&parse("dyn Fn")), "dyn Fn");
    assert_eq!(single_colon(&parse("Dog: a::Pet")), Some(1));
    assert_eq!(single_colon(&parse("a::Dog<'a>")), None);
}
