//! `ArrayVec<T, N>`: a sequence of at most `N` elements; `ArrayString<N>`: a `str` of at most `N` bytes.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::{elements_up_to, put_list};
use crate::ffi;
use arrayvec::{ArrayString, ArrayVec};

// SAFETY: delegates to the element type.
unsafe impl<D, A: Param<D>, const N: usize> Param<D> for ArrayVec<A, N> {
    type Item<'a> = ArrayVec<A::Item<'a>, N>;
    type Lent<'object, 'call> = ArrayVec<A::Lent<'object, 'call>, N>;
    type Stage = Vec<A::Stage>;
    const BORROWS: bool = A::BORROWS;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        <Vec<A> as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
        // SAFETY: caller's contract.
        unsafe { elements_up_to::<D, A>(N, src, flags, cx) }
    }

    fn acquire(stage: &mut Vec<A::Stage>, cx: &mut Cx<'_>) -> bool {
        <Vec<A> as Param<D>>::acquire(stage, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> ArrayVec<A::Item<'a>, N> {
        // SAFETY: caller's contract; `convert` has made no more than there is room for.
        stage.iter_mut().map(|one| unsafe { A::lend(one, cx) }).collect()
    }
}

// SAFETY: delegates to the element type.
unsafe impl<D, P, R: Ret<D, P>, const N: usize> Ret<D, P> for ArrayVec<R, N> {
    const DECLINES: bool = R::DECLINES;
    const COPIES: bool = R::COPIES;

    fn describe(text: &mut SigText<'_>) {
        <Vec<R> as Ret<D, P>>::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put_list::<D, P, R>(value.into_iter(), cx) }
    }
}

// SAFETY: an owned value.
unsafe impl<D, const N: usize> Param<D> for ArrayString<N> {
    type Item<'a> = ArrayString<N>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = ArrayString<N>;
    const OWNED: bool = true;
    const REFUSES_NONE: bool = true;
    const ASKS_FLAGS: bool = false;
    const VALUE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("str");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<ArrayString<N>> {
        // SAFETY: caller's contract.
        let text = unsafe { <String as Param<D>>::convert(src, flags, cx) }?;
        ArrayString::from(&text).ok().or_else(|| cx.refuse(Reason::Length))
    }

    unsafe fn lend<'a>(stage: &'a mut ArrayString<N>, _cx: &Cx<'_>) -> ArrayString<N> {
        *stage
    }
}

// SAFETY: a new reference, or null.
unsafe impl<D, P, const N: usize> Ret<D, P> for ArrayString<N> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("str");
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <&str as Ret<D, P>>::put(value.as_str(), cx) }
    }
}

member_by_value! {
    [T, const N: usize] ArrayVec<T, N>;
    [const N: usize] ArrayString<N>;
}
