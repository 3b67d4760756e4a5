//! The right operand of an operator in place, which may be the object on the left: `v += v`.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::bound::Bound;
use crate::cast::class_trait::Class;
use crate::cast::traits::Param;
use crate::ffi;

/// A `&T`, or the very object that the method was called on.
///
/// The body gets that object as `&mut T` and makes a clone of it before it changes it. A second reference to the same
/// value would have to be refused.
#[doc(hidden)]
pub enum Right<'a, T> {
    Receiver,
    Other(&'a T),
}

// SAFETY: lends what `&T` lends, or nothing.
unsafe impl<D, T: Class<D>> Param<D> for Right<'_, T> {
    type Item<'a> = Right<'a, T>;
    type Lent<'object, 'call> = Right<'object, T>;
    /// `None` for the receiver.
    type Stage = Option<Bound<T>>;
    const REFUSES_NONE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    #[inline]
    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        if src == cx.receiver {
            return Some(None);
        }
        // SAFETY: caller's contract.
        unsafe { <&T as Param<D>>::convert(src, flags, cx) }.map(Some)
    }

    #[inline]
    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        stage.as_mut().is_none_or(|stage| <&T as Param<D>>::acquire(stage, cx))
    }

    #[inline]
    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Right<'a, T> {
        match stage {
            None => Right::Receiver,
            // SAFETY: caller's contract.
            Some(stage) => Right::Other(unsafe { <&T as Param<D>>::lend(stage, cx) }),
        }
    }
}
