//! The entry of a bound function, which CPython calls, and the way from there to the Rust function.
//!
//! CPython hands a C function nothing but the module, class or instance it belongs to. Therefore each bound function has its own
//! entry, instantiated for its type, which names a [`Site`]; the record with names, defaults and overloads is found by the site's
//! key, and only when it is needed.
//!
//! A call by position tries the first overload without asking for the record. When all arguments are of the very types
//! that it takes, which overloads there are and what may be converted makes no difference.

use crate::call::attempt::Kept;
use crate::call::callable_traits::{Func, Layout};
use crate::call::context::{Cx, is_object, next_overload_ptr};
use crate::call::entry_slow::{end_at_once, enter_direct, enter_general, enter_slow, name_of};
use crate::call::outcome::refuse_pending;
use crate::call::record::{Invoke, Rest};
use crate::call::type_codes::{self, Types};
use crate::ffi;
#[cfg(debug_assertions)]
use crate::interpreter::recursion;
use crate::python::attach;
use std::any::TypeId;
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
    pub(super) id: TypeId,
    pub(crate) types: Types,
    /// Bit `i`: argument `i`, counted with the receiver, accepts `None` by its type.
    pub(crate) accepts_none: u16,
    /// How many arguments are annotated.
    pub(super) annotated: u8,
    /// Number of arguments besides the receiver.
    pub(super) given: u8,
    pub(crate) rest: Rest,
    pub(super) method: bool,
    /// The code of the first argument besides the receiver; 0 where it has none, or is none.
    pub(super) first: u8,
    /// See [`is_direct`].
    pub(super) direct: bool,
    /// Calls are tried without a context, and then the function may ask for the next overload, or its result has to be checked.
    pub(crate) attempt: Option<[bool; 2]>,
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
pub(super) const QUESTION: ffi::Py_ssize_t = -1;

/// Asks an entry about itself.
pub(crate) fn ask(entry: Entry) -> Known {
    let mut answer = None::<Known>;
    // SAFETY: `entry` was made by `entry` below; see `enter_general`.
    unsafe { entry(ptr::null_mut(), (&raw mut answer).cast(), QUESTION, ptr::null_mut()) };
    answer.expect("an entry answers")
}

/// The number of arguments in a call that wants to be tried without a context; `args` holds all of them. See [`attempt_by`].
pub(super) const ATTEMPT: ffi::Py_ssize_t = -2;

/// Calls the function of an entry if the arguments fit at once; see [`Quick::run`](crate::call::attempt::Quick::run).
///
/// # Safety
/// As there.
#[inline(always)]
pub(crate) unsafe fn attempt_by(
    entry: Entry,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: `entry` was made by `entry` below.
    unsafe { entry(receiver, args, ATTEMPT, ptr::null_mut()) }
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
        first: if F::N > L::METHOD as usize { F::TYPES.code(L::METHOD as usize) } else { 0 },
        direct: is_direct::<D, S, P, G, F, E>(),
        attempt: if attempts::<D, S, P, G, F, E>() { Some([F::DECLINES, F::CHECKED]) } else { None },
    }
}

/// Whether calls of the function are tried without a context.
const fn attempts<D, S, P, G, F: Func<D, S, P, G>, E: CallFacts<D>>() -> bool {
    F::AT_ONCE && !E::RECORDED && F::REST == 0
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
            first: 0,
            direct: true,
            attempt: None,
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
    if const { attempts::<D, S, P, G, F, E>() } {
        let given = const { F::N.saturating_sub(L::METHOD as usize) as ffi::Py_ssize_t };
        let whole = const { !E::KEYWORD_ONLY } && nargs == given && kwnames.is_null() && attach::needs_no_note();
        if whole || nargs == ATTEMPT {
            // SAFETY: the protocol of METH_FASTCALL | METH_KEYWORDS; a function without captured state.
            unsafe {
                if let Some(fitted) = F::fit::<L>(owner, args) {
                    return at_once::<D, S, P, G, L, F, _>(owner, args, nargs, fitted, site);
                }
            }
            if const { F::LENDS } {
                // SAFETY: as above.
                return unsafe { enter_anywhere::<D, S, P, G, L, F, E>(owner, args, nargs, kwnames, site) };
            }
        }
    }
    // SAFETY: as above.
    unsafe { go_on::<D, S, P, G, L, F, E>(owner, args, nargs, kwnames, site) }
}

/// A call that was tried without a context, once more with more effort, and then with one.
///
/// # Safety
/// As [`enter`], of which `site` is.
#[allow(improper_ctypes_definitions, reason = "only Rust code calls it; it is `extern` for not unwinding")]
#[inline(never)]
unsafe extern "C" fn enter_anywhere<D, S, P, G, L: Layout, F: Func<D, S, P, G>, E: CallFacts<D>>(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; no code has run since the first look.
    unsafe {
        if let Some(fitted) = F::fit_anywhere::<L>(owner, args) {
            return at_once::<D, S, P, G, L, F, _>(owner, args, nargs, fitted, site);
        }
        go_on::<D, S, P, G, L, F, E>(owner, args, nargs, kwnames, site)
    }
}

/// A call with a context.
///
/// # Safety
/// As [`enter`], of which `site` is.
#[inline(always)]
unsafe fn go_on<D, S, P, G, L: Layout, F: Func<D, S, P, G>, E: CallFacts<D>>(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    kwnames: *mut ffi::PyObject,
    site: &'static Site,
) -> *mut ffi::PyObject {
    let invoke = F::run::<L>;
    // SAFETY: the protocol of METH_FASTCALL | METH_KEYWORDS.
    unsafe {
        if const { attempts::<D, S, P, G, F, E>() } {
            // What is seldom is not worth its code in each function.
            return enter_slow(owner, args, nargs, kwnames, site, invoke);
        }
        // What is no `int` or `str` is mostly meant for another overload; an `int` for a `float` is not. Not worth its code
        // where size matters.
        let first = if cfg!(nb_small) { 0 } else { const { F::TYPES.code(L::METHOD as usize) } };
        if const { is_direct::<D, S, P, G, F, E>() } && !(nargs > 0 && is_doomed(first, *args)) {
            return match (L::METHOD, F::WATCHES_NONE) {
                (false, false) => enter_direct::<false, false>(owner, args, nargs, kwnames, site, invoke),
                (false, true) => enter_direct::<false, true>(owner, args, nargs, kwnames, site, invoke),
                (true, false) => enter_direct::<true, false>(owner, args, nargs, kwnames, site, invoke),
                (true, true) => enter_direct::<true, true>(owner, args, nargs, kwnames, site, invoke),
            };
        }
        enter_general(owner, args, nargs, kwnames, site, invoke)
    }
}

/// Whether a call by position of a function with these annotations needs nothing from the record, as a rule.
const fn is_direct<D, S, P, G, F: Func<D, S, P, G>, E: CallFacts<D>>() -> bool {
    !E::RECORDED && F::REST == 0 && !E::KEYWORD_ONLY
}

/// Whether an object, the first argument, is mostly meant for another overload than one that begins with the type `code`.
///
/// # Safety
/// `ob` is live.
#[inline(always)]
pub(super) unsafe fn is_doomed(code: u8, ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        (code == type_codes::INT && ffi::PyLong_CheckExact(ob) == 0)
            || (code == type_codes::STR && ffi::PyUnicode_Check(ob) == 0)
    }
}

/// Runs a function whose arguments fit at once.
///
/// # Safety
/// As [`enter`], of which `site` is, with as many arguments as that says; `fitted` was made of them, and no code has run since.
#[inline(always)]
unsafe fn at_once<D, S, P, G, L: Layout, F: Func<D, S, P, G>, const ANY: bool>(
    owner: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: ffi::Py_ssize_t,
    fitted: F::Fitted<ANY>,
    site: &'static Site,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        // See `enter_direct`.
        #[cfg(debug_assertions)]
        let Some(_nested) = recursion::nested() else { return ptr::null_mut() };
        if const { F::DECLINES } {
            if nargs == ATTEMPT {
                return F::go::<ANY>(ptr::dangling(), fitted);
            }
            let kept = Kept::of([owner, ptr::null_mut()], args, const { F::N.saturating_sub(L::METHOD as usize) });
            let result = F::go::<ANY>(ptr::dangling(), fitted);
            return if is_object(result) {
                refuse_pending(result, || name_of(site))
            } else {
                end_at_once(result, owner, kept.args(), site)
            };
        }
        let result = F::go::<ANY>(ptr::dangling(), fitted);
        if const { F::CHECKED } && result.is_null() && nargs != ATTEMPT {
            return end_at_once(result, owner, args, site);
        }
        // The record of an overload is known to whoever tries it.
        if nargs == ATTEMPT { result } else { refuse_pending(result, || name_of(site)) }
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
