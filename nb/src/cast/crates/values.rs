//! The macro for types whose values are made at once, refer to nothing, and lie in the stage until the call.

/// `type, "argument" => "result", how it is read, how it leaves the stage, how it is put`.
macro_rules! values {
    ($($ty:ty, $argument:literal => $result:literal, |$src:ident, $flags:pat_param, $cx:ident| $read:expr, |$stage:ident| $lend:expr,
       |$value:ident, $put_cx:pat_param| $put:expr;)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> $crate::cast::traits::Param<D> for $ty {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = $ty;
            const OWNED: bool = true;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut $crate::call::signature::SigText<'_>) {
                text.text($argument);
            }

            unsafe fn convert(
                $src: *mut $crate::ffi::PyObject,
                $flags: u8,
                $cx: &mut $crate::call::context::Cx<'_>,
            ) -> Option<$ty> {
                // SAFETY: caller's contract; a caller whose argument calls out owns it.
                #[allow(unused_unsafe, reason = "some are read by safe code")]
                unsafe { $read }
            }

            unsafe fn lend<'a>($stage: &'a mut $ty, _cx: &$crate::call::context::Cx<'_>) -> $ty {
                $lend
            }
        }

        // SAFETY: a new reference, or null.
        unsafe impl<D, P> $crate::cast::traits::Ret<D, P> for $ty {
            const DECLINES: bool = false;

            fn describe(text: &mut $crate::call::signature::SigText<'_>) {
                text.text($result);
            }

            unsafe fn put($value: Self, $put_cx: &mut $crate::call::context::Cx<'_>) -> *mut $crate::ffi::PyObject {
                // SAFETY: caller's contract.
                #[allow(unused_unsafe, reason = "some are put by safe code")]
                unsafe { $put }
            }
        }

        $crate::cast::member_by_value! { [] $ty; }
    )* };
}
pub(super) use values;
