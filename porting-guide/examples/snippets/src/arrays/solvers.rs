use faer::{Mat, MatMut, MatRef};
use nb::prelude::*;

nb_module!(solvers, m, {
    m.def("product", |a: MatRef<'_, f64>, b: MatRef<'_, f64>| -> nb::Result<Mat<f64>> {
        if a.ncols() != b.nrows() {
            return Err(nb::value_error("the sizes do not fit together"));
        }
        Ok(a * b)
    });
    m.def("mirror", |a: MatMut<'_, f64>| a.reverse_rows_mut().col_mut(0).fill(1.0));
});
