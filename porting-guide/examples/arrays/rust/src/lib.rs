//! Images and least squares: what functions do with arrays of NumPy. The port of ../../cpp/arrays.cpp, in the same order.

use nalgebra::{DMatrix, DVector};
use nb::prelude::*;

type Image = nb::ndarray<(u8, nb::shape!(-1, -1, 3), nb::device::cpu)>;
type Picture = nb::ndarray<(nb::Const<u8>, nb::shape!(-1, -1, 3), nb::device::cpu)>;
type NewImage = nb::ndarray<(nb::numpy, u8, nb::ndim<3>)>;

// In place

fn brighten(image: Image, by: i32) {
    let v = image.view();
    for y in 0..v.shape(0) {
        for x in 0..v.shape(1) {
            for c in 0..3 {
                let value = &v[[y, x, c]];
                value.set((i32::from(value.get()) + by).clamp(0, 255) as u8);
            }
        }
    }
}

// A new image: each pixel is the mean of those around it

fn blur(image: Picture) -> nb::Result<NewImage> {
    let v = image.view();
    let (height, width) = (v.shape(0), v.shape(1));
    let mut out = Vec::with_capacity(height * width * 3);
    for y in 0..height {
        for x in 0..width {
            for c in 0..3 {
                let (mut sum, mut count) = (0, 0);
                for j in y.saturating_sub(1)..height.min(y + 2) {
                    for i in x.saturating_sub(1)..width.min(x + 2) {
                        sum += u32::from(v.at([j, i, c]));
                        count += 1;
                    }
                }
                out.push((sum / count) as u8);
            }
        }
    }
    NewImage::from_vec(out, [height, width, 3])
}

// A table that Python edits as an array

struct Curve {
    values: [nb::cell<u8>; 256],
}

impl Curve {
    fn new() -> Curve {
        Curve { values: std::array::from_fn(|i| nb::cell::new(i as u8)) }
    }
    #[allow(clippy::type_complexity, reason = "the markers say what the array is")]
    fn table(&self) -> nb::Result<nb::ndarray_ref<'_, (nb::numpy, u8, nb::shape!(256))>> {
        nb::ndarray_ref::from_cells(&self.values, [])
    }
    fn apply(&self, image: Image) {
        let (v, values) = (image.view(), nb::cell::all(&self.values));
        for y in 0..v.shape(0) {
            for x in 0..v.shape(1) {
                for c in 0..3 {
                    let value = &v[[y, x, c]];
                    value.set(values[usize::from(value.get())].get());
                }
            }
        }
    }
}

// Least squares

struct Fit {
    coefficients: DVector<f64>,
    residual: f64,
}

impl Fit {
    fn predict(&self, a: &DMatrix<f64>) -> DVector<f64> {
        a * &self.coefficients
    }
}

fn polynomials(x: &DVector<f64>, degree: usize) -> DMatrix<f64> {
    let mut a = DMatrix::from_element(x.len(), degree + 1, 1.0);
    for j in 1..=degree {
        let column = a.column(j - 1).component_mul(x);
        a.set_column(j, &column);
    }
    a
}

fn solve(a: &DMatrix<f64>, b: &DVector<f64>) -> nb::Result<Fit> {
    if a.nrows() != b.len() {
        return Err(nb::value_error("as many values as rows"));
    }
    let x = a.clone().svd(true, true).solve(b, f64::EPSILON).map_err(nb::runtime_error)?;
    let residual = (a * &x - b).norm();
    Ok(Fit { coefficients: x, residual })
}

// Where the numbers lie, whatever the strides are

fn norms(a: nb::DRef<'_, nb::Const<DMatrix<f64>>>) -> DVector<f64> {
    DVector::from_iterator(a.ncols(), a.column_iter().map(|column| column.norm()))
}

fn center(mut a: nb::DRef<'_, DMatrix<f64>>) {
    let mean = a.row_mean();
    for mut row in a.row_iter_mut() {
        row -= &mean;
    }
}

nb_module!(arrays, m, {
    m.def("brighten", &brighten, "image"_a.noconvert(), "by"_a);
    m.def("blur", &blur, "image"_a);

    nb::class_<Curve>(m, "Curve")
        .def(nb::init<>())
        .def("table", &Curve::table, nb::rv_policy::reference_internal)
        .def("apply", &Curve::apply, "image"_a.noconvert());

    nb::class_<Fit>(m, "Fit")
        .def_ro("coefficients", &Fit::coefficients)
        .def_ro("residual", &Fit::residual)
        .def("predict", &Fit::predict, "a"_a);

    m.def("polynomials", &polynomials, "x"_a, "degree"_a);
    m.def("solve", &solve, "a"_a, "b"_a);
    m.def("norms", &norms, "a"_a);
    m.def("center", &center, "a"_a);
});
