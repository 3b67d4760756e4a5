//! How Python objects are counted, told by somebody who knows.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::OnceLock;

/// Adds or removes one reference to a Python object, on any thread.
pub type CountHook = unsafe fn(NonNull<c_void>);

pub(crate) struct Hooks {
    pub inc: CountHook,
    pub dec: CountHook,
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// Says how a Python object is counted: nanobind's `nb::intrusive_init`.
///
/// Modules of `nb` do it when they bind a class with `nb::intrusive_ptr`; only a program that uses this crate with
/// another binding library has a reason to call it. The first call counts: objects that are counted already cannot be
/// counted in another way. The result says whether this was the first.
///
/// ```
/// use std::{ffi::c_void, ptr::NonNull};
///
/// unsafe fn inc(object: NonNull<c_void>) { /* attach, Py_INCREF, detach */ }
/// unsafe fn dec(object: NonNull<c_void>) { /* attach, Py_DECREF, detach */ }
/// // SAFETY: both attach the thread themselves.
/// assert!(unsafe { nb_intrusive::intrusive_init(inc, dec) });
/// ```
///
/// # Safety
/// The hooks are called on any thread, attached or not, with objects that [`set_self_py`](crate::intrusive_counter::set_self_py)
/// was given. Each `inc` must keep the object alive until one more `dec`; one that cannot must panic.
pub unsafe fn intrusive_init(inc: CountHook, dec: CountHook) -> bool {
    HOOKS.set(Hooks { inc, dec }).is_ok()
}

/// The hooks; there are some once a value belongs to Python.
pub(crate) fn hooks() -> &'static Hooks {
    HOOKS.get().expect("nb: a counter was given to Python before `intrusive_init` said how Python objects are counted")
}
