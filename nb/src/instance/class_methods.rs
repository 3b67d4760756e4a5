//! Methods that classes get besides those that are bound: `__class_getitem__`, and `__reduce_ex__` for pickling.

use crate::ffi;
use crate::instance::metatype;
use crate::python::error::{Error, Result};
use crate::python::object::{Held, object};
use std::ffi::CStr;
use std::ptr;

struct Table([ffi::PyMethodDef; 2]);
// SAFETY: a constant table without interior mutability.
unsafe impl Sync for Table {}
static METHODS: Table = Table([
    ffi::PyMethodDef {
        ml_name: c"__class_getitem__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: class_getitem },
        ml_flags: ffi::METH_O | ffi::METH_CLASS,
        ml_doc: c"Represent a generic class with type arguments, as typing.Generic does.".as_ptr(),
    },
    ffi::PyMethodDef {
        ml_name: c"__reduce_ex__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce_ex },
        ml_flags: ffi::METH_O,
        ml_doc: c"Helper for pickle.".as_ptr(),
    },
]);

/// Makes `Class[..]` a generic alias.
pub(crate) fn add_class_getitem(class: &object) -> Result<()> {
    add(class, &METHODS.0[0], ffi::PyDescr_NewClassMethod)
}

/// Lets instances be pickled with all protocols.
///
/// Below protocol 2, CPython asks the native base for a copy of its value, which bound classes do not have.
pub(crate) fn add_reduce(class: &object) -> Result<()> {
    add(class, &METHODS.0[1], ffi::PyDescr_NewMethod)
}

type Make = unsafe extern "C" fn(*mut ffi::PyTypeObject, *mut ffi::PyMethodDef) -> *mut ffi::PyObject;

/// Puts a method into the class's namespace, unless it has one of that name.
fn add(class: &object, method: &'static ffi::PyMethodDef, make: Make) -> Result<()> {
    let ty = class.as_ptr().cast::<ffi::PyTypeObject>();
    // SAFETY: a live class of ours; the definition is a static, which CPython only reads.
    unsafe {
        let made = object::steal(make(ty, ptr::from_ref(method).cast_mut()))?;
        let dict = metatype::type_dict(ty)?;
        let name = object::steal(ffi::PyUnicode_FromString(method.ml_name))?;
        if ffi::PyDict_SetDefault(dict.as_ptr(), name.as_ptr(), made.as_ptr()).is_null() {
            return Err(Error::fetch());
        }
        ffi::PyType_Modified(ty);
        Ok(())
    }
}

unsafe extern "C" fn class_getitem(class: *mut ffi::PyObject, item: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython passes live objects.
    unsafe { ffi::Py_GenericAlias(class, item) }
}

/// `object.__reduce_ex__(self, max(protocol, 2))`.
unsafe extern "C" fn reduce_ex(ob: *mut ffi::PyObject, protocol: *mut ffi::PyObject) -> *mut ffi::PyObject {
    const NAME: &CStr = c"__reduce_ex__";
    // SAFETY: CPython passes live objects; every failure is passed on.
    unsafe {
        let _noted = crate::interpreter::attach::note();
        // `__index__` of the protocol may take the object away from its only owner.
        let held = Held::borrow(ob);
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
