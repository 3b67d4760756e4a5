//! `&[u8]` and `Cow<[u8]>` as `bytes`.
//!
//! `Vec<u8>` is a list of integers, as `std::vector<uint8_t>` is in nanobind. A `bytearray` is refused: other code could
//! resize it while the slice is in use.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::borrow::Cow;

/// The contents of an immutable `bytes` object.
#[doc(hidden)]
pub struct Raw {
    data: *const u8,
    size: usize,
}

impl Raw {
    /// The object whose buffer this is, which begins at the same place in each.
    #[inline(always)]
    fn object(&self) -> *mut ffi::PyObject {
        self.data.wrapping_sub(std::mem::offset_of!(ffi::PyBytesObject, ob_sval)).cast_mut().cast()
    }

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

            const AT_ONCE: bool = true;

            #[inline(always)]
            unsafe fn fit(src: *mut ffi::PyObject) -> Option<Raw> {
                // SAFETY: `src` is live; a `bytes` object has a non-null buffer.
                unsafe {
                    let found = || Raw { data: ffi::PyBytes_AS_STRING(src).cast(), size: ffi::Py_SIZE(src) as usize };
                    (ffi::PyBytes_CheckExact(src) != 0).then(found)
                }
            }

            #[inline(always)]
            unsafe fn own(stage: &Raw) {
                // SAFETY: made by `fit`, of a live object.
                unsafe { ffi::Py_INCREF(stage.object()) }
            }

            #[inline(always)]
            unsafe fn let_go(stage: &Raw) {
                // SAFETY: owned by `own`.
                unsafe { ffi::Py_DECREF(stage.object()) }
            }

            #[inline(always)]
            unsafe fn lend_marked<'a>($raw: &'a mut Raw) -> $item {
                // SAFETY: owned by `own`.
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

            const AT_ONCE: bool = true;

            #[inline]
            unsafe fn give($value: Self) -> *mut ffi::PyObject {
                $put
            }
        }
    )* };
}

bytes! {
    &[u8], &'a [u8], |raw| raw.get(), |value| put(value);
    Cow<'_, [u8]>, Cow<'a, [u8]>, |raw| Cow::Borrowed(raw.get()), |value| put(&value);
}
