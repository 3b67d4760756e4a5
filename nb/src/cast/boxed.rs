//! `Box<T>` of a bound class: a value that leaves its Python object, or gets one. Boxes of other values are in owning.rs.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::arc_of_lock::unlock_in_place;
use crate::cast::bound::{self, Bound, ByMark};
use crate::cast::class_trait::Class;
use crate::cast::new_instance::{new_boxed, new_inline};
use crate::cast::owning::{Give, Take};
use crate::cast::reference_internal::internal;
use crate::instance::ext;
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::marks::is_shared;
use crate::instance::{class_record, dealloc, intrusive};
use crate::python::error::{Builtin, set_error, warn};
use crate::python::messages;
use crate::{ffi, rv_policy};
use std::any::TypeId;
use std::sync::Arc;

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
    /// # Safety
    /// `src` is live for the call; attached.
    pub(super) unsafe fn find<D>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Taken<T>>
    where
        T: Class<D>,
    {
        // No implicit conversion: a temporary would be consumed, and the caller's object left as it was.
        // SAFETY: caller's contract.
        unsafe { bound::find(src, 0, cx) }.map(|bound| Taken { bound, claimed: false })
    }

    /// Claims the whole value: no loan may be active, and the object must own a value of exactly this class.
    ///
    /// `empties`: [`take`](Self::take) follows, not [`hold`](Self::hold). `owner`: the argument is one of those that C++ has too,
    /// a `std::unique_ptr`.
    pub(super) fn acquire(&mut self, empties: bool, owner: bool, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument of the call.
        self.claimed = unsafe { claim(self.bound.inst, const { &TypeId::of::<T>() }, empties, owner, cx) };
        self.claimed
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
            (inst, ext::owned_address(inst, data) as *mut T)
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
                ext::drop_ext(inst);
            }
            ext::note_box(inst, &raw const *taken as usize);
            taken
        }
    }

    /// As [`take`](Self::take), for a value that does not stay in its box.
    ///
    /// # Safety
    /// As [`take`](Self::take).
    pub(super) unsafe fn take_value(&mut self) -> T {
        // SAFETY: caller's contract.
        unsafe {
            let value = *self.take();
            ext::note_box(self.bound.inst, 0);
            value
        }
    }
}

/// As [`Taken::acquire`], of a value of the type `key`.
///
/// # Safety
/// The instance is an argument of the call; attached.
#[inline(never)]
unsafe fn claim(inst: *mut Inst, key: &'static TypeId, empties: bool, owner: bool, cx: &mut Cx<'_>) -> bool {
    // SAFETY: the instance is an argument of the call.
    unsafe {
        let data = class_record::data_of(ffi::Py_TYPE(inst.cast())).expect("found above");
        // Names are looked up only where something is refused.
        let raise = |cx: &Cx<'_>, text: &dyn Fn(&str, &str) -> String| {
            set_error(Builtin::RuntimeError.class(), &text(&cx.function_name(), &cx.argument_name()));
            false
        };
        if (*inst).life() != Life::Ready {
            if owner && (*inst).life() == Life::Relinquished && cx.loans.argument_of(inst).is_some() {
                refuse_second_owner(inst, cx);
                return false;
            }
            return raise(cx, &|function, argument| match cx.loans.argument_of(inst) {
                Some(other) => messages::aliased(function, &cx.name_argument(other), argument, &data.name()),
                None => messages::moved_during_call(function, argument, &data.name()),
            });
        }
        unlock_in_place(inst, data);
        if (*inst).storage() == Storage::Locked && (*inst).mark() == 0 {
            return raise(cx, &|function, argument| messages::shared(function, argument, &data.name()));
        }
        if !(*inst).storage().owns() || !(*inst).destructs() {
            return raise(cx, &|function, argument| messages::not_owner(function, argument, &data.name()));
        }
        if data.key != *key {
            let wanted = cx.state().type_of(*key).map(class_record::TypeData::name).unwrap_or_default();
            return raise(cx, &|function, argument| messages::derived_value(function, argument, &data.name(), &wanted));
        }
        if intrusive::is_counted(inst, data) {
            return raise(cx, &|function, argument| messages::counted(function, argument, &data.name()));
        }
        if (*inst).mark() != 0 {
            return raise(cx, &|function, argument| match cx.loans.argument_of(inst) {
                Some(other) => messages::aliased(function, &cx.name_argument(other), argument, &data.name()),
                None => messages::busy(function, argument, &data.name(), (*inst).mark() == header::EXCLUSIVE),
            });
        }
        if is_shared(inst) {
            return raise(cx, &|function, argument| messages::shared(function, argument, &data.name()));
        }
        // Later arguments of this call that name the same object see that it has no value.
        (*inst).set_life(Life::Relinquished);
        cx.note_claim(inst, empties);
        true
    }
}

/// Warns about an object that the call is to give to two owners; it fits none of the overloads then, as in nanobind.
///
/// # Safety
/// `inst` is live; attached.
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

// SAFETY: the value is moved out only in `lend`, after every argument was acquired; the instance is `Relinquished`.
unsafe impl<D, T: Class<D>> Take<D, Box<T>> for ByMark {
    type Stage = Taken<T>;

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

    unsafe fn lend(stage: &mut Taken<T>, _cx: &Cx<'_>) -> Box<T> {
        // SAFETY: `acquire` succeeded.
        unsafe { stage.take() }
    }
}

/// What a policy makes of a returned `Box<T>`.
///
/// # Safety
/// `put_box` is as [`Ret::put`](crate::Ret::put).
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for a returned `Box<{T}>`",
    label = "returns a `Box<{T}>`",
    note = "a box passes ownership: leave the policy out, or use `rv_policy::take_ownership`"
)]
pub unsafe trait BoxPolicy<D, T> {
    /// # Safety
    /// As [`Ret::put`](crate::Ret::put).
    #[doc(hidden)]
    unsafe fn put_box(value: Box<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

macro_rules! owning {
    ($($(#[$attribute:meta])* $policy:ty;)*) => { $(
        $(#[$attribute])*
        // SAFETY: the object owns the box.
        unsafe impl<D, T: Class<D>> BoxPolicy<D, T> for $policy {
            unsafe fn put_box(value: Box<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { new_boxed(value, cx) }
            }
        }
    )* };
}
owning! {
    rv_policy::automatic;
    rv_policy::automatic_reference;
    rv_policy::take_ownership;
    rv_policy::reference_internal;
    #[diagnostic::do_not_recommend]
    internal<'_>;
}

macro_rules! unboxing {
    ($($policy:ident)*) => { $(
        // SAFETY: the value moves into a new object.
        unsafe impl<D, T: Class<D>> BoxPolicy<D, T> for rv_policy::$policy {
            unsafe fn put_box(value: Box<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { new_inline(*value, cx) }
            }
        }
    )* };
}
unboxing!(copy move_);

// SAFETY: ownership passes to the new object.
unsafe impl<D, T: Class<D>, P: BoxPolicy<D, T>> Give<D, P, Box<T>> for ByMark {
    const COPIES: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Box<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { P::put_box(value, cx) }
    }
}
