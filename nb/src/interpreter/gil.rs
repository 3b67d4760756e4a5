//! Call guards: `nb::call_guard<T>()` and the release and acquisition of the interpreter.

use crate::ffi;
use crate::python::attach::{Attached, Hang, Released, can_attach};
use crate::util::arity::for_each_arity;
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
///
/// Implement [`CallGuard`] for guards of your own; each is one for all arguments.
#[diagnostic::on_unimplemented(
    message = "the call guard `{Self}` cannot surround a function with the arguments `{A}`",
    label = "an argument of this function cannot be used under this guard",
    note = "`gil_scoped_release` needs arguments that can be used without the interpreter: no Python objects, and bound types that are `Sync`"
)]
pub trait GuardFor<A>: 'static {
    /// Makes the guard. Not for everybody: a guard that gives the interpreter up must not be forgotten or kept.
    ///
    /// # Safety
    /// Attached. The guard is dropped on this thread, after all guards that were made later, and before anything else than
    /// a function with arguments that `A` stands for is called.
    #[doc(hidden)]
    unsafe fn enter() -> Self;
}

impl<G: CallGuard, A> GuardFor<A> for G {
    unsafe fn enter() -> G {
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
    ($count:tt: $($G:ident $guard:ident $index:tt),+) => {
        /// Guards are made from left to right and dropped in reverse.
        impl<Args, $($G: GuardFor<Args>),+> GuardFor<Args> for guards<($($G,)+)> {
            unsafe fn enter() -> Self {
                // SAFETY: caller's contract; the list drops them in the reverse order.
                $( let $guard = unsafe { $G::enter() }; )+
                let mut list: Vec<Box<dyn std::any::Any>> = vec![$(Box::new($guard)),+];
                list.reverse();
                guards(list, PhantomData)
            }
        }
    };
}

/// Several guards in one annotation; dropped in the reverse of the order in which they were made.
#[doc(hidden)]
pub struct guards<T>(#[allow(dead_code, reason = "held for its Drop")] Vec<Box<dyn std::any::Any>>, PhantomData<T>);

for_each_arity!(tuple_guards, 2..=4);

/// Releases the interpreter while it lives, nanobind's `nb::gil_scoped_release`.
///
/// As a call guard: `nb::call_guard<nb::gil_scoped_release>()`. In code, [`gil_scoped_release::run`] takes a `Send`
/// closure, so no Python object can get in.
///
/// ```no_run
/// fn wait(seconds: f64) {
///     nb::gil_scoped_release::run(|| std::thread::sleep(std::time::Duration::from_secs_f64(seconds)));
/// }
/// ```
pub struct gil_scoped_release(#[allow(dead_code, reason = "held for its Drop")] Released);

impl gil_scoped_release {
    fn start() -> gil_scoped_release {
        gil_scoped_release(Released::start())
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

impl<A: Send> GuardFor<A> for gil_scoped_release {
    unsafe fn enter() -> gil_scoped_release {
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
    crate::python::object::is_attached() || can_attach()
}

/// Attaches a thread to the interpreter, nanobind's `nb::gil_scoped_acquire`.
///
/// A closure instead of a scope object: guards dropped out of order would end the process.
///
/// The interpreter is the one in which the thread is attached, or was before `gil_scoped_release`. A thread that
/// has none attaches to the main interpreter.
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
    ///
    /// Panics when Python was not started or has ended.
    pub fn run<R>(body: impl FnOnce() -> R) -> R {
        let _attached = Attached::wait();
        body()
    }

    /// As [`run`](Self::run), or `None` where Python was not started, ends or has ended: nanobind's `is_valid()` in advance.
    ///
    /// For threads and destructors that may outlive the interpreter. One that begins to end while the thread waits for it keeps the
    /// thread for ever, as Python does.
    ///
    /// ```no_run
    /// struct Session;
    /// impl Drop for Session {
    ///     fn drop(&mut self) {
    ///         nb::gil_scoped_acquire::try_run(|| nb::print("the session has ended").ok());
    ///     }
    /// }
    /// ```
    pub fn try_run<R>(body: impl FnOnce() -> R) -> Option<R> {
        let _attached = Attached::new()?;
        Some(body())
    }
}

/// What a descriptor's `__get__` gives for an instance, on a thread that the end of the interpreter may surprise.
///
/// # Safety
/// `get` is that of the descriptor's type; live objects; attached.
pub(crate) unsafe fn get_python(
    get: ffi::descrgetfunc,
    descriptor: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    type Get =
        unsafe extern "C-unwind" fn(*mut ffi::PyObject, *mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject;
    // SAFETY: the same function, and a caller that is prepared for the end of the thread.
    let get = unsafe { std::mem::transmute::<ffi::descrgetfunc, Get>(get) };
    let hang = Hang;
    // SAFETY: caller's contract; as in `call_python`.
    let result = unsafe { get(descriptor, instance, ffi::Py_TYPE(instance).cast()) };
    std::mem::forget(hang);
    result
}

/// `PyObject_Vectorcall` without keywords (so that `PyObject_VectorcallDict` is the same), on a thread that the end of the interpreter may surprise.
///
/// # Safety
/// As of that function.
pub(crate) unsafe fn call_python(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
) -> *mut ffi::PyObject {
    unsafe extern "C-unwind" {
        /// What 3.10 calls `PyObject_Vectorcall` is an inline function there.
        #[cfg_attr(not(Py_3_11), link_name = "PyObject_VectorcallDict")]
        fn PyObject_Vectorcall(
            callable: *mut ffi::PyObject,
            args: *const *mut ffi::PyObject,
            nargsf: usize,
            kwnames: *mut ffi::PyObject,
        ) -> *mut ffi::PyObject;
    }
    let hang = Hang;
    // SAFETY: caller's contract. No panic leaves a bound function, so whatever unwinds from here is the end of the thread.
    let result = unsafe { PyObject_Vectorcall(callable, args, nargsf, std::ptr::null_mut()) };
    std::mem::forget(hang);
    result
}
