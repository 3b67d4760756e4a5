//! For those who write functions for slots: errors and panics as exceptions, and objects that are only looked at.

use crate::ffi;
use crate::interpreter::panic;
use crate::python::error::Result;
use crate::python::object::object;
use std::ffi::c_int;
use std::ptr;

/// What a function in a slot gives to [`slot_guard`], and what C gets to see of it.
///
/// | in Rust | in C | for slots such as |
/// |---|---|---|
/// | `object` | a new reference | `Py_nb_add`, `Py_tp_repr` |
/// | `Option<object>` | the same, or null without an exception | `Py_tp_iternext` |
/// | `()`, `bool`, `i32` | `int` | `Py_tp_init`, `Py_nb_bool` |
/// | `isize` | `Py_ssize_t` or `Py_hash_t` | `Py_sq_length`, `Py_tp_hash` |
///
/// The example is at [`slot_guard`].
pub trait SlotValue {
    /// The result for C.
    type Raw;
    /// What says that an exception was raised.
    const FAILED: Self::Raw;
    /// Gives the value up to C.
    fn into_raw(self) -> Self::Raw;
}

macro_rules! slot_values {
    ($($ty:ty => $raw:ty, $failed:expr, |$value:ident| $body:expr;)*) => { $(
        impl SlotValue for $ty {
            type Raw = $raw;
            const FAILED: $raw = $failed;
            fn into_raw(self) -> $raw {
                let $value = self;
                $body
            }
        }
    )* };
}
slot_values! {
    object => *mut ffi::PyObject, ptr::null_mut(), |value| value.into_ptr();
    Option<object> => *mut ffi::PyObject, ptr::null_mut(), |value| value.map_or(ptr::null_mut(), object::into_ptr);
    () => c_int, -1, |_value| 0;
    bool => c_int, -1, |value| c_int::from(value);
    c_int => c_int, -1, |value| value;
    isize => ffi::Py_ssize_t, -1, |value| value;
}

/// Runs the body of a function in a slot: an `Err` and a panic become the Python exception that C is told of.
///
/// Bound functions have this already. A function that C calls directly, as those of [`type_slots`](crate::type_slots()), must
/// not let a panic out: Rust would end the process. Call it on attached threads, where C calls functions in slots.
///
/// ```no_run
/// use nb::ffi::{PyObject, Py_ssize_t};
/// # struct Bag { items: Vec<i32> }
/// unsafe extern "C" fn length(ob: *mut PyObject) -> Py_ssize_t {
///     nb::slot_guard(|| {
///         // SAFETY: the slot of the class of `Bag` gets a live instance, and Python code changes none meanwhile.
///         let bag = unsafe { &*nb::inst_ptr::<Bag>(nb::handle_at(&ob))? };
///         Ok(isize::try_from(bag.items.len())?)
///     })
/// }
/// ```
pub fn slot_guard<V: SlotValue>(body: impl FnOnce() -> Result<V>) -> V::Raw {
    panic::guard(V::FAILED, || match body() {
        Ok(value) => value.into_raw(),
        Err(error) => {
            error.restore();
            V::FAILED
        }
    })
}

/// Looks at an object that C has passed, without taking a reference to it: nanobind's `nb::handle(ptr)`.
///
/// Functions in slots get pointers, and those that the collector calls must not change reference counts. Where that does not
/// matter, [`object::borrow`] makes an `object` with a reference of its own. Example at [`slot_guard`].
///
/// # Safety
/// A live object, which stays alive while the result is used; the thread is attached.
pub unsafe fn handle_at(ob: &*mut ffi::PyObject) -> &object {
    // SAFETY: caller's contract; an `object` is a pointer that is not null. Behind a reference it is not dropped.
    unsafe { &*ptr::from_ref(ob).cast::<object>() }
}
