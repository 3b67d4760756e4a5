//! DLPack capsules of arrays, as other libraries take them.

use crate::arrays::descriptor::Descriptor;
use crate::arrays::dlpack::{self, Managed, ManagedVersioned, Tensor};
use crate::arrays::holder::{Keeps, flags_of};
use crate::ffi;
use crate::interpreter::interpreters::Interpreter;
use crate::interpreter::panic;
use crate::python::aside::Aside;
use crate::python::attach::Attached;
use crate::python::error::Result;
use crate::python::object::object;
use std::ffi::{CStr, c_void};
use std::ptr;
use std::sync::Arc;

/// The names of capsules that nobody has used yet.
const PLAIN: &CStr = c"dltensor";
const VERSIONED: &CStr = c"dltensor_versioned";

/// Which structure a capsule has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Versioned,
}

/// What a tensor in a capsule owns, behind the structure that others read.
#[repr(C)]
struct Exported<M> {
    managed: M,
    interpreter: Interpreter,
    owned: Owned,
}

/// The array, what else keeps its memory alive, and the numbers of the structure: others may write to them, which must not change what
/// native code sees.
type Owned = (Arc<Descriptor>, Keeps, Box<[i64]>);

/// A capsule of the array; the tensor in it keeps all of that alive.
///
/// # Errors
/// Whatever Python raises.
pub(crate) fn make(array: Arc<Descriptor>, keeps: Keeps, kind: Kind) -> Result<object> {
    let mut numbers: Box<[i64]> = array.shape().iter().chain(array.strides()).copied().collect();
    let ndim = array.ndim();
    let first = numbers.as_mut_ptr();
    let tensor = Tensor {
        data: array.handle,
        device: array.device,
        ndim: ndim as i32,
        dtype: array.dtype,
        shape: first,
        // SAFETY: within the numbers, or at their end.
        strides: unsafe { first.add(ndim) },
        byte_offset: array.byte_offset,
    };
    let flags = flags_of(&array);
    let owned = (array, keeps, numbers);
    match kind {
        Kind::Plain => {
            let managed = Managed { tensor, manager: ptr::null_mut(), deleter: Some(delete::<Managed>) };
            enclose(managed, owned, PLAIN)
        }
        Kind::Versioned => {
            let managed = ManagedVersioned {
                version: dlpack::VERSION,
                manager: ptr::null_mut(),
                deleter: Some(delete::<ManagedVersioned>),
                flags,
                tensor,
            };
            enclose(managed, owned, VERSIONED)
        }
    }
}

/// A capsule with this name, of a tensor and all that it owns.
fn enclose<M>(managed: M, owned: Owned, name: &CStr) -> Result<object> {
    let made = Box::into_raw(Box::new(Exported { managed, interpreter: Interpreter::now(), owned }));
    // SAFETY: attached; the capsule owns the box from here on, and it stays ours when there is none.
    unsafe {
        let capsule = object::steal(ffi::PyCapsule_New(made.cast(), name.as_ptr(), Some(unused)));
        if capsule.is_err() {
            drop(Box::from_raw(made));
        }
        capsule
    }
}

/// Frees the tensor; called by whoever has it, on any thread.
///
/// # Safety
/// Called once, with a tensor of `make`.
unsafe extern "C" fn delete<M>(tensor: *mut M) {
    let tensor = tensor.cast::<Exported<M>>();
    // SAFETY: caller's contract.
    let interpreter = unsafe { (*tensor).interpreter };
    // Where Python has ended, there is nobody who could free what it owns.
    let Ok(_attached) = Attached::to(interpreter) else { return };
    // SAFETY: made by `make` from a box, and given back once.
    panic::guard_unraisable(ptr::null_mut(), || drop(unsafe { Box::from_raw(tensor) }));
}

/// Frees the tensor of a capsule that nobody has used: whoever uses one gives it another name.
///
/// # Safety
/// CPython calls this once, for a capsule of `make`; attached.
unsafe extern "C" fn unused(capsule: *mut ffi::PyObject) {
    let _aside = Aside::now();
    // SAFETY: caller's contract.
    unsafe {
        let get = |name: &CStr| -> *mut c_void {
            if ffi::PyCapsule_IsValid(capsule, name.as_ptr()) == 0 {
                return ptr::null_mut();
            }
            ffi::PyCapsule_GetPointer(capsule, name.as_ptr())
        };
        let plain = get(PLAIN).cast::<Managed>();
        if !plain.is_null() {
            return delete(plain);
        }
        let versioned = get(VERSIONED).cast::<ManagedVersioned>();
        if !versioned.is_null() {
            delete(versioned);
        }
    }
}
