//! The dispatcher: one runtime for all bound functions.
//!
//! Overloads are tried in order, first without implicit conversion, then with it; a lone overload goes straight to the
//! second pass. A mismatch is a return value, never an exception.

use crate::arrange::{self, Collected, Keywords, Values};
use crate::call::{Cx, OWNED, arguments, is_object, next_overload_ptr, own};
use crate::error::{Builtin, add_notes, chain_cause, set_error};
use crate::ffi;
use crate::function::{FuncData, MAX_PARAMS, OPERATOR, Record, function_data};
use crate::messages;
use crate::obj::Held;
use crate::panic;
use crate::refusal::Refusals;
use crate::signature;
use smallvec::SmallVec;
use std::mem::MaybeUninit;
use std::ptr;

/// `tp_vectorcall` of `nb_func` objects.
pub(crate) unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: CPython's vectorcall protocol: `args` holds the positional and then the keyword values. The callable and
        // all arguments are alive now; callers written in C need not keep them so.
        unsafe {
            let nargs = ffi::PyVectorcall_NARGS(nargsf) as usize;
            // What it runs may take it away from where it was found.
            let callable = Held::borrow(callable);
            call(function_data(callable.as_ptr()), ptr::null_mut(), args, nargs, kwnames)
        }
    })
}

/// `tp_vectorcall` of `nb_method` objects: the first argument is the receiver.
pub(crate) unsafe extern "C" fn method_vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: as in `vectorcall`.
        unsafe {
            let callable = Held::borrow(callable);
            let data = function_data(callable.as_ptr());
            let nargs = ffi::PyVectorcall_NARGS(nargsf) as usize;
            if nargs == 0 {
                let nkw = if kwnames.is_null() { 0 } else { ffi::PyTuple_Size(kwnames) as usize };
                return mismatch(
                    data,
                    &Given { receiver: ptr::null_mut(), args, nargs, kwnames, nkw },
                    Refusals::default(),
                );
            }
            call(data, *args, args.add(1), nargs - 1, kwnames)
        }
    })
}

/// The arguments of a call as CPython hands them over.
pub(crate) struct Given {
    /// Null for what is not a method.
    pub receiver: *mut ffi::PyObject,
    /// The positional and then the keyword values.
    pub args: *const *mut ffi::PyObject,
    pub nargs: usize,
    pub kwnames: *mut ffi::PyObject,
    pub nkw: usize,
}

/// Calls the overload chain; `nargs` is without the receiver, which is null for what is not a method.
///
/// Arguments live as long as somebody else owns them, which C code need not do. They are owned here or by the context
/// before anything runs that could take them away.
///
/// # Safety
/// As [`vectorcall`]; `data` outlives the call.
#[inline]
pub(crate) unsafe fn call(
    data: &FuncData,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let shift = u32::from(!receiver.is_null());
        let _running = data.enter();
        // The usual call: one overload, every argument by position.
        if let [record] = &data.records[..]
            && kwnames.is_null()
            && nargs + shift as usize == record.arity
            && !none_refused(record.accepts_none >> shift, args, nargs)
        {
            let mut refusals = Refusals::default();
            let result = attempt(data, record, receiver, args, record.converts, &mut refusals);
            if result != next_overload_ptr() {
                return result;
            }
            let owned = refusals.take_arguments().unwrap_or_else(|| own(receiver, args, nargs));
            let args = arguments(&owned, !receiver.is_null());
            return explain(data, &Given { receiver, args, nargs, kwnames, nkw: 0 }, refusals);
        }
        call_any(data, receiver, args, nargs, kwnames, 0, Refusals::default())
    }
}

/// Goes on with a call by position after a direct attempt at the first overload was a mismatch.
///
/// # Safety
/// As [`call`]. The receiver and the arguments are alive.
pub(crate) unsafe fn call_others(
    data: &FuncData,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    refusals: Refusals,
) -> *mut ffi::PyObject {
    let kwnames = ptr::null_mut();
    // SAFETY: caller's contract.
    unsafe {
        let _running = data.enter();
        if data.records.len() == 1 {
            return mismatch(data, &Given { receiver, args, nargs, kwnames, nkw: 0 }, refusals);
        }
        call_any(data, receiver, args, nargs, kwnames, 1, refusals)
    }
}

/// Whether an argument is `None` where the overload takes none.
#[inline(always)]
pub(crate) unsafe fn none_refused(accepts: u32, args: *const *mut ffi::PyObject, nargs: usize) -> bool {
    // SAFETY: `args` holds `nargs` live objects.
    unsafe {
        let none = ffi::Py_None();
        (0..nargs).any(|index| *args.add(index) == none && accepts >> index & 1 == 0)
    }
}

/// Calls with keywords, defaults, or several overloads, of which the first `tried` did not fit in the first pass.
unsafe fn call_any(
    data: &FuncData,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
    tried: usize,
    mut refusals: Refusals,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let nkw = if kwnames.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(kwnames) as usize };
        // One attempt may run code, and the next one looks at the arguments again.
        let _names = (!kwnames.is_null()).then(|| Held::borrow(kwnames));
        let _receiver = (!receiver.is_null()).then(|| Held::borrow(receiver));
        let owned: SmallVec<[Held; 8]> = (0..nargs + nkw).map(|index| Held::borrow(*args.add(index))).collect();
        let args = owned.as_ptr().cast::<*mut ffi::PyObject>();
        let keywords = Keywords::new(kwnames, args.add(nargs));
        if nkw > 1024 {
            set_error(Builtin::TypeError.class(), messages::TOO_MANY_KEYWORDS);
            return ptr::null_mut();
        }
        let shift = usize::from(!receiver.is_null());
        let first_pass = usize::from(data.records.len() == 1);
        for pass in first_pass..2 {
            for record in data.records.iter().skip(if pass == 0 { tried } else { 0 }) {
                if pass == 0 && nargs > 0 && !record.admits(*args) {
                    continue;
                }
                let converts = OWNED | if pass == 1 { record.converts } else { 0 };
                let result = if nkw == 0 && nargs + shift == record.arity {
                    // All positional: the caller's array is already in parameter order.
                    if none_refused(record.accepts_none >> shift, args, nargs) {
                        continue;
                    }
                    attempt(data, record, receiver, args, converts, &mut refusals)
                } else if record.rest.is_empty() {
                    let mut values: Values = [MaybeUninit::uninit(); MAX_PARAMS];
                    if !arrange::plain(record, shift, args, nargs, keywords, &mut values) {
                        if ffi::PyErr_Occurred().is_null() {
                            continue;
                        }
                        return ptr::null_mut();
                    }
                    attempt(data, record, receiver, values.as_ptr().cast(), converts, &mut refusals)
                } else {
                    attempt_with_rest(data, record, receiver, args, nargs, keywords, converts, &mut refusals)
                };
                if result != next_overload_ptr() {
                    return result;
                }
            }
        }
        explain(data, &Given { receiver, args, nargs, kwnames, nkw }, refusals)
    }
}

/// Tries one overload that takes `nb::args` or `nb::kwargs`.
#[allow(clippy::too_many_arguments, reason = "the parts of one call")]
#[inline(never)]
unsafe fn attempt_with_rest(
    data: &FuncData,
    record: &Record,
    mut receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    keywords: Keywords,
    converts: u32,
    refusals: &mut Refusals,
) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `call`; what was collected outlives the attempt.
    unsafe {
        let mut values: Values = [MaybeUninit::uninit(); MAX_PARAMS];
        let mut collected = Collected::default();
        if !arrange::with_rest(record, &mut receiver, args, nargs, keywords, &mut values, &mut collected) {
            return if ffi::PyErr_Occurred().is_null() { next_overload_ptr() } else { ptr::null_mut() };
        }
        attempt(data, record, receiver, values.as_ptr().cast(), converts, refusals)
    }
}

/// Tries one overload on arguments in parameter order.
#[inline(always)]
unsafe fn attempt(
    data: &FuncData,
    record: &Record,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    converts: u32,
    refusals: &mut Refusals,
) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `call`.
    unsafe {
        let mut cx = Cx::of_record(&data.state, record, receiver, args, converts);
        if !record.keep_alive.is_empty() {
            // They are looked at once more when the body has returned.
            cx.own_arguments();
        }
        let mut result = (record.invoke)(record.capture, &mut cx);
        if is_object(result) && record.keep_alive.is_empty() && cx.settle() {
            // Most calls: nothing is left to release, so not even the tests for it.
            std::mem::forget(cx);
            return result;
        }
        result = cx.closing(result);
        if result == next_overload_ptr() {
            refusals.note(&mut cx);
            refusals.keep_arguments(cx.take_owned());
            if record.policies.is_some() {
                refusals.keep_until_the_end(cx.take_temporaries());
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
///
/// # Safety
/// As [`call`]. The receiver and the arguments are alive.
#[cold]
pub(crate) unsafe fn mismatch(data: &FuncData, given: &Given, refusals: Refusals) -> *mut ffi::PyObject {
    let &Given { receiver, args, nargs, kwnames, nkw } = given;
    // SAFETY: caller's contract.
    unsafe {
        let owned = own(receiver, args, nargs + nkw);
        let args = arguments(&owned, !receiver.is_null());
        explain(data, &Given { receiver, args, nargs, kwnames, nkw }, refusals)
    }
}

/// As [`mismatch`], of arguments that are owned.
///
/// # Safety
/// As [`call`]; somebody owns the arguments.
#[cold]
unsafe fn explain(data: &FuncData, given: &Given, mut refusals: Refusals) -> *mut ffi::PyObject {
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
        let receiver = (!given.receiver.is_null()).then(|| of(given.receiver));
        let positional: Vec<String> =
            receiver.into_iter().chain((0..given.nargs).map(|i| of(*given.args.add(i)))).collect();
        text.push_str(&positional.join(", "));
        if given.nkw > 0 {
            let names = (0..given.nkw).map(|i| {
                let name = ffi::PyTuple_GetItem(given.kwnames, i as ffi::Py_ssize_t);
                let name = crate::typename::text(name).unwrap_or_else(|| "?".into());
                format!("{name}: {}", of(*given.args.add(given.nargs + i)))
            });
            let names: Vec<String> = names.collect();
            if !positional.is_empty() {
                text.push_str(", ");
            }
            text.push_str(&format!("kwargs = {{ {} }}", names.join(", ")));
        }
        // Notes are an invention of Python 3.11.
        let notes = if cfg!(Py_3_11) { refusals.explain(data, given) } else { Some(Vec::new()) };
        let Some(notes) = notes else { return ptr::null_mut() };
        set_error(Builtin::TypeError.class(), &text);
        if let Some(cause) = refusals.take_cause() {
            chain_cause(cause);
        }
        add_notes(&notes);
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
    let text = cx.record().map(|record| signature::of_record(cx.state(), record)).unwrap_or_default();
    set_error(Builtin::TypeError.class(), &messages::bad_result(&text));
}
