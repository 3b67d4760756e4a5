//! [`Member`]: how a field of each type is read from Python.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::child;
use crate::cast::new_instance::{new_clone, record};
use crate::cast::traits::Ret;
use crate::instance::header::Inst;
use crate::instance::path::{Key, Resolve};
use crate::python::error::type_error;
use crate::python::messages;
use crate::{ffi, rv_policy};
use std::any::TypeId;
use std::ptr;

/// Where a value lies that is read from Python: in the value of an object, and there in containers.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct At<'w> {
    pub(crate) owner: *mut Inst,
    pub(crate) read_only: bool,
    /// Python gets copies of bound values.
    pub(crate) copies: bool,
    /// The innermost container.
    pub(crate) container: Option<&'w In<'w>>,
}

/// A container on the way to a value.
pub(crate) struct In<'w> {
    pub(crate) outer: Option<&'w In<'w>>,
    /// Where the container is, its size and type.
    pub(crate) container: usize,
    pub(crate) size: usize,
    pub(crate) kind: TypeId,
    /// Where the element is.
    pub(crate) element: usize,
    pub(crate) resolve: Resolve,
    pub(crate) key: Key,
}

impl<'w> At<'w> {
    /// The step from a container to one of its elements, for [`inside`](Self::inside).
    pub(crate) fn step<C: 'static, V>(&self, container: &C, element: &V, resolve: Resolve, key: Key) -> In<'w> {
        In {
            outer: self.container,
            container: ptr::from_ref(container) as usize,
            size: size_of::<C>(),
            kind: TypeId::of::<C>(),
            element: ptr::from_ref(element) as usize,
            resolve,
            key,
        }
    }

    /// In the same owner, one step on.
    pub(crate) fn inside<'i>(self, step: &'i In<'i>) -> At<'i>
    where
        'w: 'i,
    {
        At { container: Some(step), ..self }
    }
}

/// How a field of this type is read from Python: converted types by value, bound classes as a reference into the
/// owner, containers as a new list, tuple or dict of their elements, each read as a field would be.
/// `.def_rw("age", &Dog::age)` demands it, see [`Field`](crate::Field). For a type with a [`Param`](crate::Param) and a
/// [`Ret`] of your own, [`nb_member!`](crate::nb_member) implements it.
///
/// # Safety
/// `get` gives a new reference to a live object, or null with an exception raised or where there is no conversion. What it
/// gives refers to the field only through the owner, as a part.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be read from Python",
    label = "this field has the type `{Self}`",
    note = "bind `{Self}` as a class, or write a getter (and a setter) and use `def_prop_ro` or `def_prop_rw`; a callback is an `Arc<dyn Fn(..) -> .. + Send + Sync>`",
    note = "a field that changes through `&self` is an atomic, a `Mutex` or an `RwLock`, which Python reads and writes as its value, and no `Cell` or `RefCell`",
    note = "for a type with conversions of your own (`nb::Param` and `nb::Ret`) write `nb_member!({Self});`"
)]
pub unsafe trait Member<D>: Sized + 'static {
    /// Reading gives copies of values of bound classes, which Python can change without any effect on the field.
    #[doc(hidden)]
    fn copies() -> bool {
        false
    }
    /// Reading gives references to values of bound classes in the owner.
    #[doc(hidden)]
    fn refers() -> bool {
        false
    }
    /// As [`Ret::GIVE`], of a copy.
    #[doc(hidden)]
    const GIVE: Option<unsafe fn(&Self) -> *mut ffi::PyObject> = None;
    /// Writes the Python type.
    #[doc(hidden)]
    fn describe(text: &mut SigText<'_>);
    /// # Safety
    /// The owner is lent to the call, `value` lies in its value, and `at` says where.
    #[doc(hidden)]
    unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

/// For converted types: a clone of the value.
///
/// # Safety
/// As [`Ret::put`].
#[doc(hidden)]
pub unsafe fn get_by_value<D, V>(value: &V, cx: &mut Cx<'_>) -> *mut ffi::PyObject
where
    V: Clone + Ret<D, rv_policy::automatic>,
{
    // SAFETY: caller's contract.
    unsafe { V::put(value.clone(), cx) }
}

/// As [`get_by_value`], where that needs no context.
///
/// # Safety
/// As [`Ret::give`].
#[doc(hidden)]
pub unsafe fn give_clone<D, V>(value: &V) -> *mut ffi::PyObject
where
    V: Clone + Ret<D, rv_policy::automatic>,
{
    // SAFETY: caller's contract.
    unsafe { V::give(value.clone()) }
}

/// For bound classes: the place in the owner.
///
/// # Safety
/// As [`Member::get`].
#[doc(hidden)]
pub unsafe fn get_place<V: 'static>(value: &V, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let Some(data) = record::<V>(cx) else { return ptr::null_mut() };
    let address = ptr::from_ref(value) as usize;
    // SAFETY: caller's contract.
    unsafe {
        if at.copies {
            let Some(clone) = data.ownership.clone_value else {
                type_error(messages::not_copyable(&data.name())).restore();
                return ptr::null_mut();
            };
            return new_clone(address, data, clone);
        }
        child::part(address, data, &at, cx)
    }
}

/// Lets fields, and elements of fields, have a type with a [`Param`](crate::Param) and a [`Ret`] of your own. Python reads
/// a clone. Functions may take and return the type in a `Box` or an `Arc` then, too.
///
/// ```no_run
/// # use nb::prelude::*;
/// # use nb::{Cx, SigText, ffi};
/// #[derive(Clone)]
/// pub struct Celsius(f64);
/// # unsafe impl<D> nb::Param<D> for Celsius {
/// #     type Item<'a> = Celsius;
/// #     type Lent<'object, 'call> = Celsius;
/// #     type Stage = f64;
/// #     fn describe(text: &mut SigText<'_>) { text.text("float") }
/// #     unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<f64> {
/// #         unsafe { <f64 as nb::Param<D>>::convert(src, flags, cx) }
/// #     }
/// #     unsafe fn lend<'a>(stage: &'a mut f64, _cx: &Cx<'_>) -> Celsius { Celsius(*stage) }
/// # }
/// # unsafe impl<D, P> nb::Ret<D, P> for Celsius {
/// #     fn describe(text: &mut SigText<'_>) { text.text("float") }
/// #     unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
/// #         unsafe { <f64 as nb::Ret<D, P>>::put(value.0, cx) }
/// #     }
/// # }
/// nb_member!(Celsius);
///
/// pub struct Day { low: Celsius, all: Vec<Celsius> }
/// nb_module!(weather, m, {
///     nb::class_<Day>(m, "Day").def_rw("low", &Day::low).def_rw("all", &Day::all);
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_member {
    ($ty:ty) => {
        $crate::__nb_member! { @of __NbD [] $ty }
        $crate::__nb_owned! { $ty }
    };
}

/// Implements `Member` (reading a field by value) for a converted type.
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_member {
    // `D` may stand in the bounds of types of this crate; types of others may be called so.
    ([$($generics:tt)*] $ty:ty) => {
        $crate::__nb_member! { @of D [$($generics)*] $ty }
    };
    (@of $D:ident [$($generics:tt)*] $ty:ty) => {
        // SAFETY: a new reference, or null.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl<$D, $($generics)*> $crate::Member<$D> for $ty
        where
            $ty: ::core::clone::Clone + 'static + $crate::Ret<$D, $crate::rv_policy::automatic>,
        {
            const GIVE: ::core::option::Option<unsafe fn(&$ty) -> *mut $crate::ffi::PyObject> =
                match <$ty as $crate::Ret<$D, $crate::rv_policy::automatic>>::GIVE {
                    ::core::option::Option::Some(_) => {
                        ::core::option::Option::Some($crate::__private::give_clone::<$D, $ty>)
                    }
                    ::core::option::Option::None => ::core::option::Option::None,
                };
            fn copies() -> bool {
                <$ty as $crate::Ret<$D, $crate::rv_policy::automatic>>::COPIES
            }
            fn describe(text: &mut $crate::SigText<'_>) {
                <$ty as $crate::Ret<$D, $crate::rv_policy::automatic>>::describe(text);
            }
            unsafe fn get(
                value: &$ty,
                _at: $crate::__private::At<'_>,
                cx: &mut $crate::Cx<'_>,
            ) -> *mut $crate::ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { $crate::__private::get_by_value::<$D, $ty>(value, cx) }
            }
        }
    };
}

/// As [`nb_member!`], for types of this crate, which may have parameters.
macro_rules! member_by_value {
    ($([$($generics:tt)*] $ty:ty;)*) => {
        $(
            $crate::__nb_member! { [$($generics)*] $ty }
            $crate::cast::member::owned_without_parameters! { [$($generics)*] $ty }
        )*
    };
}
pub(crate) use member_by_value;

/// A type with parameters may be a container, and a bound class besides. What wraps a Python object is a counted reference already, and
/// leaves this out.
macro_rules! owned_without_parameters {
    ([] $ty:ty) => {
        $crate::cast::owning::owned_by_pointers! { $ty; }
    };
    ($($with_parameters:tt)*) => {};
}
pub(crate) use owned_without_parameters;
