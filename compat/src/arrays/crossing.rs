//! [`array_t`] as an argument and a result of bound functions.

use crate::arrays::loading::Lying;
use crate::arrays::numpy::looks_exact;
use crate::arrays::typed::array_t;
use crate::arrays::untyped::array;
use nb::__private::{Waiting, convert_by_way};
use nb::{Cx, IntoObject, Param, Ret, SigText, cast_flags, dtype_traits, ffi, object};

// SAFETY: the stage owns what it refers to, and no step after `convert` looks into it.
unsafe impl<D, T: dtype_traits, const FLAGS: i32> Param<D> for array_t<T, FLAGS> {
    type Item<'a> = array_t<T, FLAGS>;
    type Lent<'object, 'call> = array_t<T, FLAGS>;
    type Stage = Waiting<array_t<T, FLAGS>>;
    const BORROWS: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.numpy_array::<T>(false);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe {
            // Of structures nb does not know arrays by itself.
            let exact = const { T::FIELDS.is_empty() } && looks_exact(src);
            if exact {
                // The object is owned before anything else runs: looking for NumPy for the first time runs code.
                let base = array::known(object::borrow(src));
                if let Some(Some(Lying(elements, writable))) = <Lying<T> as Param<D>>::convert(src, 0, cx) {
                    let found = array_t::of(base, elements, writable);
                    if found.lies_in_order(FLAGS) {
                        return Some(Waiting::new(found));
                    }
                }
                if !ffi::PyErr_Occurred().is_null() {
                    return None;
                }
            }
            let convert = flags & cast_flags::convert != 0;
            convert_by_way::<D, object, Self>(src, flags, cx, |value| match exact {
                true if convert => Self::of_other(&value, true),
                true => Ok(None),
                false => Self::loaded(value, convert),
            })
        }
    }

    unsafe fn lend(stage: &mut Self::Stage, _cx: &Cx<'_>) -> array_t<T, FLAGS> {
        stage.take()
    }
}

// SAFETY: an owned reference.
unsafe impl<D, P, T: dtype_traits, const FLAGS: i32> Ret<D, P> for array_t<T, FLAGS> {
    fn describe(text: &mut SigText<'_>) {
        text.numpy_array::<T>(true);
    }

    unsafe fn put(value: array_t<T, FLAGS>, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        object::from(value).into_ptr()
    }
}

// SAFETY: delegates to `&object`.
unsafe impl<T, const FLAGS: i32> IntoObject for &array_t<T, FLAGS> {
    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { IntoObject::<()>::put_in(&***self, cx) }
    }
}

nb::__nb_member! { [T: dtype_traits, const FLAGS: i32] array_t<T, FLAGS> }
