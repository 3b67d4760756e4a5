//! Arrays as arguments and results of bound functions.

use crate::arrays::array::ndarray;
use crate::arrays::borrowed::ndarray_ref;
use crate::arrays::config::Markers;
use crate::arrays::export::{export, export_copy, export_lent};
use crate::arrays::import::import;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::reference_internal::internal;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use crate::rv_policy::{self, Policy};
use std::marker::PhantomData;
use std::ptr;

// SAFETY: the stage owns what it refers to.
unsafe impl<D, A: Markers> Param<D> for ndarray<A> {
    type Item<'a> = ndarray<A>;
    type Lent<'object, 'call> = ndarray<A>;
    type Stage = ndarray<A>;
    const OWNED: bool = true;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        A::CONSTRAINTS.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<ndarray<A>> {
        // SAFETY: caller's contract.
        unsafe { import(src, flags, const { &A::CONSTRAINTS }, cx) }.map(|found| ndarray::of(Some(found)))
    }

    unsafe fn lend<'a>(stage: &'a mut ndarray<A>, _cx: &Cx<'_>) -> ndarray<A> {
        std::mem::take(stage)
    }
}

// SAFETY: the object owns what it refers to; the contract of `ndarray::new` says for how long memory without an owner lives.
unsafe impl<D, P: Policy, A: Markers> Ret<D, P> for ndarray<A> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        A::CONSTRAINTS.describe(text);
    }

    unsafe fn put(value: ndarray<A>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract; a call owns its receiver.
        restored(unsafe { export(value.into_descriptor(), &A::CONSTRAINTS, P::KIND, cx.receiver, cx.state()) })
    }
}

crate::cast::member_by_value! { [A: Markers] ndarray<A>; }

/// Policies for memory that a function has borrowed.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for an array over borrowed memory",
    label = "`nb::ndarray_ref` is copied, or refers to bound objects",
    note = "leave the policy out for a copy, or use `nb::rv_policy::reference_internal`"
)]
pub trait RefersPolicy<'x>: Policy {
    const REFERS: bool;
}

macro_rules! copies {
    ($($policy:ident)*) => { $( impl<'x> RefersPolicy<'x> for rv_policy::$policy { const REFERS: bool = false; } )* };
}
copies!(automatic automatic_reference copy move_);

impl<'x> RefersPolicy<'x> for rv_policy::reference_internal {
    const REFERS: bool = true;
}

impl<'x> RefersPolicy<'x> for internal<'x> {
    const REFERS: bool = true;
}

// SAFETY: a copy, or an array that keeps the bound objects which the function has borrowed from, lent for reading.
unsafe impl<'x, D, P: RefersPolicy<'x>, A: Markers> Ret<D, P> for ndarray_ref<'x, A> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        A::CONSTRAINTS.describe(text);
    }

    unsafe fn put(value: ndarray_ref<'x, A>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract; what was borrowed is lent to the call.
        restored(unsafe {
            if P::REFERS {
                export_lent(value.array, &A::CONSTRAINTS, cx).map(Some)
            } else {
                export_copy(&value.array, &A::CONSTRAINTS, cx.state()).map(Some)
            }
        })
    }
}

/// The Python object of an array, which signatures show as the array: what [`ndarray::cast`] gives.
pub struct ndarray_object<A> {
    python: object,
    markers: PhantomData<fn() -> A>,
}

impl<A> std::ops::Deref for ndarray_object<A> {
    type Target = object;
    fn deref(&self) -> &object {
        &self.python
    }
}

impl<A> From<ndarray_object<A>> for object {
    fn from(array: ndarray_object<A>) -> object {
        array.python
    }
}

// SAFETY: an owned reference.
unsafe impl<D, P, A: Markers> Ret<D, P> for ndarray_object<A> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        A::CONSTRAINTS.describe(text);
    }

    unsafe fn put(value: ndarray_object<A>, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        value.python.into_ptr()
    }
}

impl<A: Markers> ndarray<A> {
    /// Makes the Python object now, under the policy `automatic`: nanobind's `a.cast()`.
    ///
    /// A function that returns the result has the signature of one that returns the array.
    ///
    /// # Errors
    /// As of a function that returns the array.
    pub fn cast(&self) -> Result<ndarray_object<A>> {
        self.cast_with(rv_policy::automatic, None)
    }

    /// As [`cast`](Self::cast), under a policy; `parent` is the object that
    /// [`reference_internal`](crate::rv_policy::reference_internal) keeps alive. nanobind's `a.cast(policy, parent)`.
    ///
    /// # Errors
    /// As of a function that returns the array under this policy.
    pub fn cast_with<P: Policy>(&self, _policy: P, parent: Option<&object>) -> Result<ndarray_object<A>> {
        check_attached();
        let state = State::here().ok_or_else(|| runtime_error(messages::NO_STATE))?;
        let parent = parent.map_or(ptr::null_mut(), object::as_ptr);
        // SAFETY: attached; a live object or null.
        let made = unsafe { export(self.descriptor().cloned(), &A::CONSTRAINTS, P::KIND, parent, state) }?;
        let python = made.ok_or_else(|| runtime_error(messages::ARRAY_UNKNOWN))?;
        Ok(ndarray_object { python, markers: PhantomData })
    }
}

/// An object for whoever called a function, or null: with the exception raised, or without one for `None`.
pub(crate) fn restored(made: Result<Option<object>>) -> *mut ffi::PyObject {
    match made {
        Ok(made) => made.map_or(std::ptr::null_mut(), object::into_ptr),
        Err(error) => {
            error.restore();
            std::ptr::null_mut()
        }
    }
}
