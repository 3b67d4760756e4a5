//! The Python exception classes of an interpreter: that of panics, and those that `nb::exception<T>` makes for errors of Rust. And the
//! functions that make other exceptions of such errors, `nb::register_exception_translator`.

use crate::ffi;
use crate::interpreter::panic;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result};
use crate::python::exception_ptr::exception_ptr;
use crate::python::native_error::{Inside, Native};
use crate::python::object::{is_attached, object};
use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;
use std::any::TypeId;
use std::ptr;
use std::sync::Arc;

/// Makes an exception of an error, or leaves it to others.
pub(crate) type Translator = Arc<dyn Fn(&exception_ptr<'_>) -> Option<Error> + Send + Sync>;

/// What is known of a type of errors.
struct Known {
    /// An owned reference.
    class: *mut ffi::PyObject,
    inside: Option<Inside>,
    rank: usize,
}

/// What was registered, each thing with a rank: the later, the higher.
#[derive(Default)]
struct Table {
    last: usize,
    /// By the types of the errors.
    errors: Map<TypeId, Known>,
    translators: Vec<(usize, Translator)>,
}

/// The exception classes of an interpreter.
pub(crate) struct Classes {
    /// An owned reference.
    panic: *mut ffi::PyObject,
    table: GilCell<Table>,
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
        Ok(Classes { panic: panic.into_ptr(), table: GilCell::default() })
    }

    /// Remembers the class for errors of the Rust type `key`, in place of an earlier one.
    pub(crate) fn register(&self, key: TypeId, class: object, inside: Option<Inside>) {
        let mut table = self.table.open();
        table.last += 1;
        let known = Known { class: class.into_ptr(), inside, rank: table.last };
        let old = table.errors.insert(key, known);
        drop(table);
        // SAFETY: an owned reference; attached. The table is closed again.
        drop(old.and_then(|old| unsafe { object::from_owned(old.class) }));
    }

    /// Remembers a translator, which goes before what is there.
    pub(crate) fn add_translator(&self, translator: Translator) {
        let mut table = self.table.open();
        table.last += 1;
        let rank = table.last;
        table.translators.push((rank, translator));
    }

    /// The newest translator that is older than `before` and newer than the class for errors of the type `key`.
    fn translator(&self, key: Option<TypeId>, before: usize) -> Option<(usize, Translator)> {
        let table = self.table.open();
        if table.translators.is_empty() {
            return None;
        }
        let after = key.and_then(|key| table.errors.get(&key)).map_or(0, |known| known.rank);
        let (rank, found) = table.translators.iter().rev().find(|(rank, _)| *rank < before)?;
        // It runs while the table is closed, since it may register more.
        (*rank > after).then(|| (*rank, found.clone()))
    }

    /// What the translators make of an error, if one takes it. They run here; a panic in one is the exception.
    pub(crate) fn translate(&self, error: &Native) -> Option<Error> {
        let mut newest = usize::MAX;
        let mut found: Option<Error> = None;
        loop {
            let native = match &found {
                None => error,
                Some(found) => match found.native() {
                    Some(native) => native,
                    None => break,
                },
            };
            let Some(given) = native.given() else { break };
            let Some((rank, translator)) = self.translator(native.key(), newest) else { break };
            newest = rank;
            let next = match panic::catch(|| translator(&given)) {
                Ok(next) => next,
                Err(payload) => {
                    panic::raise_payload(payload);
                    Some(Error::fetch())
                }
            };
            found = next.or(found);
        }
        found
    }

    /// The Rust type with an exception class that the error in a box has.
    pub(crate) fn key_of(&self, error: &(dyn std::error::Error + 'static)) -> Option<TypeId> {
        let table = self.table.open();
        let is = |(_, known): &(&TypeId, &Known)| known.inside.is_some_and(|inside| inside(error));
        table.errors.iter().find(is).map(|(key, _)| *key)
    }

    /// The class for errors of the Rust type `key`.
    pub(crate) fn of(&self, key: TypeId) -> Option<object> {
        // SAFETY: the table owns a reference; attached.
        self.table.open().errors.get(&key).map(|known| unsafe { object::borrow(known.class) })
    }

    /// The class of panics; borrowed.
    pub(crate) fn panic(&self) -> *mut ffi::PyObject {
        self.panic
    }
}

impl Drop for Classes {
    fn drop(&mut self) {
        let table = std::mem::take(&mut *self.table.open());
        // SAFETY: owned since `create` and `register`; dropped with the state, on an attached thread.
        unsafe {
            ffi::Py_DECREF(self.panic);
            for known in table.errors.into_values() {
                ffi::Py_DECREF(known.class);
            }
        }
        // What one of them panics with at its end does not keep the others.
        for (_, translator) in table.translators {
            panic::guard_unraisable(ptr::null_mut(), || drop(translator));
        }
    }
}
