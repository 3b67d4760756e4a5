// row: nd-67
use nb::prelude::*;

fn corners() -> nb::Result<nb::ndarray_ref<'static, (nb::numpy, f32, nb::ndim<1>)>> {
    let local = [1.0, 2.0, 3.0];
    nb::ndarray_ref::from_slice(&local, [3])
}

nb_module!(arrays, m, {
    m.def("corners", &corners);
});

fn main() {}
