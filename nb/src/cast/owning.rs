//! `Box<T>`, `Arc<T>` and `Rc<T>` of values that are converted, such as numbers and texts: each call has a value of its own.
//!
//! A pointer of a bound class is something else (boxed.rs, arc.rs), and the compiler would let both overlap, because another crate may bind any
//! type in a domain of its own. So each type says which kind it is, as for references. The containers of the standard library
//! do not: `Vec<f64>` may be a list by value and a bound class as well.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::confined::UsedOnAnyThread;
use crate::cast::sharable::Sharable;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::rc::Rc;
use std::sync::Arc;

/// A type that a `Box` may hold when it crosses to Python.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class that this extension binds",
    label = "a `Box` that crosses to Python holds a bound class, or a number, a text or another value that is no container",
    note = "bind it with `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`, or with `nb_class!({Self}, \"Name\", {{ .. }});` in any file of the crate",
    note = "containers are converted: take and return them without the box, `Vec<f64>` for `Box<Vec<f64>>`"
)]
pub trait InBox<D>: Sized + 'static {
    /// What becomes of the value.
    type By;
}

/// A value that is converted, and put behind the pointer.
#[doc(hidden)]
pub struct ByConversion;

/// A way to get a pointer out of a Python object. The items are those of [`Param`] for the pointer.
///
/// # Safety
/// As for [`Param`].
#[doc(hidden)]
#[allow(missing_docs, reason = "documented in `Param`")]
pub unsafe trait Take<D, Pointer> {
    type Stage;
    const NULLABLE: bool = false;
    const BORROWS: bool = true;
    const REFUSES_NONE: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;
    const HOLDS: bool = true;

    fn describe(text: &mut SigText<'_>);
    /// # Safety
    /// As [`Param::convert`].
    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage>;
    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool;
    /// # Safety
    /// As [`Param::lend`].
    unsafe fn lend(stage: &mut Self::Stage, cx: &Cx<'_>) -> Pointer;
}

/// What becomes of a returned pointer. The items are those of [`Ret`] for it.
///
/// # Safety
/// As for [`Ret`].
#[doc(hidden)]
#[allow(missing_docs, reason = "documented in `Ret`")]
pub unsafe trait Give<D, P, Pointer> {
    const DECLINES: bool = false;
    const COPIES: bool = false;
    const REFUSED: Option<&'static str> = None;

    fn describe(text: &mut SigText<'_>);
    /// # Safety
    /// As [`Ret::put`].
    unsafe fn put(value: Pointer, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

/// Implements [`Param`] and [`Ret`] for pointers that are taken and given as `$By` says.
macro_rules! pointers {
    ($([$($T:tt)*] $Pointer:ty, $By:ty, [$($bounds:tt)*] [$($taken:tt)*], [$($given:tt)*];)*) => { $(
        // SAFETY: as the way says.
        unsafe impl<D, $($T)*> Param<D> for $Pointer
        where
            $($bounds)* $($taken)*
        {
            type Item<'a> = $Pointer;
            type Lent<'object, 'call> = $Pointer;
            type Stage = <$By as Take<D, $Pointer>>::Stage;
            const NULLABLE: bool = <$By as Take<D, $Pointer>>::NULLABLE;
            const BORROWS: bool = <$By as Take<D, $Pointer>>::BORROWS;
            const REFUSES_NONE: bool = <$By as Take<D, $Pointer>>::REFUSES_NONE;
            const CALLS_OUT: bool = <$By as Take<D, $Pointer>>::CALLS_OUT;
            const LEND_CALLS_OUT: bool = <$By as Take<D, $Pointer>>::LEND_CALLS_OUT;
            const HOLDS: bool = <$By as Take<D, $Pointer>>::HOLDS;

            fn describe(text: &mut SigText<'_>) {
                <$By as Take<D, $Pointer>>::describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { <$By as Take<D, $Pointer>>::convert(src, flags, cx) }
            }

            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                <$By as Take<D, $Pointer>>::acquire(stage, cx)
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> $Pointer {
                // SAFETY: caller's contract.
                unsafe { <$By as Take<D, $Pointer>>::lend(stage, cx) }
            }
        }

        // SAFETY: as the way says.
        unsafe impl<D, P, $($T)*> Ret<D, P> for $Pointer
        where
            $($bounds)* $($given)*
        {
            const DECLINES: bool = <$By as Give<D, P, $Pointer>>::DECLINES;
            const COPIES: bool = <$By as Give<D, P, $Pointer>>::COPIES;
            const REFUSED: Option<&'static str> = <$By as Give<D, P, $Pointer>>::REFUSED;

            fn describe(text: &mut SigText<'_>) {
                <$By as Give<D, P, $Pointer>>::describe(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { <$By as Give<D, P, $Pointer>>::put(value, cx) }
            }
        }
    )* };
}

pointers! {
    [T: InBox<D>] Box<T>, T::By, [] [T::By: Take<D, Box<T>>], [T::By: Give<D, P, Box<T>>];
    [S: Sharable<D>] Arc<S>, S::By, [] [S::By: Take<D, Arc<S>>], [S::By: Give<D, P, Arc<S>>];
    [T: ?Sized] Rc<T>, <Rc<T> as UsedOnAnyThread>::By,
        [Rc<T>: UsedOnAnyThread,] [<Rc<T> as UsedOnAnyThread>::By: Take<D, Rc<T>>],
        [<Rc<T> as UsedOnAnyThread>::By: Give<D, P, Rc<T>>];
}

macro_rules! converted {
    ($($Pointer:ident, [$($clone:tt)?] |$value:ident| $inner:expr;)*) => { $(
        // SAFETY: delegates to the value.
        unsafe impl<D, T: for<'a> Param<D, Item<'a> = T>> Take<D, $Pointer<T>> for ByConversion {
            type Stage = T::Stage;
            const NULLABLE: bool = T::NULLABLE;
            const BORROWS: bool = T::BORROWS;
            const REFUSES_NONE: bool = T::REFUSES_NONE;
            const CALLS_OUT: bool = T::CALLS_OUT;
            const LEND_CALLS_OUT: bool = T::LEND_CALLS_OUT;
            const HOLDS: bool = T::HOLDS;

            fn describe(text: &mut SigText<'_>) {
                T::describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<T::Stage> {
                // SAFETY: caller's contract.
                unsafe { T::convert(src, flags, cx) }
            }

            fn acquire(stage: &mut T::Stage, cx: &mut Cx<'_>) -> bool {
                T::acquire(stage, cx)
            }

            unsafe fn lend(stage: &mut T::Stage, cx: &Cx<'_>) -> $Pointer<T> {
                // SAFETY: caller's contract.
                $Pointer::new(unsafe { T::lend(stage, cx) })
            }
        }

        // SAFETY: delegates to the value.
        unsafe impl<D, P, T: Ret<D, P> $(+ $clone)?> Give<D, P, $Pointer<T>> for ByConversion {
            const DECLINES: bool = T::DECLINES;
            const COPIES: bool = T::COPIES;
            const REFUSED: Option<&'static str> = T::REFUSED;

            fn describe(text: &mut SigText<'_>) {
                T::describe(text);
            }

            unsafe fn put($value: $Pointer<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { T::put($inner, cx) }
            }
        }
    )* };
}

converted! {
    Box, [] |value| *value;
    Arc, [Clone] |value| Arc::unwrap_or_clone(value);
    Rc, [Clone] |value| Rc::unwrap_or_clone(value);
}

/// Lets `Box` and `Arc` have a type that is converted, and never a bound class.
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_owned {
    ($ty:ty) => {
        #[diagnostic::do_not_recommend]
        impl<__NbD> $crate::__private::InBox<__NbD> for $ty {
            type By = $crate::__private::ByConversion;
        }

        // SAFETY: nobody shares such a value with Python.
        #[allow(clippy::undocumented_unsafe_blocks)]
        #[diagnostic::do_not_recommend]
        unsafe impl<__NbD> $crate::Sharable<__NbD> for $ty {
            type Value = $ty;
            type By = $crate::__private::ByConversion;
        }
    };
}

/// As `__nb_owned!`, for types of this crate or of others that it converts, and for `Rc` as well.
macro_rules! owned_by_pointers {
    ($($ty:ty;)*) => { $(
        $crate::__nb_owned! { $ty }

        #[diagnostic::do_not_recommend]
        impl $crate::cast::confined::UsedOnAnyThread for std::rc::Rc<$ty> {
            type By = $crate::cast::owning::ByConversion;
        }
    )* };
}
pub(crate) use owned_by_pointers;
