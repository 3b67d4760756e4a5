//! Static properties, which hand the class to their functions, and what they share with the other kind: both are subclasses of
//! the builtin `property`. The metatype assigns through them.

use crate::ffi;
use crate::instance::metatype::slot;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::object::object;
use std::ffi::{CStr, c_int};
use std::ptr;

/// Creates `nanobind.nb_static_property`.
pub(crate) fn create() -> Result<object> {
    create_type(c"nanobind.nb_static_property", static_get, static_set_slot)
}

/// Creates a subclass of `property` with other slots.
pub(crate) fn create_type(name: &'static CStr, get: ffi::descrgetfunc, set: ffi::descrsetfunc) -> Result<object> {
    // SAFETY: `property` is a live builtin type; the spec and its tables outlive the call, which copies them.
    unsafe {
        // `property` keeps the docstring of a subclass's instance in its own field or in the attribute `__doc__` of the
        // subclass, depending on where the text comes from. Here both are the same field. The type is not
        // `Py_T_OBJECT_EX`, so that CPython does not take the field for one that the subclass owns.
        let doc = ffi::PyMemberDef {
            name: c"__doc__".as_ptr(),
            #[allow(deprecated, reason = "the kind that CPython does not treat as owned")]
            type_code: ffi::_Py_T_OBJECT,
            offset: member_offset(c"__doc__").ok_or_else(|| import_error(messages::PROPERTY_LAYOUT))?,
            flags: 0,
            doc: ptr::null(),
        };
        let mut members = [doc, std::mem::zeroed()];
        let mut slots = [
            slot(ffi::Py_tp_descr_get, get as *mut _),
            slot(ffi::Py_tp_descr_set, set as *mut _),
            slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
            ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() },
        ];
        let mut spec = ffi::PyType_Spec {
            name: name.as_ptr(),
            basicsize: 0,
            itemsize: 0,
            flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_IMMUTABLETYPE) as u32,
            slots: slots.as_mut_ptr(),
        };
        let bases = object::steal(ffi::PyTuple_Pack(1, (&raw mut ffi::PyProperty_Type).cast::<ffi::PyObject>()))?;
        object::steal(ffi::PyType_FromSpecWithBases(&mut spec, bases.as_ptr()))
    }
}

/// Where `property` keeps a member.
pub(crate) fn member_offset(name: &CStr) -> Option<ffi::Py_ssize_t> {
    // SAFETY: the member table of a builtin type is constant and ends with a null name.
    unsafe {
        let mut member = ffi::PyProperty_Type.tp_members;
        while !(*member).name.is_null() {
            if CStr::from_ptr((*member).name) == name {
                return Some((*member).offset);
            }
            member = member.add(1);
        }
    }
    None
}

/// Whether an object is a static property; null is not.
///
/// # Safety
/// `ob` is live or null.
pub(crate) unsafe fn is_static_property(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract; the type cannot be subclassed, so its slot identifies it.
    unsafe {
        !ob.is_null()
            && (*ffi::Py_TYPE(ob)).tp_descr_set.is_some_and(|f| f as usize == static_set_slot as *const () as usize)
    }
}

/// # Safety
/// CPython passes live objects from the descriptor protocol; attached.
unsafe extern "C" fn static_get(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects from the descriptor protocol; either may be null, not both.
    unsafe {
        let _noted = crate::python::attach::note();
        let class = if class.is_null() { ffi::Py_TYPE(instance).cast() } else { class };
        match object::from_owned(ffi::PyObject_GetAttrString(property, c"fget".as_ptr())) {
            Some(getter) => ffi::PyObject_CallFunctionObjArgs(getter.as_ptr(), class, ptr::null_mut::<ffi::PyObject>()),
            None => ptr::null_mut(),
        }
    }
}

/// # Safety
/// CPython passes live objects from the descriptor protocol; attached.
unsafe extern "C" fn static_set_slot(
    property: *mut ffi::PyObject,
    target: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: live objects from the descriptor protocol.
    unsafe {
        let _noted = crate::python::attach::note();
        let is_class = ffi::PyType_Check(target) != 0;
        let class = if is_class { target } else { ffi::Py_TYPE(target).cast() };
        static_set(property, class, value)
    }
}

/// Assigns through a static property; `value` null for deletion. -1 with an exception raised on failure.
///
/// # Safety
/// Live objects; attached.
pub(crate) unsafe fn static_set(
    property: *mut ffi::PyObject,
    class: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: caller's contract.
    unsafe {
        let name = if value.is_null() { c"fdel" } else { c"fset" };
        let Some(function) = object::from_owned(ffi::PyObject_GetAttrString(property, name.as_ptr())) else {
            return -1;
        };
        if function.is_none() {
            let what = if value.is_null() { "deleter" } else { "setter" };
            let class = crate::python::type_name::of_type(class.cast());
            crate::python::error::attribute_error(messages::static_property_without(&class, what)).restore();
            return -1;
        }
        let result = if value.is_null() {
            ffi::PyObject_CallFunctionObjArgs(function.as_ptr(), class, ptr::null_mut::<ffi::PyObject>())
        } else {
            ffi::PyObject_CallFunctionObjArgs(function.as_ptr(), class, value, ptr::null_mut::<ffi::PyObject>())
        };
        match object::from_owned(result) {
            Some(_) => 0,
            None => -1,
        }
    }
}
