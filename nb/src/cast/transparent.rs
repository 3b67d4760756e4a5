//! Types that change how a value is calculated with or compared, which Python does not see: `Wrapping`, `Saturating`, `Reverse`.
//!
//! What does not fit is refused, not wrapped: only Rust's operators wrap.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::cmp::Reverse;
use std::num::{Saturating, Wrapping};

/// Has a tuple struct around one value cross as that value; where it says so, `None` too without `.none()`.
macro_rules! transparent {
    ($($Around:ident $(= $none:literal)?)*) => { $(
        // SAFETY: delegates to the inner type.
        unsafe impl<D, A: Param<D>> Param<D> for $Around<A> {
            type Item<'a> = $Around<A::Item<'a>>;
            type Lent<'object, 'call> = $Around<A::Lent<'object, 'call>>;
            type Stage = A::Stage;
            const NULLABLE: bool = A::NULLABLE $(|| $none)?;
            const BORROWS: bool = A::BORROWS;
            const CODE: u8 = A::CODE;
            const REFUSES_NONE: bool = A::REFUSES_NONE;
            const ASKS_FLAGS: bool = A::ASKS_FLAGS;
            const CALLS_OUT: bool = A::CALLS_OUT;
            const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;
            const HOLDS: bool = A::HOLDS;
            const VALUE: bool = A::VALUE;

            fn describe(text: &mut SigText<'_>) {
                A::describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<A::Stage> {
                // SAFETY: caller's contract.
                unsafe { A::convert(src, flags, cx) }
            }

            fn acquire(stage: &mut A::Stage, cx: &mut Cx<'_>) -> bool {
                A::acquire(stage, cx)
            }

            unsafe fn lend<'a>(stage: &'a mut A::Stage, cx: &Cx<'_>) -> Self::Item<'a> {
                // SAFETY: caller's contract.
                $Around(unsafe { A::lend(stage, cx) })
            }
        }

        // SAFETY: delegates to the inner type.
        unsafe impl<D, P, R: Ret<D, P>> Ret<D, P> for $Around<R> {
            const CODE: u8 = R::CODE;
            const REFUSED: Option<&'static str> = R::REFUSED;
            const COPIES: bool = R::COPIES;
            const DECLINES: bool = R::DECLINES;

            fn describe(text: &mut SigText<'_>) {
                R::describe(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { R::put(value.0, cx) }
            }
        }

        member_by_value! { [T] $Around<T>; }
    )* };
}

pub(crate) use transparent;

transparent!(Wrapping Saturating Reverse);
