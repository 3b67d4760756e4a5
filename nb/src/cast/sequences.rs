//! The sequences that are made of a vector: `VecDeque<T>`, `LinkedList<T>`, `BinaryHeap<T>`, and `Box<[T]>`, `Rc<[T]>`, `Arc<[T]>`.
//!
//! They take what a `Vec<T>` takes, and become a list as well. The list of a heap is sorted, since the order in which a heap holds its
//! values means nothing; what a counted slice has is cloned, since others may have it too.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::{lend_all, put_list};
use crate::ffi;
use std::collections::{BinaryHeap, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// Slices by the names that the macro needs.
pub(super) type BoxedSlice<T> = Box<[T]>;
type RcSlice<T> = Rc<[T]>;
type ArcSlice<T> = Arc<[T]>;

/// `[what the elements have to be] the sequence <with its length>, whether making it runs code of the user's, how it is made;
/// [the same, of a result] how its values are told`.
macro_rules! sequences {
    ($([$($bounds:path),*] $Sequence:ident $(<$N:ident>)?, $calls_out:expr, |$all:ident| $make:expr;
       [$($given:path),*] |$value:ident| $values:expr;)*) => { $(
        // SAFETY: delegates to `Vec`.
        unsafe impl<D, A: Param<D> $(, const $N: usize)?> Param<D> for $Sequence<A $(, $N)?>
        where
            $(for<'a> A::Item<'a>: $bounds,)*
        {
            type Item<'a> = $Sequence<A::Item<'a> $(, $N)?>;
            type Lent<'object, 'call> = $Sequence<A::Lent<'object, 'call> $(, $N)?>;
            type Stage = Vec<A::Stage>;
            const BORROWS: bool = A::BORROWS;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = $calls_out || A::LEND_CALLS_OUT;

            fn describe(text: &mut SigText<'_>) {
                <Vec<A> as Param<D>>::describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
                // SAFETY: caller's contract.
                unsafe { <Vec<A> as Param<D>>::convert(src, flags, cx) }
            }

            fn acquire(stage: &mut Vec<A::Stage>, cx: &mut Cx<'_>) -> bool {
                <Vec<A> as Param<D>>::acquire(stage, cx)
            }

            unsafe fn lend<'a>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> Self::Item<'a> {
                // SAFETY: caller's contract.
                let $all = unsafe { lend_all::<D, A>(stage, cx) };
                $make
            }
        }

        // SAFETY: delegates to the element type.
        unsafe impl<D, P, R: Ret<D, P> $(+ $given)* $(, const $N: usize)?> Ret<D, P> for $Sequence<R $(, $N)?> {
            const DECLINES: bool = R::DECLINES;
            const COPIES: bool = R::COPIES;

            fn describe(text: &mut SigText<'_>) {
                <Vec<R> as Ret<D, P>>::describe(text);
            }

            unsafe fn put($value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { put_list::<D, P, R>($values, cx) }
            }
        }
    )* };
}
#[cfg(feature = "smallvec")]
pub(super) use sequences;

sequences! {
    [] VecDeque, false, |all| all.into();
    [] |value| value.into_iter();
    [] LinkedList, false, |all| all.into_iter().collect();
    [] |value| value.into_iter();
    // Making a heap and sorting it asks the elements.
    [Ord] BinaryHeap, true, |all| all.into();
    [Ord] |value| value.into_sorted_vec().into_iter();
    [] BoxedSlice, false, |all| all.into();
    [] |value| value.into_vec().into_iter();
    [] RcSlice, false, |all| all.into();
    [Clone] |value| value.iter().cloned();
    [] ArcSlice, false, |all| all.into();
    [Clone] |value| value.iter().cloned();
}

// The elements of the other sequences are parts of the field: live.rs.
member_by_value! {
    [T] BinaryHeap<T>;
    [T] Arc<[T]>;
}
