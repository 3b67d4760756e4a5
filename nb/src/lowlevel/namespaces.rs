//! Attributes without attribute access: `nb::type_dict`, `nb::type_lookup`, `nb::inst_dict`.

use crate::ffi;
use crate::handles::dict;
use crate::instance::metatype;
use crate::python::error::{Result, type_error};
use crate::python::object::{check_attached, object};
use crate::python::{messages, text};
use std::ptr;

/// The class as a type object; a `TypeError` for anything else.
fn class_of(function: &str, class: &object) -> Result<*mut ffi::PyTypeObject> {
    check_attached();
    // SAFETY: a live object.
    match unsafe { ffi::PyType_Check(class.as_ptr()) } {
        0 => Err(type_error(messages::not_a_class(function, &class.class_name()))),
        _ => Ok(class.as_ptr().cast()),
    }
}

/// What is defined in the body of a class, without its bases: nanobind's `nb::type_dict`.
///
/// Works for every Python class, bound or not. Gives a read-only view, as `vars(class)` does: a change that the class does
/// not hear of would leave its caches with freed objects, so classes are changed by assignment.
///
/// # Errors
/// `TypeError` when the object is not a class.
///
/// ```no_run
/// fn defines_len(class: nb::object) -> nb::Result<bool> {
///     nb::type_dict(&class)?.contains("__len__")
/// }
/// ```
pub fn type_dict(class: &object) -> Result<object> {
    let ty = class_of("type_dict", class)?;
    // SAFETY: a live type and its namespace.
    unsafe { object::steal(ffi::PyDictProxy_New(metatype::type_dict(ty)?.as_ptr())) }
}

/// Looks a name up in a class and its bases, in the order of the MRO, and runs no code: nanobind's `nb::type_lookup`.
///
/// The result is what lies in the namespace: a property is the property, a function a function. `None` when there is nothing
/// of the name; no exception is made for that.
///
/// # Errors
/// `TypeError` when the object is not a class.
///
/// ```no_run
/// fn has_own_repr(value: nb::object) -> nb::Result<bool> {
///     Ok(nb::type_lookup(&value.type_().into(), "__repr__")?.is_some())
/// }
/// ```
pub fn type_lookup(class: &object, name: &str) -> Result<Option<object>> {
    let ty = class_of("type_lookup", class)?;
    let name = text::new(name)?;
    // SAFETY: a live type; the result is a new reference or null.
    Ok(unsafe { object::from_owned(metatype::lookup(ty, name.as_ptr())) })
}

/// The `__dict__` of an instance, whatever its class does with attributes: nanobind's `nb::inst_dict`.
///
/// Works for every object. `None` when its class gives its instances no dictionary; no exception is made for that. The
/// dictionary is the instance's own, so changes are seen by attribute access.
///
/// # Errors
/// `TypeError` for a class, whose namespace [`type_dict`] gives.
///
/// ```no_run
/// fn note(value: nb::object) -> nb::Result<bool> {
///     let Some(attributes) = nb::inst_dict(&value)? else { return Ok(false) };
///     attributes.set("noted", true)?;
///     Ok(true)
/// }
/// ```
pub fn inst_dict(value: &object) -> Result<Option<dict>> {
    check_attached();
    // SAFETY: a live object. Since 3.11, a class may leave it to the interpreter where the dictionary is.
    unsafe {
        if ffi::PyType_Check(value.as_ptr()) != 0 {
            return Err(type_error(messages::CLASS_FOR_INSTANCE));
        }
        let ty = ffi::Py_TYPE(value.as_ptr());
        let managed = cfg!(Py_3_11) && ffi::PyType_HasFeature(ty, 1 << 4) != 0;
        if (*ty).tp_dictoffset == 0 && !managed {
            return Ok(None);
        }
        dict::try_from(object::steal(ffi::PyObject_GenericGetDict(value.as_ptr(), ptr::null_mut()))?).map(Some)
    }
}
