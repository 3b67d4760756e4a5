//! Properties: subclasses of the builtin `property` that call bound functions without a detour.
//!
//! They are properties in every respect (`fget`, `fset`, `isinstance`); a getter or setter of ours runs directly, any
//! other as `property` runs it. The static kind hands the class to its functions.

use crate::call::given::Given;
use crate::call::nb_func::Accessor;
use crate::call::outcome::{not_fit_ptr, refuse_pending};
use crate::call::{dispatch, nb_func};
use crate::ffi;
use crate::instance::static_property::{create_type, is_static_property, member_offset};
use crate::interpreter::{panic, recursion};
use crate::python::attach;
use crate::python::error::{Result, import_error};
use crate::python::object::{StrongRef, object};
use crate::python::{attributes, messages, text};
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

/// Creates `nanobind.nb_property`.
pub(crate) fn create() -> Result<object> {
    let known = [(c"fget", offset_of!(Property, get)), (c"fset", offset_of!(Property, set))];
    if known.iter().any(|(name, offset)| member_offset(name) != Some(*offset as ffi::Py_ssize_t)) {
        return Err(import_error(messages::PROPERTY_LAYOUT));
    }
    create_type(c"nanobind.nb_property", instance_get, instance_set)
}

/// Calls `function`, of which the second argument is the [`nb_func::accessor`]; [`not_fit_ptr`] says that nothing has happened.
///
/// # Safety
/// As [`Quick::run`](crate::call::attempt::Quick::run).
#[inline(always)]
unsafe fn access(
    function: *mut ffi::PyObject,
    (run, capture): Accessor,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // CPython does not count the calls of a property, one of which may lead to the next.
    if !attach::needs_no_note() || panic::running() >= recursion::DEEP {
        return not_fit_ptr();
    }
    // SAFETY: caller's contract. Neither the property nor the function object is needed once the call has begun.
    unsafe {
        if cfg!(debug_assertions) {
            let record = nb_func::function_data(function).records.first().cloned();
            let name = || record.as_ref().map_or_else(String::new, |record| record.call_name());
            return refuse_pending(panic::counted(|| run(capture, receiver, args)), name);
        }
        panic::counted(|| run(capture, receiver, args))
    }
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
        let held = StrongRef::borrow(function);
        Some(panic::guard(ptr::null_mut(), move || {
            let given = Given::new(receiver, args, nargs, ptr::null_mut());
            dispatch::call_tried(nb_func::function_data(held.as_ptr()), &given)
        }))
    }
}

/// # Safety
/// CPython passes live objects from the descriptor protocol; attached.
unsafe extern "C" fn instance_get(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects from the descriptor protocol; `instance` is null when looked up on the class.
    unsafe {
        if !instance.is_null()
            && let function = (*property.cast::<Property>()).get
            && let Some(run) = nb_func::accessor(function, 0)
        {
            let value = access(function, run, instance, ptr::null());
            if value != not_fit_ptr() {
                return value;
            }
        }
        instance_get_general(property, instance, class)
    }
}

/// # Safety
/// As [`instance_get`].
#[inline(never)]
unsafe extern "C" fn instance_get_general(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        if !instance.is_null()
            && let Some(value) = call_bound((*property.cast::<Property>()).get, instance, ptr::null(), 0)
        {
            return value;
        }
        (ffi::PyProperty_Type.tp_descr_get.expect("`property` is a descriptor"))(property, instance, class)
    }
}

/// # Safety
/// CPython passes live objects from the descriptor protocol; attached.
unsafe extern "C" fn instance_set(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: live objects from the descriptor protocol; `value` is null for deletion.
    unsafe {
        if !value.is_null()
            && let function = (*property.cast::<Property>()).set
            && let Some(run) = nb_func::accessor(function, 1)
        {
            let done = access(function, run, instance, &raw const value);
            if done != not_fit_ptr() {
                return finished(done);
            }
        }
        instance_set_general(property, instance, value)
    }
}

/// What a setter tells CPython.
///
/// # Safety
/// A new reference, or null with an exception raised; attached.
#[inline(always)]
unsafe fn finished(done: *mut ffi::PyObject) -> c_int {
    if done.is_null() {
        return -1;
    }
    // SAFETY: owned.
    unsafe { ffi::Py_DECREF(done) };
    0
}

/// # Safety
/// As [`instance_set`].
#[inline(never)]
unsafe extern "C" fn instance_set_general(
    property: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: caller's contract.
    unsafe {
        if !value.is_null()
            && let Some(done) = call_bound((*property.cast::<Property>()).set, instance, &raw const value, 1)
        {
            return finished(done);
        }
        (ffi::PyProperty_Type.tp_descr_set.expect("`property` is a data descriptor"))(property, instance, value)
    }
}

/// Whether this is a property of instances.
pub(crate) fn is_property(value: &object) -> bool {
    // SAFETY: attached; a live object.
    unsafe {
        ffi::PyObject_TypeCheck(value.as_ptr(), &raw mut ffi::PyProperty_Type) != 0
            && !is_static_property(value.as_ptr())
    }
}

/// The same property with a deleter.
pub(crate) fn with_deleter(known: &object, deleter: object) -> Result<object> {
    let part = |name| attributes::get(known, name).filter(|part| !part.is_none());
    // SAFETY: attached; a live object.
    let doc = part(c"__doc__").and_then(|doc| unsafe { text::read(doc.as_ptr()) });
    // SAFETY: a live object, whose type it keeps alive.
    let ty = unsafe { ffi::Py_TYPE(known.as_ptr()) };
    make(ty, [part(c"fget"), part(c"fset"), Some(deleter)], doc.as_deref())
}

/// Builds a property object from its getter, setter and deleter; `None` where it has none.
pub(crate) fn make(ty: *mut ffi::PyTypeObject, functions: [Option<object>; 3], doc: Option<&str>) -> Result<object> {
    // SAFETY: attached; `ty` is one of our subclasses; the call takes its own references.
    unsafe {
        let none = ffi::Py_None();
        let doc = match doc {
            Some(doc) => Some(text::new(doc)?),
            None => None,
        };
        let or_none = |value: &Option<object>| value.as_ref().map_or(none, object::as_ptr);
        let [getter, setter, deleter] = &functions;
        let made = object::steal(ffi::PyObject_CallFunctionObjArgs(
            ty.cast(),
            or_none(getter),
            or_none(setter),
            or_none(deleter),
            or_none(&doc),
            ptr::null_mut::<ffi::PyObject>(),
        ))?;
        // Before 3.12 `property.__init__` puts an explicit docstring where only its own class looks. It does not ask functions
        // that take the class for theirs in every version.
        let shown = match (doc, getter) {
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
