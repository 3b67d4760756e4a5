//! `nb::vectorize`, and the buffer protocol of bound classes.

use nb::prelude::*;

#[derive(Default)]
pub struct Samples {
    values: Vec<nb::cell<f32>>,
    fixed: Vec<u16>,
}

impl Samples {
    fn sum(&self) -> f32 {
        nb::cell::all(&self.values).iter().map(|value| value.get()).sum()
    }

    fn push(&mut self, value: f32) {
        self.values.push(nb::cell::new(value));
    }
}

/// Its memory is read-only.
#[derive(Default)]
pub struct Table {
    numbers: Vec<i64>,
    columns: usize,
}

fn power(x: f64, n: i32) -> f64 {
    x.powi(n)
}

nb_module!(test_array_functions_ext, m, {
    m.def("power", nb::vectorize(&power), "x"_a, "n"_a = 2);
    m.def("add3", nb::vectorize(|a: f32, b: f32, c: f32| a + b + c));
    m.def("is_big", nb::vectorize(|a: i64| a > 100));
    m.def("halves", nb::vectorize(|a: u8| a / 2), "a"_a.noconvert());
    m.def("failing", nb::vectorize(|a: i64| -> i64 { if a == 3 { panic!("three") } else { a } }));

    // While the first argument is an exclusive reference, nothing else reads it.
    m.def("while_lent", |mut a: ndarray::ArrayViewMut2<'_, f32>, f: nb::object| -> nb::Result<()> {
        a.fill(1.0);
        f.call(())?;
        Ok(())
    });
    m.def("as_doubles", |a: ndarray::Array2<f64>| a.sum());
    m.def("as_floats", |a: ndarray::Array2<f32>| a.sum());
    m.def("as_matrix", |a: nalgebra::DMatrix<f32>| a.sum());
    m.def("as_integers", |a: nb::ndarray<const int32_t>| a.size());
    m.def("copied_out", |a: nb::ndarray<nb::numpy, nb::ro>| a, nb::rv_policy::copy);
    m.def("both", |a: ndarray::ArrayViewMut2<'_, f32>, b: ndarray::ArrayViewMut2<'_, f32>| a.len() + b.len());
    m.def("fill", |a: nb::ndarray<float, nb::ndim<1>>| a.view().fill(7.0));
    m.def("total", |a: nb::ndarray<const float, nb::ndim<1>>| -> f32 { a.view().iter().sum() });

    nb::class_<Samples>(m, "Samples")
        .def("changed", |s: &mut Samples| nb::ndarray_ref<nb::numpy, float, nb::ndim<1>>::from_cells(&s.values, [s.values.len()]), nb::rv_policy::reference_internal)
        .def(nb::init(|n: usize| Samples { values: vec![nb::cell::new(0.0); n], fixed: vec![1, 2, 3] }))
        .def("sum", &Samples::sum)
        .def("push", &Samples::push)
        .def("fixed", |s: &Samples| nb::ndarray_ref<nb::numpy, const uint16_t, nb::ndim<1>>::from_slice(&s.fixed, [s.fixed.len()]), nb::rv_policy::reference_internal)
        .def("copy", |s: &Samples| nb::ndarray_ref<nb::numpy, float, nb::ndim<1>>::from_cells(&s.values, [s.values.len()]))
        .def("array", |s: &Samples| nb::ndarray_ref<nb::array_api, float, nb::ndim<1>>::from_cells(&s.values, [s.values.len()]), nb::rv_policy::reference_internal)
        .def_buffer(|s: &Samples| nb::ndarray_ref<float, nb::ndim<1>>::from_cells(&s.values, [s.values.len()]));

    nb::class_<Table>(m, "Table")
        .def(nb::init(|rows: i64, columns: usize| Table { numbers: (0..rows * columns as i64).collect(), columns }))
        .def_buffer(|t: &Table| {
            if t.columns == 0 {
                return Err(nb::buffer_error("a table without columns"));
            }
            nb::ndarray_ref<int64_t, nb::ndim<2>, nb::f_contig>::from_slice(&t.numbers, [t.numbers.len() / t.columns, t.columns])
        });
});
