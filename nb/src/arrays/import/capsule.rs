//! DLPack capsules, with and without a version.

use crate::arrays::constraints::Constraints;
use crate::arrays::descriptor::{Descriptor, Foreign, Owner};
use crate::arrays::dlpack::{self, FLAG_READ_ONLY, MAX_NDIM};
use crate::arrays::import::{Fit, fit};
use crate::ffi;
use crate::interpreter::resident::Resident;
use crate::python::object::object;
use crate::python::text;
use std::ffi::CStr;
use std::ptr;
use std::slice;
use std::sync::{Mutex, PoisonError};

/// The name of a capsule that nobody has used, and the one that it gets then.
const NAMES: [(&CStr, &CStr); 2] =
    [(c"dltensor", c"used_dltensor"), (c"dltensor_versioned", c"used_dltensor_versioned")];

/// Without the GIL, two threads may find the same capsule.
static TAKING: Mutex<()> = Mutex::new(());

unsafe extern "C" {
    #[cfg(not(Py_3_13))]
    fn _PyType_Lookup(ty: *mut ffi::PyTypeObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject;
    #[cfg(Py_3_13)]
    fn _PyType_LookupRef(ty: *mut ffi::PyTypeObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject;
}

/// Whether instances of the class have `__dlpack__`. Runs no code.
///
/// # Safety
/// A live type; attached.
pub(super) unsafe fn has_dlpack(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: caller's contract; a reference is owned where the function gives one. The look-up leaves no exception.
    unsafe {
        let Ok(name) = crate::name!("__dlpack__").object() else {
            ffi::PyErr_Clear();
            return false;
        };
        #[cfg(Py_3_13)]
        return object::from_owned(_PyType_LookupRef(ty, name.as_ptr())).is_some();
        #[cfg(not(Py_3_13))]
        return !_PyType_Lookup(ty, name.as_ptr()).is_null();
    }
}

/// What `src.__dlpack__()` gives, and which kind of capsule was asked for; an error is raised. An array that may be written to is asked for a
/// version first, since only those say that they are read-only.
///
/// # Safety
/// `src` is live, and stays so; attached.
pub(super) unsafe fn of_object(src: *mut ffi::PyObject, read_only: bool) -> Result<(object, bool), ()> {
    // SAFETY: caller's contract; the arguments are owned for the call.
    unsafe {
        let name = crate::name!("__dlpack__").object().map_err(crate::Error::restore)?;
        let word = text::interned("max_version").map_err(crate::Error::restore)?;
        let names = object::from_owned(ffi::PyTuple_Pack(1, word.as_ptr())).ok_or(())?;
        let version = object::from_owned(ffi::Py_BuildValue(
            c"(ii)".as_ptr(),
            dlpack::VERSION.major as i32,
            dlpack::VERSION.minor as i32,
        ))
        .ok_or(())?;
        let ask = |versioned: bool| {
            let args = [src, version.as_ptr()];
            let names = if versioned { names.as_ptr() } else { ptr::null_mut() };
            object::from_owned(ffi::PyObject_VectorcallMethod(name.as_ptr(), args.as_ptr(), 1, names))
        };
        let first = !read_only;
        if let Some(made) = ask(first) {
            return Ok((made, first));
        }
        // A read-only array refuses to be without a version, and an old library does not know the word.
        let other_kind = ffi::PyErr_ExceptionMatches(ffi::PyExc_BufferError) != 0
            || ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0;
        if !other_kind {
            return Err(());
        }
        ffi::PyErr_Clear();
        ask(!first).map(|made| (made, !first)).ok_or(())
    }
}

/// Takes the tensor out of a capsule if that has one and it fits; else the capsule is as before.
///
/// # Safety
/// `capsule` is live; attached. `src` is the live object that has made it.
pub(super) unsafe fn take(
    capsule: *mut ffi::PyObject,
    versioned: bool,
    wanted: &'static Constraints,
    src: Option<*mut ffi::PyObject>,
) -> Option<(Fit, Descriptor)> {
    // SAFETY: caller's contract; no Python code runs between the look at the name and the new one.
    unsafe {
        if ffi::PyCapsule_CheckExact(capsule) == 0 {
            return None;
        }
        let _taking = cfg!(Py_GIL_DISABLED).then(|| TAKING.lock().unwrap_or_else(PoisonError::into_inner));
        let kinds = if versioned { [1, 0] } else { [0, 1] };
        let kind = kinds.into_iter().find(|&kind| ffi::PyCapsule_IsValid(capsule, NAMES[kind].0.as_ptr()) != 0)?;
        let (name, used) = NAMES[kind];
        let pointer = ffi::PyCapsule_GetPointer(capsule, name.as_ptr());
        let mut found = if kind == 1 {
            let tensor = pointer.cast::<dlpack::ManagedVersioned>();
            // Of another version, everything behind the version may be different.
            if (*tensor).version.major != dlpack::VERSION.major {
                return None;
            }
            describe(&(*tensor).tensor, (*tensor).flags & FLAG_READ_ONLY != 0)?
        } else {
            describe(&(*pointer.cast::<dlpack::Managed>()).tensor, false)?
        };
        // Where nobody wants to write, nobody will.
        let read_only = found.read_only;
        let fits = fit(&found.layout(), wanted);
        if fits != Fit::Yes {
            return Some((fits, found));
        }
        found.read_only = read_only || wanted.read_only;
        if ffi::PyCapsule_SetName(capsule, used.as_ptr()) != 0 || ffi::PyCapsule_SetDestructor(capsule, None) != 0 {
            ffi::PyErr_Clear();
            return None;
        }
        let foreign = if kind == 1 { Foreign::versioned(pointer.cast()) } else { Foreign::managed(pointer.cast()) };
        found.owner = Owner::Foreign(foreign, src.map(|src| Resident::new(object::borrow(src))));
        Some((fits, found))
    }
}

/// What a tensor says of itself, if that can be.
///
/// # Safety
/// A live tensor.
unsafe fn describe(tensor: &dlpack::Tensor, read_only: bool) -> Option<Descriptor> {
    let ndim = usize::try_from(tensor.ndim).ok().filter(|&ndim| ndim <= MAX_NDIM)?;
    if tensor.byte_offset > isize::MAX as u64 || tensor.dtype.lanes == 0 {
        return None;
    }
    // SAFETY: arrays of as many numbers as there are dimensions, says DLPack; strides may be left out.
    let (shape, strides) = unsafe {
        match ndim {
            0 => (&[][..], None),
            _ if tensor.shape.is_null() => return None,
            _ => (
                slice::from_raw_parts(tensor.shape, ndim),
                (!tensor.strides.is_null()).then(|| slice::from_raw_parts(tensor.strides, ndim)),
            ),
        }
    };
    let place = (tensor.data, tensor.byte_offset);
    Descriptor::new(place, tensor.device, tensor.dtype, read_only, shape, strides, Owner::Nobody).ok()
}
