//! The crate `nalgebra`, which stands where Eigen stands in C++: matrices in Fortran's order, vectors of one dimension.
//!
//! | Eigen | nalgebra | argument | result |
//! |---|---|---|---|
//! | `MatrixXf`, `Vector3f` by value, `const MatrixXf &` | `DMatrix<f32>`, `Vector3<f32>`, `&DMatrix<f32>` | copied | moves to Python; a reference is copied |
//! | `Ref<const MatrixXf>` | `DMatrixView<'_, f32>` | lent where it lies, copied if it lies otherwise | copied, or shared under `reference_internal` |
//! | `Ref<MatrixXf>`, `nb::DRef1<MatrixXf>` | `DMatrixViewMut<'_, f32>` | lent, or refused | |
//! | `nb::DRef<MatrixXf>` | `nb::DRef<DMatrix<f32>>` | lent with any steps | |
//! | `nb::DMap<const MatrixXf>` | `nb::DMap<nb::Const<DMatrix<f32>>>` | lent, or refused | |
//! | row-major `Ref<..>` | a view with the strides `Dyn, U1` | lent where it lies in C's order | |
//!
//! `owned` has matrices and references to them, `views` what is lent, `aliases` nanobind's names of views, `geometry` points, rotations
//! and their kin.

mod aliases;
mod geometry;
mod owned;
mod views;

pub use aliases::{DMap, DMap1, DRef, DRef1, DStride, DStride1};
pub use views::Map;

use crate::arrays::constraints::Constraints;
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::device;
use crate::arrays::dlpack::Device;
use crate::arrays::dtype::Element;
use crate::arrays::making::malformed;
use crate::python::error::Result;
use ::nalgebra::{Const, Dim, Dyn};
use std::marker::PhantomData;

/// A number of rows or columns, or a stride: `Const<N>` or `Dyn`.
#[doc(hidden)]
pub trait Size: Dim {
    /// -1 if it is known at run time only.
    const VALUE: i64;
}

impl Size for Dyn {
    const VALUE: i64 = -1;
}

impl<const N: usize> Size for Const<N> {
    const VALUE: i64 = N as i64;
}

/// Whether a number that is known at compile time differs from what there is.
const fn differs(known: i64, found: i64) -> bool {
    known >= 0 && known != found
}

/// What an array has to be to become a matrix of these sizes.
struct Wanted<T, R, C>(PhantomData<(T, R, C)>);

impl<T: Element, R: Size, C: Size> Wanted<T, R, C> {
    const IS_VECTOR: bool = R::VALUE == 1 || C::VALUE == 1;
    const NDIM: i32 = if Self::IS_VECTOR { 1 } else { 2 };
    const EXTENTS: &'static [i64] = match (R::VALUE, C::VALUE) {
        (_, 1) => &[R::VALUE],
        (1, _) => &[C::VALUE],
        _ => &[R::VALUE, C::VALUE],
    };
    /// Of values.
    const ORDER: u8 = if Self::IS_VECTOR { b'C' } else { b'F' };
    const OWNED: Constraints =
        Constraints::of::<T>(Self::NDIM, Some(Self::EXTENTS), Self::ORDER, true).without_access();
    /// Of references to values.
    const SHOWN: Constraints = Constraints::of::<T>(Self::NDIM, Some(Self::EXTENTS), Self::ORDER, true);
    /// Of views, and of copies of them.
    const READ: Constraints = Constraints::of::<T>(Self::NDIM, Some(Self::EXTENTS), 0, true);
    const COPIED: Constraints = Self::READ.without_access();

    /// The numbers of rows and columns, of an array that fits.
    fn sizes(shape: &[i64]) -> (usize, usize) {
        let size = |axis: usize| shape.get(axis).map_or(1, |&size| size as usize);
        if R::VALUE == 1 && C::VALUE != 1 { (1, size(0)) } else { (size(0), size(1)) }
    }

    /// Those from row to row and from column to column, for these numbers of each; the array's own where they mean something.
    fn strides(array: &Descriptor, (rows, columns): (usize, usize)) -> (Option<i64>, Option<i64>) {
        let strides = array.strides();
        let empty = rows == 0 || columns == 0;
        let (by_row, by_column) = match strides {
            [stride] if R::VALUE == 1 && C::VALUE != 1 => (1, *stride),
            [stride] => (*stride, 1),
            [by_row, by_column] => (*by_row, *by_column),
            _ => (1, 1),
        };
        ((rows > 1 && !empty).then_some(by_row), (columns > 1 && !empty).then_some(by_column))
    }

    /// The array of a matrix of the crate's, which `owner` owns; of one dimension if it is a vector.
    fn described(
        data: *const T,
        (rows, columns): (usize, usize),
        (by_row, by_column): (usize, usize),
        read_only: bool,
        owner: Owner,
    ) -> Result<Descriptor> {
        let cpu = Device { kind: device::cpu::value, id: 0 };
        let place = (data.cast_mut().cast(), 0);
        let (shape, strides) = ([rows as i64, columns as i64], [by_row as i64, by_column as i64]);
        let axes = match (R::VALUE, C::VALUE) {
            (_, 1) => 0..1,
            (1, _) => 1..2,
            _ => 0..2,
        };
        let (shape, strides) = (&shape[axes.clone()], &strides[axes]);
        Descriptor::new(place, cpu, T::DTYPE, read_only, shape, Some(strides), owner).map_err(malformed)
    }
}
