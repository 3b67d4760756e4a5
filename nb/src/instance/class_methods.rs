//! Methods that classes get besides those that are bound: `__class_getitem__`. For `__reduce_ex__` see pickle.rs.

use crate::ffi;
use crate::instance::metatype;
use crate::python::error::{Error, Result};
use crate::python::object::object;
use std::ptr;

/// The definition of a method, in a static.
pub(crate) struct Method(pub(crate) ffi::PyMethodDef);
// SAFETY: a constant without interior mutability.
unsafe impl Sync for Method {}
static CLASS_GETITEM: Method = Method(ffi::PyMethodDef {
    ml_name: c"__class_getitem__".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: class_getitem },
    ml_flags: ffi::METH_O | ffi::METH_CLASS,
    ml_doc: c"Represent a generic class with type arguments, as typing.Generic does.".as_ptr(),
});

/// Makes `Class[..]` a generic alias.
pub(crate) fn add_class_getitem(class: &object) -> Result<()> {
    add(class, &CLASS_GETITEM, ffi::PyDescr_NewClassMethod)
}

pub(super) type Make = unsafe extern "C" fn(*mut ffi::PyTypeObject, *mut ffi::PyMethodDef) -> *mut ffi::PyObject;

/// Puts a method into the class's namespace, unless it has one of that name.
pub(crate) fn add(class: &object, Method(method): &'static Method, make: Make) -> Result<()> {
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

/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn class_getitem(class: *mut ffi::PyObject, item: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython passes live objects.
    unsafe { ffi::Py_GenericAlias(class, item) }
}
