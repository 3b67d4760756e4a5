//! [`ReadOnly`]: a result that Python may look at, but not modify.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::class_trait::Class;
use crate::cast::new_instance::new_boxed;
use crate::cast::traits::Ret;
use crate::cast::unique_ptr::unique_ptr;
use crate::ffi;
use crate::instance::header::Inst;

/// A returned `Box<T>` or [`unique_ptr<T>`](unique_ptr) whose value Python must not modify: nanobind's
/// `std::unique_ptr<const T>`.
///
/// Python owns the value, and may give it back. A function that takes it as `&mut T` raises a `RuntimeError`, and so does
/// an assignment to one of its fields.
///
/// ```no_run
/// # struct Dog { age: i32 }
/// fn champion() -> nb::ReadOnly<Box<Dog>> {
///     nb::ReadOnly(Box::new(Dog { age: 5 }))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOnly<B>(pub B);

/// Marks a new or returned object; null stays null.
///
/// # Safety
/// `ob` is null, or a new instance of ours.
unsafe fn mark(ob: *mut ffi::PyObject) -> *mut ffi::PyObject {
    if !ob.is_null() {
        // SAFETY: not null, hence a live instance of ours.
        unsafe { (*ob.cast::<Inst>()).set_read_only() };
    }
    ob
}

// SAFETY: ownership passes to the object.
unsafe impl<D, P, T: Class<D>> Ret<D, P> for ReadOnly<Box<T>> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { mark(new_boxed(value.0, cx)) }
    }
}

// SAFETY: as above.
unsafe impl<D, P, T: Class<D>> Ret<D, P> for ReadOnly<unique_ptr<T>> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { mark(<unique_ptr<T> as Ret<D, P>>::put(value.0, cx)) }
    }
}
