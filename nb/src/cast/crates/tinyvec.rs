//! `TinyVec<[T; N]>`: a sequence, as `Vec<T>` is; `ArrayVec<[T; N]>`: one of at most `N` elements. Their elements have a `Default`, and so are no
//! references.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::{elements_up_to, lend_all, put_list};
use crate::ffi;
use tinyvec::{ArrayVec, TinyVec};

macro_rules! sequences {
    ($($Sequence:ident $most:expr;)*) => { $(
        // SAFETY: delegates to the element type.
        unsafe impl<D, A, const N: usize> Param<D> for $Sequence<[A; N]>
        where
            A: Default + for<'object, 'call> Param<D, Item<'call> = A, Lent<'object, 'call> = A>,
        {
            type Item<'a> = $Sequence<[A; N]>;
            type Lent<'object, 'call> = $Sequence<[A; N]>;
            type Stage = Vec<A::Stage>;
            const BORROWS: bool = A::BORROWS;
            const CALLS_OUT: bool = false;
            // Unused places are filled with defaults.
            const LEND_CALLS_OUT: bool = true;

            fn describe(text: &mut SigText<'_>) {
                <Vec<A> as Param<D>>::describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
                // SAFETY: caller's contract.
                unsafe { elements_up_to::<D, A>($most, src, flags, cx) }
            }

            fn acquire(stage: &mut Vec<A::Stage>, cx: &mut Cx<'_>) -> bool {
                <Vec<A> as Param<D>>::acquire(stage, cx)
            }

            unsafe fn lend<'a>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> $Sequence<[A; N]> {
                // SAFETY: caller's contract; `convert` has made no more than there is room for.
                unsafe { lend_all::<D, A>(stage, cx) }.into_iter().collect()
            }
        }

        // SAFETY: delegates to the element type.
        unsafe impl<D, P, R: Ret<D, P> + Default, const N: usize> Ret<D, P> for $Sequence<[R; N]> {
            const DECLINES: bool = R::DECLINES;
            const COPIES: bool = R::COPIES;

            fn describe(text: &mut SigText<'_>) {
                <Vec<R> as Ret<D, P>>::describe(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { put_list::<D, P, R>(value.into_iter().collect::<Vec<R>>().into_iter(), cx) }
            }
        }

        member_by_value! { [T: Default, const N: usize] $Sequence<[T; N]>; }
    )* };
}

sequences! {
    TinyVec usize::MAX;
    ArrayVec N;
}
