//! Arrays that own their elements, and references to them: an argument `&DMatrix<f32>` is a copy that lives for the call, as
//! `const MatrixXf &` is in C++, and a result is copied, or shown where it lies under
//! [`reference_internal`](crate::rv_policy::reference_internal).

use crate::arrays::constraints::Constraints;
use crate::arrays::crossing::RefersPolicy;
use crate::arrays::crossing::restored;
use crate::arrays::descriptor::Descriptor;
use crate::arrays::dtype::Element;
use crate::arrays::export::{export, export_copy, export_lent};
use crate::arrays::lending::Owned;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::reference::{GiveBack, Reach, Shared};
use crate::ffi;
use crate::python::error::Result;
use crate::rv_policy::Policy;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// An array that owns its elements.
#[doc(hidden)]
pub trait OwnedArray: Sized + 'static {
    type T: Element;
}

/// How it crosses.
pub(crate) trait Crosses: OwnedArray {
    /// The order in which [`of`](Self::of) gets the elements, `b'C'` or `b'F'`.
    const ORDER: u8;
    const OWNED: Constraints;
    /// Of an array that shows a value where it lies.
    const SHOWN: Constraints;
    fn of(shape: &[i64], elements: Vec<Self::T>) -> Self;
    /// What shows the value where it lies.
    fn shown(&self) -> Result<Descriptor>;
    /// What owns the value, or its elements.
    fn given(self) -> Result<Descriptor>;
}

/// # Safety
/// As [`Param::convert`](crate::Param::convert).
pub(crate) unsafe fn find<M: Crosses>(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Owned<M::T>> {
    // SAFETY: caller's contract.
    unsafe { Owned::find(src, flags, const { &M::OWNED }, cx) }
}

/// The value of what was read.
pub(crate) fn made<M: Crosses>(read: &mut Owned<M::T>) -> M {
    let elements = read.take();
    M::of(read.shape(), elements)
}

/// # Safety
/// As [`Ret::put`](crate::Ret::put).
pub(crate) unsafe fn put<M: Crosses, P: Policy>(value: M, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; no parent.
    restored(value.given().and_then(|given| unsafe {
        export(Some(Arc::new(given)), &M::OWNED, P::KIND.of_value(), std::ptr::null_mut(), cx.state())
    }))
}

/// For references to arrays.
#[doc(hidden)]
pub struct ByCopy;

// SAFETY: the reference is one to a value in the stage, whose elements were copied.
unsafe impl<D, M: Crosses> Reach<D, M, Shared> for ByCopy {
    type Lent<'object, 'call> = &'call M;
    type Stage = (Owned<M::T>, Option<M>);
    const REFUSES_NONE: bool = false;

    fn describe(text: &mut SigText<'_>) {
        M::OWNED.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { find::<M>(src, flags, cx) }.map(|found| (found, None))
    }

    unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Self::Stage>) {
        // SAFETY: caller's contract.
        let found = unsafe {
            cx.read_carefully(argument, |src, flags, cx| <Self as Reach<D, M, Shared>>::convert(src, flags, cx))
        };
        if let Some(found) = found {
            stage.write(found);
        }
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        stage.0.acquire(M::ORDER, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage) -> &'a M {
        stage.1.insert(made(&mut stage.0))
    }
}

// SAFETY: a copy, or an array that keeps the bound objects which the function has borrowed from, lent for reading.
unsafe impl<'x, D, P: RefersPolicy<'x>, M: Crosses> GiveBack<'x, D, P, M, Shared> for ByCopy {
    fn describe(text: &mut SigText<'_>) {
        if P::REFERS { M::SHOWN.describe(text) } else { M::OWNED.describe(text) }
    }

    unsafe fn put(value: &'x M, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract; what was borrowed is lent to the call.
        restored(value.shown().and_then(|shown| unsafe {
            if P::REFERS {
                export_lent(shown, &M::SHOWN, cx).map(Some)
            } else {
                export_copy(&shown, &M::OWNED, cx.state()).map(Some)
            }
        }))
    }
}
