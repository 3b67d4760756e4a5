//! `Box<dyn Iterator<Item = T> + Send>` as a result: a Python iterator, as `nb::make_iterator` gives one.
//!
//! It owns what it goes through, and its type belongs to no scope, so that there is nothing to name.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::Ret;
use crate::containers::access::{raise, settle};
use crate::containers::iterator_object::{self, type_without_scope};
use crate::containers::making::{describe, erased};
use crate::ffi;
use crate::instance::loans::Loans;
use crate::python::error::type_error;
use crate::python::messages;

macro_rules! boxed {
    ($($Iterator:ty;)*) => { $(
        // SAFETY: the iterator owns what it goes through.
        unsafe impl<D, P, T: Ret<D, P> + 'static> Ret<D, P> for Box<$Iterator> {
            const DECLINES: bool = false;
            const REFUSED: Option<&'static str> = T::REFUSED;

            fn describe(text: &mut SigText<'_>) {
                describe::<D, T, P>(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                match type_without_scope(cx.state()) {
                    // SAFETY: caller's contract; nothing is borrowed.
                    Ok(ty) => unsafe { iterator_object::make(&ty, erased::<D, T, P>(value, Loans::default())) },
                    Err(error) => {
                        drop(value);
                        settle(raise(error))
                    }
                }
            }
        }
    )* };
}

boxed! {
    dyn Iterator<Item = T> + Send;
    dyn Iterator<Item = T> + Send + Sync;
}

// SAFETY: returns nothing.
unsafe impl<D, P, T> Ret<D, P> for Box<dyn Iterator<Item = T>> {
    const DECLINES: bool = false;
    const REFUSED: Option<&'static str> = Some(messages::ITERATOR_NOT_SEND);

    fn describe(text: &mut SigText<'_>) {
        text.text("collections.abc.Iterator");
    }

    unsafe fn put(_value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // Inside a container, of which the check at the binding does not know.
        settle(raise(type_error(messages::ITERATOR_NOT_SEND)))
    }
}
