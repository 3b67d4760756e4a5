//! Steps that all methods of containers have in common: the receiver, indices, slices, and what a method comes to.
//!
//! As for a setter of a field, arguments are made first and the container is lent after, for as long as nothing runs; what it loses is
//! dropped when it is given back. So `v.append(v[0])`, `v.extend(v)` and a destructor that looks at the container are fine.

use crate::bind::annotations::FuncExtra;
use crate::bind::builder::{Builder, Define};
use crate::bind::erased::{Pending, Thunk};
use crate::call::attempt::Quick;
use crate::call::capture::drop_nothing;
use crate::call::context::{Cx, next_overload_ptr};
use crate::call::entry::{self, Native};
use crate::call::record::{FuncFlags, Invoke, Rest};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::cast::bound::ready_after_all;
use crate::cast::traits::{Param, Ret};
use crate::containers::element::inside_mut;
use crate::containers::making;
use crate::containers::transparent::opaque;
use crate::ffi;
use crate::instance::class_record;
use crate::instance::header::Inst;
use crate::python::error::Error;
use crate::rv_policy;
use std::any::TypeId;
use std::ptr;

/// What a method gives: a new reference, or why there is none.
pub(super) type Given<T = *mut ffi::PyObject> = Result<T, Refusal>;

/// Why a method gives nothing.
pub(super) enum Refusal {
    /// The arguments do not fit.
    Misfit,
    /// It is raised by [`settle`], when the values that the method has made have been dropped: what that runs must not find an exception
    /// raised.
    Error(Error),
}

/// The arguments do not fit.
pub(super) fn misfit<T>() -> Given<T> {
    Err(Refusal::Misfit)
}

/// An exception is raised.
#[cold]
pub(super) fn raised<T>() -> Given<T> {
    Err(Refusal::Error(Error::fetch()))
}

/// Raises an exception.
#[cold]
pub(super) fn raise<T>(error: Error) -> Given<T> {
    Err(Refusal::Error(error))
}

/// `None`.
pub(super) fn none() -> Given {
    // SAFETY: attached, as all methods are.
    Ok(unsafe { ffi::Py_NewRef(ffi::Py_None()) })
}

pub(super) fn truth(value: bool) -> Given {
    // SAFETY: attached, as all methods are.
    Ok(unsafe { ffi::Py_NewRef(if value { ffi::Py_True() } else { ffi::Py_False() }) })
}

pub(super) fn number(value: usize) -> Given {
    // SAFETY: attached, as all methods are.
    Ok(unsafe { ffi::PyLong_FromSize_t(value) })
}

/// Makes an [`Invoke`] of a method.
pub(super) fn settle(given: Given) -> *mut ffi::PyObject {
    match given {
        Ok(result) => result,
        Err(refusal) => refused(refusal),
    }
}

#[cold]
fn refused(refusal: Refusal) -> *mut ffi::PyObject {
    match refusal {
        Refusal::Misfit => next_overload_ptr(),
        Refusal::Error(error) => {
            error.restore();
            ptr::null_mut()
        }
    }
}

/// Lends the container that the method is called on; gives its object and its address.
///
/// # Safety
/// A method runs, of a class of the container's type; attached.
pub(super) unsafe fn receiver(key: TypeId, exclusive: bool, cx: &mut Cx<'_>) -> Given<(*mut Inst, usize)> {
    // SAFETY: the receiver is live.
    unsafe {
        let Some((inst, data, offset)) = class_record::instance_of(cx.receiver, key) else { return misfit() };
        if !(*inst).is_plainly_ready() && !ready_after_all(inst, cx) {
            return misfit();
        }
        cx.at(0);
        match cx.lend(inst, data, exclusive) {
            Some(address) => Ok((inst, address + offset)),
            None => raised(),
        }
    }
}

/// The argument with this number, counted with the receiver.
///
/// # Safety
/// The method has it.
pub(super) unsafe fn argument(number: u16, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { *cx.args.add(usize::from(number) - 1) }
}

/// An index, which may be negative.
///
/// # Safety
/// As [`argument`]; attached.
pub(super) unsafe fn index(number: u16, cx: &mut Cx<'_>) -> Given<isize> {
    cx.at(number);
    let flags = cx.flags(usize::from(number));
    // SAFETY: caller's contract.
    match unsafe { <isize as Param<()>>::convert(argument(number, cx), flags, cx) } {
        Some(index) => Ok(index),
        None => misfit(),
    }
}

/// The element with this index among `len`, counted from the end if it is negative.
pub(super) fn wrap(index: isize, len: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add_unsigned(len)? } else { index };
    usize::try_from(index).ok().filter(|index| *index < len)
}

/// The parts of a `slice`.
#[derive(Clone, Copy)]
pub(super) struct Slice {
    start: isize,
    stop: isize,
    step: isize,
}

/// The elements that a slice names: so many, from `start` on, each `step` after the one before.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub start: isize,
    pub step: isize,
    pub count: usize,
}

impl Slice {
    /// # Safety
    /// As [`argument`]; attached.
    pub(super) unsafe fn read(number: u16, cx: &mut Cx<'_>) -> Given<Slice> {
        // SAFETY: caller's contract; the parts are asked for their numbers, which runs any code.
        unsafe {
            if ffi::PySlice_Check(argument(number, cx)) == 0 {
                return misfit();
            }
            cx.own_arguments();
            let mut slice = Slice { start: 0, stop: 0, step: 0 };
            let Slice { start, stop, step } = &mut slice;
            if ffi::PySlice_Unpack(argument(number, cx), start, stop, step) < 0 { raised() } else { Ok(slice) }
        }
    }

    /// Among `len` elements.
    pub(super) fn of(self, len: usize) -> Span {
        let Slice { mut start, mut stop, step } = self;
        // SAFETY: the outputs are on our stack; no code of anybody's runs.
        let count = unsafe { ffi::PySlice_AdjustIndices(len as isize, &mut start, &mut stop, step) };
        Span { start, step, count: count as usize }
    }
}

impl Span {
    /// Of no element.
    pub(super) const NONE: Span = Span { start: 0, step: 1, count: 0 };

    /// The indices.
    pub(super) fn indices(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |at| (self.start + at as isize * self.step) as usize)
    }

    /// The same elements in rising order.
    pub(super) fn rising(self) -> Span {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        Span { start: self.start + (self.count as isize - 1) * self.step, step: -self.step, count: self.count }
    }
}

/// How many elements a container has: the beginning of every table, and all that some methods need of one.
#[derive(Clone, Copy)]
pub(super) struct Counts {
    pub key: fn() -> TypeId,
    /// # Safety
    /// There is such a container at the address, lent to the caller.
    pub len: unsafe fn(usize) -> usize,
}

/// The number of elements of the container that a method is called on, whose capture is a [`Counts`].
///
/// # Safety
/// Such a method runs; attached.
unsafe fn count(capture: *const u8, cx: &mut Cx<'_>) -> Given<usize> {
    // SAFETY: caller's contract: a static; the loan lasts until the call ends.
    unsafe {
        let counts = &*capture.cast::<Counts>();
        let (_, address) = receiver((counts.key)(), false, cx)?;
        Ok((counts.len)(address))
    }
}

/// `__len__`.
///
/// # Safety
/// As an [`Invoke`], of a method with [`Counts`].
pub(super) unsafe fn len(capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    settle(unsafe { count(capture, cx) }.and_then(number))
}

/// `__bool__`.
///
/// # Safety
/// As [`len`].
pub(super) unsafe fn is_filled(capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    settle(unsafe { count(capture, cx) }.and_then(|count| truth(count != 0)))
}

/// Writes methods over a table of their own type, which their capture is.
macro_rules! tabled {
    ($Table:ty: $($(#[$doc:meta])* fn $name:ident |$table:ident, $cx:ident| $body:block)*) => { $(
        $(#[$doc])*
        /// # Safety
        /// As an `Invoke`, of a method with such a table.
        pub(super) unsafe fn $name(capture: *const u8, $cx: &mut Cx<'_>) -> *mut ffi::PyObject {
            // SAFETY: caller's contract: a static.
            let $table: &'static $Table = unsafe { &*capture.cast() };
            let body = |$cx: &mut Cx<'_>| -> Given { $body };
            settle(body($cx))
        }
    )* };
}
pub(super) use tabled;

/// What a container of type `C` is known by.
pub(super) fn key<C: 'static>() -> TypeId {
    TypeId::of::<opaque<C>>()
}

/// The types of a method with containers alone.
pub(super) fn of_whole<C: 'static>(_index: usize, text: &mut SigText<'_>) {
    text.class::<opaque<C>>();
}

/// The types of `__reduce__(self)`.
pub(super) fn of_reduce<C: 'static>(index: usize, text: &mut SigText<'_>) {
    if index == RESULT { text.text("tuple") } else { text.class::<opaque<C>>() }
}

/// The types of `__iter__(self)`, which goes through values of type `T`.
pub(super) fn of_iter<D, C: 'static, T: Ret<D, rv_policy::automatic>>(index: usize, text: &mut SigText<'_>) {
    if index == RESULT {
        making::describe::<D, T, rv_policy::automatic>(text);
    } else {
        text.class::<opaque<C>>();
    }
}

/// `clear`.
///
/// # Safety
/// As an [`Invoke`], of a method of such containers.
pub(super) unsafe fn clear<C: Default + 'static>(_capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let body = |cx: &mut Cx<'_>| -> Given {
        // SAFETY: caller's contract. What the container loses is dropped when it is given back.
        unsafe {
            let (_, address) = receiver(key::<C>(), true, cx)?;
            let old = std::mem::take(inside_mut::<C>(address));
            cx.loans.release();
            drop(old);
            none()
        }
    };
    settle(body(cx))
}

/// Adds the overload of `__contains__` for what no element, or key, can be.
pub(super) fn nothing_else<D>(to: Builder<'_>, describe: fn(usize, &mut SigText<'_>)) {
    let types = Types::new(&[0, 0], type_codes::BOOL, describe);
    method_with::<D, _>(to, "__contains__", (contains_nothing, ptr::dangling()), types, 1 << 1, ());
}

/// # Safety
/// As an [`Invoke`].
unsafe fn contains_nothing(_capture: *const u8, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    settle(truth(false))
}

/// The types of that, in a class of containers of type `C`.
pub(super) fn describe_nothing<C: 'static>(index: usize, text: &mut SigText<'_>) {
    if index == 1 { text.text("object") } else { text.class::<opaque<C>>() }
}

/// Adds a method that has an entry of its own.
pub(super) fn native<D, M: Native, E: FuncExtra<D>>(to: Builder<'_>, name: &str, extra: E) {
    let thunk = Thunk::of_entry(entry::of_native::<M>(), FuncFlags::METHOD);
    to.define(name, thunk, Pending::<D, E>::new(extra).erase());
}

/// Adds a method to the class. What `capture` points to is a static.
pub(super) fn method<D, E: FuncExtra<D>>(
    to: Builder<'_>,
    name: &str,
    body: (Invoke, *const u8),
    types: Types,
    extra: E,
) {
    method_with::<D, E>(to, name, body, types, 0, extra);
}

/// As [`method`]. Bit `i` of `nullable`: argument `i`, counted with the receiver, accepts `None`.
pub(super) fn method_with<D, E: FuncExtra<D>>(
    to: Builder<'_>,
    name: &str,
    (invoke, capture): (Invoke, *const u8),
    types: Types,
    nullable: u64,
    extra: E,
) {
    let thunk = Thunk {
        quick: Quick::NEVER,
        invoke,
        capture: capture.cast_mut(),
        drop_capture: drop_nothing,
        types,
        nullable,
        rest: Rest::NONE,
        flags: FuncFlags::METHOD,
        entry: None,
    };
    to.define(name, thunk, Pending::<D, E>::new(extra).erase());
}
