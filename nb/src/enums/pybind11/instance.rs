//! The class, and its instances.

use crate::bind::scope::Home;
use crate::ffi;
use crate::handles::dict;
use crate::instance::metatype::slot;
use crate::python::error::{Result, value_error};
use crate::python::object::object;
use crate::python::{attributes, messages, text};
use std::cell::UnsafeCell;
use std::ffi::{CString, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};

/// The Python object.
#[repr(C)]
struct Instance {
    ob: ffi::PyObject,
    weakrefs: *mut ffi::PyObject,
    /// `EMPTY`, then `BEING_FILLED`, then `FILLED`.
    life: AtomicU8,
    /// The upper and the lower half. Written by the thread that begins to fill, read when that has ended.
    number: UnsafeCell<[u64; 2]>,
}

/// What memory from CPython contains.
const EMPTY: u8 = 0;
const BEING_FILLED: u8 = 1;
const FILLED: u8 = 2;

/// Makes the class. It cannot be derived from, as one of Python's own enumerations with members cannot; so every instance has this layout.
pub(in crate::enums) fn create_class(home: &Home<'_>, name: &str) -> Result<object> {
    // Messages show all of it, as pybind11's do. Without a dot, CPython takes it for the name of a builtin type.
    let shown = if home.module.is_some() { home.full_name(name) } else { format!("builtins.{name}") };
    let shown = CString::new(shown).map_err(|_| value_error(format!("{name:?} {}", messages::NULL_CHARACTER)))?;
    // CPython copies the members.
    let mut members = [
        ffi::PyMemberDef {
            name: c"__weaklistoffset__".as_ptr(),
            type_code: ffi::Py_T_PYSSIZET,
            offset: offset_of!(Instance, weakrefs) as ffi::Py_ssize_t,
            flags: ffi::Py_READONLY,
            doc: ptr::null(),
        },
        // SAFETY: an all-zero entry ends the table.
        unsafe { std::mem::zeroed() },
    ];
    let mut slots = [
        slot(ffi::Py_tp_new, new as *mut c_void),
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(0, ptr::null_mut()),
    ];
    let mut spec = ffi::PyType_Spec {
        name: shown.as_ptr(),
        basicsize: size_of::<Instance>() as c_int,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_GC) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: attached; the spec is valid and copied, but for the name.
    let class = unsafe { object::steal(ffi::PyType_FromSpec(&mut spec))? };
    if cfg!(not(Py_3_11)) {
        // The class goes on using the name.
        std::mem::forget(shown);
    }
    attributes::set(&class, "__qualname__", &text::new(&home.qualified(name))?)?;
    if let Some(module) = &home.module {
        attributes::set(&class, "__module__", module)?;
    }
    class.setattr("__entries", dict::new())?;
    Ok(class)
}

/// Makes an instance with a number.
///
/// # Safety
/// The class was made by [`create_class`]; attached.
pub(in crate::enums) unsafe fn make(class: &object, number: i128) -> Result<object> {
    // SAFETY: caller's contract.
    unsafe {
        let made = object::steal(ffi::PyType_GenericAlloc(class.as_ptr().cast(), 0))?;
        fill(made.as_ptr(), number);
        Ok(made)
    }
}

/// Gives an instance its number, unless it has one.
///
/// # Safety
/// A live instance of a class made by [`create_class`].
pub(super) unsafe fn fill(ob: *mut ffi::PyObject, number: i128) {
    // SAFETY: caller's contract; whoever has changed `EMPTY` writes, once.
    unsafe {
        let inst = ob.cast::<Instance>();
        if (*inst).life.compare_exchange(EMPTY, BEING_FILLED, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            *(*inst).number.get() = [(number >> 64) as u64, number as u64];
            (*inst).life.store(FILLED, Ordering::Release);
        }
    }
}

/// The number of an instance of the class; `None` for other objects, and for an instance without one.
///
/// # Safety
/// `ob` is live, and the class was made by [`create_class`].
#[inline]
pub(in crate::enums) unsafe fn number_of(ob: *mut ffi::PyObject, class: &object) -> Option<i128> {
    // SAFETY: caller's contract. CPython lets no object of another layout have this class; the number does not change after `FILLED`.
    unsafe {
        if ffi::Py_TYPE(ob).cast() != class.as_ptr() {
            return None;
        }
        let inst = ob.cast::<Instance>();
        ((*inst).life.load(Ordering::Acquire) == FILLED).then(|| {
            let [upper, lower] = *(*inst).number.get();
            i128::from(upper as i64) << 64 | i128::from(lower)
        })
    }
}

/// An instance without a number, whatever the arguments are: those are for `__init__`.
///
/// # Safety
/// CPython passes a class made by [`create_class`]; attached.
unsafe extern "C" fn new(
    class: *mut ffi::PyTypeObject,
    _args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { ffi::PyType_GenericAlloc(class, 0) }
}

/// # Safety
/// The collector passes a live instance and its own callback.
unsafe extern "C" fn traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: caller's contract. The class, which has the members in its namespace, breaks the cycle.
    unsafe { visit(ffi::Py_TYPE(ob).cast(), arg) }
}

/// # Safety
/// CPython calls this once, with a dead instance; attached.
unsafe extern "C" fn dealloc(ob: *mut ffi::PyObject) {
    // SAFETY: caller's contract.
    unsafe {
        ffi::PyObject_GC_UnTrack(ob.cast());
        ffi::PyObject_ClearWeakRefs(ob);
        let class = ffi::Py_TYPE(ob);
        ffi::PyObject_GC_Del(ob.cast());
        ffi::Py_DECREF(class.cast());
    }
}
