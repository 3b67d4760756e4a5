//! `keep_alive`: ties the life of one object to another.

use crate::ffi;
use crate::instance::class_record;
use crate::instance::header::Inst;
use crate::interpreter::state::State;
use crate::interpreter::trashcan;
use crate::python::error::{Builtin, set_error};
use crate::python::messages;
use crate::python::object::object;
use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;
use std::ptr;

/// What instances of ours keep alive, by the addresses of nurse and patient.
#[derive(Default)]
pub(crate) struct Patients(GilCell<Map<usize, Map<usize, ()>>>);

impl Patients {
    /// How many pairs of nurse and patient there are.
    pub(crate) fn count(&self) -> usize {
        self.0.open().values().map(Map::len).sum()
    }

    /// Keeps `patient` until `nurse` dies; the same patient is stored once.
    pub(crate) fn add(&self, nurse: *mut Inst, patient: object) {
        let fresh = self.0.open().entry(nurse as usize).or_default().insert(patient.as_ptr() as usize, ());
        if fresh.is_none() {
            // The table owns this reference now.
            let _ = patient.into_ptr();
        }
    }

    /// What `nurse` keeps alive; borrowed. `look` runs no Python code.
    pub(crate) fn each(&self, nurse: *mut Inst, mut look: impl FnMut(*mut ffi::PyObject)) {
        if let Some(patients) = self.0.open().get(&(nurse as usize)) {
            patients.keys().for_each(|&patient| look(patient as *mut ffi::PyObject));
        }
    }

    /// Takes what `nurse` kept alive; the caller owns the references.
    pub(crate) fn take(&self, nurse: *mut Inst) -> Vec<*mut ffi::PyObject> {
        let taken = self.0.open().remove(&(nurse as usize)).unwrap_or_default();
        taken.into_keys().map(|patient| patient as *mut ffi::PyObject).collect()
    }
}

/// Keeps `patient` alive until `nurse` dies.
///
/// # Safety
/// Both are live; attached.
pub(crate) unsafe fn keep_alive(state: &State, nurse: *mut ffi::PyObject, patient: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        if nurse == ffi::Py_None() || patient == ffi::Py_None() || nurse == patient {
            return true;
        }
        if class_record::data_of(ffi::Py_TYPE(nurse)).is_some() {
            let nurse = nurse.cast::<Inst>();
            (*nurse).set_has_patients();
            state.patients.add(nurse, object::borrow(patient));
            return true;
        }
        // A foreign nurse: the callback of a weak reference owns the patient. The callback also owns the weak
        // reference, so that it lives until the nurse dies. Both sit in a capsule, where Python code cannot alter
        // them; a callback that somebody calls early only releases early.
        let held: Box<NurseAndPatient> = Box::new(None);
        let held = Box::into_raw(held);
        let Some(capsule) = object::from_owned(ffi::PyCapsule_New(held.cast(), CAPSULE.as_ptr(), Some(drop_held)))
        else {
            drop(Box::from_raw(held));
            return false;
        };
        let Some(callback) = object::from_owned(ffi::PyCFunction_NewEx(
            (&raw const RELEASE.0).cast_mut(),
            capsule.as_ptr(),
            ptr::null_mut(),
        )) else {
            return false;
        };
        let weak = ffi::PyWeakref_NewRef(nurse, callback.as_ptr());
        let Some(weak) = object::from_owned(weak) else {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0 {
                ffi::PyErr_Clear();
                set_error(Builtin::RuntimeError.class(), messages::KEEP_ALIVE);
            }
            return false;
        };
        *held = Some((weak, object::borrow(patient)));
        true
    }
}

/// Lets go of what a dying nurse has kept alive.
///
/// # Safety
/// The caller owns a reference to each object and is attached.
pub(crate) unsafe fn release_patients(patients: Vec<*mut ffi::PyObject>) {
    for patient in patients {
        // SAFETY: caller's contract. A patient may be a nurse itself, and so on.
        unsafe { trashcan::release(patient) };
    }
}

/// Weak reference to the nurse, and the patient.
type NurseAndPatient = Option<(object, object)>;

const CAPSULE: &std::ffi::CStr = c"nanobind.keep_alive";

/// # Safety
/// CPython calls this once, with a capsule made in [`keep_alive`]; attached.
unsafe extern "C" fn drop_held(capsule: *mut ffi::PyObject) {
    // SAFETY: the destructor runs once, for a capsule made in `keep_alive`.
    unsafe {
        let held = ffi::PyCapsule_GetPointer(capsule, CAPSULE.as_ptr()).cast::<NurseAndPatient>();
        release_pair(*Box::from_raw(held));
    }
}

/// # Safety
/// Attached.
unsafe fn release_pair(pair: NurseAndPatient) {
    let Some((weak, patient)) = pair else { return };
    // SAFETY: owned references. The weak reference may be that of a dying nurse, whose other patients take their turn.
    unsafe {
        trashcan::release(weak.into_ptr());
        trashcan::release(patient.into_ptr());
    }
}

struct Release(ffi::PyMethodDef);

// SAFETY: a constant table entry without interior mutability.
unsafe impl Sync for Release {}

static RELEASE: Release = Release(ffi::PyMethodDef {
    ml_name: c"keep_alive".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: release },
    ml_flags: ffi::METH_O,
    ml_doc: ptr::null(),
});

/// The nurse died: lets go of the weak reference and the patient.
///
/// # Safety
/// CPython calls the function object that [`keep_alive`] has made, with its capsule; attached.
unsafe extern "C" fn release(capsule: *mut ffi::PyObject, _weak: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the function object was made with such a capsule; the pair is taken out before its references drop, since
    // dropping the weak reference may drop the capsule.
    unsafe {
        let held = ffi::PyCapsule_GetPointer(capsule, CAPSULE.as_ptr()).cast::<NurseAndPatient>();
        let pair = (*held).take();
        ffi::Py_INCREF(capsule);
        release_pair(pair);
        ffi::Py_DECREF(capsule);
        ffi::Py_NewRef(ffi::Py_None())
    }
}
