//! `&T` and `&mut T` as arguments and results: of a bound class, whose value is lent with a mark, or of a wrapper such as
//! `nb::object`, which is held.
//!
//! One implementation of `&T` for both. Two would overlap for the compiler, because another crate may bind any type in a domain of
//! its own; so each type says which kind it is ([`Refer`]), the bound ones through [`Class`].

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::bound::ByMark;
use crate::cast::class_trait::Class;
use crate::cast::ref_policy::RefPolicy;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// A type that functions can take a reference to.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class that this extension binds",
    label = "functions that take or return a reference to `{Self}` need it to be bound",
    note = "bind it with `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`, or with `nb_class!({Self}, \"Name\", {{ .. }});` in any file of the crate",
    note = "functions over a trait object need a trampoline for the trait, which lets Python classes implement it: `nb_trampoline!(PyBase: Base, dyn Trait);`",
    note = "numbers, strings, enums and containers are converted, not bound: take and return them by value, or as `&str` and `&[f64]`, because a change through a reference could not reach the caller's object"
)]
pub trait Refer<D>: Sized + 'static {
    /// How its values are reached, and what becomes of a reference that is returned.
    type By;
}

/// Which reference it is: `&T` or `&mut T`.
///
/// # Safety
/// `EXCLUSIVE` is true if `Ref` is `&mut T`.
#[doc(hidden)]
#[allow(missing_docs)]
pub unsafe trait Mutability: 'static {
    const EXCLUSIVE: bool;
    type Ref<'a, T: 'a>;
    /// # Safety
    /// There is a `T` at the address, which nobody changes for `'a`, and nobody else looks at if the reference is `EXCLUSIVE`.
    unsafe fn at<'a, T>(address: *mut T) -> Self::Ref<'a, T>;
    fn address<T>(reference: Self::Ref<'_, T>) -> *const T;
}

/// `&T`.
#[doc(hidden)]
pub struct Shared;

// SAFETY: a shared reference.
unsafe impl Mutability for Shared {
    const EXCLUSIVE: bool = false;
    type Ref<'a, T: 'a> = &'a T;

    #[inline(always)]
    unsafe fn at<'a, T>(address: *mut T) -> &'a T {
        // SAFETY: caller's contract.
        unsafe { &*address }
    }

    #[inline(always)]
    fn address<T>(reference: &T) -> *const T {
        reference
    }
}

/// `&mut T`.
#[doc(hidden)]
pub struct Exclusive;

// SAFETY: `EXCLUSIVE` is true.
unsafe impl Mutability for Exclusive {
    const EXCLUSIVE: bool = true;
    type Ref<'a, T: 'a> = &'a mut T;

    #[inline(always)]
    unsafe fn at<'a, T>(address: *mut T) -> &'a mut T {
        // SAFETY: caller's contract.
        unsafe { &mut *address }
    }

    #[inline(always)]
    fn address<T>(reference: &mut T) -> *const T {
        reference
    }
}

/// A way to reach a `T` behind a Python object. The items are those of [`Param`] for the reference.
///
/// # Safety
/// As for [`Param`].
#[doc(hidden)]
#[allow(missing_docs, reason = "documented in `Param`")]
pub unsafe trait Reach<D, T: 'static, M: Mutability> {
    type Lent<'object, 'call>;
    type Stage;
    const REST: u32 = 0;
    const ASKS_FLAGS: bool = true;
    const REFUSES_NONE: bool;

    fn describe(text: &mut SigText<'_>);
    /// # Safety
    /// As [`Param::convert`].
    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage>;
    /// # Safety
    /// As [`Param::read`].
    unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Self::Stage>);
    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool;
    /// # Safety
    /// As [`Param::lend`].
    unsafe fn lend<'a>(stage: &'a mut Self::Stage) -> M::Ref<'a, T>;
    /// # Safety
    /// As [`Param::convert_apart`].
    #[inline(always)]
    unsafe fn convert_apart(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { Self::convert(src, flags, cx) }
    }
    /// # Safety
    /// As [`Param::read_apart`].
    #[inline(never)]
    unsafe fn read_apart(cx: &mut Cx<'_>, place: usize, stage: &mut MaybeUninit<Self::Stage>) {
        // SAFETY: caller's contract.
        unsafe { Self::read(cx.args.add(place), cx, stage) }
    }
    #[inline(always)]
    fn acquire_apart(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        Self::acquire(stage, cx)
    }
    const AT_ONCE: bool = false;
    const LENDS: bool = false;
    /// # Safety
    /// As [`Param::fit`].
    #[inline(always)]
    unsafe fn fit(_src: *mut ffi::PyObject) -> Option<Self::Stage> {
        None
    }
    /// # Safety
    /// As [`Param::fit_anywhere`].
    #[inline(always)]
    unsafe fn fit_anywhere(src: *mut ffi::PyObject) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { Self::fit(src) }
    }
    /// # Safety
    /// As [`Param::mark`].
    #[inline(always)]
    unsafe fn mark(_stage: &mut Self::Stage) -> bool {
        true
    }
    /// # Safety
    /// As [`Param::mark_anywhere`].
    #[inline(always)]
    unsafe fn mark_anywhere(stage: &mut Self::Stage) -> bool {
        // SAFETY: caller's contract.
        unsafe { Self::mark(stage) }
    }
    /// # Safety
    /// As [`Param::unmark`].
    #[inline(always)]
    unsafe fn unmark(_stage: &Self::Stage) {}
    /// # Safety
    /// As [`Param::unmark_anywhere`].
    #[inline(always)]
    unsafe fn unmark_anywhere(stage: &Self::Stage) {
        // SAFETY: caller's contract.
        unsafe { Self::unmark(stage) }
    }
    /// # Safety
    /// As [`Param::own`].
    #[inline(always)]
    unsafe fn own(_stage: &Self::Stage) {}
    /// # Safety
    /// As [`Param::own_anywhere`].
    #[inline(always)]
    unsafe fn own_anywhere(stage: &Self::Stage) {
        // SAFETY: caller's contract.
        unsafe { Self::own(stage) }
    }
    /// # Safety
    /// As [`Param::let_go`].
    #[inline(always)]
    unsafe fn let_go(_stage: &Self::Stage) {}
    /// # Safety
    /// As [`Param::let_go_anywhere`].
    #[inline(always)]
    unsafe fn let_go_anywhere(stage: &Self::Stage) {
        // SAFETY: caller's contract.
        unsafe { Self::let_go(stage) }
    }
}

/// What becomes of a returned reference. The items are those of [`Ret`] for it.
///
/// # Safety
/// As for [`Ret`].
#[doc(hidden)]
#[allow(missing_docs, reason = "documented in `Ret`")]
pub unsafe trait GiveBack<'x, D, P, T: 'x, M: Mutability> {
    fn describe(text: &mut SigText<'_>);
    /// # Safety
    /// As [`Ret::put`].
    unsafe fn put(value: M::Ref<'x, T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

/// Implements [`Param`] and [`Ret`] for references, which are reached and given back as `$By` says.
macro_rules! references {
    ($(
        $M:ident [$($mutable:tt)?] $By:ty:
            Param [$($Taken:tt)*] [$($taken_if:tt)*], Ret [$($Given:tt)*] [$($given_if:tt)*];
    )*) => { $(
        // SAFETY: `acquire` keeps the object alive until the context has ended, by a mark or by a hold.
        unsafe impl<D, $($Taken)*> Param<D> for &$($mutable)? T
        where
            $($taken_if)*
        {
            type Item<'a> = &'a $($mutable)? T;
            type Lent<'object, 'call> = <$By as Reach<D, T, $M>>::Lent<'object, 'call>;
            type Stage = <$By as Reach<D, T, $M>>::Stage;
            const BORROWS: bool = true;
            const REST: u32 = <$By as Reach<D, T, $M>>::REST;
            const ASKS_FLAGS: bool = <$By as Reach<D, T, $M>>::ASKS_FLAGS;
            const REFUSES_NONE: bool = <$By as Reach<D, T, $M>>::REFUSES_NONE;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;
            const HOLDS: bool = true;

            fn describe(text: &mut SigText<'_>) {
                <$By as Reach<D, T, $M>>::describe(text);
            }

            #[inline]
            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::convert(src, flags, cx) }
            }

            #[inline]
            unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Self::Stage>) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::read(argument, cx, stage) }
            }

            #[inline]
            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                <$By as Reach<D, T, $M>>::acquire(stage, cx)
            }

            #[inline]
            unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> &'a $($mutable)? T {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::lend(stage) }
            }

            #[inline(always)]
            unsafe fn convert_apart(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::convert_apart(src, flags, cx) }
            }

            #[inline(always)]
            unsafe fn read_apart(cx: &mut Cx<'_>, place: usize, stage: &mut MaybeUninit<Self::Stage>) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::read_apart(cx, place, stage) }
            }

            #[inline(always)]
            fn acquire_apart(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                <$By as Reach<D, T, $M>>::acquire_apart(stage, cx)
            }

            const AT_ONCE: bool = <$By as Reach<D, T, $M>>::AT_ONCE;

            #[inline(always)]
            unsafe fn fit(src: *mut ffi::PyObject) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::fit(src) }
            }

            #[inline(always)]
            unsafe fn fit_anywhere(src: *mut ffi::PyObject) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::fit_anywhere(src) }
            }

            const LENDS: bool = <$By as Reach<D, T, $M>>::LENDS;

            #[inline(always)]
            unsafe fn mark(stage: &mut Self::Stage) -> bool {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::mark(stage) }
            }

            #[inline(always)]
            unsafe fn mark_anywhere(stage: &mut Self::Stage) -> bool {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::mark_anywhere(stage) }
            }

            #[inline(always)]
            unsafe fn unmark(stage: &Self::Stage) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::unmark(stage) }
            }

            #[inline(always)]
            unsafe fn unmark_anywhere(stage: &Self::Stage) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::unmark_anywhere(stage) }
            }

            #[inline(always)]
            unsafe fn own(stage: &Self::Stage) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::own(stage) }
            }

            #[inline(always)]
            unsafe fn own_anywhere(stage: &Self::Stage) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::own_anywhere(stage) }
            }

            #[inline(always)]
            unsafe fn let_go(stage: &Self::Stage) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::let_go(stage) }
            }

            #[inline(always)]
            unsafe fn let_go_anywhere(stage: &Self::Stage) {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::let_go_anywhere(stage) }
            }

            #[inline(always)]
            unsafe fn lend_marked<'a>(stage: &'a mut Self::Stage) -> &'a $($mutable)? T {
                // SAFETY: caller's contract.
                unsafe { <$By as Reach<D, T, $M>>::lend(stage) }
            }
        }

        // SAFETY: as the way says.
        unsafe impl<'x, D, $($Given)*> Ret<D, P> for &'x $($mutable)? T
        where
            $($given_if)*
        {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                <$By as GiveBack<'x, D, P, T, $M>>::describe(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { <$By as GiveBack<'x, D, P, T, $M>>::put(value, cx) }
            }
        }
    )* };
}
// A wrapper has nothing that could be changed, so that `&mut T` is for bound classes alone.
references! {
    Shared [] T::By:
        Param [T: Refer<D>] [T::By: Reach<D, T, Shared>],
        Ret [T: Refer<D>, P] [T::By: GiveBack<'x, D, P, T, Shared>];
    Exclusive [mut] ByMark:
        Param [T: Class<D>] [],
        Ret [T: Class<D>, P: RefPolicy<'x, D, T>] [];
}

/// For wrappers of Python objects: the wrapper is looked at in the place where the object's address is. With `RETURNED` a
/// reference can be returned as well, under any policy: the object is there already.
#[doc(hidden)]
pub struct ByHold<const RETURNED: bool>;

/// A wrapper that can be looked at where an address is.
///
/// # Safety
/// `Self` has the representation of a `NonNull<ffi::PyObject>`, and what its `Param` converts to is the source object.
pub(crate) unsafe trait InPlace: 'static {}

// SAFETY: the source is held from `acquire` on until the context has ended, and the stage lives as long as the reference.
unsafe impl<D, T, const RETURNED: bool> Reach<D, T, Shared> for ByHold<RETURNED>
where
    T: InPlace + Param<D, Stage = NonNull<ffi::PyObject>>,
{
    type Lent<'object, 'call> = &'call T;
    type Stage = NonNull<ffi::PyObject>;
    const REST: u32 = <T as Param<D>>::REST;
    const ASKS_FLAGS: bool = <T as Param<D>>::ASKS_FLAGS;
    const REFUSES_NONE: bool = <T as Param<D>>::REFUSES_NONE;

    fn describe(text: &mut SigText<'_>) {
        <T as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<NonNull<ffi::PyObject>> {
        // SAFETY: caller's contract.
        unsafe { <T as Param<D>>::convert(src, flags, cx) }
    }

    unsafe fn read(
        argument: *const *mut ffi::PyObject,
        cx: &mut Cx<'_>,
        stage: &mut MaybeUninit<NonNull<ffi::PyObject>>,
    ) {
        // SAFETY: caller's contract.
        unsafe { <T as Param<D>>::read(argument, cx, stage) }
    }

    fn acquire(stage: &mut NonNull<ffi::PyObject>, cx: &mut Cx<'_>) -> bool {
        // SAFETY: no code has run since `convert`, or the context owns the arguments; attached.
        unsafe { cx.hold(stage.as_ptr()) };
        true
    }

    unsafe fn lend<'a>(stage: &'a mut NonNull<ffi::PyObject>) -> &'a T {
        // SAFETY: `InPlace`; a shared reference drops nothing, so that the count stays that of the hold.
        unsafe { NonNull::from(stage).cast::<T>().as_ref() }
    }

    const AT_ONCE: bool = true;

    #[inline(always)]
    unsafe fn fit(src: *mut ffi::PyObject) -> Option<NonNull<ffi::PyObject>> {
        // SAFETY: caller's contract.
        unsafe { <T as Param<D>>::fit(src) }
    }

    #[inline(always)]
    unsafe fn own(stage: &NonNull<ffi::PyObject>) {
        // SAFETY: caller's contract: the object is live.
        unsafe { ffi::Py_INCREF(stage.as_ptr()) }
    }

    #[inline(always)]
    unsafe fn let_go(stage: &NonNull<ffi::PyObject>) {
        // SAFETY: owned by `own`.
        unsafe { ffi::Py_DECREF(stage.as_ptr()) }
    }
}

/// The domain of an extension. Code that names none has `()`, where references to wrappers are values of their own kind.
#[doc(hidden)]
pub trait Domain {}

// SAFETY: a new reference to a live object.
unsafe impl<'x, D: Domain, P, T: InPlace + Ret<D, P>> GiveBack<'x, D, P, T, Shared> for ByHold<true> {
    fn describe(text: &mut SigText<'_>) {
        <T as Ret<D, P>>::describe(text);
    }

    unsafe fn put(value: &'x T, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: `InPlace`; the wrapper is alive, and the caller attached.
        unsafe { ffi::Py_NewRef(NonNull::from(value).cast::<NonNull<ffi::PyObject>>().as_ref().as_ptr()) }
    }
}

/// Makes references to a wrapper arguments and results.
macro_rules! held_in_place {
    ($ty:ty $(, <$T:ident>)?) => {
        // SAFETY: transparent around `object`, which is around a pointer.
        unsafe impl $(<$T: 'static>)? $crate::cast::reference::InPlace for $ty {}

        impl<D $(, $T: 'static)?> $crate::cast::reference::Refer<D> for $ty {
            type By = $crate::cast::reference::ByHold<true>;
        }
    };
}
pub(crate) use held_in_place;
