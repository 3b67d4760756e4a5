//! What has no counterpart, with what to write in its place.

use super::{Pass, called};
use crate::cursor::*;
use crate::errors;
use proc_macro2::TokenTree;

/// Names of the namespace, each with its remedy.
const REFUSED: &[(&str, &str)] = &[
    ("multiple_inheritance", errors::MULTIPLE_INHERITANCE),
    ("metaclass", errors::METACLASS),
    ("custom_type_setup", errors::CUSTOM_TYPE_SETUP),
    ("prepend", errors::PREPEND),
    ("release_gil_before_calling_cpp_dtor", errors::RELEASE_IN_DROP),
    ("mod_gil_not_used", errors::MOD_GIL_NOT_USED),
    ("multiple_interpreters", errors::MULTIPLE_INTERPRETERS),
    ("scoped_interpreter", errors::EMBEDDING),
    ("scoped_subinterpreter", errors::EMBEDDING),
    ("subinterpreter", errors::EMBEDDING),
    ("initialize_interpreter", errors::EMBEDDING),
    ("finalize_interpreter", errors::EMBEDDING),
    ("iostream_redirect", errors::IOSTREAM),
    ("scoped_ostream_redirect", errors::IOSTREAM),
    ("scoped_estream_redirect", errors::IOSTREAM),
    ("add_ostream_redirect", errors::IOSTREAM),
];

impl Pass<'_> {
    /// Reports a name that has no counterpart; the index behind it.
    pub(super) fn refused(&mut self, toks: &[TokenTree], i: usize, name: usize) -> Option<usize> {
        let word = ident_at(toks, name)?;
        let (_, remedy) = REFUSED.iter().find(|(theirs, _)| word == theirs)?;
        let end = called(toks, name).map_or(name + 1, |(call, _)| call + 1);
        self.errors.push(&toks[i..end], *remedy);
        Some(end)
    }
}
