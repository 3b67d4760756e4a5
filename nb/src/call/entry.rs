//! The entry of a bound function, which CPython calls, and the way from there to the Rust function.
//!
//! CPython hands a C function nothing but the module, class or instance it belongs to. Therefore each bound function has its own
//! entry, instantiated for its type, which names a [`Site`]; the record with names, defaults and overloads is found by the site's
//! key, and only when it is needed.
//!
//! A call by position tries the first overload without asking for the record. When all arguments are of the very types
//! that it takes, which overloads there are and what may be converted makes no difference.

use crate::call::callable_traits::{Func, Layout};
use crate::call::context::{Cx, is_object, next_overload_ptr};
use crate::call::dispatch;
use crate::call::given::Given;
use crate::call::mismatch::Refusals;
use crate::call::nb_func::FuncData;
use crate::call::record::{Invoke, Rest};
use crate::call::type_codes::{self, Types};
use crate::ffi;
use crate::interpreter::panic;
#[cfg(debug_assertions)]
use crate::interpreter::recursion;
use crate::interpreter::state::State;
use crate::python::object::StrongRef;
use std::any::TypeId;
use std::mem::ManuallyDrop;
use std::ptr;

/// What a native function is found by: the type of the Rust function, and how many of its arguments are annotated, since
/// the same function is often bound twice, with and without names.
pub(crate) type Key = (TypeId, u8);

/// What the annotations of a function say about calls of it.
pub(crate) trait CallFacts<D> {
    /// How many arguments they name.
    const ARGS: usize;
    /// A call needs what the record keeps of them.
    const RECORDED: bool;
    /// Some arguments can be given by keyword only.
    const KEYWORD_ONLY: bool;
}

/// What the entry of a bound function knows about it at compile time.
pub(crate) struct Site {
    id: TypeId,
    pub(crate) types: Types,
    /// Bit `i`: argument `i`, counted with the receiver, accepts `None` by its type.
    pub(crate) accepts_none: u16,
    /// How many arguments are annotated.
    annotated: u8,
    /// Number of arguments besides the receiver.
    given: u8,
    pub(crate) rest: Rest,
    method: bool,
}

impl Site {
    /// Number of arguments besides the receiver.
    pub(crate) fn given(&self) -> usize {
        self.given.into()
    }

    pub(crate) fn key(&self) -> Key {
        (self.id, self.annotated)
    }
}

/// The entry of a function without captured state, which CPython calls.
pub(crate) type Entry = ffi::PyCFunctionFastWithKeywords;

/// What an entry tells about itself.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) site: &'static Site,
    pub(crate) invoke: Invoke,
}

/// The number of arguments in the call that asks an entry about itself; `args` is where the answer goes. CPython never
/// passes a negative number.
///
/// An entry that is asked needs no relocated table of its own, and the code that binds a function no more than its
/// address: that is a third of a small function's size.
const QUESTION: ffi::Py_ssize_t = ffi::Py_ssize_t::MIN;

/// Asks an entry about itself.
pub(crate) fn ask(entry: Entry) -> Known {
    let mut answer = None::<Known>;
    // SAFETY: `entry` was made by `entry` below; see `enter_general`.
    unsafe { entry(ptr::null_mut(), (&raw mut answer).cast(), QUESTION, ptr::null_mut()) };
    answer.expect("an entry answers")
}

const fn site<D, S, P, G, L: Layout, F: Func<D, S, P, G>, E: CallFacts<D>>() -> Site {
    Site {
        id: TypeId::of::<F>(),
        types: F::TYPES,
        rest: Rest::from_bits(F::REST),
        accepts_none: F::NULLABLE as u16,
        annotated: E::ARGS as u8,
        given: F::N.saturating_sub(L::METHOD as usize) as u8,
        method: L::METHOD,
    }
}

/// A method of the library's own, for a class whose types it knows.
pub(crate) trait Native: 'static {
    const TYPES: Types;
    /// Bit `i`: argument `i`, counted with the receiver, accepts `None`.
    const NULLABLE: u16 = 0;

    /// # Safety
    /// As an [`Invoke`], of the method, with all arguments.
    unsafe fn run(cx: &mut Cx<'_>) -> *mut ffi::PyObject;

    /// What [`run`](Self::run) would do, where that takes no context; [`next_overload_ptr`] without having done anything where it does.
    ///
    /// # Safety
    /// The receiver and the arguments are live, and all are there, given by position; attached. Nothing else is known of them. Does not
    /// unwind, and runs no code before it has done with what it has borrowed.
    #[inline(always)]
    unsafe fn attempt(_receiver: *mut ffi::PyObject, _args: *const *mut ffi::PyObject) -> *mut ffi::PyObject {
        next_overload_ptr()
    }
}

/// The entry of such a method.
pub(crate) fn of_native<M: Native>() -> Entry {
    enter_native::<M>
}

/// As [`enter`].
///
/// # Safety
/// As there.
unsafe extern "C" fn enter_native<M: Native>(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let site = const {
        &Site {
            id: TypeId::of::<M>(),
            types: M::TYPES,
            rest: Rest::NONE,
            accepts_none: M::NULLABLE,
            annotated: 0,
            given: M::TYPES.len() as u8 - 1,
            method: true,
        }
    };
    /// # Safety
    /// As an [`Invoke`].
    unsafe fn run<M: Native>(_capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { M::run(cx) }
    }
    // SAFETY: the protocol of METH_FASTCALL | METH_KEYWORDS.
    unsafe {
        if nargs == site.given as ffi::Py_ssize_t && kwnames.is_null() {
            let made = M::attempt(owner, args);
            if made != next_overload_ptr() {
                return made;
            }
        }
        enter_direct::<true, true>(owner, args, nargs, kwnames, site, run::<M>)
    }
}

/// The function that CPython calls.
///
/// # Safety
/// The protocol of METH_FASTCALL | METH_KEYWORDS, or the question of [`ask`]; attached.
unsafe extern "C" fn enter<D, S, P, G, L: Layout, F: Func<D, S, P, G>, E: CallFacts<D>>(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let site = const { &site::<D, S, P, G, L, F, E>() };
    let invoke = F::run::<L>;
    // A call by position of a function with neither of these needs nothing from the record, as a rule.
    let direct = const { !E::RECORDED && F::REST == 0 && !E::KEYWORD_ONLY };
    // What is no `int` or `str` is mostly meant for another overload; an `int` for a `float` is not. Not worth its code
    // where size matters.
    let first = if cfg!(nb_small) { 0 } else { const { F::TYPES.code(L::METHOD as usize) } };
    // SAFETY: the protocol of METH_FASTCALL | METH_KEYWORDS.
    unsafe {
        let doomed = nargs > 0
            && ((first == type_codes::INT && ffi::PyLong_CheckExact(*args) == 0)
                || (first == type_codes::STR && ffi::PyUnicode_Check(*args) == 0));
        if direct && doomed {
            return enter_general(owner, args, nargs, kwnames, site, invoke);
        }
        match (direct, L::METHOD, F::WATCHES_NONE) {
            (true, false, false) => enter_direct::<false, false>(owner, args, nargs, kwnames, site, invoke),
            (true, false, true) => enter_direct::<false, true>(owner, args, nargs, kwnames, site, invoke),
            (true, true, false) => enter_direct::<true, false>(owner, args, nargs, kwnames, site, invoke),
            (true, true, true) => enter_direct::<true, true>(owner, args, nargs, kwnames, site, invoke),
            (false, _, _) => enter_general(owner, args, nargs, kwnames, site, invoke),
        }
    }
}

/// Whether a function has no captured state. A value without size may still have a destructor that has to run.
pub(crate) const fn is_stateless<F>() -> bool {
    size_of::<F>() == 0 && !std::mem::needs_drop::<F>()
}

/// The entry of a function without captured state.
pub(crate) fn entry<D, S, P, G, L: Layout, F: Func<D, S, P, G>, E: CallFacts<D>>() -> Entry {
    enter::<D, S, P, G, L, F, E>
}

/// A call by position. The record is not needed, unless an argument does not fit at once.
///
/// An `extern "C"` function, so that the compiler sees that it does not unwind into the entries.
///
/// # Safety
/// As [`enter`], of which `site` and `invoke` are.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[cfg_attr(nb_small, inline(never))]
unsafe extern "C" fn enter_direct<const METHOD: bool, const WATCH: bool>(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
    invoke: Invoke,
) -> *mut ffi::PyObject {
    // SAFETY: protocol, see `enter`. The arguments are alive; what the call refers to in them is owned by the context, and
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
/// As [`enter`], of which `site` is, with as many arguments as that says; no code has run since.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
unsafe extern "C" fn enter_others(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    site: &'static Site,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: protocol, see `enter`; no code has run since.
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

/// A call that needs the record.
///
/// # Safety
/// As [`enter`], of which `site` and `invoke` are.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
unsafe extern "C" fn enter_general(
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
        // SAFETY: protocol, see `enter`; no code has run since.
        unsafe {
            let receiver = if site.method { owner } else { ptr::null_mut() };
            match State::of_call().and_then(|state| found(state, site)) {
                Some((data, _scope)) => dispatch::call(data, &Given::new(receiver, args, nargs as usize, kwnames)),
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
