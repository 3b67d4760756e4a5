//! `NonZero<u32>` and its kin: an `int` that is not 0.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::call::type_codes::INT;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::num::NonZero;

macro_rules! nonzero {
    ($($ty:ident)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> Param<D> for NonZero<$ty> {
            type Item<'a> = NonZero<$ty>;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = NonZero<$ty>;
            const OWNED: bool = true;
            const CODE: u8 = INT;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                <$ty as Param<D>>::describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<NonZero<$ty>> {
                // SAFETY: caller's contract.
                let value = unsafe { <$ty as Param<D>>::convert(src, flags, cx) }?;
                NonZero::new(value).or_else(|| cx.refuse(Reason::Range))
            }

            unsafe fn lend<'a>(stage: &'a mut NonZero<$ty>, _cx: &Cx<'_>) -> NonZero<$ty> {
                *stage
            }
        }

        // SAFETY: an owned value.
        unsafe impl<D, P> Ret<D, P> for NonZero<$ty> {
            const DECLINES: bool = false;
            const CODE: u8 = INT;

            fn describe(text: &mut SigText<'_>) {
                <$ty as Ret<D, P>>::describe(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { <$ty as Ret<D, P>>::put(value.get(), cx) }
            }
        }

        member_by_value! { [] NonZero<$ty>; }
    )* };
}

nonzero!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
