//! Properties: subclasses of the builtin `property` that call bound functions without a detour.
//!
//! They are properties in every respect (`fget`, `fset`, `isinstance`); a getter or setter of ours runs directly, any
//! other as `property` runs it. The static kind hands the class to its functions.

use crate::call::dispatch;
use crate::call::given::Given;
use crate::call::nb_func;
use crate::ffi;
use crate::instance::metatype::slot;
use crate::interpreter::panic;
use crate::python::attributes;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::object::{Held, object};
use crate::python::text;
use std::ffi::c_int;
use std::mem::offset_of;
use std::ptr;

/// The beginning of `property` objects, checked against the type's own table when ours are made.
#[repr(C)]
struct Property {
    ob: ffi::PyObject,
    get: *mut ffi::PyObject,
    set: *mut ffi::PyObject,
}

/// Creates `nanobind.nb_property` and `nanobind.nb_static_property`.
pub(crate) fn create_types() -> Result<(object, object)> {
    let known = [(c"fget", offset_of!(Property, get)), (c"fset", offset_of!(Property, set))];
    if known.iter().any(|(name, offset)| member_offset(name) != Some(*offset as ffi::Py_ssize_t)) {
        return Err(import_error(messages::PROPERTY_LAYOUT));
    }
    Ok((
        create_type(c"nanobind.nb_property", instance_get, instance_set)?,
        create_type(c"nanobind.nb_static_property", static_get, static_set_slot)?,
    ))
}

fn create_type(name: &'static std::ffi::CStr, get: ffi::descrgetfunc, set: ffi::descrsetfunc) -> Result<object> {
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
fn member_offset(name: &std::ffi::CStr) -> Option<ffi::Py_ssize_t> {
    // SAFETY: the member table of a builtin type is constant and ends with a null name.
    unsafe {
        let mut member = ffi::PyProperty_Type.tp_members;
        while !(*member).name.is_null() {
            if std::ffi::CStr::from_ptr((*member).name) == name {
                return Some((*member).offset);
            }
            member = member.add(1);
        }
    }
    None
}

/// Calls the bound method `function` with `receiver`; `None` when it is something else.
///
/// # Safety
/// Live objects, `function` may be null; `args` holds `nargs` live objects; attached.
#[inline(always)]
unsafe fn call_bound(
    function: *mut ffi::PyObject,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: caller's contract. The function is kept alive, since what it runs may take it out of the property.
    unsafe {
        if function.is_null() || !nb_func::is_bound_method(function) {
            return None;
        }
        let held = Held::borrow(function);
        Some(panic::guard(ptr::null_mut(), move || {
            let given = Given::new(receiver, args, nargs, ptr::null_mut());
            dispatch::call(nb_func::function_data(held.as_ptr()), &given)
        }))
    }
}

unsafe extern "C" fn instance_get(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects from the descriptor protocol; `instance` is null when looked up on the class.
    unsafe {
        if !instance.is_null()
            && let Some(value) = call_bound((*property.cast::<Property>()).get, instance, ptr::null(), 0)
        {
            return value;
        }
        (ffi::PyProperty_Type.tp_descr_get.expect("`property` is a descriptor"))(property, instance, class)
    }
}

unsafe extern "C" fn instance_set(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: live objects from the descriptor protocol; `value` is null for deletion.
    unsafe {
        if !value.is_null()
            && let Some(done) = call_bound((*property.cast::<Property>()).set, instance, &raw const value, 1)
        {
            if done.is_null() {
                return -1;
            }
            ffi::Py_DECREF(done);
            return 0;
        }
        (ffi::PyProperty_Type.tp_descr_set.expect("`property` is a data descriptor"))(property, instance, value)
    }
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
        let _noted = crate::python::attach::note();
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

/// Builds a property object from its functions; `None` where it has none.
pub(crate) fn make(
    ty: *mut ffi::PyTypeObject,
    getter: Option<object>,
    setter: Option<object>,
    doc: Option<&str>,
) -> Result<object> {
    // SAFETY: attached; `ty` is one of our subclasses; the call takes its own references.
    unsafe {
        let none = ffi::Py_None();
        let doc = doc.map(text::new).transpose()?;
        let or_none = |value: &Option<object>| value.as_ref().map_or(none, object::as_ptr);
        let made = object::steal(ffi::PyObject_CallFunctionObjArgs(
            ty.cast(),
            or_none(&getter),
            or_none(&setter),
            none,
            or_none(&doc),
            ptr::null_mut::<ffi::PyObject>(),
        ))?;
        // Before 3.12 `property.__init__` puts an explicit docstring where only its own class looks. It does not ask functions
        // that take the class for theirs in every version.
        let shown = match (doc, &getter) {
            (Some(doc), _) => Some(doc),
            (None, Some(getter)) if is_static_property(made.as_ptr()) => {
                Some(object::steal(ffi::PyObject_GetAttrString(getter.as_ptr(), c"__doc__".as_ptr()))?)
            }
            _ => None,
        };
        if shown.is_some() || is_static_property(made.as_ptr()) {
            attributes::set(&made, "__doc__", &object::borrow(or_none(&shown)))?;
        }
        Ok(made)
    }
}
