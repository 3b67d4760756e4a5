//! Properties: the builtin `property` for instances, `nb_static_property` for classes.

use crate::error::Result;
use crate::ffi;
use crate::metatype::slot;
use crate::obj::object;
use std::ffi::c_int;
use std::ptr;

/// Creates `nanobind.nb_static_property`, a `property` that hands the class to its functions.
pub(crate) fn create_static_property_type() -> Result<object> {
    // SAFETY: `property` is a live builtin type; the spec and its tables outlive the call, which copies them.
    unsafe {
        // `property` keeps the docstring of a subclass's instance in its own field or in the attribute `__doc__` of the
        // subclass, depending on where the text comes from. Here both are the same field. The type is not
        // `Py_T_OBJECT_EX`, so that CPython does not take the field for one that the subclass owns.
        let doc = ffi::PyMemberDef {
            name: c"__doc__".as_ptr(),
            #[allow(deprecated, reason = "the kind that CPython does not treat as owned")]
            type_code: ffi::_Py_T_OBJECT,
            offset: doc_offset(),
            flags: 0,
            doc: ptr::null(),
        };
        let mut members = [doc, std::mem::zeroed()];
        let mut slots = [
            slot(ffi::Py_tp_descr_get, static_get as *mut _),
            slot(ffi::Py_tp_descr_set, static_set_slot as *mut _),
            slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
            ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() },
        ];
        let mut spec = ffi::PyType_Spec {
            name: c"nanobind.nb_static_property".as_ptr(),
            basicsize: 0,
            itemsize: 0,
            flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_IMMUTABLETYPE) as u32,
            slots: slots.as_mut_ptr(),
        };
        let bases = object::steal(ffi::PyTuple_Pack(1, (&raw mut ffi::PyProperty_Type).cast::<ffi::PyObject>()))?;
        object::steal(ffi::PyType_FromSpecWithBases(&mut spec, bases.as_ptr()))
    }
}

/// Where `property` keeps its docstring.
fn doc_offset() -> ffi::Py_ssize_t {
    // SAFETY: the member table of a builtin type is constant and ends with a null name.
    unsafe {
        let mut member = ffi::PyProperty_Type.tp_members;
        while !(*member).name.is_null() {
            if std::ffi::CStr::from_ptr((*member).name) == c"__doc__" {
                return (*member).offset;
            }
            member = member.add(1);
        }
    }
    unreachable!("`property` has had a `__doc__` member since Python 2.2")
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

unsafe extern "C" fn static_get(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects from the descriptor protocol; either may be null, not both.
    unsafe {
        let class = if class.is_null() { ffi::Py_TYPE(instance).cast() } else { class };
        match object::from_owned(ffi::PyObject_GetAttrString(property, c"fget".as_ptr())) {
            Some(getter) => ffi::PyObject_CallFunctionObjArgs(getter.as_ptr(), class, ptr::null_mut::<ffi::PyObject>()),
            None => ptr::null_mut(),
        }
    }
}

unsafe extern "C" fn static_set_slot(
    property: *mut ffi::PyObject,
    target: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: live objects from the descriptor protocol.
    unsafe {
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
            crate::error::attribute_error(format!(
                "static property of '{}' has no {what}",
                crate::typename::of_type(class.cast())
            ))
            .restore();
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

/// Builds a property object from its functions; `None` where it has none.
pub(crate) fn make(
    ty: *mut ffi::PyTypeObject,
    getter: Option<object>,
    setter: Option<object>,
    doc: Option<&str>,
) -> Result<object> {
    // SAFETY: attached; `ty` is `property` or our subclass; the call takes its own references.
    unsafe {
        let none = ffi::Py_None();
        let doc = match doc {
            Some(doc) => {
                Some(object::steal(ffi::PyUnicode_FromStringAndSize(doc.as_ptr().cast(), doc.len() as isize))?)
            }
            None => None,
        };
        let or_none = |value: &Option<object>| value.as_ref().map_or(none, object::as_ptr);
        let made = object::steal(ffi::PyObject_CallFunctionObjArgs(
            ty.cast(),
            or_none(&getter),
            or_none(&setter),
            none,
            or_none(&doc),
            ptr::null_mut::<ffi::PyObject>(),
        ))?;
        if ty != &raw mut ffi::PyProperty_Type {
            // Before 3.12 `property.__init__` puts an explicit docstring where only its own class looks.
            crate::bind::set_attribute(&made, "__doc__", &object::borrow(or_none(&doc)))?;
        }
        Ok(made)
    }
}
