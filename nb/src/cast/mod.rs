//! Conversions between Rust and Python types, one kind a file.

pub(crate) mod arc;
pub(crate) mod bound;
pub(crate) mod bound_ret;
pub(crate) mod by_reference;
mod bytes;
mod callable;
mod callback;
mod elements;
mod float;
pub(crate) mod implicit;
pub(crate) mod int;
mod intrusive;
mod map;
pub(crate) mod member;
mod option;
mod path;
pub(crate) mod read_only;
pub(crate) mod reference_internal;
pub mod rv_policy;
mod seq;
pub(crate) mod shared;
mod text;
pub(crate) mod traits;
mod tuple;
pub(crate) mod type_hook;
pub(crate) mod unique;
mod unit;
pub mod virtuals;

pub(crate) use callback::Nested;

use crate::call::context::Cx;
use crate::ffi;
use crate::python::error::{restore_raised, take_raised};
use std::ffi::CStr;

/// A protocol of `src` has raised. An object whose type has none of the protocol's methods is of another kind, an
/// ordinary mismatch; the exception of a method that exists is the cause of the mismatch, and the result is true.
///
/// # Safety
/// `src` is live, an exception is raised, attached.
#[cold]
unsafe fn protocol_raised(src: *mut ffi::PyObject, methods: &[&CStr], cx: &mut Cx<'_>) -> bool {
    // SAFETY: caller's contract; the exception is put back before it is looked at.
    unsafe {
        if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0 {
            let raised = take_raised();
            let class = ffi::Py_TYPE(src).cast();
            if !methods.iter().any(|method| ffi::PyObject_HasAttrString(class, method.as_ptr()) != 0) {
                return false;
            }
            if let Some(raised) = raised {
                restore_raised(raised);
            }
        }
        cx.mismatch_raised();
        true
    }
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
