//! Functions that are called again for a reference which they have returned; the reason is in `instance/again.rs`.

use crate::call::context::{Cx, is_object};
use crate::call::record::{FuncFlags, Record};
use crate::ffi;
use crate::instance::again::{Accessor, Given};
use crate::instance::header::Root;
use crate::instance::loans::LoanFlags;
use crate::interpreter::state::State;
use crate::interpreter::{panic, recursion};
use crate::python::object::StrongRef;
use smallvec::SmallVec;
use std::ptr;
use std::sync::Arc;

impl Accessor for Record {
    unsafe fn call(
        &self,
        state: &State,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> *mut ffi::PyObject {
        let Some(_nested) = recursion::nested() else { return ptr::null_mut() };
        let mut cx = Cx::again(state, self, receiver, args);
        // SAFETY: caller's contract: the receiver and the arguments, as many as the function takes, outlive the context.
        let result = match panic::catch(|| unsafe { (self.invoke)(self.capture, &mut cx) }) {
            Ok(result) => cx.closing(result),
            Err(payload) => {
                drop(cx);
                panic::raise_payload(payload);
                return ptr::null_mut();
            }
        };
        if is_object(result) { result } else { ptr::null_mut() }
    }
}

/// The function that runs, with what it was given, if it may be called again for the reference into `roots` that it returns.
///
/// # Safety
/// The call is not over; attached.
pub(crate) unsafe fn source(cx: &Cx<'_>, roots: &[Root]) -> Option<(Arc<dyn Accessor>, Option<Given>)> {
    let record = cx.record()?;
    let count = record.params.len().checked_sub(1)?;
    let says = record.flags & (FuncFlags::METHOD | FuncFlags::ACCESSOR | FuncFlags::EFFECTS);
    if !says.contains(FuncFlags::METHOD)
        || says.contains(FuncFlags::EFFECTS)
        || cx.receiver.is_null()
        || !record.keep_alive.is_empty()
        || record.policies.is_some()
        || !record.rest.is_empty()
    {
        return None;
    }
    // What takes `&mut self` may do more than to find something, and the arguments are owned for an accessor alone.
    let reads = cx.loans.iter().all(|loan| !loan.is(LoanFlags::CHANGES) || loan.is(LoanFlags::READS));
    if !(says.contains(FuncFlags::ACCESSOR) || reads && count == 0) {
        return None;
    }
    // SAFETY: an accessor's arguments are owned by now; the receiver is lent.
    let given = unsafe {
        let args: SmallVec<[*mut ffi::PyObject; 4]> = (0..count).map(|index| *cx.args.add(index)).collect();
        if !args.iter().all(|arg| is_constant(*arg)) {
            return None;
        }
        let other = (roots.first()?.inst.cast() != cx.receiver).then(|| StrongRef::borrow(cx.receiver));
        (count > 0 || other.is_some())
            .then(|| Given { receiver: other, args: args.iter().map(|arg| StrongRef::borrow(*arg)).collect() })
    };
    let record = ptr::from_ref(record);
    // SAFETY: the record of a function that runs is in an `Arc` of its overloads.
    let record: Arc<Record> = unsafe {
        Arc::increment_strong_count(record);
        Arc::from_raw(record)
    };
    Some((record, given))
}

/// Whether nobody can change an object, and it refers to no other.
///
/// # Safety
/// `ob` is live; attached.
unsafe fn is_constant(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        ob == ffi::Py_None()
            || ffi::PyLong_CheckExact(ob) != 0
            || ffi::PyUnicode_CheckExact(ob) != 0
            || ffi::PyFloat_CheckExact(ob) != 0
            || ffi::PyBool_Check(ob) != 0
            || ffi::PyBytes_CheckExact(ob) != 0
    }
}
