//! The dispatcher: one runtime for all bound functions.
//!
//! Overloads are tried in order, first without implicit conversion, then with it; a lone overload goes straight to the
//! second pass. A mismatch is a return value, never an exception.

use crate::call::arguments::{self, Collected, Values};
use crate::call::context::{Cx, is_object, next_overload_ptr};
use crate::call::given::Given;
use crate::call::mismatch::Refusals;
use crate::call::named_receiver::moved_to_front;
use crate::call::nb_func::{FuncData, function_data};
use crate::call::outcome::not_fit_ptr;
use crate::call::quickly::{quickly, vectorcall_at_once};
use crate::call::record::{FuncFlags, MAX_PARAMS, Record};
use crate::call::refused::mismatch;
use crate::call::signature;
use crate::ffi;
use crate::instance::keep_alive::keep_alive;
use crate::interpreter::{panic, recursion};
use crate::python::error::{Builtin, set_error};
use crate::python::messages;
use crate::python::object::StrongRef;
use std::mem::MaybeUninit;
use std::ptr;

/// `tp_vectorcall` of `nb_func` objects.
///
/// # Safety
/// CPython's vectorcall protocol, of a function object of ours; attached.
pub(crate) unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython's vectorcall protocol.
    unsafe {
        let result = vectorcall_at_once(callable, args, nargsf, kwnames);
        if result != not_fit_ptr() {
            return result;
        }
        vectorcall_any(callable, args, nargsf, kwnames)
    }
}

/// As [`vectorcall`], in any way.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe extern "C" fn vectorcall_any(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: CPython's vectorcall protocol.
        unsafe {
            // What it runs may take it away from where it was found.
            let callable = StrongRef::borrow(callable);
            call(function_data(callable.as_ptr()), &Given::by_vectorcall(args, nargsf, kwnames))
        }
    })
}

/// `tp_vectorcall` of `nb_method` objects: the first argument is the receiver.
///
/// # Safety
/// As [`vectorcall`].
pub(crate) unsafe extern "C" fn method_vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: as in `vectorcall`.
        unsafe {
            let callable = StrongRef::borrow(callable);
            let data = function_data(callable.as_ptr());
            let mut given = Given::by_vectorcall(args, nargsf, kwnames);
            if given.nargs > 0 {
                given.take_receiver();
                return call(data, &given);
            }
            if !kwnames.is_null()
                && data.takes_named_receiver()
                && let Some(result) = moved_to_front(args, kwnames, |args, kwnames| {
                    call(data, &Given::new(*args, args.add(1), 0, kwnames))
                })
            {
                return result;
            }
            mismatch(data, &given, Refusals::default())
        }
    })
}

/// Calls the overload chain.
///
/// # Safety
/// `given` is what CPython's protocol says; attached; `data` outlives the call.
#[inline]
pub(crate) unsafe fn call(data: &FuncData, given: &Given) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { call_first::<false>(data, given) }
}

/// As [`call`], where a lone overload was tried without a context.
///
/// # Safety
/// As there.
#[inline]
pub(crate) unsafe fn call_tried(data: &FuncData, given: &Given) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { call_first::<true>(data, given) }
}

/// # Safety
/// As [`call`].
#[inline]
unsafe fn call_first<const TRIED: bool>(data: &FuncData, given: &Given) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let Some(_nested) = recursion::nested() else { return ptr::null_mut() };
        let _running = data.enter();
        // The usual call: one overload, every argument by position.
        if let [record] = &data.records[..]
            && given.kwnames.is_null()
            && given.nargs + given.shift() == record.arity
            && !none_refused(record.accepts_none >> given.shift(), given.args(), given.nargs)
        {
            let mut refusals = Refusals::default();
            if !TRIED {
                let result = quickly(data, 0, given, given.args(), &mut refusals);
                if result != not_fit_ptr() {
                    return result;
                }
            }
            let result = attempt(Cx::of_record(data, record, given, record.converts), record, &mut refusals);
            if result != next_overload_ptr() {
                return result;
            }
            return mismatch(data, given, refusals);
        }
        call_any(data, given, 0, !TRIED || data.records.len() > 1, Refusals::default())
    }
}

/// Goes on with a call by position after a direct attempt at the first overload was a mismatch.
///
/// # Safety
/// As [`call`]; the arguments are alive.
pub(crate) unsafe fn call_others(data: &FuncData, given: &Given, refusals: Refusals) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let _running = data.enter();
        if data.records.len() == 1 {
            return mismatch(data, given, refusals);
        }
        call_any(data, given, 1, true, refusals)
    }
}

/// Whether an argument is `None` where the overload takes none.
///
/// # Safety
/// `args` holds `nargs` live objects; attached.
#[inline(always)]
pub(crate) unsafe fn none_refused(accepts: u32, args: *const *mut ffi::PyObject, nargs: usize) -> bool {
    // SAFETY: `args` holds `nargs` live objects.
    unsafe {
        let none = ffi::Py_None();
        (0..nargs).any(|index| *args.add(index) == none && accepts >> index & 1 == 0)
    }
}

/// Calls with keywords, defaults, or several overloads, of which the first `tried` did not fit in the first pass. With `quick`, each is tried
/// without a context before.
///
/// # Safety
/// As [`call`].
#[inline(never)]
pub(super) unsafe fn call_any(
    data: &FuncData,
    given: &Given,
    tried: usize,
    quick: bool,
    mut refusals: Refusals,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract. An attempt owns the arguments before it runs code, so that the next one finds them.
    unsafe {
        let nkw = given.nkw();
        if nkw > 1024 {
            set_error(Builtin::TypeError.class(), messages::TOO_MANY_KEYWORDS);
            return ptr::null_mut();
        }
        let first_pass = usize::from(data.records.len() == 1);
        for pass in first_pass..2 {
            for (index, record) in data.records.iter().enumerate().skip(if pass == 0 { tried } else { 0 }) {
                if pass == 0 && given.nargs > 0 && !record.admits(*given.args()) {
                    continue;
                }
                let converts = if pass == 1 { record.converts } else { 0 };
                let result = if nkw == 0 && given.nargs + given.shift() == record.arity {
                    // All positional: the caller's array is already in parameter order.
                    if none_refused(record.accepts_none >> given.shift(), given.args(), given.nargs) {
                        continue;
                    }
                    if quick && pass == first_pass {
                        let result = quickly(data, index, given, given.args(), &mut refusals);
                        if result != not_fit_ptr() {
                            return result;
                        }
                    }
                    attempt(Cx::of_record(data, record, given, converts), record, &mut refusals)
                } else if record.rest.is_empty() {
                    let mut values: Values = [MaybeUninit::uninit(); MAX_PARAMS];
                    if !arguments::plain(record, given, &mut values) {
                        if ffi::PyErr_Occurred().is_null() {
                            continue;
                        }
                        return ptr::null_mut();
                    }
                    if quick && pass == first_pass {
                        let result = quickly(data, index, given, values.as_ptr().cast(), &mut refusals);
                        if result != not_fit_ptr() {
                            return result;
                        }
                    }
                    let mut cx = Cx::of_record(data, record, given, converts);
                    cx.args = values.as_ptr().cast();
                    attempt(cx, record, &mut refusals)
                } else {
                    attempt_with_rest(data, record, given, converts, &mut refusals)
                };
                if result != next_overload_ptr() {
                    return result;
                }
                if refusals.is_over() {
                    return mismatch(data, given, refusals);
                }
            }
        }
        mismatch(data, given, refusals)
    }
}

/// Tries one overload that takes `nb::args` or `nb::kwargs`.
///
/// # Safety
/// As [`call`].
#[inline(never)]
unsafe fn attempt_with_rest(
    data: &FuncData,
    record: &Record,
    given: &Given,
    converts: u32,
    refusals: &mut Refusals,
) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `call`; what was collected outlives the attempt.
    unsafe {
        // Making the tuple and the dict may run the collector.
        given.own();
        let mut values: Values = [MaybeUninit::uninit(); MAX_PARAMS];
        let mut collected = Collected::default();
        if !arguments::with_rest(record, given, &mut values, &mut collected) {
            return if ffi::PyErr_Occurred().is_null() { next_overload_ptr() } else { ptr::null_mut() };
        }
        let mut cx = Cx::of_record(data, record, given, converts);
        cx.args = values.as_ptr().cast();
        if let Some(whole) = collected.receiver() {
            cx.receiver = whole;
        }
        attempt(cx, record, refusals)
    }
}

/// Tries one overload, whose arguments the context has in parameter order.
///
/// # Safety
/// As [`call`]; `cx` is for `record`.
#[inline(always)]
unsafe fn attempt(mut cx: Cx<'_>, record: &Record, refusals: &mut Refusals) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `call`.
    unsafe {
        if record.flags.contains(FuncFlags::LOOKS_BACK) {
            cx.own_arguments();
        }
        refusals.hand_drained(&mut cx);
        let mut result = (record.invoke)(record.capture, &mut cx);
        if is_object(result) && record.keep_alive.is_empty() && cx.settle() {
            // Most calls: nothing is left to release, so not even the tests for it.
            std::mem::forget(cx);
            return result;
        }
        result = cx.closing(result);
        if result == next_overload_ptr() {
            refusals.note(&mut cx);
            refusals.keep_drained(&mut cx);
            if record.policies.is_some() {
                refusals.keep_until_the_end(cx.take_temporaries());
            }
            return result;
        }
        if !result.is_null() && !record.keep_alive.is_empty() {
            // The marks end before Python code can run on account of keep_alive (a weak reference to a
            // foreign nurse).
            cx.loans.release();
            if !apply_keep_alive(&cx, record, result) {
                ffi::Py_DECREF(result);
                result = ptr::null_mut();
            }
        }
        result
    }
}

/// Applies the `keep_alive` annotations of an overload after the call; false with an exception raised.
///
/// An argument that was converted implicitly stands for the object that it was converted to.
///
/// # Safety
/// The call's arguments and `result` are live.
unsafe fn apply_keep_alive(cx: &Cx<'_>, record: &Record, result: *mut ffi::PyObject) -> bool {
    record.keep_alive.iter().all(|&(nurse, patient)| {
        let pick = |index: u8| {
            let Some(position) = index.checked_sub(1) else { return result };
            // SAFETY: indices were checked against the number of arguments at compile time.
            let given = unsafe { cx.arg(usize::from(position)) };
            cx.converted(u16::from(position), given).unwrap_or(given)
        };
        // SAFETY: caller's contract; the context keeps converted objects alive.
        unsafe { keep_alive(cx.state(), pick(nurse), pick(patient)) }
    })
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
