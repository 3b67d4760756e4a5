//! Whether this thread may use Python objects, and how it comes to that.

use crate::ffi;
use crate::python::messages;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
#[cfg(not(Py_3_12))]
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// What the innermost `gil_scoped_release` of this thread has saved. `PyGILState_Ensure` knows only one thread state for each
    /// thread, mostly that of the main interpreter.
    static RELEASED: Cell<*mut ffi::PyThreadState> = const { Cell::new(ptr::null_mut()) };
}

/// Whether this thread may use Python objects now.
#[inline]
pub fn is_attached() -> bool {
    Here::now().is_some()
}

/// The thread state with which this thread is attached. Code that detaches the thread attaches it again with the same one.
#[derive(Clone, Copy)]
pub(crate) struct Here(NonNull<ffi::PyThreadState>);

impl Here {
    /// None if the thread is not attached.
    #[inline]
    pub(crate) fn now() -> Option<Here> {
        // SAFETY: may be called from any thread at any time. Since 3.12 the current thread state is a thread-local of the
        // interpreter; before, it is a global, that of whichever thread is attached.
        let current = NonNull::new(unsafe { ffi::compat::PyThreadState_GetUnchecked() })?;
        // SAFETY: may be called from any thread at any time; null while there is no interpreter.
        #[cfg(not(Py_3_12))]
        if current.as_ptr() != unsafe { ffi::PyGILState_GetThisThreadState() } && !is_noted(current.as_ptr()) {
            return None;
        }
        Some(Here(current))
    }

    /// The interpreter in which the thread runs: only an address, to be compared.
    ///
    /// # Safety
    /// The thread is still attached, or again.
    #[inline]
    pub(crate) unsafe fn interpreter(self) -> *mut ffi::PyInterpreterState {
        // SAFETY: the thread state of an attached thread is alive, and stays the same, see the type.
        unsafe { ffi::PyThreadState_GetInterpreter(self.0.as_ptr()) }
    }
}

#[cfg(not(Py_3_12))]
thread_local! {
    /// The thread state with which this thread has entered native code last, while there are several interpreters; see [`note`].
    static NOTED: Cell<*mut ffi::PyThreadState> = const { Cell::new(ptr::null_mut()) };
}

/// Whether a thread state which is current somewhere is current here, although CPython remembers another one for the thread.
///
/// It may not be looked into, as its thread may free it at any time, and what it says of its thread is that which has made it. But
/// one that a call on this thread's stack was entered with is this thread's own, and alive.
#[cfg(not(Py_3_12))]
#[cold]
fn is_noted(current: *mut ffi::PyThreadState) -> bool {
    NOTED.get() == current
}

/// A module was imported in an interpreter other than the main one. Where none was, native code runs with the thread states of
/// the main interpreter only.
#[cfg(not(Py_3_12))]
static SEVERAL: AtomicBool = AtomicBool::new(false);

/// A module is imported in the current interpreter.
pub(crate) fn look_at_interpreter() {
    // SAFETY: attached, so there are both.
    #[cfg(not(Py_3_12))]
    if unsafe { ffi::PyInterpreterState_Get() != ffi::PyInterpreterState_Main() } {
        SEVERAL.store(true, Ordering::Relaxed);
    }
}

/// Python has ended, with all its interpreters.
pub(crate) fn python_ended() {
    #[cfg(not(Py_3_12))]
    SEVERAL.store(false, Ordering::Relaxed);
}

/// Whether [`note`] has nothing to do.
#[inline(always)]
pub(crate) fn needs_no_note() -> bool {
    #[cfg(Py_3_12)]
    return true;
    #[cfg(not(Py_3_12))]
    return !SEVERAL.load(Ordering::Relaxed);
}

/// Native code runs, entered by an attached thread; see [`note`].
pub(crate) struct Noted(#[cfg(not(Py_3_12))] Option<*mut ffi::PyThreadState>);

/// Remembers, until the result is dropped, that this thread is attached with the current thread state.
///
/// Before 3.12, CPython cannot say which thread is attached. It remembers one thread state for each thread, which is the wrong
/// one as soon as the thread runs a second interpreter (`Py_NewInterpreter`, `PyThreadState_Swap`). Then this is the right one. As long as
/// native code runs in the main interpreter only, nothing has to be remembered.
///
/// # Safety
/// The thread is attached. The result is dropped on it, in nesting order.
#[inline(always)]
pub(crate) unsafe fn note() -> Noted {
    #[cfg(Py_3_12)]
    return Noted();
    #[cfg(not(Py_3_12))]
    return Noted(if SEVERAL.load(Ordering::Relaxed) { Some(remember()) } else { None });
}

#[cfg(not(Py_3_12))]
#[cold]
fn remember() -> *mut ffi::PyThreadState {
    // SAFETY: may be called at any time.
    NOTED.replace(unsafe { ffi::compat::PyThreadState_GetUnchecked() })
}

#[cfg(not(Py_3_12))]
impl Drop for Noted {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            NOTED.set(before);
        }
    }
}

/// The thread is detached, and this remembers how to attach it again; to be dropped on the same thread and in nesting order.
pub(crate) struct Released {
    state: *mut ffi::PyThreadState,
    outer: *mut ffi::PyThreadState,
}

impl Released {
    /// Panics when the thread is not attached.
    #[track_caller]
    pub(crate) fn start() -> Released {
        crate::python::object::check_attached();
        // SAFETY: attached, checked above; the state is restored by `drop` on this thread (the type is !Send).
        let state = unsafe { ffi::PyEval_SaveThread() };
        Released { state, outer: RELEASED.replace(state) }
    }
}

impl Drop for Released {
    fn drop(&mut self) {
        RELEASED.set(self.outer);
        // SAFETY: the state that `start` saved on this very thread.
        unsafe { ffi::PyEval_RestoreThread(self.state) }
    }
}

/// Whether a thread that is not attached may attach now: while the interpreter ends, waiting for it would never return.
pub(crate) fn can_attach() -> bool {
    // SAFETY: both may be called from any thread at any time.
    unsafe {
        #[cfg(Py_3_13)]
        let ending = ffi::Py_IsFinalizing() != 0;
        #[cfg(not(Py_3_13))]
        let ending = _Py_IsFinalizing() != 0;
        ffi::Py_IsInitialized() != 0 && !ending
    }
}

#[cfg(not(Py_3_13))]
unsafe extern "C" {
    /// The name that `Py_IsFinalizing` had before 3.13.
    fn _Py_IsFinalizing() -> std::ffi::c_int;
}

/// The thread is attached while this lives; to be dropped on the same thread and in nesting order.
pub(crate) struct Attached(Way, PhantomData<*mut ()>);

/// How a thread has come to be attached.
enum Way {
    /// It was.
    Before,
    /// With the thread state that `gil_scoped_release` has saved.
    Restored,
    /// With the one that CPython remembers, or a new one of the main interpreter.
    Ensured(ffi::PyGILState_STATE),
}

impl Attached {
    /// Attaches the thread unless it is, to the interpreter that it runs in.
    ///
    /// Panics when Python was not started or has ended. Does not return while it ends.
    pub(crate) fn wait() -> Attached {
        if is_attached() {
            return Attached(Way::Before, PhantomData);
        }
        let released = RELEASED.get();
        // SAFETY: a detached thread may call any of these while there is an interpreter. What `gil_scoped_release` has saved is
        // attached nowhere else, since only this thread knows it, and lives until the release has ended.
        let way = unsafe {
            assert!(ffi::Py_IsInitialized() != 0, "{}", messages::NO_INTERPRETER);
            if released.is_null() {
                Way::Ensured(ffi::PyGILState_Ensure())
            } else {
                ffi::PyEval_RestoreThread(released);
                Way::Restored
            }
        };
        Attached(way, PhantomData)
    }

    /// As [`wait`](Self::wait); `None` when the interpreter is ending or gone.
    #[inline]
    pub(crate) fn new() -> Option<Attached> {
        if is_attached() { Some(Attached(Way::Before, PhantomData)) } else { Attached::anew() }
    }

    /// Whether the thread was attached already.
    #[inline]
    pub(crate) fn was_before(&self) -> bool {
        matches!(self.0, Way::Before)
    }

    #[inline(never)]
    fn anew() -> Option<Attached> {
        can_attach().then(Attached::wait)
    }
}

impl Drop for Attached {
    #[inline]
    fn drop(&mut self) {
        if !self.was_before() {
            self.leave();
        }
    }
}

impl Attached {
    #[inline(never)]
    fn leave(&mut self) {
        if !is_attached() {
            drop(Hang);
        }
        // SAFETY: pairs with `wait`, see the type.
        unsafe {
            match self.0 {
                Way::Ensured(state) => ffi::PyGILState_Release(state),
                _ => drop(ffi::PyEval_SaveThread()),
            }
        }
    }
}

/// Stops the thread for ever when it is dropped.
///
/// When the interpreter ends, CPython before 3.14 ends every other thread that wants to run Python code from within
/// (`pthread_exit`), which unwinds through our frames; their destructors would use a thread state that is not theirs. Since 3.14 such
/// threads stop, and so they do here.
pub(crate) struct Hang;

/// As [`Hang`], around code that may panic.
#[cfg(not(Py_3_14))]
pub(crate) struct HangUnlessPanicking;

#[cfg(not(Py_3_14))]
impl Drop for HangUnlessPanicking {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(Hang);
        }
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        loop {
            std::thread::park();
        }
    }
}
