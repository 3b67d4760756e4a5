//! Words that mean nothing here, each with what to write in its place: pybind11's names, what nanobind has and this library
//! does not have yet, and C++'s statements.

use crate::body::{Mode, Rewriter, Seq};
use crate::cursor::*;
use crate::errors;
use proc_macro2::{Delimiter, TokenTree};

/// pybind11's methods, and nanobind's.
pub(crate) const METHODS: &[(&str, &str)] = &[
    ("def_readwrite", "def_rw"),
    ("def_readonly", "def_ro"),
    ("def_property", "def_prop_rw"),
    ("def_property_readonly", "def_prop_ro"),
    ("def_readwrite_static", "def_rw_static"),
    ("def_readonly_static", "def_ro_static"),
    ("def_property_static", "def_prop_rw_static"),
    ("def_property_readonly_static", "def_prop_ro_static"),
];

/// pybind11's names in the namespace, and nanobind's.
pub(crate) const NAMES: &[(&str, &str)] =
    &[("return_value_policy", "rv_policy"), ("error_already_set", "Error"), ("module", "module_")];

/// What is planned, and what to write meanwhile.
const PLANNED: &[(&str, &str)] = &[
    ("ft_mutex", "use `std::sync::Mutex`"),
    ("ft_lock_guard", "use the guard of `std::sync::Mutex`"),
    ("ft_object_guard", "put what is shared behind a `std::sync::Mutex`"),
    ("ft_object2_guard", "put what is shared behind a `std::sync::Mutex`"),
];

impl Rewriter {
    /// Reports a method that only pybind11 has.
    pub(crate) fn foreign_method(&mut self, name: &TokenTree) {
        let word = name.to_string();
        if let Some((_, ours)) = METHODS.iter().find(|(theirs, _)| *theirs == word) {
            self.errors.push(std::slice::from_ref(name), errors::pybind11(&word, ours));
        }
    }

    /// Reports a name of the namespace that is not there.
    pub(crate) fn foreign_name(&mut self, name: &TokenTree) {
        let word = name.to_string();
        if let Some((_, ours)) = NAMES.iter().find(|(theirs, _)| *theirs == word) {
            self.errors.push(std::slice::from_ref(name), errors::pybind11(&word, ours));
        } else if let Some((_, meanwhile)) = PLANNED.iter().find(|(planned, _)| *planned == word) {
            self.errors.push(std::slice::from_ref(name), errors::planned(&word, meanwhile));
        }
    }

    /// Reports `throw value`; false if the word at `s.i` is a name like others.
    pub(crate) fn throw(&mut self, s: &mut Seq) -> bool {
        let value = ident_at(s.toks, s.i + 1).is_some_and(|word| *word != "as") || is_path_sep(s.toks, s.i + 1);
        let member = s.i > 0 && (is_punct(s.toks, s.i - 1, '.') || is_punct(s.toks, s.i - 1, ':'));
        if !value || member {
            return false;
        }
        self.errors.push(&s.toks[s.i..=s.i], errors::THROW);
        s.skip_statement();
        true
    }

    /// Reports a parameter called `self` among those of a closure.
    pub(crate) fn check_parameters(&mut self, toks: &[TokenTree]) {
        for i in 0..toks.len() {
            let first =
                i == 0 || is_punct(toks, i - 1, ',') || is_punct(toks, i - 1, '|') || is_ident(toks, i - 1, "mut");
            if first && is_ident(toks, i, "self") && !is_path_sep(toks, i + 1) {
                self.errors.push(&toks[i..=i], errors::SELF_PARAMETER);
            }
        }
    }

    /// Reports a function that is generic over a borrow, `&S::update<&str>`: as a value, it is of one lifetime only.
    pub(crate) fn check_generic(&mut self, path: &[TokenTree], last: usize) {
        let open = if is_path_sep(path, last + 1) { last + 3 } else { last + 1 };
        let Some(end) = template_end(path, open) else { return };
        if borrows(&path[open..end]) {
            self.errors.push(path, errors::GENERIC_BORROW);
        }
    }
}

/// Whether there is a `&` of no named lifetime among the tokens.
fn borrows(toks: &[TokenTree]) -> bool {
    toks.iter().enumerate().any(|(i, tok)| match tok {
        TokenTree::Group(group) => group.delimiter() != Delimiter::None && borrows(&tokens(group.stream())),
        _ => is_punct(toks, i, '&') && !is_punct(toks, i + 1, '\''),
    })
}

/// Whether the bracket at `s.i` captures for a C++ lambda: Rust never calls or opens a block after an array.
pub(crate) fn is_lambda(s: &Seq) -> bool {
    if operand_before(s.toks, s.i) || (s.i > 0 && is_punct(s.toks, s.i - 1, '!')) {
        return false;
    }
    match s.toks.get(s.i + 1) {
        Some(TokenTree::Group(g)) => match g.delimiter() {
            Delimiter::Parenthesis => true,
            Delimiter::Brace => s.i == 0 && s.ctx.mode == Mode::Expr,
            _ => false,
        },
        _ => false,
    }
}

/// Whether the word `auto` at `i` begins a declaration of C++, `auto x = ..` or `auto &x = ..`.
pub(crate) fn declares_auto(toks: &[TokenTree], i: usize) -> bool {
    let name = if is_punct(toks, i + 1, '&') { i + 2 } else { i + 1 };
    ident_at(toks, name).is_some_and(|name| *name != "as") && is_assign(toks, name + 1)
}
