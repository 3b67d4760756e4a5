//! [`check_signals`]: Python's handlers of signals, run by native code.

use crate::ffi;
use crate::python::error::{Error, Result};
use crate::python::object::check_attached;

/// Runs Python's handlers of the signals that have come since: `PyErr_CheckSignals`. nanobind has no name for it.
///
/// Handlers run on the main thread of the main interpreter; elsewhere, and if nothing has come, this does nothing. Where it is asked for in every step of a
/// loop, or without the interpreter, see [`signals`](struct@crate::signals).
///
/// ```no_run
/// fn settle(rounds: u64) -> nb::Result<u64> {
///     let mut sum = 0_u64;
///     for round in 0..rounds {
///         sum = sum.wrapping_mul(31).wrapping_add(round);
///         if round % (1 << 20) == 0 {
///             nb::check_signals()?;
///         }
///     }
///     Ok(sum)
/// }
/// ```
///
/// # Errors
/// What a handler raises: `KeyboardInterrupt` for Ctrl-C.
///
/// # Panics
/// On a detached thread.
pub fn check_signals() -> Result<()> {
    check_attached();
    // SAFETY: attached.
    if unsafe { ffi::PyErr_CheckSignals() } == 0 { Ok(()) } else { Err(Error::fetch()) }
}
