//! Pickling and copying of instances: `__reduce_ex__`, which a class gets with its `__setstate__` (bind/functions.rs).
//!
//! `nb::pickle` is `def_pickle` in class/builder.rs. A `__setstate__` is a constructor (class/constructors.rs, class/slot.rs): it fills an
//! instance without a value, which the `__new__` of a class with `nb::new_` makes for it (`makes_empty` in call/class_call.rs).
//! Functions are pickled by their names (call/function_attrs.rs), members of enumerations as Python's `enum` does it.

use crate::ffi;
use crate::instance::class_methods::{Method, add};
use crate::python::error::Result;
use crate::python::object::{StrongRef, object};
use std::ffi::CStr;
use std::ptr;

static REDUCE_EX: Method = Method(ffi::PyMethodDef {
    ml_name: NAME.as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce_ex },
    ml_flags: ffi::METH_O,
    ml_doc: c"Helper for pickle.".as_ptr(),
});

const NAME: &CStr = c"__reduce_ex__";

/// Lets instances be pickled with all protocols.
///
/// Below protocol 2, CPython asks the native base for a copy of its value, which bound classes do not have.
pub(crate) fn add_reduce(class: &object) -> Result<()> {
    add(class, &REDUCE_EX, ffi::PyDescr_NewMethod)
}

/// `object.__reduce_ex__(self, max(protocol, 2))`.
///
/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn reduce_ex(ob: *mut ffi::PyObject, protocol: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython passes live objects; every failure is passed on.
    unsafe {
        let _noted = crate::python::attach::note();
        // `__index__` of the protocol may take the object away from its only owner.
        let held = StrongRef::borrow(ob);
        let given = ffi::PyLong_AsLong(protocol);
        if given == -1 && !ffi::PyErr_Occurred().is_null() {
            return ptr::null_mut();
        }
        let base = (&raw mut ffi::PyBaseObject_Type).cast::<ffi::PyObject>();
        let Some(reduce) = object::from_owned(ffi::PyObject_GetAttrString(base, NAME.as_ptr())) else {
            return ptr::null_mut();
        };
        let Some(protocol) = object::from_owned(ffi::PyLong_FromLong(given.max(2))) else { return ptr::null_mut() };
        ffi::PyObject_CallFunctionObjArgs(
            reduce.as_ptr(),
            held.as_ptr(),
            protocol.as_ptr(),
            ptr::null_mut::<ffi::PyObject>(),
        )
    }
}
