//! [`Dialect`]: whose ways the functions follow that a body binds, nanobind's or pybind11's.
//!
//! Signatures, docstrings and refusals of the two libraries read differently, and pybind11 converts a little more. Which it is to be, a body
//! says, so that it is known while functions are bound and noted in each; a thread runs one body at a time.

use crate::call::record::FuncFlags;
use crate::call::type_codes;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    static CURRENT: Cell<Dialect> = const { Cell::new(Dialect::NANOBIND) };
    /// Number of the body that runs on this thread; 0 while none does.
    static BODY: Cell<u64> = const { Cell::new(0) };
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

    /// That of a body, which runs until the result is dropped.
    pub(crate) fn of_body(self) -> Body {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        Body { before: CURRENT.replace(self), outer: BODY.replace(number) }
    }

    /// Changes are taken back when the result is dropped, or when the body ends: what is kept for longer has no effect any more.
    pub fn enter(self) -> Entered {
        Entered { before: CURRENT.get(), body: BODY.get() }
    }

    /// Holds from here on in the body that runs; without one, there is nothing that it could hold for.
    pub fn replace(self) {
        if BODY.get() != 0 {
            CURRENT.set(self);
        }
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

/// A body that runs, in place of another one or of none.
pub(crate) struct Body {
    before: Dialect,
    outer: u64,
}

impl Drop for Body {
    fn drop(&mut self) {
        CURRENT.set(self.before);
        BODY.set(self.outer);
    }
}

/// The dialect before, which comes back when this is dropped in the same body.
#[doc(hidden)]
pub struct Entered {
    before: Dialect,
    body: u64,
}

impl Drop for Entered {
    fn drop(&mut self) {
        if self.body != 0 && self.body == BODY.get() {
            CURRENT.set(self.before);
        }
    }
}
