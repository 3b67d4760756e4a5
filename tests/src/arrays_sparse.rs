//! Sparse matrices of the crates `sprs` and `nalgebra-sparse`.

use nalgebra_sparse::{CooMatrix, CscMatrix, CsrMatrix};
use nb::prelude::*;
use num_complex::Complex;
use sprs::{CsMat, CsMatI, CsMatView, CsMatViewI, CsMatViewMutI, TriMat, TriMatI};
use std::sync::Mutex;

/// Has sparse matrices as fields.
pub struct Home {
    pub matrix: CsMatI<f64, i32>,
    pub by_rows: CsrMatrix<f64>,
}

/// The addresses of the arrays that were moved out last: elements, indices, beginnings.
static MOVED: Mutex<[usize; 3]> = Mutex::new([0; 3]);

fn remember<N, I, P>(data: &[N], indices: &[I], starts: &[P]) {
    *MOVED.lock().unwrap() = [data.as_ptr() as usize, indices.as_ptr() as usize, starts.as_ptr() as usize];
}

fn small() -> CsMatI<f64, i32> {
    CsMatI::new((2, 3), vec![0, 2, 3], vec![0, 2, 1], vec![1.0, 2.0, 3.0])
}

type Arrays<N> = (String, (usize, usize), Vec<usize>, Vec<usize>, Vec<N>);

/// What native code sees: the order, the sizes and the three arrays.
fn seen<N: Copy, I: sprs::SpIndex, P: sprs::SpIndex>(a: CsMatViewI<'_, N, I, P>) -> Arrays<N> {
    let starts = a.proper_indptr().iter().map(|start| start.index()).collect();
    let indices = a.indices().iter().map(|index| index.index()).collect();
    a.check_compressed_structure().expect("a matrix as the crate demands it");
    (format!("{:?}", a.storage()), a.shape(), starts, indices, a.data().to_vec())
}

nb_module!(test_arrays_sparse_ext, m, {
    echo! { m:
        "sprs" CsMat<f64>; "sprs_i32" CsMatI<f64, i32>; "sprs_i64" CsMatI<f64, i64>; "sprs_u32" CsMatI<f64, u32>; "sprs_mixed" CsMatI<f64, i32, i64>;
        "sprs_f32" CsMat<f32>; "sprs_int" CsMat<i64>; "sprs_u8" CsMat<u8>; "sprs_bool" CsMat<bool>; "sprs_complex" CsMat<Complex<f64>>;
        "tri" TriMat<f64>; "tri_i32" TriMatI<f64, i32>;
        "csr" CsrMatrix<f64>; "csc" CscMatrix<f64>; "coo" CooMatrix<f64>; "csr_int" CsrMatrix<i32>; "csc_bool" CscMatrix<bool>;
        "csr_complex" CsrMatrix<Complex<f32>>;
    }
    m.def("seen", |a: CsMat<f64>| seen(a.view()), nb::arg("a"));
    m.def("seen_i32", |a: CsMatI<f64, i32>| seen(a.view()));
    m.def("seen_int", |a: CsMat<i8>| seen(a.view()));
    m.def("seen_bool", |a: CsMat<bool>| seen(a.view()));
    m.def("seen_csr", |a: CsrMatrix<f64>| {
        let (starts, indices, data) = a.csr_data();
        (starts.to_vec(), indices.to_vec(), data.to_vec())
    });
    m.def("view", |a: CsMatViewI<'_, f64, i32>| seen(a));
    m.def("view_i64", |a: CsMatViewI<'_, f64, i64>| seen(a));
    m.def("view_usize", |a: CsMatView<'_, f64>| seen(a));
    m.def("view_u32", |a: CsMatViewI<'_, f64, u32>| seen(a));
    m.def("view_places", |a: CsMatViewI<'_, f64, i32>| {
        (a.data().as_ptr() as usize, a.indices().as_ptr() as usize, a.indptr().raw_storage().as_ptr() as usize)
    });
    m.def("double", |a: CsMatViewMutI<'_, f64, i32>| { let mut a = a; a.scale(2.0) });
    m.def("both", |_a: CsMatViewMutI<'_, f64, i32>, _b: CsMatViewI<'_, f64, i32>| ());
    m.def("sum_while", |a: CsMatViewI<'_, f64, i32>, f: nb::object| -> nb::Result<f64> {
        f.call(())?;
        Ok(a.data().iter().sum())
    });
    m.def("make_i32", || { let a = small(); remember(a.data(), a.indices(), a.indptr().raw_storage()); a });
    m.def("make_csc", || {
        let a = CsMatI::<f64, i32>::new_csc((3, 2), vec![0, 2, 3], vec![0, 2, 1], vec![1.0, 2.0, 3.0]);
        remember(a.data(), a.indices(), a.indptr().raw_storage());
        a
    });
    m.def("make_usize", || {
        let a: CsMat<f64> = small().to_other_types();
        remember(a.data(), a.indices(), a.indptr().raw_storage());
        a
    });
    m.def("make_wide", || CsMat::new((1, 1 << 40), vec![0, 1], vec![(1 << 40) - 1], vec![5.0]));
    m.def("make_u32", || CsMatI::<f64, u32>::new((1, u32::MAX as usize), vec![0, 1], vec![u32::MAX - 1], vec![5.0]));
    m.def("make_part", || CsMatI::<f64, i32>::new((1, 3), vec![2, 3], vec![1], vec![3.0]));
    m.def("make_empty", |rows: usize, columns: usize| CsMat::<f64>::zero((rows, columns)));
    m.def("make_csr", || {
        let a = CsrMatrix::try_from_csr_data(2, 3, vec![0, 2, 3], vec![0, 2, 1], vec![1.0, 2.0, 3.0]).unwrap();
        remember(a.values(), a.col_indices(), a.row_offsets());
        a
    });
    m.def("make_none", small, nb::rv_policy::none);
    m.def("moved", || *MOVED.lock().unwrap());
    m.def("by_reference", |a: &CsMatI<f64, i32>, b: &CsrMatrix<f64>| (a.nnz(), b.nnz()));
    m.def("maybe", |a: Option<CsMat<f64>>| a.is_some());
    m.def("all", |a: Vec<CsMat<f64>>| a.iter().map(|a| a.nnz()).collect::<Vec<_>>());
    m.def("overloaded", |_a: CsMat<f64>| "matrix");
    m.def("overloaded", |_a: nb::ndarray<double>| "array");
    m.def("overloaded", |_a: nb::object| "object");
    nb::class_<Home>(m, "Home")
        .def(nb::init(|| Home { matrix: small(), by_rows: CsrMatrix::zeros(2, 2) }))
        .def_rw("matrix", &Home::matrix)
        .def_rw("by_rows", &Home::by_rows)
        .def("places", |home: &Home| {
            let a = &home.matrix;
            (a.data().as_ptr() as usize, a.indices().as_ptr() as usize, a.indptr().raw_storage().as_ptr() as usize)
        })
        .def("copied", |home: &Home| -> CsMatViewI<'_, f64, i32> { home.matrix.view() })
        .def("referred", |home: &Home| -> CsMatViewI<'_, f64, i32> { home.matrix.view() }, nb::rv_policy::reference_internal)
        .def("part", |home: &Home| -> CsMatViewI<'_, f64, i32> { home.matrix.slice_outer(1..2) }, nb::rv_policy::reference_internal)
        .def("matrix_copied", |home: &Home| -> &CsMatI<f64, i32> { &home.matrix })
        .def("matrix_referred", |home: &Home| -> &CsMatI<f64, i32> { &home.matrix }, nb::rv_policy::reference_internal)
        .def("by_rows_copied", |home: &Home| -> &CsrMatrix<f64> { &home.by_rows })
        .def("by_rows_referred", |home: &Home| -> &CsrMatrix<f64> { &home.by_rows }, nb::rv_policy::reference_internal)
        .def("by_rows_place", |home: &Home| home.by_rows.values().as_ptr() as usize)
        .def("scale", |home: &mut Home, by: f64| home.matrix.scale(by));
});
