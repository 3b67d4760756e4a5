use super::{assert_same, parse};
use crate::cursor::group_at;
use crate::write::{Nb, place_of, regroup, stream};
use proc_macro2::{Delimiter, Span};
use quote::quote_spanned;

#[test]
fn templates() {
    let nb = Nb::new(stream(&parse("a::nb")));
    let at = nb.at(Span::call_site());
    let name = nb.ident("dict", Span::call_site());
    assert_same(quote_spanned!(at.span=> #at::#name::new()), "a::nb::dict::new()");
    assert_same(nb.parens(stream(&parse("a, b")), place_of(&[])).into(), "(a, b)");
}

#[test]
fn groups_without_a_change_stay() {
    let nb = Nb::new(stream(&[]));
    let toks = parse("{ a }");
    let old = group_at(&toks, 0, Delimiter::Brace).unwrap();
    let before = nb.changes();
    assert_same(nb.updated(old, before, stream(&parse("b"))).into(), "{ a }");
    nb.changed();
    assert_same(nb.updated(old, before, stream(&parse("b"))).into(), "{ b }");
    assert_same(regroup(old, stream(&parse("c"))).into(), "{ c }");
}
