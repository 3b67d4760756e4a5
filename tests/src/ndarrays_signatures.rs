//! The texts of all kinds of arrays in signatures, of types that are written as in C++.

use nb::prelude::*;

/// Binds a function that takes the type and one that returns it.
macro_rules! both {
    ($m:ident: $($ty:ty;)*) => {{
        let mut number = 0;
        $(
            $m.def(&format!("takes_{number}"), |_: $ty| (), ());
            $m.def(&format!("gives_{number}"), || -> $ty { Default::default() }, ());
            number += 1;
        )*
        number
    }};
}

nb_module!(test_ndarrays_signatures_ext, m, {
    let count: i32 = both! { m:
        nb::ndarray<>;
        nb::ndarray<float>;
        nb::ndarray<double>;
        nb::ndarray<uint8_t>;
        nb::ndarray<int8_t>;
        nb::ndarray<int16_t>;
        nb::ndarray<int32_t>;
        nb::ndarray<int64_t>;
        nb::ndarray<uint16_t>;
        nb::ndarray<uint32_t>;
        nb::ndarray<uint64_t>;
        nb::ndarray<bool>;
        nb::ndarray<std::complex<float>>;
        nb::ndarray<std::complex<double>>;
        nb::ndarray<const float>;
        nb::ndarray<const bool>;
        nb::ndarray<nb::ro>;
        nb::ndarray<nb::ro, float>;
        nb::ndarray<float, nb::ro>;
        nb::ndarray<const float, nb::ro>;
        nb::ndarray<nb::shape<-1, 3>>;
        nb::ndarray<nb::shape<3>>;
        nb::ndarray<nb::shape<>>;
        nb::ndarray<nb::shape<0>>;
        nb::ndarray<nb::ndim<1>>;
        nb::ndarray<nb::ndim<2>>;
        nb::ndarray<nb::ndim<0>>;
        nb::ndarray<nb::c_contig>;
        nb::ndarray<nb::f_contig>;
        nb::ndarray<nb::any_contig>;
        nb::ndarray<nb::device::none>;
        nb::ndarray<nb::device::cpu>;
        nb::ndarray<nb::device::cuda>;
        nb::ndarray<nb::device::cuda_host>;
        nb::ndarray<nb::device::opencl>;
        nb::ndarray<nb::device::vulkan>;
        nb::ndarray<nb::device::metal>;
        nb::ndarray<nb::device::rocm>;
        nb::ndarray<nb::device::rocm_host>;
        nb::ndarray<nb::device::cuda_managed>;
        nb::ndarray<nb::device::oneapi>;
        nb::ndarray<nb::no_framework>;
        nb::ndarray<nb::numpy>;
        nb::ndarray<nb::pytorch>;
        nb::ndarray<nb::tensorflow>;
        nb::ndarray<nb::jax>;
        nb::ndarray<nb::cupy>;
        nb::ndarray<nb::mlx>;
        nb::ndarray<nb::memview>;
        nb::ndarray<nb::array_api>;
        nb::ndarray<nb::numpy, float>;
        nb::ndarray<float, nb::numpy>;
        nb::ndarray<nb::pytorch, float, nb::device::cuda>;
        nb::ndarray<nb::memview, nb::ro>;
        nb::ndarray<float, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>;
        nb::ndarray<nb::device::cpu, nb::c_contig, nb::shape<-1, 3>, float>;
        nb::ndarray<const float, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu, nb::numpy>;
        nb::ndarray<nb::ro, nb::shape<-1, 3>>;
        nb::ndarray<nb::ro, nb::c_contig>;
        nb::ndarray<nb::shape<>, float>;
        nb::ndarray<float, nb::shape<2, -1, 4>, nb::f_contig, nb::ro>;
        nb::ndarray<nb::numpy, nb::ro, nb::device::cuda>;
        nb::ndarray<nb::array_api, const double, nb::any_contig>;
    };
    m.def("count", move || count);

    // The same type, whichever way it is written.
    fn same<T>(_: fn(T), _: fn(T)) {}
    same(|_: nb::ndarray<nb::ndim<3>>| (), |_: nb::ndarray<(nb::ndim<3>,)>| ());
    same(|_: nb::ndarray<const float>| (), |_: nb::ndarray<float const>| ());
    same(|_: nb::ndarray<>| (), |_: nb::ndarray| ());
    m.def("spelled", |_: nb::ndarray<(f32, nb::shape!(-1, 3))>, _: Vec<nb::ndarray<int32_t>>, _: Option<nb::ndarray<std::uint8_t>>| ());
    m.def("nested", || -> Option<(nb::ndarray<nb::numpy, float>, Vec<nb::ndarray<nb::numpy, double>>)> { None });
    m.def("borrowed", || nb::ndarray_ref<'static, nb::numpy, const float, nb::shape<2>>::from_slice(&[1.0, 2.0], []));
    m.def("object", || -> nb::Result<nb::ndarray_object<nb::numpy, float, nb::shape<1>>> {
        nb::ndarray<nb::numpy, float, nb::shape<1>>::from_vec(vec![1.0], [])?.cast()
    });
    m.def("default", |_: Option<nb::ndarray<float>>| (), "x"_a = nb::none());
});
