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
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

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
    array: Arc<Descriptor>,
    keeps: Keeps,
    interpreter: Interpreter,
    /// Others may write to them, which must not change what native code sees.
    numbers: Box<[i64]>,
}

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
    let interpreter = Interpreter::now();
    // SAFETY: attached; the capsule owns the box from here on, and it stays ours when there is none.
    unsafe {
        match kind {
            Kind::Plain => {
                let managed = Managed { tensor, manager: ptr::null_mut(), deleter: Some(delete::<Managed>) };
                let made = Box::into_raw(Box::new(Exported { managed, array, keeps, interpreter, numbers }));
                let capsule = object::steal(ffi::PyCapsule_New(made.cast(), c"dltensor".as_ptr(), Some(unused)));
                if capsule.is_err() {
                    drop(Box::from_raw(made));
                }
                capsule
            }
            Kind::Versioned => {
                let managed = ManagedVersioned {
                    version: dlpack::VERSION,
                    manager: ptr::null_mut(),
                    deleter: Some(delete::<ManagedVersioned>),
                    flags,
                    tensor,
                };
                let made = Box::into_raw(Box::new(Exported { managed, array, keeps, interpreter, numbers }));
                let name = c"dltensor_versioned";
                let capsule = object::steal(ffi::PyCapsule_New(made.cast(), name.as_ptr(), Some(unused)));
                if capsule.is_err() {
                    drop(Box::from_raw(made));
                }
                capsule
            }
        }
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
        let get = |name: &std::ffi::CStr| -> *mut c_void {
            if ffi::PyCapsule_IsValid(capsule, name.as_ptr()) == 0 {
                return ptr::null_mut();
            }
            ffi::PyCapsule_GetPointer(capsule, name.as_ptr())
        };
        let plain = get(c"dltensor").cast::<Managed>();
        if !plain.is_null() {
            return delete(plain);
        }
        let versioned = get(c"dltensor_versioned").cast::<ManagedVersioned>();
        if !versioned.is_null() {
            delete(versioned);
        }
    }
}
