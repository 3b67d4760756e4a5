//! [`typed`]: a wrapper whose signature names the types inside it.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::into_object::IntoObject;
use crate::cast::reference::{ByHold, InPlace, Refer};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::handles::type_args::{In, Out, Subscript, TypeArgs};
use crate::python::object::object;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// The wrapper `T`, shown in signatures as `T[Ts..]`: nanobind's `nb::typed<T, Ts...>`.
///
/// Only the signature differs: what is inside the object is *not* checked. It dereferences to `T`, and is made from one
/// with `into()`.
///
/// | here | nanobind | signature |
/// |---|---|---|
/// | `typed<list, (i32,)>` | `typed<list, int>` | `list[int]` |
/// | `typed<tuple, (i32, ellipsis)>` | `typed<tuple, int, ellipsis>` | `tuple[int, ...]` |
/// | `typed<object, (Dog,)>` | `typed<object, Dog>` | `Dog` |
/// | `typed<callable, fn(f32, Dog) -> i32>` | `typed<callable, int(float, Dog)>` | `Callable[[float, Dog], int]` |
/// | `typed<callable, any_args<i32>>` | `typed<callable, int(...)>` | `Callable[..., int]` |
///
/// The argument types of closures inside nb's macros may be spelled as in the second column.
///
/// ```no_run
/// fn total(values: nb::typed<nb::list, (i64,)>) -> nb::Result<i64> {
///     // An element of another type makes `cast` fail.
///     values.iter().map(|value| value.cast::<i64>()).sum()
/// }
/// ```
#[repr(transparent)]
pub struct typed<T, Ts> {
    value: T,
    types: PhantomData<fn() -> Ts>,
}

impl<T, Ts> typed<T, Ts> {
    /// The wrapper itself.
    ///
    /// ```no_run
    /// fn same(values: nb::typed<nb::list, (i32,)>) -> nb::list {
    ///     nb::typed::into_inner(values)
    /// }
    /// ```
    pub fn into_inner(this: typed<T, Ts>) -> T {
        this.value
    }
}

impl<T, Ts> From<T> for typed<T, Ts> {
    fn from(value: T) -> typed<T, Ts> {
        typed { value, types: PhantomData }
    }
}

impl<T: Into<object>, Ts> From<typed<T, Ts>> for object {
    fn from(this: typed<T, Ts>) -> object {
        this.value.into()
    }
}

impl<T, Ts> Deref for typed<T, Ts> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// An iterator changes as it is read.
impl<T, Ts> DerefMut for typed<T, Ts> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Clone, Ts> Clone for typed<T, Ts> {
    fn clone(&self) -> typed<T, Ts> {
        self.value.clone().into()
    }
}

impl<T: fmt::Debug, Ts> fmt::Debug for typed<T, Ts> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}

impl<T: fmt::Display, Ts> fmt::Display for typed<T, Ts> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)
    }
}

// SAFETY: delegates to the wrapper.
unsafe impl<D, T, Ts> Param<D> for typed<T, Ts>
where
    T: Subscript + Param<D>,
    Ts: TypeArgs<T, In<D>>,
{
    type Item<'a> = typed<T::Item<'a>, Ts>;
    type Lent<'object, 'call> = typed<T::Lent<'object, 'call>, Ts>;
    type Stage = T::Stage;
    const NULLABLE: bool = T::NULLABLE;
    const BORROWS: bool = T::BORROWS;
    const CALLS_OUT: bool = T::CALLS_OUT;
    const LEND_CALLS_OUT: bool = T::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        Ts::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<T::Stage> {
        // SAFETY: caller's contract.
        unsafe { T::convert(src, flags, cx) }
    }

    fn acquire(stage: &mut T::Stage, cx: &mut Cx<'_>) -> bool {
        T::acquire(stage, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut T::Stage, cx: &Cx<'_>) -> typed<T::Item<'a>, Ts> {
        // SAFETY: caller's contract.
        unsafe { T::lend(stage, cx) }.into()
    }
}

// SAFETY: transparent around the wrapper, and converts to what that does.
unsafe impl<T: InPlace, Ts: 'static> InPlace for typed<T, Ts> {}

impl<D, T, Ts> Refer<D> for typed<T, Ts>
where
    T: Subscript + InPlace + Param<D, Stage = NonNull<ffi::PyObject>>,
    Ts: TypeArgs<T, In<D>> + 'static,
{
    // Not returned: a signature needs all types inside, and a value that is handed over has none.
    type By = ByHold<false>;
}

// SAFETY: delegates to the wrapper.
unsafe impl<D, P, T, Ts> Ret<D, P> for typed<T, Ts>
where
    T: Subscript + Ret<D, P>,
    Ts: TypeArgs<T, Out<D, P>>,
{
    const DECLINES: bool = T::DECLINES;

    fn describe(text: &mut SigText<'_>) {
        Ts::describe(text);
    }

    unsafe fn put(this: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { T::put(this.value, cx) }
    }
}

// SAFETY: delegates to a reference to the wrapper.
unsafe impl<'v, T, Ts> IntoObject for &'v typed<T, Ts>
where
    &'v T: IntoObject,
{
    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { IntoObject::<()>::put_in(&self.value, cx) }
    }
}
