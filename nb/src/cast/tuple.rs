//! Tuples of 1 to 12 elements: from a tuple or list of that length, to a tuple.

use crate::call::Cx;
use crate::cast::member_by_value;
use crate::cast::seq::element;
use crate::convert::{Param, Ret};
use crate::ffi;
use crate::obj::object;
use crate::signature::SigText;
use std::ptr;

/// The element, or `None` when a list has shrunk meanwhile.
unsafe fn item(src: *mut ffi::PyObject, index: usize) -> Option<object> {
    // SAFETY: `src` is a tuple or a list; the reference is taken before anything else can run.
    unsafe {
        let index = index as ffi::Py_ssize_t;
        let found = if ffi::PyTuple_Check(src) != 0 {
            ffi::PyTuple_GetItem(src, index)
        } else if index < ffi::PyList_Size(src) {
            ffi::PyList_GetItem(src, index)
        } else {
            return None;
        };
        Some(object::borrow(found))
    }
}

unsafe fn has_length(src: *mut ffi::PyObject, wanted: usize) -> bool {
    // SAFETY: `src` is live.
    unsafe {
        let size = if ffi::PyTuple_Check(src) != 0 {
            ffi::PyTuple_Size(src)
        } else if ffi::PyList_Check(src) != 0 {
            ffi::PyList_Size(src)
        } else {
            return false;
        };
        size as usize == wanted
    }
}

macro_rules! tuples {
    ($($T:ident $index:tt),+) => {
        // SAFETY: delegates to the elements.
        unsafe impl<D, $($T: Param<D>),+> Param<D> for ($($T,)+) {
            type Item<'a> = ($($T::Item<'a>,)+);
            type Stage = ($($T::Stage,)+);
            const BORROWS: bool = $($T::BORROWS)||+;

            fn describe(text: &mut SigText<'_>) {
                text.text("tuple[");
                $(
                    if $index > 0 {
                        text.text(", ");
                    }
                    <$T as Param<D>>::describe(text);
                )+
                text.text("]");
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe {
                    const LENGTH: usize = [$($index),+].len();
                    if !has_length(src, LENGTH) {
                        return None;
                    }
                    Some(($({
                        let value = item(src, $index)?;
                        if !$T::NULLABLE && value.is_none() {
                            return None;
                        }
                        element::<D, $T>(value, flags, cx)?
                    },)+))
                }
            }

            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                $( $T::acquire(&mut stage.$index, cx) )&&+
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self::Item<'a> {
                // SAFETY: caller's contract.
                unsafe { ($($T::lend(&mut stage.$index, cx),)+) }
            }
        }

        // SAFETY: delegates to the elements.
        unsafe impl<D, P, $($T: Ret<D, P>),+> Ret<D, P> for ($($T,)+) {
            type Item<'a> = ($($T::Item<'a>,)+);

            fn describe(text: &mut SigText<'_>) {
                text.text("tuple[");
                $(
                    if $index > 0 {
                        text.text(", ");
                    }
                    <$T as Ret<D, P>>::describe(text);
                )+
                text.text("]");
            }

            unsafe fn put(value: Self::Item<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached; SetItem takes over the references of a tuple nobody else has seen.
                unsafe {
                    let length = [$($index),+].len() as ffi::Py_ssize_t;
                    let Some(tuple) = object::from_owned(ffi::PyTuple_New(length)) else { return ptr::null_mut() };
                    $(
                        let made = $T::put(value.$index, cx);
                        if made.is_null() {
                            return made;
                        }
                        ffi::PyTuple_SetItem(tuple.as_ptr(), $index, made);
                    )+
                    tuple.into_ptr()
                }
            }
        }

        member_by_value! { [$($T),+] ($($T,)+); }
    };
}

tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, E 3);
tuples!(A 0, B 1, C 2, E 3, F 4);
tuples!(A 0, B 1, C 2, E 3, F 4, G 5);
tuples!(A 0, B 1, C 2, E 3, F 4, G 5, H 6);
tuples!(A 0, B 1, C 2, E 3, F 4, G 5, H 6, I 7);
tuples!(A 0, B 1, C 2, E 3, F 4, G 5, H 6, I 7, J 8);
tuples!(A 0, B 1, C 2, E 3, F 4, G 5, H 6, I 7, J 8, K 9);
tuples!(A 0, B 1, C 2, E 3, F 4, G 5, H 6, I 7, J 8, K 9, L 10);
tuples!(A 0, B 1, C 2, E 3, F 4, G 5, H 6, I 7, J 8, K 9, L 10, M 11);
