//! `py::options`: what the docstrings show that functions and enumerations get from here on.

use nb::__private::{Dialect, Entered};
use std::marker::PhantomData;

/// What docstrings show: pybind11's `py::options`. Its settings hold for what is bound while it lives, and end with it.
///
/// In the macros `py::options options;` declares one, as in C++. It stays on its thread, and ends in the reverse order of creation, as the
/// variable of a block does.
///
/// ```no_run
/// use nb_compat::prelude::*;
/// PYBIND11_MODULE!(quiet, m, {
///     py::options options;
///     options.disable_function_signatures();
///     m.def("f", || 1, "Just this text");
/// });
/// # fn main() {}
/// ```
pub struct options {
    _before: Entered,
    stays: PhantomData<*mut ()>,
}

impl options {
    /// Settings that end with the result.
    #[allow(clippy::new_without_default, reason = "what is there is part of the result")]
    pub fn new() -> options {
        options { _before: Dialect::current().enter(), stays: PhantomData }
    }

    fn set(&self, change: impl FnOnce(&mut Dialect)) -> &options {
        let mut now = Dialect::current();
        change(&mut now);
        now.replace();
        self
    }

    /// Docstrings do not begin with signatures.
    pub fn disable_function_signatures(&self) -> &options {
        self.set(|dialect| dialect.signatures = false)
    }

    /// Docstrings begin with signatures; so it is to begin with.
    pub fn enable_function_signatures(&self) -> &options {
        self.set(|dialect| dialect.signatures = true)
    }

    /// Docstrings lack what `def` was given.
    pub fn disable_user_defined_docstrings(&self) -> &options {
        self.set(|dialect| dialect.docstrings = false)
    }

    /// Docstrings contain what `def` was given; so it is to begin with.
    pub fn enable_user_defined_docstrings(&self) -> &options {
        self.set(|dialect| dialect.docstrings = true)
    }

    /// The docstring of an enumeration does not list its members.
    pub fn disable_enum_members_docstring(&self) -> &options {
        self.set(|dialect| dialect.members = false)
    }

    /// The docstring of an enumeration lists its members; so it is to begin with.
    pub fn enable_enum_members_docstring(&self) -> &options {
        self.set(|dialect| dialect.members = true)
    }
}
