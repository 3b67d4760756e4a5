//! How instances are freed.

use crate::ffi;
use crate::instance::class_record::{TypeData, native_data};
use crate::instance::ext::{drop_ext, ext, ext_mut};
use crate::instance::header::{Inst, Life, Storage, inline_address};
use crate::instance::intrusive;
use crate::instance::ownership::Outside;
use crate::interpreter::{leaks, panic, trashcan};
use std::ffi::c_void;
use std::ptr;

/// `tp_dealloc` of all bound types.
///
/// # Safety
/// CPython calls this once, with a dead instance of a type of ours or of a Python subclass (then through subtype_dealloc);
/// attached.
pub(crate) unsafe extern "C" fn dealloc(ob: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, with a dead instance of a type of ours or of a Python subclass (then through
    // subtype_dealloc); the type is alive since the instance owns a reference to it.
    unsafe {
        let ty = ffi::Py_TYPE(ob);
        let inst = ob.cast::<Inst>();
        let data = native_data(ty);
        if data.collection.is_bare() && data.ownership.drop_value.is_none() && (*inst).owns_nothing() {
            if data.pool.has_room() && ptr::eq(ty, data.ty) {
                return keep_memory(ob, data);
            }
            // The value is nothing but memory; what a Python subclass adds is gone already.
        } else if data.collection.is_bare() && (*inst).is_mere_reference() && ext(inst).extra.is_none() {
            // Its roots, if they die too, take their own turn; what waits is for values, and for receivers that were kept.
            leave_children(inst, data);
            drop_ext(inst);
        } else {
            return dealloc_any(inst, data);
        }
        release_memory(ob, ty);
    }
}

/// Frees the memory of an instance and its reference to the type.
///
/// # Safety
/// `ob` is a dead instance of the live type `ty`, of which nothing but its memory is left; attached.
#[inline(always)]
unsafe fn release_memory(ob: *mut ffi::PyObject, ty: *mut ffi::PyTypeObject) {
    if leaks::tracks() {
        leaks::leave_instance(ob as usize);
    }
    // SAFETY: `ty` is the type of `ob`, which nobody uses any more.
    unsafe {
        ((*ty).tp_free.expect("every ready type has tp_free"))(ob.cast());
        ffi::Py_DECREF(ty.cast());
    }
}

/// Keeps the memory of an instance in the pool of its class.
///
/// # Safety
/// `ob` is a dead instance of exactly `data`'s class, of which nothing but its memory is left; attached.
#[inline(always)]
unsafe fn keep_memory(ob: *mut ffi::PyObject, data: &TypeData) {
    if leaks::tracks() {
        leaks::leave_instance(ob as usize);
    }
    // SAFETY: nobody uses the instance any more, whose class this is, and there is room. The memory goes first: the class
    // may end with its last instance, and frees the pool then.
    unsafe {
        data.pool.keep(ob);
        ffi::Py_DECREF(data.ty.cast());
    }
}

/// Frees an instance whose end may run other code.
///
/// # Safety
/// As [`dealloc`].
unsafe fn dealloc_any(inst: *mut Inst, data: &TypeData) {
    // SAFETY: as in `dealloc`.
    unsafe {
        let _noted = crate::python::attach::note();
        let ob = inst.cast::<ffi::PyObject>();
        if ffi::PyType_HasFeature(ffi::Py_TYPE(ob), ffi::Py_TPFLAGS_HAVE_GC) != 0 {
            ffi::PyObject_GC_UnTrack(ob.cast());
        }
        // Before any code can run: nobody may be given an object that is dying or waits to be freed.
        leave_children(inst, data);
        intrusive::retire(inst, data);
        if (*data.ty).tp_weaklistoffset > 0 {
            ffi::PyObject_ClearWeakRefs(ob);
        }
        if let Some(_turn) = trashcan::begin(inst.cast(), free_waiting) {
            free(inst, data);
        }
    }
}

/// Frees an instance that had to wait.
///
/// # Safety
/// [`dealloc_any`] has left the instance here, once; attached.
unsafe fn free_waiting(inst: *mut c_void) {
    // SAFETY: `dealloc_any` has left it here; a dying instance keeps its type.
    unsafe {
        let inst = inst.cast::<Inst>();
        free(inst, native_data(ffi::Py_TYPE(inst.cast())));
    }
}

/// Releases all that a dead instance owns, and its memory.
///
/// # Safety
/// Called once for each instance that reaches `dealloc`, untracked and without weak references; attached.
unsafe fn free(inst: *mut Inst, data: &TypeData) {
    // SAFETY: called once for each instance that reaches `dealloc`, untracked and without weak references.
    unsafe {
        let ty = ffi::Py_TYPE(inst.cast());
        let plain = (*inst).owns_nothing() && ptr::eq(ty, data.ty);
        release_value(inst, data);
        if (*data.ty).tp_dictoffset > 0 {
            let slot = inst.cast::<u8>().offset((*data.ty).tp_dictoffset).cast::<*mut ffi::PyObject>();
            let dict = std::mem::replace(&mut *slot, std::ptr::null_mut());
            ffi::Py_XDECREF(dict);
        }
        if (*inst).has_patients() {
            crate::instance::keep_alive::release_patients(data.state.patients.take(inst));
        }
        if plain && data.pool.has_room() {
            return keep_memory(inst.cast(), data);
        }
        release_memory(inst.cast(), ty);
    }
}

/// Ends the value of an instance that the collector has found to be garbage, and with it a child's hold on its roots.
///
/// # Safety
/// `inst` is a live instance of `data`'s class, without marks.
pub(crate) unsafe fn end_value(inst: *mut Inst, data: &TypeData) {
    // SAFETY: caller's contract. Destructors may run any code, which finds the instance under construction: nothing can be
    // written over the value before it is gone. A value that native code has taken may still lie where it was; its
    // new owner keeps the instance alive, and nothing is done to it.
    unsafe {
        let (storage, life, destructs) = ((*inst).storage(), (*inst).life(), (*inst).destructs());
        let taken = life == Life::Relinquished && storage.owns() && !destructs;
        if taken || life == Life::Constructing {
            return;
        }
        (*inst).end_references();
        leave_children(inst, data);
        (*inst).set_life(Life::Constructing);
        (*inst).set_destructs(false);
        if storage != Storage::Inline {
            let value = (destructs && storage.owns()).then(|| Outside::of(inst));
            drop_ext(inst);
            if let Some(value) = value {
                panic::guard_unraisable(data.ty.cast(), || data.ownership.release(value));
            }
        } else if destructs && let Some(drop_value) = data.ownership.drop_value {
            panic::guard_unraisable(data.ty.cast(), || drop_value(inline_address(inst, data.align) as *mut u8));
        }
        (*inst).set_life(Life::Uninitialized);
    }
}

/// Ends the value of a dying instance; a panic in `Drop` is reported through `sys.unraisablehook`.
///
/// # Safety
/// `inst` is a dead instance of `data`'s class, which nobody else can reach; attached.
unsafe fn release_value(inst: *mut Inst, data: &TypeData) {
    // SAFETY: called for dead instances only: nobody else can reach the instance, so no borrow is active.
    unsafe {
        let storage = (*inst).storage();
        let destructs = (*inst).destructs();
        (*inst).set_life(Life::Uninitialized);
        match storage {
            Storage::Inline if destructs => {
                if let Some(drop_value) = data.ownership.drop_value {
                    let address = inline_address(inst, data.align);
                    panic::guard_unraisable(data.ty.cast(), || drop_value(address as *mut u8));
                }
            }
            Storage::Inline => {}
            Storage::Boxed | Storage::Shared | Storage::Locked => {
                if destructs {
                    let value = Outside::of(inst);
                    panic::guard_unraisable(data.ty.cast(), || data.ownership.release(value));
                }
                drop_ext(inst);
            }
            Storage::Place | Storage::Derived | Storage::Static | Storage::Element => drop_ext(inst),
        }
    }
}

/// Takes an instance out of the identity map: it dies, or its value leaves it.
///
/// # Safety
/// A live or dying instance of `data`'s class; no reference to its record is in use.
#[inline]
pub(crate) unsafe fn leave_children(inst: *mut Inst, data: &TypeData) {
    // SAFETY: caller's contract.
    unsafe {
        if (*inst).storage() != Storage::Inline && ext(inst).registered != 0 {
            let registered = std::mem::take(&mut ext_mut(inst).registered);
            data.state.identities.forget(registered, data, inst);
            if (*inst).storage() == Storage::Element {
                leave_elements(inst, data);
            }
        }
    }
}

/// Takes an element out of the identity map where it is by its way.
///
/// # Safety
/// As [`leave_children`].
#[cold]
unsafe fn leave_elements(inst: *mut Inst, data: &TypeData) {
    // SAFETY: caller's contract; an element owns a reference to its root.
    let way = unsafe { ext(inst).path().number(ext(inst).roots[0].inst) };
    data.state.identities.forget_element(way, data, inst);
}
