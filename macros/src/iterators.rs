//! `nb::keep_alive<0, 1>()` beside an iterator over the object: here, the iterator keeps its object itself, and says so by a policy.

use crate::cursor::*;
use proc_macro2::{Delimiter, Ident, TokenTree};

/// The annotations of a closure whose result is written as an `nb::made_iterator`, `None` for all other functions.
pub(crate) fn annotations(function: &[TokenTree], extras: &[&[TokenTree]]) -> Option<Vec<Tokens>> {
    gives_one(function).then(|| extras.iter().map(|one| policy(one).unwrap_or_else(|| one.to_vec())).collect())
}

fn gives_one(toks: &[TokenTree]) -> bool {
    let arrow = |at: &usize| is_punct(toks, *at, '-') && is_punct(toks, at + 1, '>');
    let Some(arrow) = (0..toks.len()).find(arrow) else { return false };
    let body = (arrow..toks.len()).find(|at| group_at(toks, *at, Delimiter::Brace).is_some()).unwrap_or(toks.len());
    let result = &toks[arrow + 2..body];
    is_punct(toks, 0, '|') && namespaced(result, 0).is_some_and(|name| is_ident(result, name, "made_iterator"))
}

/// `nb::rv_policy::reference_internal` for `nb::keep_alive<0, 1>()`.
fn policy(toks: &[TokenTree]) -> Option<Tokens> {
    let name = namespaced(toks, 0).filter(|name| is_ident(toks, *name, "keep_alive"))?;
    let open = if is_path_sep(toks, name + 1) { name + 3 } else { name + 1 };
    let end = template_end(toks, open)?;
    let indices = split_types(&toks[open + 1..end - 1]);
    let said = indices.iter().map(|index| text(index)).collect::<Vec<_>>() == ["0", "1"];
    group_at(toks, end, Delimiter::Parenthesis).filter(|_| said && end + 1 == toks.len())?;
    let place = toks[name].span();
    let mut new = toks[..name].to_vec();
    new.push(Ident::new("rv_policy", place).into());
    // The separator that stands after the namespace.
    new.extend(toks[name - 2..name].iter().cloned());
    new.push(Ident::new("reference_internal", place).into());
    Some(new)
}
