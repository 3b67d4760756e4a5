use nb::prelude::*;
use ndarray::{Array2, Array3, ArrayView2, ArrayViewMut2, Axis};

fn smooth(mut grid: ArrayViewMut2<'_, f64>, rate: f64) {
    let mean = grid.mean().unwrap_or(0.0);
    grid.mapv_inplace(|x| x + rate * (mean - x));
}

nb_module!(grids, m, {
    m.def("smooth", &smooth, "grid"_a, "rate"_a = 0.5);
    m.def("columns", |a: ArrayView2<'_, f64>| a.sum_axis(Axis(0)));
    m.def("stack", |a: Array2<f32>, n: usize| Array3::from_shape_fn((n, a.nrows(), a.ncols()), |(_, i, j)| a[[i, j]]));
});
