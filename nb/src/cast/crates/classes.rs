//! Instances of the classes of Python's standard library that types of crates are converted from and to.

use crate::call::context::Cx;
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;
use std::ffi::CStr;
use std::ptr;

/// Whether an object is an instance of the class; `None` with a failure noted when the class cannot be had.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(super) unsafe fn is_instance(src: *mut ffi::PyObject, class: Known, cx: &mut Cx<'_>) -> Option<bool> {
    // SAFETY: caller's contract; the state's reference to the class outlives the call.
    unsafe {
        let class = cx.state().known.get(class);
        if class.is_null() {
            cx.mismatch_raised();
            return None;
        }
        Some(ffi::PyObject_TypeCheck(src, class.cast()) != 0)
    }
}

/// An attribute; `None` when reading it raises, which is noted.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
#[cfg(any(feature = "ipnet", feature = "num-rational", feature = "uuid"))]
pub(super) unsafe fn attribute(src: *mut ffi::PyObject, name: &CStr, cx: &mut Cx<'_>) -> Option<object> {
    // SAFETY: caller's contract.
    let found = unsafe { object::from_owned(ffi::PyObject_GetAttrString(src, name.as_ptr())) };
    if found.is_none() {
        cx.mismatch_raised();
    }
    found
}

/// What a method of the class makes of an instance, whatever a class derived from it has in its place; `None` when it raises, which is noted.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
#[cfg(any(feature = "bigdecimal", feature = "rust_decimal"))]
pub(super) unsafe fn call_method(
    src: *mut ffi::PyObject,
    class: Known,
    name: &CStr,
    cx: &mut Cx<'_>,
) -> Option<object> {
    // SAFETY: caller's contract; the state's reference to the class outlives the call, temporaries are owned.
    unsafe {
        let method = match cx.state().known.get(class) {
            class if class.is_null() => None,
            class => object::from_owned(ffi::PyObject_GetAttrString(class, name.as_ptr())),
        };
        let result = method.and_then(|method| {
            object::from_owned(ffi::PyObject_CallFunctionObjArgs(
                method.as_ptr(),
                src,
                ptr::null_mut::<ffi::PyObject>(),
            ))
        });
        if result.is_none() {
            cx.mismatch_raised();
        }
        result
    }
}

/// A new instance, made of one or two objects; null with an exception raised. An argument that is missing has raised one.
///
/// # Safety
/// Attached.
pub(super) unsafe fn new<const N: usize>(
    class: Known,
    arguments: [Option<object>; N],
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    const { assert!(N == 1 || N == 2) };
    if arguments.iter().any(Option::is_none) {
        return ptr::null_mut();
    }
    let argument = |index: usize| arguments.get(index).and_then(Option::as_ref).map_or(ptr::null_mut(), object::as_ptr);
    // SAFETY: attached; the state's reference to the class outlives the call, and the first null ends the arguments.
    unsafe {
        let class = cx.state().known.get(class);
        if class.is_null() {
            return class;
        }
        ffi::PyObject_CallFunctionObjArgs(class, argument(0), argument(1), ptr::null_mut::<ffi::PyObject>())
    }
}
