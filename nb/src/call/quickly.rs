//! The overloads of function objects, and those that a dispatcher comes to, tried without a context.

use crate::call::attempt::Kept;
use crate::call::context::{Cx, next_overload_ptr};
use crate::call::dispatch::call_any;
use crate::call::given::Given;
use crate::call::mismatch::Refusals;
use crate::call::nb_func::{FuncData, function_data};
use crate::call::outcome::{not_fit_ptr, refuse_pending};
use crate::call::record::Record;
use crate::call::refused::mismatch;
use crate::call::signature;
use crate::ffi;
use crate::interpreter::{panic, recursion};
use crate::python::error::{Builtin, set_error};
use crate::python::object::StrongRef;
use crate::python::{attach, messages};
use std::ptr;

/// A call by position of a lone overload, tried without a context; [`not_fit_ptr`] where it does not fit at once, and then nothing has
/// happened. Does not unwind.
///
/// # Safety
/// As [`vectorcall`](crate::call::dispatch::vectorcall).
#[inline(always)]
pub(super) unsafe fn vectorcall_at_once(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython's vectorcall protocol. The callable is held, since the function may take it away, and its overloads stay while the
    // call is noted.
    unsafe {
        let data = function_data(callable);
        let [record] = &data.records[..] else { return not_fit_ptr() };
        let whole = kwnames.is_null() && ffi::PyVectorcall_NARGS(nargsf) as usize == record.arity;
        if !whole || record.quick.declines || !attach::needs_no_note() || panic::running() >= recursion::DEEP {
            return not_fit_ptr();
        }
        let _callable = StrongRef::borrow(callable);
        let _running = data.enter();
        let result = panic::counted(|| record.quick.run(record.capture, ptr::null_mut(), args));
        if result.is_null() {
            return panic::guard(ptr::null_mut(), || failed(data, record));
        }
        refuse_pending(result, || record.call_name())
    }
}

/// Tries an overload without a context, in the first pass over the overloads; [`not_fit_ptr`] where that is not possible, and then nothing
/// has happened.
///
/// # Safety
/// As [`call`](crate::call::dispatch::call); `args` are all arguments of the overload, without the receiver, and live as long as those of `given`.
#[inline(always)]
pub(super) unsafe fn quickly(
    data: &FuncData,
    index: usize,
    given: &Given,
    args: *const *mut ffi::PyObject,
    refusals: &mut Refusals,
) -> *mut ffi::PyObject {
    let record = &data.records[index];
    // SAFETY: caller's contract.
    unsafe {
        if record.quick.declines {
            return quickly_declining(data, index, given, args, refusals);
        }
        let result = record.quick.run(record.capture, given.receiver, args);
        if result.is_null() {
            return failed(data, record);
        }
        refuse_pending(result, || record.call_name())
    }
}

/// As [`quickly`], for an overload that may ask for the next one.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe fn quickly_declining(
    data: &FuncData,
    index: usize,
    given: &Given,
    args: *const *mut ffi::PyObject,
    refusals: &mut Refusals,
) -> *mut ffi::PyObject {
    let record = &data.records[index];
    // SAFETY: caller's contract. What may be gone afterwards is kept, and `args`, which may be an array of the caller's, is not used any more.
    unsafe {
        let kept = Kept::of([given.receiver, given.kwnames], given.args(), given.nargs + given.nkw());
        let result = record.quick.run(record.capture, given.receiver, args);
        if result.is_null() {
            return failed(data, record);
        }
        if result != next_overload_ptr() {
            return refuse_pending(result, || record.call_name());
        }
        let given = Given::new(kept.receiver(), kept.args(), given.nargs, given.kwnames);
        let mut refusals = std::mem::take(refusals);
        let mut cx = Cx::of_record(data, record, &given, 0);
        cx.declined = true;
        refusals.note(&mut cx);
        drop(cx);
        match data.records.len() {
            1 => mismatch(data, &given, refusals),
            _ => call_any(data, &given, index + 1, true, refusals),
        }
    }
}

/// The end of a call without a context that has given null: the exception is raised here if it is not yet.
///
/// # Safety
/// As [`call`](crate::call::dispatch::call).
#[cold]
#[inline(never)]
unsafe fn failed(data: &FuncData, record: &Record) -> *mut ffi::PyObject {
    // SAFETY: attached.
    if unsafe { ffi::PyErr_Occurred().is_null() } {
        set_error(Builtin::TypeError.class(), &messages::bad_result(&signature::of_record(&data.state, record)));
    }
    ptr::null_mut()
}
