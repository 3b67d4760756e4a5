//! What a call without a context holds: the borrow marks of its arguments, and the objects.
//!
//! A call by position whose arguments are all of the very types that the function takes needs nothing of a [`Cx`](crate::call::context::Cx): there is
//! nothing to convert, to keep or to report. It is tried first, in two halves. `Func::fit` looks at the arguments and takes the marks; it
//! runs no code and changes nothing but the marks, which it gives back if one of them is not to be had. So a call that does not fit goes on
//! to the general way as if nothing had happened. `Func::go` runs the function. What is held is given back by destructors, on every path.

use crate::call::arguments::Values;
use crate::call::callable_traits::{Func, Layout};
use crate::call::entry::{Entry, attempt_by};
use crate::call::nb_func::FuncData;
use crate::call::outcome::{not_fit_ptr, refuse_pending};
use crate::call::record::{Fill, MAX_PARAMS, Record};
use crate::cast::traits::Param;
use crate::ffi;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

/// The mark that was taken for an argument. `ANY` says that the value may be elsewhere than in its object.
#[doc(hidden)]
pub struct Marked<D, P: Param<D>, const ANY: bool>(P::Stage, PhantomData<fn(D)>);

impl<D, P: Param<D>, const ANY: bool> Marked<D, P, ANY> {
    /// # Safety
    /// As [`Param::mark`], or [`Param::mark_anywhere`]; the stage has no destructor.
    #[inline(always)]
    pub(crate) unsafe fn take(stage: &mut P::Stage) -> Option<Self> {
        // SAFETY: caller's contract; the copy is only used to give the mark back.
        unsafe {
            let marked = if ANY { P::mark_anywhere(stage) } else { P::mark(stage) };
            marked.then(|| Marked(std::ptr::read(stage), PhantomData))
        }
    }
}

impl<D, P: Param<D>, const ANY: bool> Drop for Marked<D, P, ANY> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: taken by `take`; whoever has this drops it when the function has returned or unwound.
        unsafe { if ANY { P::unmark_anywhere(&self.0) } else { P::unmark(&self.0) } }
    }
}

/// The object behind an argument, owned while the function runs: callers written in C need not own what they pass.
#[doc(hidden)]
pub struct Owned<D, P: Param<D>, const ANY: bool>(P::Stage, PhantomData<fn(D)>);

impl<D, P: Param<D>, const ANY: bool> Owned<D, P, ANY> {
    /// # Safety
    /// As [`Param::own`], or [`Param::own_anywhere`]; the stage has no destructor.
    #[inline(always)]
    pub(crate) unsafe fn take(stage: &P::Stage) -> Self {
        // SAFETY: caller's contract; the copy is only used to let go.
        unsafe {
            if ANY {
                P::own_anywhere(stage)
            } else {
                P::own(stage)
            }
            Owned(std::ptr::read(stage), PhantomData)
        }
    }
}

impl<D, P: Param<D>, const ANY: bool> Drop for Owned<D, P, ANY> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: taken by `take`; the marks are given back before, wherever there are both.
        unsafe { if ANY { P::let_go_anywhere(&self.0) } else { P::let_go(&self.0) } }
    }
}

/// The receiver and the arguments of a call whose function may ask for the next overload, owned and in an array of their own:
/// those of the caller may be gone by then.
pub(super) struct Kept {
    /// The receiver, and the names of keywords; or null.
    others: [*mut ffi::PyObject; 2],
    args: [MaybeUninit<*mut ffi::PyObject>; MAX_PARAMS],
    count: usize,
}

impl Kept {
    /// # Safety
    /// `others` are null or live, `args` holds `count` live objects, at most as many as a function has parameters; attached while
    /// the result lives.
    #[inline(always)]
    pub(super) unsafe fn of(others: [*mut ffi::PyObject; 2], args: *const *mut ffi::PyObject, count: usize) -> Kept {
        let mut kept = Kept { others, args: [const { MaybeUninit::uninit() }; _], count };
        // SAFETY: caller's contract.
        unsafe {
            others.into_iter().for_each(|other| ffi::Py_XINCREF(other));
            for (index, place) in kept.args.iter_mut().enumerate().take(count) {
                place.write(ffi::Py_NewRef(*args.add(index)));
            }
        }
        kept
    }

    pub(super) fn receiver(&self) -> *mut ffi::PyObject {
        self.others[0]
    }

    pub(super) fn args(&self) -> *const *mut ffi::PyObject {
        self.args.as_ptr().cast()
    }
}

impl Drop for Kept {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: owned since `of`, which has written `count` of them.
        unsafe {
            for place in self.args.iter().take(self.count) {
                ffi::Py_DECREF(place.assume_init());
            }
            self.others.into_iter().for_each(|other| ffi::Py_XDECREF(other));
        }
    }
}

/// Runs the function at the first address, if the arguments fit at once; see [`Quick::run`].
pub(crate) type Run = unsafe fn(*const u8, *mut ffi::PyObject, *const *mut ffi::PyObject) -> *mut ffi::PyObject;

/// How the function of a record is called without a context.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub struct Quick {
    way: Way,
    /// What [`Ret::DECLINES`](crate::cast::traits::Ret::DECLINES) says.
    pub(crate) declines: bool,
    /// Needs neither the record nor what that has captured, once it has begun, and gives an object or raises.
    pub(crate) stateless: bool,
    /// Runs no code, so that what it needs is there until it has ended.
    is_leaf: bool,
}

#[derive(Clone, Copy)]
enum Way {
    Never,
    /// By the function's own entry.
    Entry(Entry),
    Run(Run),
}

impl Quick {
    /// Not at all.
    pub(crate) const NEVER: Quick = Quick { way: Way::Never, declines: false, stateless: false, is_leaf: false };

    /// Of a function that has an entry, which knows of itself whether it `declines` and whether its result is `checked`.
    pub(crate) fn of_entry(entry: Entry, [declines, checked]: [bool; 2]) -> Quick {
        Quick { way: Way::Entry(entry), declines, stateless: !declines && !checked, is_leaf: false }
    }

    /// By this very function.
    pub(crate) const fn of_run(run: Run, declines: bool, stateless: bool) -> Quick {
        Quick { way: Way::Run(run), declines, stateless: stateless && !declines, is_leaf: false }
    }

    /// By this very function, which runs no code, and gives an object or raises.
    pub(crate) const fn of_leaf(run: Run) -> Quick {
        Quick { way: Way::Run(run), declines: false, stateless: false, is_leaf: true }
    }

    /// The function of [`of_run`](Self::of_run), and the two facts about it: in less room, for a table that each class has.
    pub(crate) const fn parts(self) -> (Option<Run>, [bool; 2]) {
        let run = match self.way {
            Way::Run(run) => Some(run),
            Way::Never | Way::Entry(_) => None,
        };
        (run, [self.declines, self.stateless])
    }

    /// What [`parts`](Self::parts) has taken apart.
    pub(crate) fn of_parts((run, [declines, stateless]): (Option<Run>, [bool; 2])) -> Quick {
        run.map_or(Quick::NEVER, |run| Quick::of_run(run, declines, stateless))
    }

    /// Of a function that may be called although nobody holds the record.
    pub(crate) fn as_accessor(self) -> Option<Run> {
        match self.way {
            Way::Run(run) if self.stateless || self.is_leaf => Some(run),
            _ => None,
        }
    }

    /// By the two halves of a [`Func`].
    pub(crate) const fn of<D, S, P, G, L: Layout, F: Func<D, S, P, G>>(stateless: bool) -> Quick {
        /// # Safety
        /// As [`Quick::run`]; the first argument is that of [`Func::go`].
        unsafe fn run<D, S, P, G, L: Layout, F: Func<D, S, P, G>>(
            function: *const u8,
            receiver: *mut ffi::PyObject,
            args: *const *mut ffi::PyObject,
        ) -> *mut ffi::PyObject {
            // SAFETY: caller's contract.
            unsafe {
                match F::fit::<L>(receiver, args) {
                    Some(fitted) => F::go::<false>(function, fitted),
                    None if const { F::LENDS } => run_anywhere::<D, S, P, G, L, F>(function, receiver, args),
                    None => not_fit_ptr(),
                }
            }
        }
        /// # Safety
        /// As `run`.
        #[inline(never)]
        unsafe fn run_anywhere<D, S, P, G, L: Layout, F: Func<D, S, P, G>>(
            function: *const u8,
            receiver: *mut ffi::PyObject,
            args: *const *mut ffi::PyObject,
        ) -> *mut ffi::PyObject {
            // SAFETY: caller's contract.
            unsafe {
                match F::fit_anywhere::<L>(receiver, args) {
                    Some(fitted) => F::go::<true>(function, fitted),
                    None => not_fit_ptr(),
                }
            }
        }
        Quick::of_run(run::<D, S, P, G, L, F>, F::DECLINES, stateless && !F::CHECKED)
    }

    /// Runs the function whose captured state is at `capture`, if the arguments fit at once. Otherwise the result is [`not_fit_ptr`], and
    /// nothing has happened. It may also be the request for the next overload, or null without an exception. Does not unwind.
    ///
    /// # Safety
    /// The receiver, if the function is a method, and all its arguments, in the order of the parameters, are live; attached. If it asks for
    /// the next overload, the arguments are gone unless the caller has kept them.
    #[inline(always)]
    pub(crate) unsafe fn run(
        self,
        capture: *const u8,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe {
            match self.way {
                Way::Never => not_fit_ptr(),
                Way::Entry(entry) => attempt_by(entry, receiver, args),
                Way::Run(run) => run(capture, receiver, args),
            }
        }
    }
}

/// Runs the function of a record that is stateless; the record may be gone afterwards.
///
/// # Safety
/// As [`Quick::run`].
#[inline(always)]
pub(super) unsafe fn run_stateless(
    record: &Arc<Record>,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        if cfg!(debug_assertions) {
            let record = Arc::clone(record);
            return refuse_pending(record.quick.run(ptr::dangling(), receiver, args), || record.call_name());
        }
        record.quick.run(ptr::dangling(), receiver, args)
    }
}

/// Tries a lone overload without a context, called by position, with defaults filled in; [`not_fit_ptr`] where that does not fit at once, and then
/// nothing has happened. Does not unwind.
///
/// # Safety
/// What CPython's protocol says of receiver and arguments; attached; the overload is alive now.
#[inline(always)]
pub(super) unsafe fn call_lone(
    record: &Arc<Record>,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; `call_filled` has counted the arguments.
    unsafe { call_filled(record, receiver, nargs, |fills, values| fill_defaults(fills, args, nargs, values)) }
}

/// The same with keywords.
///
/// # Safety
/// As [`call_lone`]; `kwnames` is a tuple.
#[inline(always)]
pub(super) unsafe fn call_named(
    record: &Arc<Record>,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; `call_filled` has counted the arguments.
    unsafe { call_filled(record, receiver, nargs, |fills, values| fill_names(fills, args, nargs, kwnames, values)) }
}

/// Tries a lone overload whose arguments `fill` puts in the order of the parameters, unless it says that they do not fit.
///
/// # Safety
/// As [`call_lone`]; what `fill` has written is live if it gives true.
#[inline(always)]
unsafe fn call_filled(
    record: &Arc<Record>,
    receiver: *mut ffi::PyObject,
    nargs: usize,
    fill: impl FnOnce(&[Fill], &mut Values) -> bool,
) -> *mut ffi::PyObject {
    let mut values: Values = [const { MaybeUninit::uninit() }; MAX_PARAMS];
    let Some(fills) = record.fills.as_deref().filter(|_| record.quick.stateless) else { return not_fit_ptr() };
    if nargs + usize::from(!receiver.is_null()) <= record.positional && fill(fills, &mut values) {
        // SAFETY: caller's contract. Nothing but the arguments is used once the function runs.
        return unsafe { run_stateless(record, receiver, values.as_ptr().cast()) };
    }
    not_fit_ptr()
}

/// Tries the overloads behind the first, which did not fit, without a context, called by position, up to the first that may take the
/// arguments; [`not_fit_ptr`] where that does not fit at once, and then nothing has happened. Does not unwind.
///
/// # Safety
/// As [`call_lone`].
#[inline(always)]
pub(super) unsafe fn call_others(
    data: &FuncData,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargs: usize,
) -> *mut ffi::PyObject {
    let others = data.records.get(1..).unwrap_or_default();
    let given = nargs + usize::from(!receiver.is_null());
    for record in others {
        if given > record.positional {
            continue;
        }
        if given != record.arity {
            break;
        }
        // SAFETY: caller's contract. Nothing but the arguments is used once the function runs.
        unsafe {
            if record.admits_all(args) {
                if !record.quick.stateless {
                    break;
                }
                return run_stateless(record, receiver, args);
            }
        }
    }
    not_fit_ptr()
}

/// Puts arguments and defaults in the order of the parameters; false where there is no default.
///
/// # Safety
/// `args` holds `nargs` arguments, not more than `fills` and `values`.
#[inline(always)]
unsafe fn fill_defaults(fills: &[Fill], args: *const *mut ffi::PyObject, nargs: usize, values: &mut Values) -> bool {
    let values = values.as_mut_ptr().cast::<*mut ffi::PyObject>();
    // SAFETY: caller's contract. What is volatile is no loop that a call of `memcpy` would stand for, which takes longer than the few
    // arguments that there are.
    unsafe {
        for index in 0..nargs {
            values.add(index).write_volatile(*args.add(index));
        }
        for index in nargs..fills.len() {
            let found = fills.get_unchecked(index).default;
            if found.is_null() {
                return false;
            }
            values.add(index).write(found);
        }
    }
    true
}

/// Puts arguments, keywords and defaults in the order of the parameters; false where they do not fit, and also where somebody else has to look:
/// names are found only where they are interned, as those in Python code are.
///
/// # Safety
/// `args` holds `nargs` arguments, not more than `fills` and `values`, and then those that `kwnames` names.
#[inline(always)]
unsafe fn fill_names(
    fills: &[Fill],
    args: *const *mut ffi::PyObject,
    nargs: usize,
    kwnames: *mut ffi::PyObject,
    values: &mut Values,
) -> bool {
    // SAFETY: caller's contract; a live tuple.
    unsafe {
        let (names, named) = (kwnames.cast::<ffi::PyTupleObject>(), args.add(nargs));
        let names = (&raw const (*names).ob_item).cast::<*mut ffi::PyObject>();
        let count = ffi::PyTuple_GET_SIZE(kwnames) as usize;
        let mut used = 0;
        for (index, (fill, value)) in fills.iter().zip(values).enumerate() {
            let mut found = fill.default;
            if index < nargs {
                found = *args.add(index);
            } else if let Some(place) = (0..count).find(|place| *names.add(*place) == fill.key) {
                found = *named.add(place);
                used += 1;
            }
            if found.is_null() {
                return false;
            }
            value.write(found);
        }
        used == count
    }
}
