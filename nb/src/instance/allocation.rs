//! How instances get their memory, and from which classes none are made.

use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::instance::header::Inst;
use crate::interpreter::leaks;
use crate::python::error::runtime_error;
use crate::python::messages;
use crate::python::object::StrongRef;
use std::mem::size_of;
#[cfg(Py_GIL_DISABLED)]
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// What makes an allocation more than a piece of memory: the collector's header, or parts that newer versions of Python
/// keep in front of the object (managed `__dict__` and weak references, inline attribute values).
pub(crate) const PREFIXED: std::ffi::c_ulong = ffi::Py_TPFLAGS_HAVE_GC | 1 << 2 | 1 << 3 | 1 << 4;

/// Allocates an uninitialised instance of a bound type or a subclass of one.
///
/// # Safety
/// `ty` is a live type whose native base is ours; attached.
#[inline]
pub(crate) unsafe fn alloc(ty: *mut ffi::PyTypeObject) -> *mut Inst {
    // SAFETY: caller's contract. Types of ours have no items, so `tp_basicsize` is the whole size.
    unsafe { alloc_sized(ty, (*ty).tp_basicsize as usize) }
}

/// Allocates an uninitialised instance of `data`'s own class; null with an exception raised.
///
/// # Safety
/// `data` is the record of a live type; attached.
#[inline]
pub(crate) unsafe fn alloc_of(data: &TypeData) -> *mut Inst {
    // SAFETY: the type owns its record; the pool holds memory of its instances.
    unsafe {
        if is_garbage(data.ty.cast()) {
            return refuse_garbage(data);
        }
        match data.pool.take() {
            Some(memory) => init(memory, data.ty),
            None => alloc(data.ty),
        }
    }
}

/// Whether the collector has found that the object is garbage, and is about to clear it.
///
/// What it clears and frees before that may run any code. Objects that were garbage already when they are given out would be
/// cleared in the hands of their new owner.
///
/// # Safety
/// `ob` is live and has a collector's header; attached.
#[inline(always)]
pub(crate) unsafe fn is_garbage(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract. The header is right before the object; its second word has a bit (`_PyGC_PREV_MASK_COLLECTING`,
    // the same in all versions) that is set from the beginning of a collection until the object was found to be reachable, or
    // was cleared. No code runs before the former. Free-threaded builds have a bit (`_PyGC_BITS_UNREACHABLE`) in the object.
    unsafe {
        #[cfg(not(Py_GIL_DISABLED))]
        {
            *ob.cast::<usize>().sub(1) & 2 != 0
        }
        #[cfg(Py_GIL_DISABLED)]
        {
            AtomicU8::from_ptr(&raw mut (*ob).ob_gc_bits).load(Relaxed) & 4 != 0
        }
    }
}

/// Raises the exception for an instance of a class that is garbage.
#[cold]
#[inline(never)]
pub(crate) fn refuse_garbage(data: &TypeData) -> *mut Inst {
    runtime_error(messages::garbage_class(&data.name())).restore();
    std::ptr::null_mut()
}

/// Allocates `size` bytes for an instance; only types without a prefix take more than `tp_basicsize`.
///
/// # Safety
/// `ty` is live; attached.
pub(crate) unsafe fn alloc_sized(ty: *mut ffi::PyTypeObject, size: usize) -> *mut Inst {
    // SAFETY: `ty` is live. `tp_free` of a type without a prefix is PyObject_Free.
    unsafe {
        if cfg!(Py_GIL_DISABLED) || has_prefix(ty) {
            // This may run the collector, which could find that nobody else owns the type.
            let _ty = StrongRef::borrow(ty.cast());
            let ob = ffi::PyType_GenericAlloc(ty, 0);
            return if ob.is_null() { ob.cast() } else { made(ob) };
        }
        crate::instance::class_record::native_data(ty).collection.set_used();
        let ob = ffi::PyObject_Malloc(size).cast::<ffi::PyObject>();
        if ob.is_null() {
            return ffi::PyErr_NoMemory().cast();
        }
        init(ob, ty)
    }
}

/// Makes memory without a prefix an empty instance.
///
/// # Safety
/// `ob` is memory for an instance of the live type `ty`, or longer; attached.
#[inline(always)]
unsafe fn init(ob: *mut ffi::PyObject, ty: *mut ffi::PyTypeObject) -> *mut Inst {
    // SAFETY: the memory is as long as an instance of the live type, or longer. This does what PyType_GenericAlloc does,
    // except that it zeroes no more than the fields that are read before they are written: the header (which makes the
    // instance `Uninitialized`, `Inline`, unmarked) and the list of weak references.
    unsafe {
        let header = size_of::<ffi::PyObject>();
        ob.cast::<u8>().add(header).write_bytes(0, size_of::<Inst>() - header);
        if (*ty).tp_weaklistoffset > 0 {
            *ob.cast::<u8>().offset((*ty).tp_weaklistoffset).cast::<*mut ffi::PyObject>() = std::ptr::null_mut();
        }
        made(ffi::PyObject_Init(ob, ty))
    }
}

/// # Safety
/// `ob` is a new instance.
#[inline(always)]
unsafe fn made(ob: *mut ffi::PyObject) -> *mut Inst {
    if leaks::tracks() {
        // SAFETY: caller's contract.
        unsafe { leaks::enter_instance(ob.cast()) };
    }
    ob.cast()
}

/// # Safety
/// The argument is a live type; attached.
#[inline(always)]
pub(crate) unsafe fn has_prefix(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a live type.
    unsafe { ffi::PyType_HasFeature(ty, PREFIXED) != 0 }
}
