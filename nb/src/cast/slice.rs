//! `&[T]` of numbers and texts: as an argument a copy of a sequence for the time of the call, as a result a list. `&[u8]` is
//! `bytes`, see there.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::put_list;
use crate::ffi;

/// Elements of slice arguments: everything owned except `u8`, whose slice is `bytes`.
pub trait SliceItem: Sized {}

macro_rules! slice_items {
    ($($ty:ty)*) => { $( impl SliceItem for $ty {} )* };
}
slice_items!(bool i8 i16 i32 i64 i128 isize u16 u32 u64 u128 usize f32 f64 char String);

// SAFETY: the slice points into the stage, a vector made for this call.
unsafe impl<D, T> Param<D> for &[T]
where
    T: SliceItem + 'static,
    Vec<T>: for<'a> Param<D, Item<'a> = Vec<T>>,
{
    type Item<'a> = &'a [T];
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = (<Vec<T> as Param<D>>::Stage, Vec<T>);
    const BORROWS: bool = <Vec<T> as Param<D>>::BORROWS;
    const CALLS_OUT: bool = <Vec<T> as Param<D>>::CALLS_OUT;
    const LEND_CALLS_OUT: bool = <Vec<T> as Param<D>>::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        <Vec<T> as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        let stage = unsafe { <Vec<T> as Param<D>>::convert(src, flags, cx) }?;
        Some((stage, Vec::new()))
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> &'a [T] {
        // SAFETY: caller's contract.
        stage.1 = unsafe { <Vec<T> as Param<D>>::lend(&mut stage.0, cx) };
        &stage.1
    }
}

// SAFETY: the elements are copied.
unsafe impl<D, P, T> Ret<D, P> for &[T]
where
    T: SliceItem + Clone + 'static + Ret<D, P>,
{
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        <Vec<T> as Ret<D, P>>::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put_list::<D, P, T>(value.iter().cloned(), cx) }
    }
}
