//! The dispatcher: one runtime for all bound functions.
//!
//! Overloads are tried in order, first without implicit conversion, then with it; a lone overload goes straight to the
//! second pass. A mismatch is a return value, never an exception.

use crate::call::{ACCEPT_NONE, Cx, Temporaries, next_overload_ptr};
use crate::error::{Builtin, chain_cause, set_error};
use crate::ffi;
use crate::function::{FuncData, MAX_PARAMS, OPERATOR, Record, function_data};
use crate::messages;
use crate::obj::object;
use crate::panic;
use crate::signature;
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
            && nargs == record.params.len()
            && !none_refused(record, args, nargs)
        {
            let mut left = Left::default();
            let result = attempt(data, record, args, true, &mut left);
            if result != next_overload_ptr() {
                return result;
            }
            return mismatch(data, args, nargs, kwnames, 0, left.cause);
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
        let nkw = if kwnames.is_null() { 0 } else { ffi::PyTuple_Size(kwnames) as usize };
        if nkw > 1024 {
            set_error(Builtin::TypeError.class(), messages::TOO_MANY_KEYWORDS);
            return ptr::null_mut();
        }
        let mut left = Left::default();
        let first_pass = usize::from(data.records.len() == 1);
        for pass in first_pass..2 {
            for record in &data.records {
                let attempt = if nkw == 0 && nargs == record.params.len() {
                    // All positional: the caller's array is already in parameter order.
                    if none_refused(record, args, nargs) {
                        continue;
                    }
                    attempt(data, record, args, pass == 1, &mut left)
                } else {
                    let mut values = [ptr::null_mut(); MAX_PARAMS];
                    if !arrange(record, args, nargs, kwnames, nkw, &mut values) {
                        if !ffi::PyErr_Occurred().is_null() {
                            return ptr::null_mut();
                        }
                        continue;
                    }
                    attempt(data, record, values.as_ptr(), pass == 1, &mut left)
                };
                if attempt != next_overload_ptr() {
                    return attempt;
                }
            }
        }
        mismatch(data, args, nargs, kwnames, nkw, left.cause)
    }
}

/// What attempts that did not fit leave to the rest of the call.
#[derive(Default)]
struct Left {
    /// Why the last conversion failed.
    cause: Option<object>,
    /// What call policies keep until the call has ended.
    kept: Option<Temporaries>,
}

/// Tries one overload on arguments in parameter order.
#[inline(always)]
unsafe fn attempt(
    data: &FuncData,
    record: &Record,
    args: *const *mut ffi::PyObject,
    convert: bool,
    left: &mut Left,
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
                left.cause = Some(found);
            }
            if record.policies.is_some() {
                let kept = cx.take_temporaries();
                match (&mut left.kept, kept) {
                    (Some(all), Some(more)) => all.extend(*more),
                    (all, more) => *all = all.take().or(more),
                }
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

/// Puts positional, keyword and default values in the order of the parameters; false when they do not fit.
unsafe fn arrange(
    record: &Record,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
    nkw: usize,
    values: &mut [*mut ffi::PyObject; MAX_PARAMS],
) -> bool {
    // SAFETY: vectorcall protocol, see `call`.
    unsafe {
        let wanted = record.params.len();
        if nargs > wanted || (nkw > 0 && !record.annotated) {
            return false;
        }
        if nargs < wanted && nkw == 0 && record.args[nargs..].iter().any(|a| a.default.is_none()) {
            return false;
        }
        for (index, value) in values[..nargs].iter_mut().enumerate() {
            *value = *args.add(index);
        }
        let mut used = 0;
        for (index, place_of) in values.iter_mut().enumerate().take(wanted).skip(nargs) {
            let arg = &record.args[index];
            let mut value = ptr::null_mut();
            if nkw > 0 && arg.name.is_some() {
                match find_keyword(arg, kwnames, nkw) {
                    Some(place) => {
                        value = *args.add(nargs + place);
                        used += 1;
                    }
                    None if !ffi::PyErr_Occurred().is_null() => return false,
                    None => {}
                }
            }
            if value.is_null() {
                match &arg.default {
                    Some(default) => value = default.as_ptr(),
                    None => return false,
                }
            }
            *place_of = value;
        }
        if used != nkw {
            return false;
        }
        let none = ffi::Py_None();
        values[..wanted].iter().zip(&record.args).all(|(value, arg)| *value != none || arg.flags & ACCEPT_NONE != 0)
    }
}

/// Place of the argument among the call's keywords: by address, then by value for names that are not interned.
unsafe fn find_keyword(arg: &crate::function::ArgRecord, kwnames: *mut ffi::PyObject, nkw: usize) -> Option<usize> {
    // SAFETY: `kwnames` is a tuple of `nkw` strings.
    unsafe {
        let key = arg.key.as_ref()?.as_ptr();
        for place in 0..nkw {
            if ffi::PyTuple_GetItem(kwnames, place as ffi::Py_ssize_t) == key {
                return Some(place);
            }
        }
        (0..nkw).find(|place| {
            let name = ffi::PyTuple_GetItem(kwnames, *place as ffi::Py_ssize_t);
            ffi::PyUnicode_Compare(name, key) == 0 && ffi::PyErr_Occurred().is_null()
        })
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
pub(crate) fn bad_result(cx: &mut Cx<'_>) {
    cx.unconverted = !cx.failed;
    // SAFETY: attached.
    if unsafe { !ffi::PyErr_Occurred().is_null() } {
        return;
    }
    let text = cx.record.map(|record| signature::of_record(cx.state, record)).unwrap_or_default();
    set_error(Builtin::TypeError.class(), &messages::bad_result(&text));
}
