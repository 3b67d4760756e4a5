//! [`Slot`]: an `__init__` or `__setstate__` that gets the instance to fill.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::class_trait::Class;
use crate::cast::traits::{Param, Ret};
use crate::class::constructors::{begin, none};
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::python::{error, messages};
use std::any::TypeId;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

/// An instance that waits for its value: the first argument of a function bound as `"__init__"`.
///
/// C++ hands out a pointer to raw memory here. In Rust the function must return the proof that it has written a value.
///
/// ```no_run
/// # use nb::prelude::*;
/// # struct Dog { name: String }
/// fn from_tag<'a>(slot: nb::Slot<'a, Dog>, tag: &str) -> nb::Ready<'a, Dog> {
///     slot.write(Dog { name: tag.to_uppercase() })
/// }
/// ```
///
/// Forgetting it (`std::mem::forget`) is as good as dropping it, but the instance stays empty for ever if the [`Ready`] is
/// forgotten.
pub struct Slot<'a, T> {
    inst: *mut Inst,
    /// The slot has yet to say what becomes of the instance.
    claimed: &'a mut bool,
    lifetime: PhantomData<&'a mut T>,
}

impl<'a, T: 'static> Slot<'a, T> {
    /// Puts the value in place.
    pub fn write(self, value: T) -> Ready<'a, T> {
        let mut this = ManuallyDrop::new(self);
        let inst = this.inst;
        // From here on it is up to `Ready`.
        *this.claimed = false;
        // SAFETY: `acquire` set the instance to `Constructing` and handed out one slot for it.
        unsafe { (header::inline_address(inst, align_of::<T>()) as *mut T).write(value) };
        Ready { inst, lifetime: PhantomData }
    }
}

impl<T> Drop for Slot<'_, T> {
    fn drop(&mut self) {
        *self.claimed = false;
        // SAFETY: the instance is a live argument; no value was written.
        unsafe { (*self.inst).set_life(Life::Uninitialized) }
    }
}

/// Proof that a [`Slot`] was filled; returning it makes the instance usable. [`Slot::write`] makes it, as in the example of [`Slot`].
#[must_use = "return it, or the value is dropped and the instance stays empty"]
pub struct Ready<'a, T> {
    inst: *mut Inst,
    lifetime: PhantomData<&'a mut T>,
}

impl<T> Drop for Ready<'_, T> {
    fn drop(&mut self) {
        /// The instance is empty now, also after a panic.
        struct Empty(*mut Inst);
        impl Drop for Empty {
            fn drop(&mut self) {
                // SAFETY: a live argument of the call, without a value.
                unsafe { (*self.0).set_life(Life::Uninitialized) }
            }
        }
        // `Constructing` until the value is gone: its destructor may run any code, and a constructor that this code calls
        // would write over it.
        let _empty = Empty(self.inst);
        // SAFETY: `write` has put a value there, which nobody has seen yet.
        unsafe { std::ptr::drop_in_place(header::inline_address(self.inst, align_of::<T>()) as *mut T) }
    }
}

/// An instance that `acquire` has set to `Constructing`; given up when the call fails before the body runs, or when the slot was
/// forgotten.
#[doc(hidden)]
pub struct Claim {
    inst: *mut Inst,
    claimed: bool,
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.claimed {
            // SAFETY: the instance is a live argument of the call that owns this stage, and nobody else can have claimed it
            // meanwhile. There is no value, and no slot any more, which cannot outlive the stage.
            unsafe { (*self.inst).set_life(Life::Uninitialized) }
        }
    }
}

// SAFETY: `acquire` admits one slot per instance (life `Constructing`); the value is reachable only after `Ready`.
unsafe impl<D, T: Class<D>> Param<D> for Slot<'_, T> {
    type Item<'a> = Slot<'a, T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Claim;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.filled::<T>();
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Claim> {
        // SAFETY: caller's contract.
        unsafe { begin(src, const { &TypeId::of::<T>() }, cx) }.map(|inst| Claim { inst, claimed: false })
    }

    fn acquire(stage: &mut Claim, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is a live argument, and kept alive until the slot and the proof are gone.
        unsafe {
            cx.hold(stage.inst.cast());
            if (*stage.inst).life() != Life::Uninitialized {
                let name =
                    class_record::data_of(ffi::Py_TYPE(stage.inst.cast())).map(TypeData::name).unwrap_or_default();
                error::runtime_error(messages::initialized_twice(&name)).restore();
                return false;
            }
            (*stage.inst).set_life(Life::Constructing);
            stage.claimed = true;
        }
        true
    }

    unsafe fn lend<'a>(stage: &'a mut Claim, _cx: &Cx<'_>) -> Slot<'a, T> {
        Slot { inst: stage.inst, claimed: &mut stage.claimed, lifetime: PhantomData }
    }
}

// SAFETY: returns None; the value becomes reachable through `self`, which holds it.
unsafe impl<D, P, T: Class<D>> Ret<D, P> for Ready<'_, T> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let value = ManuallyDrop::new(value);
        // SAFETY: the value is in place (`Slot::write`).
        unsafe {
            (*value.inst).set_storage(Storage::Inline);
            (*value.inst).set_life(Life::Ready);
            intrusive::expose(value.inst, class_record::native_data(ffi::Py_TYPE(value.inst.cast())));
            none()
        }
    }
}
