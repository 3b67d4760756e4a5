//! Matrices of the crate `nalgebra`: what is taken, lent, refused, and given back.

use nalgebra::{
    Const, DMatrix, DMatrixView, DMatrixViewMut, DVector, DVectorView, DVectorViewMut, Dim, Dyn, Isometry2, Isometry3,
    Matrix, Matrix1, Matrix3, MatrixView, MatrixViewMut, OMatrix, Point3, Projective3, Quaternion, RawStorage,
    Rotation2, Rotation3, RowDVector, RowVector3, SMatrix, SMatrixView, SMatrixViewMut, SVector, Scalar, Similarity3,
    Transform3, Translation3, U1, U2, UnitComplex, UnitQuaternion, Vector3,
};
use nb::prelude::*;
use num_complex::Complex;

type C32 = Complex<f32>;
type C64 = Complex<f64>;
/// Rows one after another: what fits NumPy's order.
type RowMajorView<'a> = MatrixView<'a, f32, Dyn, Dyn, Dyn, U1>;
type RowMajorViewMut<'a> = MatrixViewMut<'a, f32, Dyn, Dyn, Dyn, U1>;
/// A row, with elements at any distance.
type Row<'a> = MatrixView<'a, f32, U1, Dyn, U1, Dyn>;
type RowMut<'a> = MatrixViewMut<'a, f32, U1, Dyn, U1, Dyn>;
/// Every second element.
type Second<'a> = MatrixView<'a, f32, Dyn, U1, U2, Dyn>;
type SecondMut<'a> = MatrixViewMut<'a, f32, Dyn, U1, U2, Dyn>;

/// A number as a complex one.
trait Number: Scalar + Copy {
    fn complex(self) -> C64;
}

macro_rules! numbers {
    ($($ty:ty: |$x:ident| $complex:expr;)*) => { $(
        impl Number for $ty {
            fn complex(self) -> C64 {
                let $x = self;
                $complex
            }
        }
    )* };
}
numbers! {
    f32: |x| C64::new(x.into(), 0.0);
    f64: |x| C64::new(x, 0.0);
    i32: |x| C64::new(x.into(), 0.0);
    bool: |x| C64::new(u8::from(x).into(), 0.0);
    nb::bool8: |x| C64::new(u8::from(x.get()).into(), 0.0);
    C32: |x| C64::new(x.re.into(), x.im.into());
    C64: |x| x;
}

/// What a function is given: address, sizes, strides, and the elements row by row. The crate's own iterator has to agree.
type Seen = (usize, (usize, usize), (usize, usize), Vec<C64>);

fn seen<T: Number, R: Dim, C: Dim, S: RawStorage<T, R, C>>(a: &Matrix<T, R, C, S>) -> Seen {
    let (rows, columns) = a.shape();
    let at = |row: usize, column: usize| a[(row, column)].complex();
    let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let by_column = (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column)));
    assert!(a.iter().map(|value| value.complex()).eq(by_column.map(|(row, column)| at(row, column))));
    (a.as_ptr() as usize, (rows, columns), a.strides(), all.map(|(row, column)| at(row, column)).collect())
}

/// Functions that look at an argument, with and without conversion.
macro_rules! looks {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |a: $ty| seen(&a), nb::arg("a"));
        $m.def(concat!($name, "_nc"), |a: $ty| seen(&a), nb::arg("a").noconvert());
    )* };
}

/// The same, of views to write to, and functions that write: 99 to the first element, 98 to the last one.
macro_rules! writes {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        looks!($m: $name $ty;);
        $m.def(concat!($name, "_w"), |mut a: $ty| {
            let (rows, columns) = a.shape();
            if rows > 0 && columns > 0 {
                a[(rows - 1, columns - 1)] = 98.0;
                a[(0, 0)] = 99.0;
            }
        }, ());
    )* };
}

/// Functions that give back what they take.
macro_rules! echoes {
    ($m:ident: $($name:literal $ty:ty;)*) => { $( $m.def($name, |a: $ty| -> $ty { a }, ()); )* };
}

/// A class with a matrix, a vector, and a view of both.
pub struct Holder {
    matrix: DMatrix<f32>,
    vector: DVector<f32>,
    fixed: Matrix3<f32>,
}

impl Holder {
    fn view(&self) -> DMatrixView<'_, f32> {
        self.matrix.view((0, 1), (2, 2))
    }
    fn spread(&self) -> nb::DRef<'_, nb::Const<DMatrix<f32>>> {
        self.matrix.view_with_steps((0, 0), (1, 2), (0, 1))
    }
    fn part(&self) -> DVectorView<'_, f32> {
        self.vector.rows(1, 2)
    }
    fn row(&self) -> Row<'_> {
        self.matrix.rows_generic(1, Const::<1>)
    }
}

/// A scalar that arrays do not have.
#[derive(Clone, Debug, PartialEq)]
pub struct Dual(f64, f64);
pub type Duals = DMatrix<Dual>;

nb_module!(test_arrays_nalgebra_ext, m, {
    looks! { m:
        "MXf" DMatrix<f32>;
        "cMXf" &DMatrix<f32>;
        "cR" DMatrixView<'_, f32>;
        "cDR" nb::DRef<nb::Const<DMatrix<f32>>>;
        "cDR1" nb::DRef1<nb::Const<DMatrix<f32>>>;
        "cDR1r" RowMajorView<'_>;
        "cDM" nb::DMap<nb::Const<DMatrix<f32>>>;
        "cDM1" nb::DMap1<nb::Const<DMatrix<f32>>>;
        "VXf" DVector<f32>;
        "RVXf" RowDVector<f32>;
        "V3f" Vector3<f32>;
        "RV3f" RowVector3<f32>;
        "cV3f" &Vector3<f32>;
        "cRV" DVectorView<'_, f32>;
        "cRRV" Row<'_>;
        "cDRV" nb::DRef<nb::Const<DVector<f32>>>;
        "cRVi2" Second<'_>;
        "cDMV" nb::DMap<nb::Const<DVector<f32>>>;
        "M3f" Matrix3<f32>;
        "cR3" SMatrixView<'_, f32, 3, 3>;
        "M25" SMatrix<f32, 2, 5>;
        "M2X" OMatrix<f32, Const<2>, Dyn>;
        "MX3" OMatrix<f32, Dyn, Const<3>>;
        "M1" Matrix1<f32>;
        "V0" SVector<f32, 0>;
        "MXi" DMatrix<i32>;
        "MXd" DMatrix<f64>;
        "MXb" DMatrix<bool>;
        "MXcf" DMatrix<C32>;
        "MXcd" DMatrix<C64>;
        "VXcf" DVector<C32>;
        "cRd" DMatrixView<'_, f64>;
        "cRcf" DMatrixView<'_, C32>;
        "cRi" DMatrixView<'_, i32>;
        "cRb" DMatrixView<'_, bool>;
        "cRb8" DMatrixView<'_, nb::bool8>;
    }
    writes! { m:
        "R" DMatrixViewMut<'_, f32>;
        "DR" nb::DRef<DMatrix<f32>>;
        "DR1" nb::DRef1<DMatrix<f32>>;
        "DR1r" RowMajorViewMut<'_>;
        "DM" nb::DMap<DMatrix<f32>>;
        "DM1" nb::DMap1<DMatrix<f32>>;
        "RV" DVectorViewMut<'_, f32>;
        "RRV" MatrixViewMut<'_, f32, U1, Dyn, U1, U1>;
        "RRVi" RowMut<'_>;
        "DRV" nb::DRef<DVector<f32>>;
        "RVi2" SecondMut<'_>;
        "MV" nb::DMap1<DVector<f32>>;
        "MVi" nb::DMap<DVector<f32>>;
        "R3" SMatrixViewMut<'_, f32, 3, 3>;
    }
    echoes! { m:
        "same_MXf" DMatrix<f32>;
        "same_M3f" Matrix3<f32>;
        "same_M25" SMatrix<f32, 2, 5>;
        "same_M2X" OMatrix<f32, Const<2>, Dyn>;
        "same_MX3" OMatrix<f32, Dyn, Const<3>>;
        "same_M1" Matrix1<f32>;
        "same_V0" SVector<f32, 0>;
        "same_VXf" DVector<f32>;
        "same_RVXf" RowDVector<f32>;
        "same_V3f" Vector3<f32>;
        "same_MXb" DMatrix<bool>;
        "same_MXcf" DMatrix<C32>;
        "same_MXcd" DMatrix<C64>;
        "same_MXi" DMatrix<i32>;
        "same_opt" Option<DMatrix<f32>>;
        "same_list" Vec<DVector<f32>>;
        "same_point" Point3<f64>;
        "same_translation" Translation3<f64>;
        "same_quaternion" Quaternion<f64>;
        "same_unit" UnitQuaternion<f64>;
        "same_complex" UnitComplex<f64>;
        "same_rotation2" Rotation2<f64>;
        "same_rotation3" Rotation3<f32>;
        "same_isometry2" Isometry2<f64>;
        "same_isometry3" Isometry3<f64>;
        "same_similarity3" Similarity3<f64>;
        "same_projective3" Projective3<f64>;
        "same_transform3" Transform3<f64>;
    }
    m.def("turned", |by: UnitQuaternion<f64>, point: Point3<f64>| -> Point3<f64> { by * point });
    m.def("matrix_of", |by: UnitQuaternion<f64>| -> Rotation3<f64> { by.to_rotation_matrix() });
    // References and views of arguments are copied.
    m.def("given_reference", |a: &DMatrix<f32>| -> DMatrix<f32> { a.clone() });
    m.def("given_view", |a: DMatrixView<'_, f32>| -> DMatrix<f32> { a.clone_owned() });

    // Where elements are, and results of which somebody knows where they were.
    m.def("made", |rows: usize, columns: usize| {
        let made = DMatrix::from_fn(rows, columns, |row, column| (row * columns + column) as f32);
        (made.as_ptr() as usize, made)
    });
    m.def("made_vector", |size: usize| {
        let made = DVector::from_fn(size, |row, _| row as f32);
        (made.as_ptr() as usize, made)
    });
    m.def("zeros", |rows: usize, columns: usize| DMatrix::<f64>::zeros(rows, columns));
    m.def("as_none", || DMatrix::<f32>::zeros(2, 3), nb::rv_policy::none);
    m.def("as_copy", || DMatrix::<f32>::zeros(2, 3), nb::rv_policy::copy);
    m.def("as_move", || DMatrix::<f32>::zeros(2, 3), nb::rv_policy::move_);
    m.def("as_internal", || DMatrix::<f32>::zeros(2, 3), nb::rv_policy::reference_internal);
    m.def("cast_out", || nb::cast(DMatrix::<f32>::from_element(2, 3, 4.0)));
    m.def("cast_in", |a: nb::object| -> nb::Result<DMatrix<f32>> { nb::cast(&a) });
    m.def("scale", |mut a: nb::DRef<DMatrix<f32>>| { a *= 2.0; });
    m.def("multiply", |a: DMatrixView<'_, f32>, b: nb::DRef<const DMatrix<f32>>| -> DMatrix<f32> { a * b });

    // Aliases.
    m.def("both", |mut a: nb::DRef<DMatrix<f32>>, b: nb::DRef<DMatrix<f32>>| { a += b; });
    m.def("read_both", |a: nb::DRef<nb::Const<DMatrix<f32>>>, b: nb::DRef<nb::Const<DMatrix<f32>>>| a.sum() + b.sum());
    m.def("add_to", |mut a: nb::DRef<DMatrix<f32>>, b: nb::DRef<nb::Const<DMatrix<f32>>>| { a += b; });
    m.def("add_copy", |b: DMatrix<f32>, mut a: nb::DRef<DMatrix<f32>>| { a += b; });
    m.def("copy_after", |mut a: nb::DRef<DMatrix<f32>>, b: DMatrix<f32>| { a += b; });
    m.def("within", |mut a: nb::DRef<DMatrix<f32>>, f: nb::object| -> nb::Result<(f32, f32)> {
        a.fill(1.0);
        let before = a.sum();
        f.call(())?;
        Ok((before, a.sum()))
    });
    m.def("within_reading", |a: nb::DRef<nb::Const<DMatrix<f32>>>, f: nb::object| -> nb::Result<(f32, f32)> {
        let before = a.sum();
        f.call(())?;
        Ok((before, a.sum()))
    });
    m.def("within_array", |a: nb::ndarray<float, nb::ndim<2>>, f: nb::object| -> nb::Result<()> {
        let view = a.view();
        view.set([0, 0], 1.0);
        f.call(())?;
        Ok(())
    });
    m.def("overloaded", |_a: DMatrix<f32>| "f");
    m.def("overloaded", |_a: DMatrix<f64>| "d");
    m.def("overloaded_d", |_a: nb::DRef<DMatrix<f32>>| "in place");
    m.def("overloaded_d", |_a: DMatrix<f64>| "copied");
    m.def("strides", || {
        let all: nb::DStride = (Dyn(7), Dyn(8));
        let one: nb::DStride1 = (Const::<1>, Dyn(8));
        (all.0.value(), all.1.value(), one.0.value(), one.1.value())
    });

    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|| Holder {
            matrix: DMatrix::from_fn(2, 3, |row, column| (row * 3 + column) as f32),
            vector: DVector::from_vec(vec![0.0, 1.0, 2.0]),
            fixed: Matrix3::identity(),
        }))
        .def_rw("matrix", &Holder::matrix)
        .def_rw("fixed", &Holder::fixed)
        .def("set", |h: &mut Holder, value: f32| { h.matrix.fill(value); h.vector.fill(value); })
        .def("first", |h: &Holder| h.matrix[(0, 0)])
        .def("value", |h: &Holder| h.matrix.clone(), nb::rv_policy::reference_internal)
        .def("copied", |h: &Holder| &h.matrix)
        .def("copied_too", |h: &Holder| &h.matrix, nb::rv_policy::copy)
        .def("shared", |h: &Holder| &h.matrix, nb::rv_policy::reference_internal)
        .def("shared_fixed", |h: &Holder| &h.fixed, nb::rv_policy::reference_internal)
        .def("shared_vector", |h: &Holder| &h.vector, nb::rv_policy::reference_internal)
        .def_prop_ro("prop", |h: &Holder| &h.matrix)
        .def("view", Holder::view, nb::rv_policy::reference_internal)
        .def("view_copied", Holder::view)
        .def("spread", Holder::spread, nb::rv_policy::reference_internal)
        .def("part", Holder::part, nb::rv_policy::reference_internal)
        .def("row", Holder::row, nb::rv_policy::reference_internal)
        .def("row_copied", Holder::row);

    nb::class_<Duals>(m, "Duals")
        .def(nb::init(|rows: usize| Duals::from_element(rows, rows, Dual(1.0, 0.5))))
        .def("__len__", |d: &Duals| d.len())
        .def("add", |d: &mut Duals, by: f64| d.iter_mut().for_each(|x| x.1 += by))
        .def("sum", |d: &Duals| d.iter().map(|x| x.0 + x.1).sum::<f64>());
});
