//! `a..b`, `a..`, `..b` and `..`: a `slice` with these bounds.
//!
//! A slice excludes its end, so there is none for `a..=b`. Slices of any shape are `nb::bounds<T>` (bounds.rs).

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::elements::{element, prepare};
use crate::cast::int::compact;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::object::{StrongRef, object};
use std::ops::{Range, RangeFrom, RangeFull, RangeTo};
use std::ptr;

/// Start and stop of a slice, without those that are `None`. A step is refused, unless it is 1.
///
/// # Safety
/// `src` is live; attached, until the results are dropped.
pub(super) unsafe fn bounds(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<[Option<StrongRef>; 2]> {
    // SAFETY: `src` is live; the parts of a slice never change.
    unsafe {
        if ffi::PySlice_Check(src) == 0 {
            return None;
        }
        let &ffi::PySliceObject { start, stop, step, .. } = &*src.cast::<ffi::PySliceObject>();
        if step != ffi::Py_None() && compact(step) != Some(1) {
            return cx.refuse(Reason::Slice);
        }
        Some([start, stop].map(|part| (part != ffi::Py_None()).then(|| StrongRef::borrow(part))))
    }
}

/// Converts the bound at that place, 0 for the start.
///
/// # Safety
/// Attached, until the context has ended.
pub(super) unsafe fn bound<D, A: Param<D>>(
    part: StrongRef,
    place: usize,
    flags: u8,
    cx: &mut Cx<'_>,
) -> Option<A::Stage> {
    // SAFETY: caller's contract.
    unsafe { element::<D, A>(part, flags, cx) }.or_else(|| cx.refuse_element(place))
}

/// A slice of new references, or of null for a bound that there is not.
///
/// # Safety
/// Attached.
pub(super) unsafe fn slice(start: Option<object>, stop: Option<object>) -> *mut ffi::PyObject {
    let [start, stop] = [&start, &stop].map(|part| part.as_ref().map_or(ptr::null_mut(), object::as_ptr));
    // SAFETY: live objects, or null for None; the slice takes references of its own.
    unsafe { ffi::PySlice_New(start, stop, ptr::null_mut()) }
}

macro_rules! ranges {
    ($($Range:ident: $($part:ident $place:tt)*, [$start:pat, $stop:pat], |$value:ident| ($made_start:expr, $made_stop:expr),
       |$($lent:ident),*| $range:expr;)*) => { $(
        // SAFETY: delegates to the bounds.
        unsafe impl<D, A: Param<D>> Param<D> for $Range<A> {
            type Item<'a> = $Range<A::Item<'a>>;
            type Lent<'object, 'call> = $Range<A::Lent<'object, 'call>>;
            type Stage = [A::Stage; [$($place),*].len()];
            const BORROWS: bool = A::BORROWS;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;

            fn describe(text: &mut SigText<'_>) {
                text.text("slice");
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                cx.enter_container();
                prepare::<D, A>(cx);
                // SAFETY: caller's contract.
                unsafe {
                    let [$start, $stop] = bounds(src, cx)? else { return cx.refuse(Reason::Slice) };
                    Some([$( bound::<D, A>($part, $place, flags, cx)? ),*])
                }
            }

            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                stage.iter_mut().all(|one| A::acquire(one, cx))
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self::Item<'a> {
                // SAFETY: caller's contract.
                let [$($lent),*] = stage.each_mut().map(|one| unsafe { A::lend(one, cx) });
                $range
            }
        }

        // SAFETY: delegates to the bounds.
        unsafe impl<D, P, R: Ret<D, P>> Ret<D, P> for $Range<R> {
            const DECLINES: bool = R::DECLINES;
            const COPIES: bool = R::COPIES;

            fn describe(text: &mut SigText<'_>) {
                text.text("slice");
            }

            unsafe fn put($value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe {
                    let mut put = |bound: Option<R>| match bound {
                        Some(bound) => object::from_owned(R::put(bound, cx)).map(Some),
                        None => Some(None),
                    };
                    let Some(start) = put($made_start) else { return ptr::null_mut() };
                    let Some(stop) = put($made_stop) else { return ptr::null_mut() };
                    slice(start, stop)
                }
            }
        }

        member_by_value! { [T] $Range<T>; }
    )* };
}

ranges! {
    Range: start 0 stop 1, [Some(start), Some(stop)], |value| (Some(value.start), Some(value.end)), |start, stop| start..stop;
    RangeFrom: start 0, [Some(start), None], |value| (Some(value.start), None), |start| start..;
    RangeTo: stop 1, [None, Some(stop)], |value| (None, Some(value.end)), |stop| ..stop;
}

// SAFETY: an owned value.
unsafe impl<D> Param<D> for RangeFull {
    type Item<'a> = RangeFull;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = RangeFull;
    const OWNED: bool = true;
    const REFUSES_NONE: bool = true;
    const VALUE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("slice");
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<RangeFull> {
        // SAFETY: caller's contract.
        match unsafe { bounds(src, cx) }? {
            [None, None] => Some(..),
            _ => cx.refuse(Reason::Slice),
        }
    }

    unsafe fn lend<'a>(_stage: &'a mut RangeFull, _cx: &Cx<'_>) -> RangeFull {
        ..
    }
}

// SAFETY: a new reference.
unsafe impl<D, P> Ret<D, P> for RangeFull {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("slice");
    }

    unsafe fn put(_value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { slice(None, None) }
    }
}

member_by_value! { [] RangeFull; }
