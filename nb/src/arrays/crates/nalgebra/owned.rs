//! Matrices that own their elements.

use super::{Size, Wanted};
use crate::arrays::constraints::Constraints;
use crate::arrays::crates::by_reference::{ByCopy, Crosses, OwnedArray, find, made, put};
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::dtype::Element;
use crate::arrays::lending::Owned;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::reference::Refer;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::error::Result;
use crate::rv_policy::Policy;
use ::nalgebra::{ArrayStorage, Const, Dim, Dyn, Matrix, Scalar, VecStorage};

macro_rules! in_a_vector {
    ($([$($generics:tt)*] $R:ty, $C:ty;)*) => { $(
        impl<T: Element + Scalar, $($generics)*> OwnedArray for Matrix<T, $R, $C, VecStorage<T, $R, $C>> {
            type T = T;
        }

        impl<T: Element + Scalar, $($generics)*> Crosses for Matrix<T, $R, $C, VecStorage<T, $R, $C>> {
            const ORDER: u8 = b'F';
            const OWNED: Constraints = Wanted::<T, $R, $C>::OWNED;
            const SHOWN: Constraints = Wanted::<T, $R, $C>::SHOWN;

            fn of(shape: &[i64], elements: Vec<T>) -> Self {
                let (rows, columns) = Wanted::<T, $R, $C>::sizes(shape);
                Matrix::from_data(VecStorage::new(<$R>::from_usize(rows), <$C>::from_usize(columns), elements))
            }

            fn shown(&self) -> Result<Descriptor> {
                Wanted::<T, $R, $C>::described(self.as_ptr(), self.shape(), self.strides(), true, Owner::Nobody)
            }

            fn given(self) -> Result<Descriptor> {
                let (data, shape, strides) = (self.as_ptr(), self.shape(), self.strides());
                // The elements do not move with the matrix.
                Wanted::<T, $R, $C>::described(data, shape, strides, false, Owner::Native(Box::new(self)))
            }
        }
    )* };
}
in_a_vector! { [C: Size] Dyn, C; [const R: usize] Const<R>, Dyn; }

impl<T: Element + Scalar, const R: usize, const C: usize> OwnedArray
    for Matrix<T, Const<R>, Const<C>, ArrayStorage<T, R, C>>
{
    type T = T;
}

impl<T: Element + Scalar, const R: usize, const C: usize> Crosses
    for Matrix<T, Const<R>, Const<C>, ArrayStorage<T, R, C>>
{
    const ORDER: u8 = b'F';
    const OWNED: Constraints = Wanted::<T, Const<R>, Const<C>>::OWNED;
    const SHOWN: Constraints = Wanted::<T, Const<R>, Const<C>>::SHOWN;

    fn of(_shape: &[i64], elements: Vec<T>) -> Self {
        Self::from_column_slice(&elements)
    }

    fn shown(&self) -> Result<Descriptor> {
        Wanted::<T, Const<R>, Const<C>>::described(self.as_ptr(), (R, C), (1, R), true, Owner::Nobody)
    }

    fn given(self) -> Result<Descriptor> {
        let all = self.as_slice().to_vec();
        Wanted::<T, Const<R>, Const<C>>::described(all.as_ptr(), (R, C), (1, R), false, Owner::Native(Box::new(all)))
    }
}

/// Implements the conversions of a type of matrices.
macro_rules! owned {
    ($([$($generics:tt)*] $ty:ty;)*) => { $(
        // SAFETY: the stage owns what it refers to, and the elements are copied.
        unsafe impl<D, $($generics)*> Param<D> for $ty {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = $ty;
            type Stage = Owned<T>;
            const BORROWS: bool = false;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                <$ty as Crosses>::OWNED.describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Owned<T>> {
                // SAFETY: caller's contract.
                unsafe { find::<$ty>(src, flags, cx) }
            }

            fn acquire(stage: &mut Owned<T>, cx: &mut Cx<'_>) -> bool {
                stage.acquire(<$ty>::ORDER, cx)
            }

            unsafe fn lend<'a>(stage: &'a mut Owned<T>, _cx: &Cx<'_>) -> $ty {
                made(stage)
            }
        }

        // SAFETY: the object owns the elements.
        unsafe impl<D, P: Policy, $($generics)*> Ret<D, P> for $ty {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                <$ty as Crosses>::OWNED.describe(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { put::<_, P>(value, cx) }
            }
        }

        impl<D, $($generics)*> Refer<D> for $ty {
            type By = ByCopy;
        }

        crate::__nb_member! { [$($generics)*] $ty }
    )* };
}

owned! {
    [T: Element + Scalar, C: Size] Matrix<T, Dyn, C, VecStorage<T, Dyn, C>>;
    [T: Element + Scalar, const R: usize] Matrix<T, Const<R>, Dyn, VecStorage<T, Const<R>, Dyn>>;
    [T: Element + Scalar, const R: usize, const C: usize] Matrix<T, Const<R>, Const<C>, ArrayStorage<T, R, C>>;
}
