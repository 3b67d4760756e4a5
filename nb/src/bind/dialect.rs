//! [`Dialect`]: whose ways the functions follow that a body binds, nanobind's or pybind11's.
//!
//! Signatures, docstrings and refusals of the two libraries read differently, and pybind11 converts a little more. Which it is to be, a body
//! says, so that it is known while functions are bound and noted in each; a thread runs one body at a time.

use crate::call::record::FuncFlags;
use crate::call::type_codes;
use std::cell::Cell;

thread_local! {
    static CURRENT: Cell<Dialect> = const { Cell::new(Dialect::NANOBIND) };
}

/// What a body says of the functions it binds.
#[derive(Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct Dialect {
    /// pybind11's texts, and its conversions.
    pub pybind11: bool,
    /// Docstrings begin with signatures.
    pub signatures: bool,
    /// Docstrings contain what `def` was given.
    pub docstrings: bool,
    /// The docstring of an enumeration lists its members.
    pub members: bool,
}

impl Dialect {
    pub(crate) const NANOBIND: Dialect = Dialect { pybind11: false, signatures: true, docstrings: true, members: true };
    pub(crate) const PYBIND11: Dialect = Dialect { pybind11: true, ..Dialect::NANOBIND };

    /// That of the body that runs on this thread.
    pub fn current() -> Dialect {
        CURRENT.get()
    }

    /// Holds until the result is dropped, or another one is entered.
    pub fn enter(self) -> Entered {
        Entered(CURRENT.replace(self))
    }

    /// Holds from here on, as long as what was entered last does.
    pub fn replace(self) {
        CURRENT.set(self);
    }

    /// The code of a parameter's type, or none where other objects may be taken for it without conversion.
    pub(crate) fn code(self, code: u8) -> u8 {
        if self.pybind11 && matches!(code, type_codes::BOOL | type_codes::STR) { 0 } else { code }
    }

    pub(crate) fn flags(self) -> FuncFlags {
        let mut flags = FuncFlags::empty();
        flags.set(FuncFlags::PYBIND11, self.pybind11);
        flags.set(FuncFlags::NO_SIGNATURE, !self.signatures);
        flags
    }
}

/// The dialect before, which comes back when this is dropped.
#[doc(hidden)]
pub struct Entered(Dialect);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}
