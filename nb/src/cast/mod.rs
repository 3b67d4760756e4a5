//! Conversions between Rust and Python types, one kind a file.

pub(crate) mod bound;
pub(crate) mod bound_ret;
mod bytes;
mod float;
mod int;
mod map;
mod option;
mod path;
mod seq;
mod text;
mod tuple;
mod unit;

/// Implements `Member` (reading a field by value) for converted types.
macro_rules! member_by_value {
    ($([$($generics:tt)*] $ty:ty;)*) => { $(
        impl<D, $($generics)*> crate::field::Member<D> for $ty
        where
            $ty: Clone + 'static + for<'a> crate::convert::Ret<D, crate::rv_policy::copy, Item<'a> = $ty>,
        {
            fn describe(text: &mut crate::signature::SigText<'_>) {
                <$ty as crate::convert::Ret<D, crate::rv_policy::copy>>::describe(text);
            }
            unsafe fn get(
                _owner: *mut crate::instance::Inst,
                value: &$ty,
                _read_only: bool,
                cx: &mut crate::call::Cx<'_>,
            ) -> *mut crate::ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { crate::field::get_by_value::<D, $ty>(value, cx) }
            }
        }
    )* };
}
pub(crate) use member_by_value;
