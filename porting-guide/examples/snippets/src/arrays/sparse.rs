use nalgebra_sparse::CsrMatrix;
use nb::prelude::*;
use sprs::{CsMat, CsMatViewI};

nb_module!(sparse, m, {
    // A csr_matrix or csc_matrix, copied and checked
    m.def("transposed", |a: CsMat<f64>| a.transpose_into());
    // The three arrays of SciPy where they lie: the exact types only
    m.def("total", |a: CsMatViewI<'_, f64, i32>| a.data().iter().sum::<f64>());
    m.def("row_count", |a: &CsrMatrix<f64>| a.row_iter().map(|row| row.nnz()).collect::<Vec<_>>());
});
