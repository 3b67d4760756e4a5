use half::f16;
use nb::dlpack::{dtype, dtype_code};
use nb::prelude::*;

/// A length in millimetres.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Length(i32);

// SAFETY: 32 bits, all of which are valid.
unsafe impl nb::dtype_traits for Length {
    const VALUE: dtype = dtype::new(dtype_code::Int, 32);
    const NAME: &'static str = "int32";
}

nb_module!(scalars, m, {
    m.def("longest", |a: nb::ndarray<const Length, nb::ndim<1>>| a.view().iter().map(|l| l.0).max());
    m.def("count", |a: nb::ndarray<const bool, nb::ndim<1>>| a.view().iter().filter(|b| b.get()).count());
    m.def("halve", |a: nb::ndarray<f16, nb::ndim<1>>| {
        let v = a.view();
        (0..v.shape(0)).for_each(|i| v.set([i], v.at([i]) / f16::from_f32(2.0)));
    }, "a"_a.noconvert());
    m.def("conjugate", |a: nb::ndarray<const std::complex<double>, nb::ndim<1>>| {
        let all: Vec<_> = a.view().iter().map(|z| z.conj()).collect();
        let n = all.len();
        nb::ndarray<nb::numpy, std::complex<double>, nb::ndim<1>>::from_vec(all, [n])
    });
});
