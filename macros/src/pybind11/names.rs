//! Words that nanobind calls otherwise.

use super::renamed;
use proc_macro2::Ident;

/// Methods that bind.
const METHODS: &[(&str, &str)] = &[
    ("def_readwrite", "def_rw"),
    ("def_readonly", "def_ro"),
    ("def_property", "def_prop_rw"),
    ("def_property_readonly", "def_prop_ro"),
    ("def_readwrite_static", "def_rw_static"),
    ("def_readonly_static", "def_ro_static"),
    ("def_property_static", "def_prop_rw_static"),
    ("def_property_readonly_static", "def_prop_ro_static"),
];

/// Names of the namespace.
const NAMES: &[(&str, &str)] = &[
    ("return_value_policy", "rv_policy"),
    ("init_alias", "init"),
    ("module", "module_"),
    ("error_already_set", "Error"),
    ("function", "callable"),
    ("ellipsis_", "ellipsis"),
];

/// A method under nanobind's name.
pub(super) fn method(word: &Ident) -> Ident {
    from(METHODS, word)
}

/// A name of the namespace under nanobind's.
pub(super) fn in_namespace(word: &Ident) -> Ident {
    from(NAMES, word)
}

fn from(table: &[(&str, &str)], word: &Ident) -> Ident {
    let known = table.iter().find(|(theirs, _)| word == theirs);
    known.map_or_else(|| word.clone(), |(_, ours)| renamed(word, ours))
}
