//! [`Plain`]: the arguments of a call from Rust to Python, on the stack.

use crate::ffi;
use crate::interpreter::names::Name;
use crate::python::attach::Here;
use crate::python::error::{Error, Result, type_error};
use crate::python::messages;
use crate::python::object::{StrongRef, object};
use std::mem::MaybeUninit;

/// The arguments of a call, where none of them needs a context: on the stack.
#[doc(hidden)]
pub struct Plain {
    here: Here,
    /// Behind the receiver of a method, or the spare slot that the callee may use (PEP 590).
    pub(super) values: [MaybeUninit<*mut ffi::PyObject>; MOST + 1],
    /// How many are there, without the first.
    pub(super) count: usize,
    /// Keywords and their values, until they are moved behind the positional arguments.
    named: [MaybeUninit<[*mut ffi::PyObject; 2]>; MOST],
    names: usize,
}

/// The most arguments that a tuple of them has.
const MOST: usize = 12;

impl Plain {
    #[inline(always)]
    pub(super) fn new(here: Here) -> Plain {
        let values = [const { MaybeUninit::uninit() }; _];
        Plain { here, values, count: 0, named: [const { MaybeUninit::uninit() }; _], names: 0 }
    }

    /// Adds an owned reference, or fails with the exception that is raised.
    ///
    /// # Safety
    /// There is room; attached until the list is dropped.
    #[inline(always)]
    pub(super) unsafe fn push(&mut self, value: *mut ffi::PyObject) -> Result<()> {
        if value.is_null() {
            return Err(Error::fetch());
        }
        self.count += 1;
        self.values[self.count].write(value);
        Ok(())
    }

    /// Adds a keyword, with a value as in `push`.
    ///
    /// # Safety
    /// As `push`.
    pub(super) unsafe fn keyword(&mut self, name: &'static Name, value: *mut ffi::PyObject) -> Result<()> {
        // SAFETY: caller's contract; the value is an owned reference, and what `named` holds are live texts.
        unsafe {
            let value = StrongRef::of(object::steal(value)?);
            let name = StrongRef::of(name.object_at(self.here)?);
            for known in &self.named[..self.names] {
                differ(known.assume_init()[0], &name)?;
            }
            self.named[self.names].write([name.into_object().into_ptr(), value.into_object().into_ptr()]);
        }
        self.names += 1;
        Ok(())
    }

    /// Moves the keywords behind the positional arguments and returns their names.
    ///
    /// # Safety
    /// As `push`.
    pub(super) unsafe fn finish(&mut self) -> Result<StrongRef> {
        // SAFETY: caller's contract; the tuple, which nobody sees before it is full, takes over the names, and the values go where there is
        // room for all arguments.
        unsafe {
            let made = StrongRef::of(object::steal(ffi::PyTuple_New(self.names as ffi::Py_ssize_t))?);
            for index in 0..self.names {
                let [name, value] = self.named[index].assume_init();
                ffi::PyTuple_SET_ITEM(made.as_ptr(), index as ffi::Py_ssize_t, name);
                self.count += 1;
                self.values[self.count].write(value);
            }
            self.names = 0;
            Ok(made)
        }
    }
}

impl Drop for Plain {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: `push` has written `count` owned references, and `keyword` two for each name; the thread is attached.
        unsafe {
            for value in &self.values[1..=self.count] {
                ffi::Py_DECREF(value.assume_init());
            }
            for named in &self.named[..self.names] {
                named.assume_init().into_iter().for_each(|each| ffi::Py_DECREF(each));
            }
        }
    }
}

/// A `TypeError` where two keywords are one: C functions rely on the caller for names being different.
///
/// # Safety
/// Both are live texts; attached.
pub(super) unsafe fn differ(known: *mut ffi::PyObject, name: &object) -> Result<()> {
    // SAFETY: caller's contract.
    if unsafe { ffi::PyUnicode_Compare(known, name.as_ptr()) } == 0 {
        return Err(type_error(messages::keyword_twice(&name.to_str_lossy().unwrap_or_default())));
    }
    Ok(())
}
