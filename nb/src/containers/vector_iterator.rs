//! Iterators of bound vectors. They go by index, so that a loop may do with the vector what it likes; an iterator that has come to the
//! end stays there.

use crate::call::context::Cx;
use crate::containers::access::*;
use crate::containers::iterator_object::{self, Steps};
use crate::containers::sequence::Table;
use crate::ffi;
use crate::instance::borrow::lend_outside;
use crate::instance::class_record::{self, TypeData};
use crate::python::error::runtime_error;
use crate::python::messages;
use crate::python::object::StrongRef;
use std::ffi::{c_int, c_void};
use std::num::NonZero;
use std::ptr;

/// The kind of iterators of a class that has only this one.
const KIND: usize = 0;

/// Where an iterator is.
pub(super) struct VectorSteps {
    pub(super) owner: StrongRef,
    table: &'static Table,
    pub(super) index: usize,
    /// Where the vector is, if that is in its object: nothing moves it from there but what takes it away.
    pub(super) inline: Option<NonZero<usize>>,
}

impl VectorSteps {
    /// The next element if `wants`, or null, and how many there are.
    ///
    /// # Safety
    /// Attached.
    unsafe fn look(&mut self, wants: bool, cx: &mut Cx<'_>) -> (*mut ffi::PyObject, usize) {
        // SAFETY: the owner is live; the loan lasts until it is dropped.
        unsafe {
            let found = class_record::instance_of(self.owner.as_ptr(), (self.table.counts.key)());
            let Some((inst, data, offset)) = found else { return (ptr::null_mut(), 0) };
            match lend_outside(inst, data, false, "__next__") {
                Ok((mut loans, address)) => {
                    let len = (self.table.counts.len)(address + offset);
                    let mut one = ptr::null_mut();
                    if wants && self.index < len {
                        one = converted((self.table.get)(address + offset, self.index, inst, cx));
                        self.index += 1;
                    }
                    loans.release();
                    (one, len)
                }
                Err(error) => {
                    error.restore();
                    (ptr::null_mut(), 0)
                }
            }
        }
    }
}

/// What the conversion of an element has given: null without an exception would end the loop without a word.
///
/// # Safety
/// A new reference or null; attached.
pub(super) unsafe fn converted(made: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    if made.is_null() && unsafe { ffi::PyErr_Occurred() }.is_null() {
        runtime_error(messages::ELEMENT_NOT_CONVERTED).restore();
    }
    made
}

// SAFETY: one object is owned; it is used on attached threads alone, of its interpreter.
unsafe impl Send for VectorSteps {}

// SAFETY: what the table gives; the owner is visited.
unsafe impl Steps for VectorSteps {
    unsafe fn next(&mut self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { self.look(true, cx).0 }
    }

    unsafe fn hint(&mut self, cx: &mut Cx<'_>) -> Option<usize> {
        // SAFETY: caller's contract.
        let (_, len) = unsafe { self.look(false, cx) };
        Some(len.saturating_sub(self.index))
    }

    unsafe fn visit(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: caller's contract.
        unsafe { visit(self.owner.as_ptr(), arg) }
    }
}

/// `__iter__`.
///
/// # Safety
/// The method runs on the receiver; attached. `next` is a `tp_iternext` for such steps.
pub(super) unsafe fn iterate(
    next: ffi::iternextfunc,
    table: &'static Table,
    inline: Option<usize>,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: the class is live while a method of it runs.
    unsafe {
        let Some((_, data, _)) = class_record::instance_of(cx.receiver, (table.counts.key)()) else {
            return settle(misfit());
        };
        iterator_object::make_in(data, (KIND, "Iterator"), next, steps(cx.receiver, table, inline))
    }
}

/// As [`iterate`], without a context, once there is a type of these iterators; `None` before.
///
/// # Safety
/// `owner` is live, of the class that `data` is the record of; `inline` is where the vector is if that is in the object; attached.
pub(super) unsafe fn start(
    owner: *mut ffi::PyObject,
    data: &TypeData,
    table: &'static Table,
    inline: Option<usize>,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: caller's contract; the object owns its class, and is owned from here on.
    data.iterators[KIND].get().map(|ty| unsafe { iterator_object::make(ty, steps(owner, table, inline)) })
}

/// At the beginning of the vector in `owner`.
///
/// # Safety
/// As [`start`].
unsafe fn steps(owner: *mut ffi::PyObject, table: &'static Table, inline: Option<usize>) -> VectorSteps {
    // SAFETY: caller's contract.
    let owner = unsafe { StrongRef::borrow(owner) };
    VectorSteps { owner, table, index: 0, inline: inline.and_then(NonZero::new) }
}
