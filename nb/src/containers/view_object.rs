//! The Python objects of views, as `dict.keys()` gives them: they look at their map each time.

use crate::bind::scope::{self, Home};
use crate::containers::inner_type;
use crate::containers::map_iterator::{Kind, MapTable};
use crate::ffi;
use crate::instance::metatype::slot;
use crate::interpreter::panic;
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::python::object::{StrongRef, object};
use std::ffi::{c_int, c_void};
use std::mem::size_of;
use std::ptr;

/// The Python object.
#[repr(C)]
struct View {
    ob: ffi::PyObject,
    /// The map; an owned reference, null after the collector has cleared it.
    owner: *mut ffi::PyObject,
    table: *const MapTable,
    kind: Kind,
}

/// A view of a map; a new reference, or null with an exception raised.
///
/// # Safety
/// The owner is live, and of a class of maps with the table; attached.
pub(super) unsafe fn make(
    ty: &object,
    owner: *mut ffi::PyObject,
    table: &'static MapTable,
    kind: Kind,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; fresh memory.
    unsafe {
        let made = ffi::PyType_GenericAlloc(ty.as_ptr().cast(), 0).cast::<View>();
        if !made.is_null() {
            (*made).table = table;
            (*made).kind = kind;
            (*made).owner = ffi::Py_NewRef(owner);
        }
        made.cast()
    }
}

/// The type of views with this name in the class, made when it is asked for the first time.
pub(super) fn find_type(home: &Home<'_>, name: &str) -> Result<object> {
    if let Some(known) = scope::own_attribute(home.scope, name)?.filter(is_view_type) {
        return Ok(known);
    }
    let slots = [
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_clear, clear as *mut c_void),
        slot(ffi::Py_tp_iter, iterate as *mut c_void),
        slot(ffi::Py_sq_length, len as *mut c_void),
        slot(ffi::Py_sq_contains, contains as *mut c_void),
    ];
    // SAFETY: the functions are for objects of this size.
    let made = unsafe { inner_type::make(Some(home), name, size_of::<View>(), &slots) }?;
    scope::put(home, "view", name, &made)?;
    Ok(made)
}

fn is_view_type(ob: &object) -> bool {
    // SAFETY: a live object; `tp_iter` tells our types from others, and no subclass can be made.
    unsafe {
        ffi::PyType_Check(ob.as_ptr()) != 0
            && (*ob.as_ptr().cast::<ffi::PyTypeObject>())
                .tp_iter
                .is_some_and(|f| f as usize == iterate as *const () as usize)
    }
}

/// The map of a view; `None` with an exception raised for one that the collector has cleared, which others may still find.
///
/// # Safety
/// An object of ours; attached.
unsafe fn owner(ob: *mut ffi::PyObject) -> Option<StrongRef> {
    // SAFETY: caller's contract.
    unsafe {
        let owner = (*ob.cast::<View>()).owner;
        if owner.is_null() {
            runtime_error(messages::VIEW_CLEARED).restore();
            return None;
        }
        Some(StrongRef::borrow(owner))
    }
}

/// # Safety
/// The protocol of `tp_iter`.
unsafe extern "C" fn iterate(ob: *mut ffi::PyObject) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: an object of ours, whose map is held meanwhile.
        unsafe {
            let Some(owner) = owner(ob) else { return ptr::null_mut() };
            let view = ob.cast::<View>();
            (*(*view).table).iterate(owner.as_ptr(), (*view).kind)
        }
    })
}

/// # Safety
/// The protocol of `sq_length`.
unsafe extern "C" fn len(ob: *mut ffi::PyObject) -> ffi::Py_ssize_t {
    // SAFETY: as in `iterate`.
    unsafe { owner(ob).map_or(-1, |owner| ffi::PyObject_Size(owner.as_ptr())) }
}

/// # Safety
/// The protocol of `sq_contains`.
unsafe extern "C" fn contains(ob: *mut ffi::PyObject, wanted: *mut ffi::PyObject) -> c_int {
    // SAFETY: as in `iterate`; live objects.
    unsafe {
        let Some(owner) = owner(ob) else { return -1 };
        match (*ob.cast::<View>()).kind {
            Kind::Key => ffi::PySequence_Contains(owner.as_ptr(), wanted),
            Kind::Value | Kind::Item => search(ob, wanted),
        }
    }
}

/// Looks at one after the other; -1 with an exception raised.
///
/// # Safety
/// Live objects; attached.
unsafe fn search(ob: *mut ffi::PyObject, wanted: *mut ffi::PyObject) -> c_int {
    // SAFETY: caller's contract; what the iterator gives is owned while it is compared, and so is what is wanted.
    unsafe {
        let Some(all) = object::from_owned(iterate(ob)) else { return -1 };
        let wanted = StrongRef::borrow(wanted);
        while let Some(one) = object::from_owned(ffi::PyIter_Next(all.as_ptr())) {
            match ffi::PyObject_RichCompareBool(one.as_ptr(), wanted.as_ptr(), ffi::Py_EQ) {
                0 => {}
                found => return found,
            }
        }
        if ffi::PyErr_Occurred().is_null() { 0 } else { -1 }
    }
}

/// # Safety
/// The protocol of `tp_traverse`.
unsafe extern "C" fn traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: an object of ours, and the collector's own callback.
    unsafe {
        let ty = visit(ffi::Py_TYPE(ob).cast(), arg);
        let owner = (*ob.cast::<View>()).owner;
        if ty != 0 || owner.is_null() { ty } else { visit(owner, arg) }
    }
}

/// # Safety
/// The protocol of `tp_clear`.
unsafe extern "C" fn clear(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: an object of ours.
    unsafe { ffi::Py_XDECREF(ptr::replace(&raw mut (*ob.cast::<View>()).owner, ptr::null_mut())) };
    0
}

/// # Safety
/// The protocol of `tp_dealloc`.
unsafe extern "C" fn dealloc(ob: *mut ffi::PyObject) {
    // SAFETY: an object of ours, whose references are gone.
    unsafe {
        ffi::PyObject_GC_UnTrack(ob.cast());
        clear(ob);
        let ty = ffi::Py_TYPE(ob);
        ffi::PyObject_GC_Del(ob.cast());
        ffi::Py_DECREF(ty.cast());
    }
}
