//! The dispatcher: one runtime for all bound functions.
//!
//! Overloads are tried in order, first without implicit conversion, then with it; a lone overload goes straight to the
//! second pass. A mismatch is a return value, never an exception.

use crate::arrange::{self, Collected, Keywords, Values};
use crate::call::{ACCEPT_NONE, Cx, next_overload_ptr};
use crate::error::{Builtin, chain_cause, set_error};
use crate::ffi;
use crate::function::{FuncData, MAX_PARAMS, OPERATOR, Record, function_data};
use crate::messages;
use crate::obj::object;
use crate::panic;
use crate::signature;
use std::mem::MaybeUninit;
use std::ptr;

/// `tp_vectorcall` of function objects.
pub(crate) unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: CPython's vectorcall protocol: `args` holds the positional and then the keyword values; the caller
        // keeps the callable and all arguments alive during the call.
        unsafe {
            let data = function_data(callable);
            let nargs = ffi::PyVectorcall_NARGS(nargsf) as usize;
            call(data, args, nargs, kwnames)
        }
    })
}

/// Calls the overload chain.
///
/// # Safety
/// As [`vectorcall`]; `data` outlives the call.
pub(crate) unsafe fn call(
    data: &FuncData,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        // The usual call: one overload, every argument by position.
        if let [record] = &data.records[..]
            && kwnames.is_null()
            && nargs == record.arity
            && !none_refused(record, args, nargs)
        {
            let mut cause = None;
            let result = attempt(data, record, args, true, &mut cause);
            if result != next_overload_ptr() {
                return result;
            }
            return mismatch(data, args, nargs, kwnames, 0, cause);
        }
        call_any(data, args, nargs, kwnames)
    }
}

/// Whether an argument is `None` where the overload takes none.
#[inline(always)]
unsafe fn none_refused(record: &Record, args: *const *mut ffi::PyObject, nargs: usize) -> bool {
    // SAFETY: `args` holds `nargs` live objects, as many as the record has parameters.
    unsafe {
        let none = ffi::Py_None();
        for index in 0..nargs {
            if *args.add(index) == none && record.arg_flags[index] & ACCEPT_NONE == 0 {
                return true;
            }
        }
        false
    }
}

/// Calls with keywords, defaults, or several overloads.
unsafe fn call_any(
    data: &FuncData,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let keywords = Keywords::new(kwnames, args.add(nargs));
        let nkw = keywords.count;
        if nkw > 1024 {
            set_error(Builtin::TypeError.class(), messages::TOO_MANY_KEYWORDS);
            return ptr::null_mut();
        }
        let mut cause: Option<object> = None;
        let first_pass = usize::from(data.records.len() == 1);
        for pass in first_pass..2 {
            for record in &data.records {
                let mut values: Values = [MaybeUninit::uninit(); MAX_PARAMS];
                let mut collected = Collected::default();
                let arranged = if nkw == 0 && nargs == record.arity {
                    // All positional: the caller's array is already in parameter order.
                    if none_refused(record, args, nargs) {
                        continue;
                    }
                    args
                } else if record.rest.is_empty() {
                    if !arrange::plain(record, args, nargs, keywords, &mut values) {
                        continue;
                    }
                    values.as_ptr().cast()
                } else {
                    if !arrange::with_rest(record, args, nargs, keywords, &mut values, &mut collected) {
                        if !ffi::PyErr_Occurred().is_null() {
                            return ptr::null_mut();
                        }
                        continue;
                    }
                    values.as_ptr().cast()
                };
                let result = attempt(data, record, arranged, pass == 1, &mut cause);
                if result != next_overload_ptr() {
                    return result;
                }
            }
        }
        mismatch(data, args, nargs, kwnames, nkw, cause)
    }
}

/// Tries one overload on arguments in parameter order.
#[inline(always)]
unsafe fn attempt(
    data: &FuncData,
    record: &Record,
    args: *const *mut ffi::PyObject,
    convert: bool,
    cause: &mut Option<object>,
) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `call`.
    unsafe {
        let mut cx = Cx::new(&data.state, Some(record));
        cx.args = args;
        cx.nargs = record.params.len();
        let mut result = (record.invoke)(record, &mut cx, convert);
        if !result.is_null() && result != next_overload_ptr() && record.keep_alive.is_empty() && cx.is_clean() {
            // Most calls of functions on plain values: nothing to release, so not even the tests for it.
            std::mem::forget(cx);
            return result;
        }
        if cx.fatal {
            return ptr::null_mut();
        }
        if result == next_overload_ptr() {
            if let Some(found) = cx.cause.take() {
                *cause = Some(found);
            }
            return result;
        }
        if !result.is_null() && !record.keep_alive.is_empty() {
            // The marks end before Python code can run on account of keep_alive (a weak reference to a
            // foreign nurse).
            cx.loans.release();
            if !crate::nurse::apply(&cx, record, result) {
                ffi::Py_DECREF(result);
                result = ptr::null_mut();
            }
        }
        result
    }
}

/// Nothing fitted: `NotImplemented` for operators, else the `TypeError` that lists the overloads.
#[cold]
unsafe fn mismatch(
    data: &FuncData,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
    nkw: usize,
    cause: Option<object>,
) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `call`.
    unsafe {
        // A warning that was turned into an error stands on its own.
        if !ffi::PyErr_Occurred().is_null() {
            return ptr::null_mut();
        }
        if data.records.iter().any(|r| r.flags & OPERATOR != 0) {
            return ffi::Py_NewRef(ffi::Py_NotImplemented());
        }
        let mut text = messages::no_overload(data.records.first().map_or("", |record| &record.name));
        for (index, record) in data.records.iter().enumerate() {
            text.push_str(&format!("    {}. {}\n", index + 1, signature::signature(data, record)));
        }
        text.push_str("\nInvoked with types: ");
        let of = |value: *mut ffi::PyObject| crate::typename::of_type(ffi::Py_TYPE(value));
        let positional: Vec<String> = (0..nargs).map(|i| of(*args.add(i))).collect();
        text.push_str(&positional.join(", "));
        if nkw > 0 {
            let names = (0..nkw).map(|i| {
                let name = ffi::PyTuple_GetItem(kwnames, i as ffi::Py_ssize_t);
                let name = crate::typename::text(name).unwrap_or_else(|| "?".into());
                format!("{name}: {}", of(*args.add(nargs + i)))
            });
            let names: Vec<String> = names.collect();
            if nargs > 0 {
                text.push_str(", ");
            }
            text.push_str(&format!("kwargs = {{ {} }}", names.join(", ")));
        }
        set_error(Builtin::TypeError.class(), &text);
        if let Some(cause) = cause {
            chain_cause(cause);
        }
        ptr::null_mut()
    }
}

/// A converted result was null without an exception: nanobind's message with the signature.
#[cold]
pub(crate) fn bad_result(cx: &Cx<'_>) {
    // SAFETY: attached.
    if unsafe { !ffi::PyErr_Occurred().is_null() } {
        return;
    }
    let text = cx.record.map(|record| signature::of_record(cx.state, record)).unwrap_or_default();
    set_error(Builtin::TypeError.class(), &messages::bad_result(&text));
}
