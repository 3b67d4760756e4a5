//! Tuples of 1 to 12 elements: from a sequence of that length, to a tuple.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::elements::{Protocol, announced, element, for_each, prepare};
use crate::cast::member::{At, Member};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::aside::Aside;
use crate::python::object::object;
use crate::util::arity::for_each_arity;
use smallvec::SmallVec;
use std::ptr;

/// The items of a sequence that has exactly `wanted` of them, taken before any is converted.
///
/// # Safety
/// `src` is live; attached.
unsafe fn items(src: *mut ffi::PyObject, wanted: usize, cx: &mut Cx<'_>) -> Option<SmallVec<[object; 12]>> {
    // SAFETY: caller's contract.
    unsafe {
        match announced(src, cx)? {
            Some(size) if size == wanted => {}
            Some(_) if ffi::PySequence_Check(src) != 0 => return cx.refuse(Reason::Length),
            _ => return None,
        }
        let mut all = SmallVec::new();
        for_each(src, cx, Protocol::Sequence, |value, _, _| {
            all.push(value.into_object());
            (all.len() <= wanted).then_some(())
        })?;
        (all.len() == wanted).then_some(all)
    }
}

/// A tuple of new references, in an attached thread.
///
/// Code that runs while an item is made could find a tuple that the collector knows (`gc.get_objects`), so it is kept from it until it is
/// full; nobody else has it. An exception is put into `$aside`.
macro_rules! put_tuple {
    ($aside:ident, $count:tt, $($index:tt => $made:expr),+) => {{
        let length = $count;
        let Some(tuple) = object::from_owned(ffi::PyTuple_New(length)) else {
            $aside.put();
            return ptr::null_mut();
        };
        ffi::PyObject_GC_UnTrack(tuple.as_ptr().cast());
        $(
            let made = $made;
            if made.is_null() {
                $aside.put();
                return made;
            }
            ffi::PyTuple_SET_ITEM(tuple.as_ptr(), $index, made);
        )+
        ffi::PyObject_GC_Track(tuple.as_ptr().cast());
        tuple.into_ptr()
    }};
}

macro_rules! tuples {
    ($count:tt: $($T:ident $stage:ident $index:tt),+) => {
        // SAFETY: delegates to the elements.
        unsafe impl<D, $($T: Param<D>),+> Param<D> for ($($T,)+) {
            type Item<'a> = ($($T::Item<'a>,)+);
            type Lent<'object, 'call> = ($($T::Lent<'object, 'call>,)+);
            type Stage = ($($T::Stage,)+);
            const BORROWS: bool = $($T::BORROWS)||+;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = $($T::LEND_CALLS_OUT)||+;

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
                    cx.enter_container();
                    $( prepare::<D, $T>(cx); )+
                    let mut items = items(src, LENGTH, cx)?.into_iter();
                    Some(($({
                        let value = items.next()?;
                        match element::<D, $T>(crate::python::object::StrongRef::of(value), flags, cx) {
                            Some(stage) => stage,
                            None => return cx.refuse_element($index),
                        }
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
            const DECLINES: bool = $($T::DECLINES)||+;
            const COPIES: bool = $($T::COPIES)||+;

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

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe {
                    let mut aside = Aside::default();
                    let value = value;
                    put_tuple!(aside, $count, $($index => $T::put(value.$index, cx)),+)
                }
            }
        }

        // An element has a fixed place, as a field has.
        // SAFETY: a tuple of what the elements give.
        unsafe impl<D, $($T: Member<D>),+> Member<D> for ($($T,)+) {
            fn copies() -> bool {
                $($T::copies())||+
            }

            fn refers() -> bool {
                $($T::refers())||+
            }

            fn describe(text: &mut SigText<'_>) {
                text.text("tuple[");
                $(
                    if $index > 0 {
                        text.text(", ");
                    }
                    <$T as Member<D>>::describe(text);
                )+
                text.text("]");
            }

            unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe {
                    let mut aside = Aside::default();
                    put_tuple!(aside, $count, $($index => $T::get(&value.$index, at, cx)),+)
                }
            }
        }
    };
}

for_each_arity!(tuples, 1..=12);
