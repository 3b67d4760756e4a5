//! Call guards: `nb::call_guard<T>()` and the release and acquisition of the interpreter.

use crate::ffi;
use std::marker::PhantomData;

/// Something that is made before and dropped after the body of a bound function.
///
/// Implement it for your own types; the value is made after all arguments are converted and dropped before the result
/// is, also when the body panics.
///
/// ```no_run
/// struct Timer(std::time::Instant);
/// impl nb::CallGuard for Timer {
///     fn enter() -> Timer { Timer(std::time::Instant::now()) }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a call guard",
    label = "`{Self}` does not implement `nb::CallGuard`",
    note = "implement `nb::CallGuard` for `{Self}`: `enter` makes the guard before the function runs, `Drop` ends it"
)]
pub trait CallGuard: 'static {
    /// Makes the guard.
    fn enter() -> Self;
}

/// A guard that may surround a function with the arguments `A`.
#[diagnostic::on_unimplemented(
    message = "the call guard `{Self}` cannot surround a function with the arguments `{A}`",
    label = "an argument of this function cannot be used under this guard",
    note = "`gil_scoped_release` needs arguments that can be used without the interpreter: no Python objects, and bound types that are `Sync`"
)]
pub trait GuardFor<A>: 'static {
    #[doc(hidden)]
    fn enter() -> Self;
}

impl<G: CallGuard, A> GuardFor<A> for G {
    fn enter() -> G {
        G::enter()
    }
}

/// No guard.
#[doc(hidden)]
pub struct no_guard;

impl CallGuard for no_guard {
    fn enter() -> no_guard {
        no_guard
    }
}

macro_rules! tuple_guards {
    ($($G:ident),+) => {
        /// Guards are made from left to right and dropped in reverse.
        impl<Args, $($G: GuardFor<Args>),+> GuardFor<Args> for guards<($($G,)+)> {
            fn enter() -> Self {
                $( #[allow(non_snake_case)] let $G = $G::enter(); )+
                let mut list: Vec<Box<dyn std::any::Any>> = vec![$(Box::new($G)),+];
                list.reverse();
                guards(list, PhantomData)
            }
        }
    };
}

/// Several guards in one annotation; dropped in the reverse of the order in which they were made.
#[doc(hidden)]
pub struct guards<T>(#[allow(dead_code, reason = "held for its Drop")] Vec<Box<dyn std::any::Any>>, PhantomData<T>);

tuple_guards!(A, B);
tuple_guards!(A, B, C);
tuple_guards!(A, B, C, E);

/// Releases the interpreter while it lives, nanobind's `nb::gil_scoped_release`.
///
/// As a call guard: `nb::call_guard<nb::gil_scoped_release>()`. In code, [`gil_scoped_release::run`] takes a `Send`
/// closure, so no Python object can get in.
pub struct gil_scoped_release {
    state: *mut ffi::PyThreadState,
}

impl gil_scoped_release {
    fn start() -> gil_scoped_release {
        crate::obj::check_attached();
        // SAFETY: attached, checked above; the thread state is restored by Drop on this thread (the type is !Send).
        gil_scoped_release { state: unsafe { ffi::PyEval_SaveThread() } }
    }

    /// Runs `body` without the interpreter.
    ///
    /// Panics when the thread is not attached.
    pub fn run<R: Send, F>(body: F) -> R
    where
        F: FnOnce() -> R,
        F: Send, // no Python object may be used without the interpreter: convert what the closure needs before
    {
        let _released = gil_scoped_release::start();
        body()
    }
}

impl Drop for gil_scoped_release {
    fn drop(&mut self) {
        // SAFETY: the state that `start` saved on this very thread.
        unsafe { ffi::PyEval_RestoreThread(self.state) }
    }
}

impl<A: Send> GuardFor<A> for gil_scoped_release {
    fn enter() -> gil_scoped_release {
        gil_scoped_release::start()
    }
}

/// Whether Python can be used: nanobind's `nb::is_alive`.
///
/// True from the start of the interpreter until it ends; while it ends, only on threads that are attached, as those are that
/// run the last destructors. Whatever drops Python objects in this library asks by itself. For code of your own that
/// runs late, in the destructor of a static or on a thread that outlives the interpreter, say.
///
/// ```no_run
/// struct Session;
/// impl Drop for Session {
///     fn drop(&mut self) {
///         if nb::is_alive() {
///             nb::gil_scoped_acquire::run(|| {
///                 // Tell Python that the session has ended.
///             });
///         }
///     }
/// }
/// ```
pub fn is_alive() -> bool {
    crate::obj::is_attached() || can_attach()
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

/// Attaches a thread to the interpreter, nanobind's `nb::gil_scoped_acquire`.
///
/// A closure instead of a scope object: guards dropped out of order would end the process.
///
/// ```no_run
/// std::thread::spawn(|| {
///     nb::gil_scoped_acquire::run(|| {
///         // Python objects may be used here.
///     })
/// });
/// ```
pub struct gil_scoped_acquire(());

impl gil_scoped_acquire {
    /// Runs `body` attached; blocks until the interpreter is free. Works from any thread, attached or not.
    pub fn run<R>(body: impl FnOnce() -> R) -> R {
        struct Attached(ffi::PyGILState_STATE);
        impl Drop for Attached {
            fn drop(&mut self) {
                // SAFETY: pairs with the Ensure below, on the same thread and in nesting order.
                unsafe { ffi::PyGILState_Release(self.0) }
            }
        }
        // SAFETY: may be called from any thread while the interpreter runs.
        let _attached = Attached(unsafe { ffi::PyGILState_Ensure() });
        body()
    }
}
