//! Panics: caught at the border, never unwound into C, reported with message and place.

use crate::interpreter::exceptions;
use crate::python::aside::Aside;
use crate::python::error::set_error;
use crate::python::messages;
use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[cfg(panic = "abort")]
compile_error!(
    "nb turns panics into Python exceptions and needs `panic = \"unwind\"` (remove `panic = \"abort\"` from the profile)"
);

/// Bound calls that are running, in all threads. Changed by attached threads only.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Carries an [`crate::Error`] through code that cannot return one.
pub(crate) struct Raised(pub(crate) crate::Error);

// SAFETY: `guard` consumes the payload on the thread of `raise`, unless a callback has raised on a thread of the user's
// own. That thread ends with it, and whoever joins the thread can only drop it, which any thread may do with an `object`,
// or unwind with it again into a `guard`, which is attached. An error of Rust's, which need not be `Send`, is left behind by `settled`.
unsafe impl Send for Raised {}

/// Installs, once per library image, a panic hook that remembers where a panic inside a bound call happened
/// instead of printing it: the exception carries the same text. Panics elsewhere go to the previous hook.
pub(crate) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // Not exact, but a thread-local counter would cost every call more than the rest of this module: a thread
            // that is attached while a bound call runs is almost always the one that runs it. One that is detached may
            // be in the released part of a call; its message is printed, and its place remembered all the same.
            let running = running() > 0;
            if running {
                let place = info.location().map(|l| format!("{}:{}:{}", l.file(), l.line(), l.column()));
                let _ = PLACE.try_with(|slot| *slot.borrow_mut() = place);
            }
            let reported = running && crate::python::object::is_attached();
            if !reported || std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
                previous(info);
            }
        }));
    });
}

/// Python has ended: the calls that it has cut off on other threads do not run any more.
pub(crate) fn python_ended() {
    RUNNING.store(0, Relaxed);
}

/// Adds to the number of running calls.
///
/// With the GIL, the threads that do so take turns, and a plain addition is enough; without it, this must not lose any.
#[inline(always)]
fn count(change: isize) {
    if cfg!(Py_GIL_DISABLED) {
        RUNNING.fetch_add(change as usize, Relaxed);
    } else {
        RUNNING.store(RUNNING.load(Relaxed).wrapping_add(change as usize), Relaxed);
    }
}

/// How many bound calls are running.
#[inline(always)]
pub(crate) fn running() -> usize {
    RUNNING.load(Relaxed)
}

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// Runs `body`, and catches a panic in it.
#[inline(always)]
pub(crate) fn catch<R>(body: impl FnOnce() -> R) -> Result<R, Payload> {
    count(1);
    // SAFETY: whoever enters native code is attached.
    let _noted = unsafe { crate::python::attach::note() };
    let result = catch_unwind(AssertUnwindSafe(move || {
        // Where CPython ends the thread, because the interpreter ends (see `Hang`), nothing may catch what unwinds.
        #[cfg(not(Py_3_14))]
        let ended = crate::python::attach::HangUnlessPanicking;
        let result = body();
        #[cfg(not(Py_3_14))]
        std::mem::forget(ended);
        result
    }));
    count(-1);
    result
}

/// Runs `body`; a panic in it becomes a raised Python exception and `fallback` is returned.
#[inline(always)]
pub(crate) fn guard<R>(fallback: R, body: impl FnOnce() -> R) -> R {
    match catch(body) {
        Ok(value) => value,
        Err(payload) => {
            raise_payload(payload);
            fallback
        }
    }
}

/// Runs `body` where no exception can be reported to a caller; a panic goes to `sys.unraisablehook`.
pub(crate) fn guard_unraisable(context: *mut crate::ffi::PyObject, body: impl FnOnce()) {
    let _aside = Aside::now();
    guard((), body);
    // SAFETY: attached (deallocation runs with the interpreter); `context` is live or null.
    unsafe {
        if !crate::ffi::PyErr_Occurred().is_null() {
            crate::ffi::PyErr_WriteUnraisable(context);
        }
    }
}

/// Raises the Python exception for a panic.
#[cold]
#[inline(never)]
pub(crate) fn raise_payload(payload: Payload) {
    let payload = match payload.downcast::<Raised>() {
        Ok(raised) => return raised.0.restore(),
        Err(other) => other,
    };
    let message = if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_string()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        messages::PANIC_WITHOUT_TEXT.to_string()
    };
    // The payload's own destructor may panic as well; that one has no place to go but the bin.
    if let Err(second) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        std::mem::forget(second);
    }
    let place = PLACE.try_with(|slot| slot.borrow_mut().take()).ok().flatten();
    let class = exceptions::current().map_or(std::ptr::null_mut(), |classes| classes.panic());
    let text = messages::panicked(&message, place.as_deref());
    if class.is_null() {
        // SAFETY: a builtin exception class.
        set_error(unsafe { crate::ffi::PyExc_RuntimeError }, &text);
    } else {
        set_error(class, &text);
    }
}

/// Leaves the running bound function with `error`, for places that cannot return a `Result`.
///
/// The dispatcher raises it as if the function had returned it. Destructors run as in a panic.
pub fn raise(error: crate::Error) -> ! {
    std::panic::resume_unwind(Box::new(Raised(error.settled())))
}

impl crate::Error {
    /// Leaves the running bound function with this error, where no `Result` can be returned: in an `Ord`, a `Hash`, a `Display`, or a callback of
    /// another crate.
    ///
    /// Destructors run on the way as in a panic, which this is for all code in between but for the message: it can be caught with
    /// `catch_unwind`, and ends the process where panics do. Outside of a bound function it ends the thread.
    ///
    /// ```no_run
    /// struct Weight(nb::object);
    /// impl PartialEq for Weight {
    ///     fn eq(&self, other: &Weight) -> bool {
    ///         self.0.equal(&other.0).unwrap_or_else(|error| error.raise())
    ///     }
    /// }
    /// ```
    pub fn raise(self) -> ! {
        raise(self)
    }
}
