//! Panics: caught at the border, never unwound into C, reported with message and place.

use crate::ffi;
use crate::interpreter::exceptions;
use crate::python::aside::Aside;
use crate::python::error::set_error;
use crate::python::messages;
use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[cfg(panic = "abort")]
compile_error!(
    "nb turns panics into Python exceptions and needs `panic = \"unwind\"` (remove `panic = \"abort\"` from the profile)"
);

/// Bound calls that are running, in all threads. Changed by attached threads only.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Where the last panic was, and whether its message was printed.
    static PLACE: RefCell<Option<(String, bool)>> = const { RefCell::new(None) };
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
            // A thread that is attached while bound calls run is almost always one that runs them. Calls without a context are not
            // counted, but nearly all of them have Python code below them. The message of one that has neither, in a program that
            // embeds Python, is printed besides, and so is that of a thread that is detached, perhaps in the released part of a call.
            let reported = crate::python::object::is_attached() && (running() > 0 || runs_python());
            let printed = !reported || std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
            let place = info.location().map(|l| (format!("{}:{}:{}", l.file(), l.line(), l.column()), printed));
            let _ = PLACE.try_with(|slot| *slot.borrow_mut() = place);
            if printed {
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
    let result = catch_unwind(AssertUnwindSafe(move || to_end(body)));
    count(-1);
    result
}

/// Runs `body`. Where CPython ends the thread in it, because the interpreter ends (see `Hang`), nothing may catch what unwinds.
#[inline(always)]
fn to_end<R>(body: impl FnOnce() -> R) -> R {
    #[cfg(not(Py_3_14))]
    let ended = crate::python::attach::HangUnlessPanicking;
    let result = body();
    #[cfg(not(Py_3_14))]
    std::mem::forget(ended);
    result
}

/// Counts a call while `body` runs, which does not unwind.
#[inline(always)]
pub(crate) fn counted<R>(body: impl FnOnce() -> R) -> R {
    count(1);
    let result = body();
    count(-1);
    result
}

/// Runs the `body` of a call without a context, which is not counted; a panic in it becomes a raised Python exception.
///
/// The frames of code that is not optimised are large, so there such calls are counted like all others.
#[inline(always)]
pub(crate) fn uncounted(body: impl FnOnce() -> *mut ffi::PyObject) -> *mut ffi::PyObject {
    if cfg!(debug_assertions) {
        return guard(ptr::null_mut(), body);
    }
    catch_unwind(AssertUnwindSafe(move || to_end(body))).unwrap_or_else(|payload| raised(payload))
}

/// Raises the exception for a panic. An `extern "C"` function, so that the compiler sees that it does not unwind.
#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
extern "C" fn raised(payload: Payload) -> *mut ffi::PyObject {
    guard((), move || raise_payload(payload));
    ptr::null_mut()
}

/// Whether Python code is on the stack of this thread, which is attached.
fn runs_python() -> bool {
    // SAFETY: attached. A borrowed reference, of which only the address is looked at; it makes nothing and runs nothing.
    unsafe { !ffi::PyEval_GetGlobals().is_null() }
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
pub(crate) fn guard_unraisable(context: *mut ffi::PyObject, body: impl FnOnce()) {
    let _aside = Aside::now();
    guard((), body);
    // SAFETY: attached (deallocation runs with the interpreter); `context` is live or null.
    unsafe {
        if !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_WriteUnraisable(context);
        }
    }
}

/// Where the last panic on this thread was, and whether its message was printed.
fn take_place() -> Option<(String, bool)> {
    PLACE.try_with(|slot| slot.borrow_mut().take()).ok().flatten()
}

/// What a panic says.
fn text_of(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_string()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        messages::PANIC_WITHOUT_TEXT.to_string()
    }
}

/// Prints the message of a panic that nobody can be told of, unless it was printed when it happened. The payload is not dropped, since that
/// could panic as well.
#[cold]
pub(crate) fn print_payload(payload: Payload) {
    let place = take_place();
    if place.as_ref().is_none_or(|(_, printed)| !printed) {
        let place = place.as_ref().map(|(place, _)| place.as_str());
        eprintln!("{}", messages::panicked_unheard(&text_of(&*payload), place));
    }
    std::mem::forget(payload);
}

/// Raises the Python exception for a panic.
#[cold]
#[inline(never)]
pub(crate) fn raise_payload(payload: Payload) {
    let payload = match payload.downcast::<Raised>() {
        Ok(raised) => return raised.0.restore(),
        Err(other) => other,
    };
    let message = text_of(&*payload);
    // The payload's own destructor may panic as well; that one has no place to go but the bin.
    if let Err(second) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        std::mem::forget(second);
    }
    let place = take_place().map(|(place, _)| place);
    let class = exceptions::current().map_or(std::ptr::null_mut(), |classes| classes.panic());
    let text = messages::panicked(&message, place.as_deref());
    if class.is_null() {
        // SAFETY: a builtin exception class.
        set_error(unsafe { ffi::PyExc_RuntimeError }, &text);
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
