//! The Python exception classes of an interpreter: that of panics, and those that `nb::exception<T>` makes for errors of Rust.

use crate::ffi;
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::native_error::Inside;
use crate::python::object::{is_attached, object};
use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;
use std::any::TypeId;
use std::ptr;

/// The exception classes of an interpreter.
pub(crate) struct Classes {
    /// An owned reference.
    panic: *mut ffi::PyObject,
    /// By the types of the errors; owned references.
    errors: GilCell<Map<TypeId, (*mut ffi::PyObject, Option<Inside>)>>,
}

/// The classes of the current interpreter. A detached thread finds none.
pub(crate) fn current<'a>() -> Option<&'a Classes> {
    if is_attached() { State::current().map(|state| &state.exceptions) } else { None }
}

impl Classes {
    /// The thread is attached, here and in the methods.
    pub(crate) fn create() -> Result<Classes> {
        // SAFETY: valid name and base class; returns an owned reference.
        let panic = unsafe {
            object::steal(ffi::PyErr_NewExceptionWithDoc(
                c"nanobind.panic_error".as_ptr(),
                c"A bound Rust function panicked.".as_ptr(),
                ffi::PyExc_RuntimeError,
                ptr::null_mut(),
            ))?
        };
        Ok(Classes { panic: panic.into_ptr(), errors: GilCell::default() })
    }

    /// Remembers the class for errors of the Rust type `key`, in place of an earlier one.
    pub(crate) fn register(&self, key: TypeId, class: object, inside: Option<Inside>) {
        let old = self.errors.open().insert(key, (class.into_ptr(), inside));
        // SAFETY: an owned reference; attached. The table is closed again.
        drop(old.and_then(|(old, _)| unsafe { object::from_owned(old) }));
    }

    /// The Rust type with an exception class that the error in a box has.
    pub(crate) fn key_of(&self, error: &(dyn std::error::Error + 'static)) -> Option<TypeId> {
        let errors = self.errors.open();
        let is = |(_, (_, inside)): &(&TypeId, &(_, Option<Inside>))| inside.is_some_and(|inside| inside(error));
        errors.iter().find(is).map(|(key, _)| *key)
    }

    /// The class for errors of the Rust type `key`.
    pub(crate) fn of(&self, key: TypeId) -> Option<object> {
        // SAFETY: the table owns a reference; attached.
        self.errors.open().get(&key).map(|&(class, _)| unsafe { object::borrow(class) })
    }

    /// The class of panics; borrowed.
    pub(crate) fn panic(&self) -> *mut ffi::PyObject {
        self.panic
    }
}

impl Drop for Classes {
    fn drop(&mut self) {
        let errors = std::mem::take(&mut *self.errors.open());
        // SAFETY: owned since `create` and `register`; dropped with the state, on an attached thread.
        unsafe {
            ffi::Py_DECREF(self.panic);
            for (class, _) in errors.into_values() {
                ffi::Py_DECREF(class);
            }
        }
    }
}
