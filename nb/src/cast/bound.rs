//! Bound classes as arguments: `&T`, `&mut T`, by value, `Box<T>`.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::nb_func::{CONSTRUCTOR, FACTORY};
use crate::call::signature::SigText;
use crate::cast::by_reference::Reach;
use crate::cast::implicit;
use crate::cast::traits::Param;
use crate::ffi;
use crate::instance::class_record::{self, Class};
use crate::instance::dealloc;
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::instance::marks::is_shared;
use crate::python::error::{Builtin, set_error, warn};
use crate::python::messages;
use crate::python::object::{Held, object};
use std::any::TypeId;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// A bound argument between conversion and loan.
#[doc(hidden)]
pub struct Bound<T> {
    pub(super) inst: *mut Inst,
    /// Where the value is if it lies in the object, which does not change while the object lives; `acquire` finds out
    /// whether it does, and puts the right address here if not.
    address: usize,
    value: PhantomData<*mut T>,
}

/// Finds the bound instance in `src`, converting implicitly when allowed.
#[inline]
pub(super) unsafe fn find<T: 'static>(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Bound<T>> {
    // SAFETY: `src` is live for the call.
    unsafe {
        match find_exact(src, const { &TypeId::of::<T>() }) {
            true => Some(Bound::of_exact(src)),
            false => {
                let (inst, address) = find_other(src, const { &TypeId::of::<T>() }, flags, cx)?;
                Some(Bound { inst, address, value: PhantomData })
            }
        }
    }
}

/// Whether `src` is an instance of the very class, with a value.
#[cfg_attr(nb_small, inline(never))]
#[cfg_attr(not(nb_small), inline(always))]
unsafe fn find_exact(src: *mut ffi::PyObject, key: &'static TypeId) -> bool {
    // SAFETY: `src` is live for the call.
    unsafe {
        class_record::data_of(ffi::Py_TYPE(src)).is_some_and(|data| data.key == *key)
            && (*src.cast::<Inst>()).life() == Life::Ready
    }
}

/// As [`find`], for [`Param::read`].
#[inline]
unsafe fn read<T: 'static>(place: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Bound<T>>) {
    // SAFETY: the caller's contract is that of `Param::read`.
    unsafe {
        let src = *place;
        if find_exact(src, const { &TypeId::of::<T>() }) {
            stage.write(Bound::of_exact(src));
        } else if let Some((inst, address)) = read_other(place, const { &TypeId::of::<T>() }, cx) {
            stage.write(Bound { inst, address, value: PhantomData });
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn read_other(
    place: *const *mut ffi::PyObject,
    key: &'static TypeId,
    cx: &mut Cx<'_>,
) -> Option<(*mut Inst, usize)> {
    // SAFETY: the caller's contract is that of `Param::read`.
    unsafe { cx.read(place, |src, flags, cx| find_other(src, key, flags, cx)) }
}

/// As [`find`], for all that is not an instance of the very class: subclasses, empty instances, what has to be converted.
#[inline(never)]
unsafe fn find_other(
    src: *mut ffi::PyObject,
    key: &'static TypeId,
    flags: u8,
    cx: &mut Cx<'_>,
) -> Option<(*mut Inst, usize)> {
    let key = *key;
    // SAFETY: `src` is live for the call.
    unsafe {
        if let Some((inst, data, offset)) = class_record::instance_of(src, key) {
            if (*inst).life() == Life::Ready {
                return Some((inst, header::inline_address(inst, data.align) + offset));
            }
            refuse_empty(inst, cx);
            return cx.refuse(Reason::Empty);
        }
        // None is no value to convert, also as an element of a container.
        if flags & CONVERT == 0 || cx.is_probing() || src == ffi::Py_None() {
            return None;
        }
        let made = convert_implicitly(src, key, cx)?;
        let (inst, data, offset) = class_record::instance_of(made.as_ptr(), key)?;
        cx.keep_converted(src, made);
        Some((inst, header::inline_address(inst, data.align) + offset))
    }
}

/// Warns about an instance without a value.
#[cold]
pub(crate) unsafe fn refuse_empty(inst: *mut Inst, cx: &mut Cx<'_>) {
    cx.own_arguments();
    // SAFETY: a live instance.
    let (life, name) = unsafe { ((*inst).life(), crate::python::type_name::of_type(ffi::Py_TYPE(inst.cast()))) };
    let text = match life {
        Life::Relinquished => messages::relinquished(&name),
        _ => messages::uninitialized(&name),
    };
    if !warn(&text) {
        // The warning is an error now: it is what the caller gets to see.
        cx.fatal = true;
    }
}

/// Warns about an object that the call is to give to two owners; it fits none of the overloads then, as in nanobind.
#[cold]
unsafe fn refuse_second_owner(inst: *mut Inst, cx: &mut Cx<'_>) {
    // The first owner holds the object, which has its value back when the attempt has ended; what the warning runs finds it without.
    cx.own_arguments();
    cx.bad = true;
    // SAFETY: a live instance.
    let name = unsafe { crate::python::type_name::of_type(ffi::Py_TYPE(inst.cast())) };
    if !warn(&messages::two_owners(&name)) {
        cx.fatal = true;
    }
}

/// Calls the class with the object, if one of its implicit conversions accepts it.
#[cold]
unsafe fn convert_implicitly(src: *mut ffi::PyObject, key: TypeId, cx: &mut Cx<'_>) -> Option<object> {
    // SAFETY: `src` is live; the class is registered, so its type object is alive.
    unsafe {
        if copy_constructs(key, cx) {
            return None;
        }
        cx.own_arguments();
        let data = cx.state().type_of(key)?;
        // What runs below may take the class away.
        let _class = Held::borrow(data.ty.cast());
        let accepted = {
            let implicit = data.implicit.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            implicit.iter().map(|i| i.accepts).collect::<Vec<_>>()
        };
        if !accepted.into_iter().any(|accepts| accepts(src, cx)) {
            return None;
        }
        let made = object::from_owned(ffi::PyObject_CallFunctionObjArgs(
            data.ty.cast(),
            src,
            std::ptr::null_mut::<ffi::PyObject>(),
        ));
        if made.is_none() {
            cx.mismatch_raised();
            if !cx.fatal {
                cx.refuse::<()>(Reason::Implicit);
                implicit::warn_failed(src, data);
            }
        }
        made
    }
}

/// Whether the running overload makes a value of the class `key` from one other value of it.
///
/// Its source must not be converted: the conversion would call the class again, with the same object (`DSP-41`).
fn copy_constructs(key: TypeId, cx: &Cx<'_>) -> bool {
    let Some(record) = cx.record().filter(|record| record.params.len() == 2) else { return false };
    // SAFETY: a constructor has a receiver, which is live: the instance, or for a factory the class.
    let made = unsafe {
        match record.flags & (CONSTRUCTOR | FACTORY) {
            CONSTRUCTOR => class_record::data_of(ffi::Py_TYPE(cx.receiver)),
            FACTORY => class_record::data_of(cx.receiver.cast()),
            _ => None,
        }
    };
    made.is_some_and(|data| data.key == key)
}

impl<T: 'static> Bound<T> {
    #[inline(always)]
    fn of_exact(src: *mut ffi::PyObject) -> Bound<T> {
        let inst = src.cast::<Inst>();
        Bound { inst, address: header::inline_address(inst, align_of::<T>()), value: PhantomData }
    }

    #[inline(always)]
    fn acquire(&mut self, exclusive: bool, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument or a temporary of the call.
        unsafe {
            if cx.lend_inline(self.inst, exclusive) {
                return true;
            }
            let found = acquire_elsewhere(self.inst, const { &TypeId::of::<T>() }, exclusive, cx);
            self.address = found.unwrap_or_default();
            found.is_some()
        }
    }
}

/// Lends a value that does not lie in its object, or that other loans hold; gives the address of the `key` in it.
#[inline(never)]
unsafe fn acquire_elsewhere(inst: *mut Inst, key: &'static TypeId, exclusive: bool, cx: &mut Cx<'_>) -> Option<usize> {
    // SAFETY: the instance is an argument or a temporary of the call.
    unsafe {
        let (_, data, offset) = class_record::instance_of(inst.cast(), *key).expect("found by `find`");
        Some(cx.lend(inst, data, exclusive)? + offset)
    }
}

/// For bound classes: the value is lent where it is.
#[doc(hidden)]
pub struct ByMark;

// SAFETY: `acquire` takes a shared mark on the root for the whole call.
unsafe impl<D, T: 'static> Reach<D, T> for ByMark {
    type Lent<'object, 'call> = &'object T;
    type Stage = Bound<T>;
    const REFUSES_NONE: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    #[inline]
    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Bound<T>> {
        // SAFETY: caller's contract.
        unsafe { find(src, flags, cx) }
    }

    #[inline]
    unsafe fn read(place: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Bound<T>>) {
        // SAFETY: caller's contract.
        unsafe { read(place, cx, stage) }
    }

    #[inline]
    fn acquire(stage: &mut Bound<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(false, cx)
    }

    #[inline]
    unsafe fn lend<'a>(stage: &'a mut Bound<T>) -> &'a T {
        // SAFETY: `acquire` resolved the address and marked the root shared until the context is dropped.
        unsafe { &*(stage.address as *const T) }
    }
}

// SAFETY: `acquire` takes an exclusive mark on the root for the whole call.
unsafe impl<D, T: Class<D>> Param<D> for &mut T {
    type Item<'a> = &'a mut T;
    type Lent<'object, 'call> = &'object mut T;
    type Stage = Bound<T>;
    const BORROWS: bool = true;
    const REFUSES_NONE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;
    const HOLDS: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    #[inline]
    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Bound<T>> {
        // SAFETY: caller's contract.
        unsafe { find(src, flags, cx) }
    }

    #[inline]
    unsafe fn read(place: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Bound<T>>) {
        // SAFETY: caller's contract.
        unsafe { read(place, cx, stage) }
    }

    #[inline]
    fn acquire(stage: &mut Bound<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(true, cx)
    }

    #[inline]
    unsafe fn lend<'a>(stage: &'a mut Bound<T>, _cx: &Cx<'_>) -> &'a mut T {
        // SAFETY: `acquire` resolved the address and marked the root exclusive until the context is dropped.
        unsafe { &mut *(stage.address as *mut T) }
    }
}

/// An argument whose value leaves Python.
#[doc(hidden)]
pub struct Taken<T> {
    bound: Bound<T>,
    /// `acquire` succeeded and the value was not moved yet.
    claimed: bool,
}

impl<T> Drop for Taken<T> {
    fn drop(&mut self) {
        if self.claimed {
            // The call failed before its body ran: the object keeps its value.
            // SAFETY: the instance is an argument of the call.
            unsafe { (*self.bound.inst).set_life(Life::Ready) }
        }
    }
}

impl<T: 'static> Taken<T> {
    pub(super) unsafe fn find<D>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Taken<T>>
    where
        T: Class<D>,
    {
        // No implicit conversion: a temporary would be consumed, and the caller's object left as it was.
        // SAFETY: caller's contract.
        unsafe { find(src, 0, cx) }.map(|bound| Taken { bound, claimed: false })
    }

    /// Claims the whole value: no loan may be active, and the object must own a value of exactly this class.
    ///
    /// `empties`: [`take`](Self::take) follows, not [`hold`](Self::hold). `owner`: the argument is one of those that C++ has too,
    /// a `std::unique_ptr`.
    pub(super) fn acquire(&mut self, empties: bool, owner: bool, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument of the call.
        unsafe {
            let inst = self.bound.inst;
            let data = class_record::data_of(ffi::Py_TYPE(inst.cast())).expect("found above");
            let (function, argument) = (cx.function_name(), cx.argument_name());
            let raise = |text: String| {
                set_error(Builtin::RuntimeError.class(), &text);
                false
            };
            if (*inst).life() != Life::Ready {
                if owner && (*inst).life() == Life::Relinquished && cx.loans.argument_of(inst).is_some() {
                    refuse_second_owner(inst, cx);
                    return false;
                }
                return raise(match cx.loans.argument_of(inst) {
                    Some(other) => messages::aliased(&function, &cx.name_argument(other), &argument, &data.name()),
                    None => messages::moved_during_call(&function, &argument, &data.name()),
                });
            }
            let owns = matches!((*inst).storage(), Storage::Inline | Storage::Boxed | Storage::Shared);
            if !owns || !(*inst).destructs() {
                return raise(messages::not_owner(&function, &argument, &data.name()));
            }
            if data.key != TypeId::of::<T>() {
                let wanted =
                    cx.state().type_of(TypeId::of::<T>()).map(class_record::TypeData::name).unwrap_or_default();
                return raise(messages::derived_value(&function, &argument, &data.name(), &wanted));
            }
            if intrusive::is_counted(inst, data) {
                return raise(messages::counted(&function, &argument, &data.name()));
            }
            if (*inst).mark() != 0 {
                let text = match cx.loans.argument_of(inst) {
                    Some(other) => messages::aliased(&function, &cx.name_argument(other), &argument, &data.name()),
                    None => messages::busy(&function, &argument, &data.name(), (*inst).mark() == header::EXCLUSIVE),
                };
                return raise(text);
            }
            if is_shared(inst) {
                return raise(messages::shared(&function, &argument, &data.name()));
            }
            // Later arguments of this call that name the same object see that it has no value.
            (*inst).set_life(Life::Relinquished);
            self.claimed = true;
            cx.note_claim(inst, empties);
            true
        }
    }

    /// Takes the value out of Python's reach, and leaves it where it is; cannot fail.
    ///
    /// # Safety
    /// `acquire` succeeded.
    pub(super) unsafe fn hold(&mut self) -> (*mut Inst, *mut T) {
        // SAFETY: the instance is an argument of the call, and nobody else can reach the value any more.
        unsafe {
            self.claimed = false;
            let inst = self.bound.inst;
            (*inst).end_references();
            let data = class_record::native_data(ffi::Py_TYPE(inst.cast()));
            dealloc::leave_children(inst, data);
            (inst, header::owned_address(inst, data) as *mut T)
        }
    }

    /// Moves the value out; cannot fail.
    ///
    /// # Safety
    /// As [`hold`](Self::hold).
    unsafe fn take(&mut self) -> Box<T> {
        // SAFETY: the value is claimed, and its owner is told below that it is gone.
        unsafe {
            let (inst, value) = self.hold();
            let taken = match (*inst).storage() {
                Storage::Boxed => Box::from_raw(value),
                Storage::Shared => Box::new(Arc::into_inner(Arc::from_raw(value)).expect("checked by `acquire`")),
                _ => Box::new(value.read()),
            };
            if (*inst).storage() != Storage::Inline {
                header::drop_ext(inst);
            }
            header::note_box(inst, &raw const *taken as usize);
            taken
        }
    }

    /// As [`take`](Self::take), for a value that does not stay in its box.
    unsafe fn take_value(&mut self) -> T {
        // SAFETY: caller's contract.
        unsafe {
            let value = *self.take();
            header::note_box(self.bound.inst, 0);
            value
        }
    }
}

// SAFETY: the value is moved out only in `lend`, after every argument was acquired; the instance is `Relinquished`.
unsafe impl<D, T: Class<D>> Param<D> for Box<T> {
    type Item<'a> = Box<T>;
    type Lent<'object, 'call> = Box<T>;
    type Stage = Taken<T>;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;
    const HOLDS: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Taken<T>> {
        // SAFETY: caller's contract.
        unsafe { Taken::find::<D>(src, cx) }
    }

    fn acquire(stage: &mut Taken<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(true, true, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Taken<T>, _cx: &Cx<'_>) -> Box<T> {
        // SAFETY: `acquire` succeeded.
        unsafe { stage.take() }
    }
}

/// A by-value argument: copied when the class can be cloned, moved out when not.
#[doc(hidden)]
pub enum ByValue<T> {
    Copied(Bound<T>),
    Moved(Taken<T>),
}

/// By-value arguments of the class `T`, for the impl that the macros write next to `Class`.
#[doc(hidden)]
pub mod by_value {
    use super::*;

    /// # Safety
    /// As [`Param::convert`].
    pub unsafe fn convert<D, T: Class<D>>(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<ByValue<T>> {
        // SAFETY: caller's contract.
        unsafe {
            match T::CLONE {
                Some(_) => find(src, flags, cx).map(ByValue::Copied),
                None => Taken::find::<D>(src, cx).map(ByValue::Moved),
            }
        }
    }

    /// See [`Param::acquire`].
    pub fn acquire<T: 'static>(stage: &mut ByValue<T>, cx: &mut Cx<'_>) -> bool {
        match stage {
            ByValue::Copied(bound) => bound.acquire(false, cx),
            ByValue::Moved(taken) => taken.acquire(true, false, cx),
        }
    }

    /// # Safety
    /// As [`Param::lend`].
    pub unsafe fn lend<D, T: Class<D>>(stage: &mut ByValue<T>, _cx: &Cx<'_>) -> T {
        match stage {
            ByValue::Copied(bound) => {
                let clone = T::CLONE.expect("chosen by `convert`");
                // SAFETY: a shared mark is held until the call ends.
                clone(unsafe { &*(bound.address as *const T) })
            }
            // SAFETY: `acquire` succeeded.
            ByValue::Moved(taken) => unsafe { taken.take_value() },
        }
    }
}
