//! What a field of a bound class reads as.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::bound_ret;
use crate::cast::traits::Ret;
use crate::ffi;
use crate::instance::header::Inst;
use crate::rv_policy;

/// How a field of this type is read from Python: converted types by value, bound classes as a reference into the
/// owner.
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
#[doc(hidden)]
pub unsafe fn get_by_value<D, V>(value: &V, cx: &mut Cx<'_>) -> *mut ffi::PyObject
where
    V: Clone + Ret<D, rv_policy::automatic>,
{
    // SAFETY: attached, as in every call.
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
    unsafe { bound_ret::place::<V>(owner, &raw const *value as usize, read_only, cx) }
}
