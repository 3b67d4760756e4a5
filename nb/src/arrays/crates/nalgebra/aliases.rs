//! nanobind's names of views.

use super::Map;
use ::nalgebra::{Dim, Dyn, Matrix, MatrixView, MatrixViewMut, Scalar, U1};

/// Steps of any size in both directions, which fit every slice of an array: nanobind's `nb::DStride`. The strides of the rows and of the columns.
pub type DStride = (Dyn, Dyn);

/// Elements of a column one after another, columns at any distance: nanobind's `nb::DStride1`.
pub type DStride1 = (U1, Dyn);

/// A type of matrices, or `Const` of one, and the views of them.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a matrix of `nalgebra`",
    note = "views are called by the matrix that they show: `nb::DRef<DMatrix<f32>>`, and to read only `nb::DRef<nb::Const<DMatrix<f32>>>`"
)]
pub trait Viewed {
    type DRef<'a>;
    type DRef1<'a>;
}

impl<T: Scalar, R: Dim, C: Dim, S> Viewed for Matrix<T, R, C, S> {
    type DRef<'a> = MatrixViewMut<'a, T, R, C, Dyn, Dyn>;
    type DRef1<'a> = MatrixViewMut<'a, T, R, C, U1, Dyn>;
}

impl<T: Scalar, R: Dim, C: Dim, S> Viewed for crate::Const<Matrix<T, R, C, S>> {
    type DRef<'a> = MatrixView<'a, T, R, C, Dyn, Dyn>;
    type DRef1<'a> = MatrixView<'a, T, R, C, U1, Dyn>;
}

/// A view of an array with any steps, without a copy: nanobind's `nb::DRef<M>`, where `M` is a type of matrices of `nalgebra`.
///
/// Python sees what is written through `DRef<M>`. What cannot be written to in place is refused: another type of elements, read-only arrays,
/// and arrays with negative steps, which nalgebra does not know. `DRef<Const<M>>`, inside nb's macros `DRef<const M>`, is a view to read, and
/// copies where it has to.
///
/// ```no_run
/// use nb::prelude::*;
/// use nalgebra::DMatrix;
///
/// nb_module!(scaling, m, {
///     m.def("double_in_place", |mut a: nb::DRef<DMatrix<f32>>| { a *= 2.0; });
///     m.def("sum", |a: nb::DRef<const DMatrix<f32>>| a.sum());
/// });
/// # fn main() {}
/// ```
///
/// It is a type of nalgebra's by another name, `MatrixViewMut<'_, T, R, C, Dyn, Dyn>` here.
///
/// nalgebra 0.35 itself has a fault with views in which the elements of a column do not lie next to each other, as in an array in C's order: its `a * b`, `gemv`, `ger`, `axpy` and
/// `column_mean` leave their vectors. So a `DRef<Const<M>>` is a copy there; with one to write to, begin with `a.clone_owned()` where these are used.
pub type DRef<'a, M> = <M as Viewed>::DRef<'a>;

/// As [`DRef`], with the elements of a column one after another: nanobind's `nb::DRef1<M>`, and `Eigen::Ref<M>`. nalgebra's loops over it are
/// fast.
///
/// Arrays in Fortran's order fit, and slices of their columns and of their first rows. For an array in C's order, NumPy's default, the view with the rows
/// one after another is `nalgebra::MatrixViewMut<'_, T, R, C, Dyn, U1>`. It is the same for vectors in a row.
///
/// ```no_run
/// use nb::prelude::*;
/// use nalgebra::{DMatrix, Dyn, MatrixViewMut, U1};
///
/// nb_module!(clearing, m, {
///     m.def("clear_f", |mut a: nb::DRef1<DMatrix<f64>>| { a.fill(0.0); });
///     m.def("clear_c", |mut a: MatrixViewMut<'_, f64, Dyn, Dyn, Dyn, U1>| { a.fill(0.0); });
/// });
/// # fn main() {}
/// ```
pub type DRef1<'a, M> = <M as Viewed>::DRef1<'a>;

/// As [`DRef`], and never a copy, also if it is to be read only: nanobind's `nb::DMap<M>`.
///
/// ```no_run
/// use nb::prelude::*;
/// use nalgebra::DVector;
///
/// nb_module!(norms, m, {
///     // Another array than one of `float32` with steps that are not negative is refused.
///     m.def("norm", |v: nb::DMap<const DVector<f32>>| v.norm());
/// });
/// # fn main() {}
/// ```
pub type DMap<'a, M> = Map<<M as Viewed>::DRef<'a>>;

/// As [`DRef1`], and never a copy: nanobind's `nb::DMap1<M>`, and `Eigen::Map<M>`.
pub type DMap1<'a, M> = Map<<M as Viewed>::DRef1<'a>>;
