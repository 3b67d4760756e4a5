//! Matrices, columns and rows of the crate `faer`.

use faer::{Col, ColMut, ColRef, Mat, MatMut, MatRef, Row, RowMut, RowRef};
use nb::prelude::*;
use num_complex::Complex;
use std::sync::Mutex;

/// Has matrices as fields.
#[derive(Clone)]
pub struct Home {
    pub matrix: Mat<f64>,
    pub column: Col<f64>,
}

/// The address of the last matrix that was moved out.
static MOVED: Mutex<usize> = Mutex::new(0);

fn remember<T>(address: *const T) {
    *MOVED.lock().unwrap() = address as usize;
}

/// Row `i` and column `j` hold `10 i + j`.
fn numbered(rows: usize, columns: usize) -> Mat<f64> {
    Mat::from_fn(rows, columns, |i, j| (10 * i + j) as f64)
}

fn entries<T: Copy>(a: MatRef<'_, T>) -> Vec<Vec<T>> {
    (0..a.nrows()).map(|i| (0..a.ncols()).map(|j| a[(i, j)]).collect()).collect()
}

nb_module!(test_arrays_faer_ext, m, {
    echo! { m:
        "mat" Mat<f64>; "mat_f32" Mat<f32>; "mat_complex" Mat<Complex<f64>>; "mat_c64" Mat<Complex<f32>>; "mat_i32" Mat<i32>; "mat_bool" Mat<bool>;
        "col" Col<f64>; "row" Row<f64>;
    }
    m.def("make", |rows: usize, columns: usize| {
        let made = numbered(rows, columns);
        remember(made.as_ptr());
        made
    });
    m.def("make_col", |rows: usize| {
        let made = Col::from_fn(rows, |i| i as f64);
        remember(made.as_ptr());
        made
    });
    m.def("make_row", |columns: usize| {
        let made = Row::from_fn(columns, |i| i as f64);
        remember(made.as_ptr());
        made
    });
    m.def("make_none", |rows: usize| numbered(rows, rows), nb::rv_policy::none);
    m.def("moved", || *MOVED.lock().unwrap());
    m.def("entries", |a: MatRef<'_, f64>| entries(a));
    m.def("entries_strict", |a: MatRef<'_, f64>| entries(a), nb::arg("a").noconvert());
    m.def("entries_complex", |a: MatRef<'_, Complex<f32>>| entries(a));
    m.def("col_entries", |a: ColRef<'_, f64>| -> Vec<f64> { a.iter().copied().collect() });
    m.def("row_entries", |a: RowRef<'_, f64>| -> Vec<f64> { a.iter().copied().collect() });
    m.def("place", |a: MatRef<'_, f64>| (a.as_ptr() as usize, a.row_stride(), a.col_stride()));
    m.def("address_of_mat", |a: Mat<f64>| a.as_ptr() as usize);
    m.def("double", |a: MatMut<'_, f64>| {
        let mut a = a;
        for j in 0..a.ncols() {
            for i in 0..a.nrows() {
                a[(i, j)] *= 2.0;
            }
        }
    });
    m.def("double_col", |a: ColMut<'_, f64>| a.iter_mut().for_each(|x| *x *= 2.0));
    m.def("double_row", |a: RowMut<'_, f64>| a.iter_mut().for_each(|x| *x *= 2.0));
    m.def("copy_to", |from: MatRef<'_, f64>, to: MatMut<'_, f64>| -> nb::Result<()> {
        let mut to = to;
        if (from.nrows(), from.ncols()) != (to.nrows(), to.ncols()) {
            return Err(nb::value_error("other sizes"));
        }
        for j in 0..to.ncols() {
            for i in 0..to.nrows() {
                to[(i, j)] = from[(i, j)];
            }
        }
        Ok(())
    });
    m.def("while_lent", |a: MatMut<'_, f64>, f: nb::object| -> nb::Result<usize> {
        f.call(())?;
        Ok(a.nrows())
    });
    m.def("trace", |a: &Mat<f64>| -> f64 { (0..a.nrows()).map(|i| a[(i, i)]).sum() });
    m.def("col_total", |a: &Col<f64>, b: &Row<f64>| -> f64 { a.iter().chain(b.iter()).sum() });
    m.def("maybe", |a: Option<Mat<f64>>| a.map(|a| a.nrows()));
    m.def("transposed", |a: MatRef<'_, f64>| -> Mat<f64> { a.transpose().to_owned() });
    nb::class_<Home>(m, "Home")
        .def(nb::init(|rows: usize| Home { matrix: numbered(rows, rows), column: Col::from_fn(rows, |i| i as f64) }))
        .def_rw("matrix", &Home::matrix)
        .def_rw("column", &Home::column)
        .def("address", |home: &Home| home.matrix.as_ptr() as usize)
        .def("copied", |home: &Home| -> MatRef<'_, f64> { home.matrix.as_ref() })
        .def("referred", |home: &Home| -> MatRef<'_, f64> { home.matrix.as_ref() }, nb::rv_policy::reference_internal)
        .def("by_reference", |home: &Home| -> &Mat<f64> { &home.matrix })
        .def("refers", |home: &Home| -> &Mat<f64> { &home.matrix }, nb::rv_policy::reference_internal)
        .def("refers_col", |home: &Home| -> &Col<f64> { &home.column }, nb::rv_policy::reference_internal)
        .def("flipped", |home: &Home| -> MatRef<'_, f64> { home.matrix.reverse_rows_and_cols() }, nb::rv_policy::reference_internal)
        .def("referred_col", |home: &Home| -> ColRef<'_, f64> { home.matrix.col(1) }, nb::rv_policy::reference_internal)
        .def("referred_row", |home: &Home| -> RowRef<'_, f64> { home.matrix.row(1) }, nb::rv_policy::reference_internal)
        .def("copied_row", |home: &Home| -> RowRef<'_, f64> { home.matrix.row(1) })
        .def("set", |home: &mut Home, i: usize, j: usize, value: f64| home.matrix[(i, j)] = value);
});
