//! [`Nested`]: calls within calls, which the interpreter is told of, so that a chain without an end is a `RecursionError`.

use crate::ffi;
use crate::interpreter::panic;
use crate::python::error::{Error, Result, set_error};
use crate::python::messages;
use std::cell::Cell;

/// As how many calls of Python's one of ours counts. The frames of code that is not optimised are about four times as large, and
/// a thousand calls have to fit on a stack of eight megabytes.
const WEIGHT: usize = if cfg!(debug_assertions) { 4 } else { 1 };

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// A call within a call. A chain of native functions makes no Python frames, by which the interpreter would notice that it
/// has no end.
pub(crate) struct Nested;

impl Nested {
    pub(crate) fn enter() -> Result<Nested> {
        // SAFETY: attached; the text is a constant.
        unsafe {
            let depth = DEPTH.get() + 1;
            if depth * WEIGHT > ffi::Py_GetRecursionLimit() as usize {
                set_error(ffi::PyExc_RecursionError, messages::TOO_DEEP);
                return Err(Error::fetch());
            }
            if ffi::Py_EnterRecursiveCall(messages::IN_A_CALLBACK.as_ptr()) != 0 {
                return Err(Error::fetch());
            }
            DEPTH.set(depth);
        }
        Ok(Nested)
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        // SAFETY: attached; pairs with `enter`.
        unsafe { ffi::Py_LeaveRecursiveCall() };
    }
}

/// From this many running calls on, calls that CPython does not count are counted.
pub(crate) const DEEP: usize = 50;

/// A call within others, where CPython does not look how deep they are: it does so in the code by which it calls functions of
/// its own kind, but neither for ours nor for slots. `None` with a `RecursionError` raised.
///
/// Counting costs more than many a call; few calls at all mean that there are few within one another.
#[inline(always)]
pub(crate) fn nested() -> Option<Option<Nested>> {
    if panic::running() < DEEP { Some(None) } else { deeper() }
}

#[cold]
fn deeper() -> Option<Option<Nested>> {
    match Nested::enter() {
        Ok(nested) => Some(Some(nested)),
        Err(error) => {
            error.restore();
            None
        }
    }
}
