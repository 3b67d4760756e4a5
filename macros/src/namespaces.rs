//! The names under which a body writes the library's namespace: `nb`, and those that C++ code gives it, such as `py`.
//!
//! What stands outside of the macro is not seen, so a name is known by a `use nb as py;` or `namespace py = nanobind;` in the
//! body, or by what only the library can be asked for: `py::class_<T>(..)` is no Rust for anything else.

use crate::body::{Rewriter, Seq};
use crate::cursor::*;
use crate::errors;
use proc_macro2::{Delimiter, TokenTree};
use quote::quote_spanned;
use std::cell::RefCell;

/// What is followed by a template list in C++ and by `::` in Rust.
const TELLING: &[&str] = &["class_", "enum_", "exception", "init", "keep_alive", "call_guard"];

thread_local! {
    /// The other names, of the expansion that runs on this thread.
    static OTHERS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Whether the expansion is one of pybind11's statements.
pub(crate) fn is_pybind11() -> bool {
    is_namespace("pybind11")
}

/// Whether this is a name of the library's namespace.
pub(crate) fn is_namespace(name: &str) -> bool {
    name == "nb" || OTHERS.with_borrow(|others| others.iter().any(|other| other == name))
}

/// Takes the names for the expansion of `toks` that begins, those that it has in any case among them.
pub(crate) fn learn(toks: &[TokenTree], given: &[&str]) {
    let mut others: Vec<String> = given.iter().map(ToString::to_string).collect();
    find(toks, &mut others);
    OTHERS.set(others);
}

fn find(toks: &[TokenTree], others: &mut Vec<String>) {
    for (i, tok) in toks.iter().enumerate() {
        if let TokenTree::Group(group) = tok {
            find(&tokens(group.stream()), others);
        }
        let name = renamed(toks, i).or_else(|| is_told(toks, i).then_some(i));
        if let Some(name) = name.and_then(|at| ident_at(toks, at)).map(ToString::to_string)
            && !others.contains(&name)
        {
            others.push(name);
        }
    }
}

/// The index of the new name in `use nb as py` or `namespace py = nanobind`.
fn renamed(toks: &[TokenTree], i: usize) -> Option<usize> {
    if is_ident(toks, i, "namespace") && is_assign(toks, i + 2) {
        return ident_at(toks, i + 1).map(|_| i + 1);
    }
    let nb = if is_path_sep(toks, i + 1) { i + 3 } else { i + 1 };
    (is_ident(toks, i, "use") && is_ident(toks, nb, "nb") && is_ident(toks, nb + 1, "as")).then_some(nb + 2)
}

/// Whether a name of the namespace stands at `i`, by what it is asked for.
fn is_told(toks: &[TokenTree], i: usize) -> bool {
    let path = ident_at(toks, i).is_some() && is_path_sep(toks, i + 1) && !(i > 1 && is_path_sep(toks, i - 2));
    if !path || !ident_at(toks, i + 3).is_some_and(|word| TELLING.contains(&word.to_string().as_str())) {
        return false;
    }
    // In a type, a list is followed by neither.
    template_end(toks, i + 4)
        .is_some_and(|end| group_at(toks, end, Delimiter::Parenthesis).is_some() || ident_at(toks, end).is_some())
}

impl Rewriter {
    /// `namespace py = nanobind;` and `using namespace nb::literals;`; false for what is none of C++'s statements.
    pub(crate) fn namespace(&mut self, s: &mut Seq) -> bool {
        let toks = s.toks;
        if !s.statement_starts() || ident_at(toks, s.i + 1).is_none() {
            return false;
        }
        let end = (s.i..toks.len()).find(|&at| is_punct(toks, at, ';'));
        let Some(end) = end else { return false };
        let place = toks[s.i].span();
        if is_ident(toks, s.i, "namespace") && is_assign(toks, s.i + 2) {
            let name = &toks[s.i + 1];
            let nb = self.nb.at(place);
            s.out.extend(quote_spanned!(nb.span=> #[allow(unused_imports)] use #nb as #name));
            s.i = end;
            return true;
        }
        if !is_ident(toks, s.i, "using") {
            return false;
        }
        // The suffixes of literals are there in every body.
        if !(is_ident(toks, s.i + 1, "namespace") && is_ident(toks, end - 1, "literals")) {
            self.errors.push(&toks[s.i..end], errors::USING);
        }
        self.nb.changed();
        s.i = end + 1;
        true
    }
}
