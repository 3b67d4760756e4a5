//! Words that nanobind calls otherwise.

use super::renamed;
use crate::foreign;
use proc_macro2::Ident;

/// Names of the namespace that nanobind's spelling takes for names of the user's.
const FURTHER: &[(&str, &str)] = &[("init_alias", "init"), ("function", "callable")];

/// A method under nanobind's name.
pub(super) fn method(word: &Ident) -> Ident {
    from(foreign::METHODS, word).unwrap_or_else(|| word.clone())
}

/// A name of the namespace under nanobind's.
pub(super) fn in_namespace(word: &Ident) -> Ident {
    from(foreign::NAMES, word).or_else(|| from(FURTHER, word)).unwrap_or_else(|| word.clone())
}

fn from(table: &[(&str, &str)], word: &Ident) -> Option<Ident> {
    let (_, ours) = table.iter().find(|(theirs, _)| word == theirs)?;
    Some(renamed(word, ours))
}
