//! [`Member`]: how a field of each type is read from Python.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::child;
use crate::cast::traits::Ret;
use crate::instance::header::Inst;
use crate::{ffi, rv_policy};

/// How a field of this type is read from Python: converted types by value, bound classes as a reference into the
/// owner. `.def_rw("age", &Dog::age)` demands it, see [`Field`](crate::Field).
///
/// # Safety
/// `get` gives a new reference to a live object, or null with an exception raised or where there is no conversion. What it
/// gives refers to the field only through the owner, as a place.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be read from Python",
    label = "this field has the type `{Self}`",
    note = "bind `{Self}` as a class, or write a getter (and a setter) and use `def_prop_ro` or `def_prop_rw`; a callback is an `Arc<dyn Fn(..) -> .. + Send + Sync>`"
)]
pub unsafe trait Member<D>: Sized + 'static {
    /// Reading gives copies of values of bound classes, which Python can change without any effect on the field.
    #[doc(hidden)]
    const COPIES: bool = false;
    /// Writes the Python type.
    #[doc(hidden)]
    fn describe(text: &mut SigText<'_>);
    /// # Safety
    /// `owner` is lent to the call, `value` lies in its value.
    #[doc(hidden)]
    unsafe fn get(owner: *mut Inst, value: &Self, read_only: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
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

/// For bound classes: the field's place.
///
/// # Safety
/// As [`Member::get`].
#[doc(hidden)]
pub unsafe fn get_place<V: 'static>(
    owner: *mut Inst,
    value: &V,
    read_only: bool,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { child::field_place::<V>(owner, &raw const *value as usize, read_only, cx) }
}

/// Implements `Member` (reading a field by value) for converted types.
macro_rules! member_by_value {
    ($([$($generics:tt)*] $ty:ty;)*) => { $(
        // SAFETY: a new reference, or null.
        unsafe impl<D, $($generics)*> crate::cast::member::Member<D> for $ty
        where
            $ty: Clone + 'static + crate::cast::traits::Ret<D, crate::rv_policy::automatic>,
        {
            const COPIES: bool = <$ty as crate::cast::traits::Ret<D, crate::rv_policy::automatic>>::COPIES;
            fn describe(text: &mut crate::call::signature::SigText<'_>) {
                <$ty as crate::cast::traits::Ret<D, crate::rv_policy::automatic>>::describe(text);
            }
            unsafe fn get(
                _owner: *mut crate::instance::header::Inst,
                value: &$ty,
                _read_only: bool,
                cx: &mut crate::call::context::Cx<'_>,
            ) -> *mut crate::ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { crate::cast::member::get_by_value::<D, $ty>(value, cx) }
            }
        }
    )* };
}
pub(crate) use member_by_value;
