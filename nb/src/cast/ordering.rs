//! `std::cmp::Ordering`: -1, 0 or 1, as comparisons give in C. Other numbers are refused, although C takes them by their sign.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::call::type_codes::INT;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::cmp::Ordering;

// SAFETY: an owned value.
unsafe impl<D> Param<D> for Ordering {
    type Item<'a> = Ordering;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Ordering;
    const OWNED: bool = true;
    const CODE: u8 = INT;
    const REFUSES_NONE: bool = true;
    const VALUE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("int");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Ordering> {
        // SAFETY: caller's contract.
        match unsafe { <i8 as Param<D>>::convert(src, flags, cx) }? {
            -1 => Some(Ordering::Less),
            0 => Some(Ordering::Equal),
            1 => Some(Ordering::Greater),
            _ => cx.refuse(Reason::Range),
        }
    }

    unsafe fn lend<'a>(stage: &'a mut Ordering, _cx: &Cx<'_>) -> Ordering {
        *stage
    }
}

// SAFETY: an owned value.
unsafe impl<D, P> Ret<D, P> for Ordering {
    const DECLINES: bool = false;
    const CODE: u8 = INT;

    fn describe(text: &mut SigText<'_>) {
        text.text("int");
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <i8 as Ret<D, P>>::put(value as i8, cx) }
    }
}

member_by_value! { [] Ordering; }
