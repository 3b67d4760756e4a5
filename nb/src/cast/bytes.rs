//! `&[u8]` and `Cow<[u8]>` as `bytes`; `&[T]` of numbers and texts as a temporary copy of a sequence,
//! and as a list.
//!
//! `Vec<u8>` is a list of integers, as `std::vector<uint8_t>` is in nanobind. A `bytearray` is refused: other code could
//! resize it while the slice is in use.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::put_list;
use crate::ffi;
use std::borrow::Cow;

/// The contents of an immutable `bytes` object.
#[doc(hidden)]
pub struct Raw {
    data: *const u8,
    size: usize,
}

impl Raw {
    /// # Safety
    /// The `bytes` object is alive for `'a`.
    unsafe fn get<'a>(&self) -> &'a [u8] {
        // SAFETY: CPython's buffer of this length, which never changes.
        unsafe { std::slice::from_raw_parts(self.data, self.size) }
    }
}

fn put(value: &[u8]) -> *mut ffi::PyObject {
    // SAFETY: attached; copies the bytes.
    unsafe { ffi::PyBytes_FromStringAndSize(value.as_ptr().cast(), value.len() as ffi::Py_ssize_t) }
}

macro_rules! bytes {
    ($($ty:ty, $item:ty, |$raw:ident| $lend:expr, |$value:ident| $put:expr;)*) => { $(
        // SAFETY: the bytes are in an immutable object that the context keeps alive.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $item;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = Raw;
            const BORROWS: bool = false;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;
            const HOLDS: bool = true;

            fn describe(text: &mut SigText<'_>) {
                text.text("bytes");
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Raw> {
                // SAFETY: `src` is live; a `bytes` object has a non-null buffer.
                unsafe {
                    if ffi::PyBytes_Check(src) == 0 {
                        return None;
                    }
                    cx.hold(src);
                    Some(Raw { data: ffi::PyBytes_AsString(src).cast(), size: ffi::PyBytes_Size(src) as usize })
                }
            }

            unsafe fn lend<'a>($raw: &'a mut Raw, _cx: &Cx<'_>) -> $item {
                // SAFETY: see the impl.
                unsafe { $lend }
            }
        }

        // SAFETY: the bytes are copied.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;
            fn describe(text: &mut SigText<'_>) {
                text.text("bytes");
            }

            unsafe fn put($value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                $put
            }
        }
    )* };
}

bytes! {
    &[u8], &'a [u8], |raw| raw.get(), |value| put(value);
    Cow<'_, [u8]>, Cow<'a, [u8]>, |raw| Cow::Borrowed(raw.get()), |value| put(&value);
}

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
