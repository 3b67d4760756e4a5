//! What an entry leaves to others: calls with a context, with names and defaults, of the overloads behind the first, and how they end.

use crate::call::attempt;
use crate::call::context::{Cx, is_object, next_overload_ptr};
use crate::call::dispatch;
use crate::call::entry::{ATTEMPT, Known, QUESTION, Site, is_doomed};
use crate::call::given::Given;
use crate::call::mismatch::Refusals;
use crate::call::nb_func::FuncData;
use crate::call::outcome::not_fit_ptr;
use crate::call::record::{Invoke, Record};
use crate::ffi;
use crate::interpreter::panic;
#[cfg(debug_assertions)]
use crate::interpreter::recursion;
use crate::interpreter::state::State;
use crate::python::attach;
use crate::python::object::StrongRef;
use std::mem::ManuallyDrop;
use std::ptr;

/// A call that was tried without a context, or that does not pass as many arguments as the function has.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
pub(super) unsafe extern "C" fn enter_slow(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    // SAFETY: the protocol of METH_FASTCALL | METH_KEYWORDS.
    unsafe {
        if nargs == ATTEMPT {
            return not_fit_ptr();
        }
        if !kwnames.is_null() {
            return enter_with_names(owner, args, nargs, kwnames, site, invoke);
        }
        if nargs as usize != site.given() {
            return enter_with_defaults(owner, args, nargs, kwnames, site, invoke);
        }
        if !site.direct {
            return enter_general(owner, args, nargs, kwnames, site, invoke);
        }
        if site.first != 0 && is_doomed(site.first, *args) {
            return enter_second(owner, args, nargs, kwnames, site, invoke);
        }
        enter_directly(owner, args, nargs, kwnames, site, invoke)
    }
}

/// A call by position without all arguments, which is tried without a context before it is made in the general way.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
unsafe extern "C" fn enter_with_defaults(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        enter_tried(owner, args, nargs, kwnames, site, invoke, |data, receiver| match &data.records[..] {
            [record] => attempt::call_lone(record, receiver, args, nargs as usize),
            _ => not_fit_ptr(),
        })
    }
}

/// The same with keywords.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are; there are keywords.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
unsafe extern "C" fn enter_with_names(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        enter_tried(owner, args, nargs, kwnames, site, invoke, |data, receiver| match &data.records[..] {
            [record] => attempt::call_named(record, receiver, args, nargs as usize, kwnames),
            _ => not_fit_ptr(),
        })
    }
}

/// The same of an overload that is not the first.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are; called by position.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
unsafe extern "C" fn enter_second(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        enter_tried(owner, args, nargs, kwnames, site, invoke, |data, receiver| {
            attempt::call_others(data, receiver, args, nargs as usize)
        })
    }
}

/// Makes a call as `attempt` does of the overloads and the receiver, and in the general way where that does not fit.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are. `attempt` needs nothing of the overloads once other code runs.
#[inline(always)]
unsafe fn enter_tried(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
    attempt: impl FnOnce(&FuncData, *mut ffi::PyObject) -> *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; no code runs before the attempt.
    unsafe {
        if let Some(data) = found_lately(nargs, site) {
            let result = attempt(data, if site.method { owner } else { ptr::null_mut() });
            if result != not_fit_ptr() {
                return result;
            }
        }
        enter_general(owner, args, nargs, kwnames, site, invoke)
    }
}

/// The overloads behind a site, for a call without a context; `None` says nothing.
///
/// # Safety
/// Attached. Good until other code runs.
#[inline(always)]
unsafe fn found_lately<'a>(nargs: ffi::Py_ssize_t, site: &'static Site) -> Option<&'a FuncData> {
    if nargs < 0 || !attach::needs_no_note() {
        return None;
    }
    let data = State::sole()?.builtins.function_lately(site)?;
    // SAFETY: see `found`.
    (unsafe { ffi::Py_REFCNT(data.scope) } > 0).then_some(data)
}

/// A call by position with all arguments, which some of them did not fit.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
unsafe extern "C" fn enter_directly(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    // SAFETY: the protocol of METH_FASTCALL | METH_KEYWORDS. Whether `None` is refused is found out in any case: it is nothing beside the
    // rest.
    unsafe {
        match site.method {
            false => enter_direct::<false, true>(owner, args, nargs, kwnames, site, invoke),
            true => enter_direct::<true, true>(owner, args, nargs, kwnames, site, invoke),
        }
    }
}

/// A call by position. The record is not needed, unless an argument does not fit at once.
///
/// An `extern "C"` function, so that the compiler sees that it does not unwind into the entries.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[cfg_attr(nb_small, inline(never))]
pub(super) unsafe extern "C" fn enter_direct<const METHOD: bool, const WATCH: bool>(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    // SAFETY: protocol, see `entry.rs`. The arguments are alive; what the call refers to in them is owned by the context, and
    // so are all of them once other code may run.
    unsafe {
        let given = usize::from(site.given);
        if !kwnames.is_null()
            || nargs as usize != given
            || (WATCH && dispatch::none_refused(u32::from(site.accepts_none) >> u32::from(METHOD), args, given))
        {
            return enter_general(owner, args, nargs, kwnames, site, invoke);
        }
        // Optimised frames are small enough for as many calls as Python code makes; others are not.
        #[cfg(debug_assertions)]
        let Some(_nested) = recursion::nested() else { return ptr::null_mut() };
        let mut cx = ManuallyDrop::new(Cx::of_site(site, if METHOD { owner } else { ptr::null_mut() }, args));
        let result = match panic::catch(|| invoke(ptr::dangling(), &mut cx)) {
            Ok(result) => result,
            Err(payload) => return end(&mut cx, ptr::null_mut(), Some(payload)),
        };
        if is_object(result) && cx.settle() {
            // Most calls: nothing is left to release, so not even the tests for it.
            return result;
        }
        if result.is_null() && cx.is_simply_refused() {
            // As a rule another overload is meant. The context owns nothing.
            return enter_others(owner, args, site);
        }
        end(&mut cx, result, None)
    }
}

/// Goes on after the first overload did not fit for the types of its arguments.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` is, with as many arguments as that says; no code has run since.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
unsafe extern "C" fn enter_others(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    site: &'static Site,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: protocol, see `entry.rs`; no code has run since.
        unsafe {
            let _owner = StrongRef::borrow(owner);
            let receiver = if site.method { owner } else { ptr::null_mut() };
            let given = Given::new(receiver, args, site.given(), ptr::null_mut());
            match State::of_call() {
                Some(state) => others(state, site, &given, Refusals::default()),
                None => lost(),
            }
        }
    })
}

/// The overloads behind a site, and their scope, which keeps them alive: what runs may take the callable away, and with it the
/// last reference to that. The overloads are those of a module that is loaded now, not always of the one whose function was called.
///
/// # Safety
/// Attached; `state` is that of the interpreter.
unsafe fn found<'a>(state: &State, site: &'static Site) -> Option<(&'a FuncData, StrongRef)> {
    let data = state.builtins.function(site)?;
    // SAFETY: a function that is registered has its owner, the scope that it was bound in; but one that is being freed may run
    // callbacks of weak references before it lets go of its functions.
    unsafe { (ffi::Py_REFCNT(data.scope) > 0).then(|| (data, StrongRef::borrow(data.scope))) }
}

/// Tries the overloads after the first.
///
/// # Safety
/// As [`dispatch::call_others`]; `state` is that of the interpreter.
unsafe fn others(state: &State, site: &'static Site, given: &Given, refusals: Refusals) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let Some((data, _scope)) = found(state, site) else { return lost() };
        dispatch::call_others(data, given, refusals)
    }
}

/// The end of a direct call that has something to release, or that failed.
///
/// # Safety
/// The context is not used any more.
#[cold]
#[inline(never)]
unsafe fn end(
    cx: &mut ManuallyDrop<Cx<'_>>,
    result: *mut ffi::PyObject,
    payload: Option<panic::Payload>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    let mut cx = unsafe { ManuallyDrop::take(cx) };
    panic::guard(ptr::null_mut(), move || {
        if let Some(payload) = payload {
            drop(cx);
            panic::raise_payload(payload);
            return ptr::null_mut();
        }
        let result = cx.closing(result);
        if result != next_overload_ptr() {
            return result;
        }
        let mut refusals = Refusals::default();
        refusals.note(&mut cx);
        // Owned also if no code has run so far: the end of the context may run some.
        cx.own_arguments();
        let site = cx.site().expect("a direct call has a site");
        let given = Given::owned(cx.receiver, cx.args, site.given(), cx.take_owned());
        // The end of what the context has kept may be that of the last thing that owns the state.
        let state = State::of_call().map(State::owned);
        drop(cx);
        match state {
            // SAFETY: the arguments are owned.
            Some(state) => unsafe { others(&state, site, &given, refusals) },
            None => lost(),
        }
    })
}

/// The end of a call without a context that has given no object.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` is; if the result asks for the next overload, somebody keeps owner and arguments.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[cold]
#[inline(never)]
pub(super) unsafe extern "C" fn end_at_once(
    result: *mut ffi::PyObject,
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    site: &'static Site,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: caller's contract.
        unsafe {
            if result.is_null() {
                if ffi::PyErr_Occurred().is_null() {
                    dispatch::bad_result(&Cx::of_site(site, ptr::null_mut(), ptr::null()));
                }
                return result;
            }
            let receiver = if site.method { owner } else { ptr::null_mut() };
            let mut cx = Cx::of_site(site, receiver, args);
            cx.declined = true;
            let mut refusals = Refusals::default();
            refusals.note(&mut cx);
            let given = Given::new(receiver, args, site.given(), ptr::null_mut());
            match State::of_call().map(State::owned) {
                Some(state) => others(&state, site, &given, refusals),
                None => lost(),
            }
        }
    })
}

/// The name of a function in messages.
pub(super) fn name_of(site: &'static Site) -> String {
    Cx::of_site(site, ptr::null_mut(), ptr::null()).record().map(Record::call_name).unwrap_or_default()
}

/// A call that needs the record.
///
/// # Safety
/// As an [`Entry`](crate::call::entry::Entry), of which `site` and `invoke` are.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
pub(super) unsafe extern "C" fn enter_general(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    if nargs == QUESTION {
        // SAFETY: see `ask`.
        unsafe { args.cast_mut().cast::<Option<Known>>().write(Some(Known { site, invoke })) };
        return ptr::null_mut();
    }
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: protocol, see `entry.rs`; no code has run since.
        unsafe {
            let receiver = if site.method { owner } else { ptr::null_mut() };
            match State::of_call().and_then(|state| found(state, site)) {
                Some((data, _scope)) => {
                    dispatch::call_tried(data, &Given::new(receiver, args, nargs as usize, kwnames))
                }
                None => lost(),
            }
        }
    })
}

/// The record of a native function is gone, which only a callable that outlives its module could meet.
#[cold]
fn lost() -> *mut ffi::PyObject {
    crate::python::error::runtime_error(crate::python::messages::FUNCTION_LOST).restore();
    ptr::null_mut()
}
