//! Arrays as arguments: which objects each type takes, and what native code sees of them.

use nb::prelude::*;

/// What native code sees: address, sizes, strides, type of the elements, device; `None` where there is no array.
pub type Seen = Option<(usize, Vec<i64>, Vec<i64>, (u8, u8, u16), (i32, i32))>;

/// All that can be asked of any array.
pub fn seen<A: nb::Markers>(a: &nb::ndarray<A>) -> Seen {
    let dtype = a.dtype();
    let place = (a.data_handle() as usize).wrapping_add(a.byte_offset() as usize);
    let all = (
        place,
        a.shape_slice().to_vec(),
        a.stride_slice().to_vec(),
        (dtype.code, dtype.bits, dtype.lanes),
        (a.device_type(), a.device_id()),
    );
    a.is_valid().then_some(all)
}

/// Binds a function with this parameter: as it is, without conversion, as the first of two overloads, and as casts.
macro_rules! takes {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |a: $ty| seen(&a), (nb::arg("a"),));
        $m.def(concat!($name, "_nc"), |a: $ty| seen(&a), nb::arg("a").noconvert());
        $m.def(concat!($name, "_ov"), |a: $ty| seen(&a), (nb::arg("a"),));
        $m.def(concat!($name, "_ov"), |_: nb::object| "object", (nb::arg("a"),));
        $m.def(concat!($name, "_cast"), |a: nb::object| a.cast::<$ty>().map(|a| seen(&a)), (nb::arg("a"),));
        $m.def(concat!($name, "_try"), |a: nb::object| a.try_cast::<$ty>().map(|a| seen(&a)), (nb::arg("a"),));
        $m.def(concat!($name, "_is"), |a: nb::object| nb::isinstance::<$ty>(&a), (nb::arg("a"),));
        $m.def(concat!($name, "_same"), |a: $ty| a, (nb::arg("a"),));
    )* };
}

fn bind_types(m: &nb::module_<NbDomain>) {
    use nb::{Const, any_contig, c_contig, device, f_contig, ndarray, ndim, numpy, pytorch, ro, shape};
    takes! { m:
        "any" ndarray; "f" ndarray<(f32,)>; "cf" ndarray<(Const<f32>,)>; "ro" ndarray<(ro,)>;
        "fC" ndarray<(f32, c_contig)>; "fF" ndarray<(f32, f_contig)>; "fA" ndarray<(f32, any_contig)>;
        "f2" ndarray<(f32, ndim<2>)>; "fx3" ndarray<(f32, shape!(-1, 3))>;
        "i32" ndarray<(i32,)>; "b" ndarray<(bool,)>; "c64" ndarray<(nb::complex<f32>,)>;
        "roC" ndarray<(ro, c_contig)>; "roF" ndarray<(ro, f_contig)>; "aC" ndarray<(c_contig,)>;
        "cdC" ndarray<(Const<f64>, c_contig)>; "u8" ndarray<(u8,)>; "cu8" ndarray<(Const<u8>,)>;
        "f0" ndarray<(f32, ndim<0>)>; "fcuda" ndarray<(f32, device::cuda)>;
        "fnp" ndarray<(f32, numpy)>; "fto" ndarray<(f32, pytorch)>;
        // Not in nanobind's table.
        "f64" ndarray<(f64,)>; "c128" ndarray<(nb::complex<f64>,)>; "cc64" ndarray<(Const<nb::complex<f32>>,)>;
        "fcpu" ndarray<(f32, device::cpu)>; "fF2" ndarray<(f32, ndim<2>, f_contig)>; "roA" ndarray<(ro, any_contig)>;
        "half" ndarray<(half::f16,)>; "bf16" ndarray<(half::bf16,)>; "c32" ndarray<(nb::complex<half::f16>,)>;
        "i128" ndarray<(i128,)>; "mine" ndarray<(Mine,)>; "two_lanes" ndarray<(Lanes,)>; "i64" ndarray<(i64,)>;
        "i8" ndarray<(i8,)>; "i16" ndarray<(i16,)>; "u16" ndarray<(u16,)>; "u32" ndarray<(u32,)>; "u64" ndarray<(u64,)>;
    }
}

/// A scalar of one's own: NumPy's `int16`, by another name.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Mine(i16);

// SAFETY: 16 bits, all of which are valid.
unsafe impl nb::dtype_traits for Mine {
    const VALUE: nb::dlpack::dtype = nb::dlpack::dtype::new(nb::dlpack::dtype_code::Int, 16);
    const NAME: &'static str = "short";
}

/// Two lanes.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Lanes([f32; 2]);

// SAFETY: two floats, all bits of which are valid.
unsafe impl nb::dtype_traits for Lanes {
    const VALUE: nb::dlpack::dtype =
        nb::dlpack::dtype { lanes: 2, ..nb::dlpack::dtype::new(nb::dlpack::dtype_code::Float, 32) };
    const NAME: &'static str = "float32x2";
}

/// `nb::dtype<T>()` of all scalars, by name.
fn dtypes() -> Vec<(&'static str, (u8, u8, u16))> {
    fn of(d: nb::dlpack::dtype) -> (u8, u8, u16) {
        (d.code, d.bits, d.lanes)
    }
    vec![
        ("i8", of(nb::dtype::<i8>())),
        ("i16", of(nb::dtype::<i16>())),
        ("i32", of(nb::dtype::<i32>())),
        ("i64", of(nb::dtype::<i64>())),
        ("isize", of(nb::dtype::<isize>())),
        ("u8", of(nb::dtype::<u8>())),
        ("u16", of(nb::dtype::<u16>())),
        ("u32", of(nb::dtype::<u32>())),
        ("u64", of(nb::dtype::<u64>())),
        ("usize", of(nb::dtype::<usize>())),
        ("f32", of(nb::dtype::<f32>())),
        ("f64", of(nb::dtype::<f64>())),
        ("bool", of(nb::dtype::<bool>())),
        ("f16", of(nb::dtype::<half::f16>())),
        ("bf16", of(nb::dtype::<half::bf16>())),
        ("c32", of(nb::dtype::<nb::complex<half::f16>>())),
        ("bc32", of(nb::dtype::<nb::complex<half::bf16>>())),
        ("c64", of(nb::dtype::<nb::complex<f32>>())),
        ("c128", of(nb::dtype::<nb::complex<f64>>())),
        ("mine", of(nb::dtype::<Mine>())),
        ("lanes", of(nb::dtype::<Lanes>())),
    ]
}

fn codes() -> Vec<(&'static str, u8)> {
    use nb::dlpack::dtype_code::*;
    vec![
        ("Int", Int as u8),
        ("UInt", UInt as u8),
        ("Float", Float as u8),
        ("Bfloat", Bfloat as u8),
        ("Complex", Complex as u8),
        ("Bool", Bool as u8),
        ("Float8_E3M4", Float8_E3M4 as u8),
        ("Float8_E8M0FNU", Float8_E8M0FNU as u8),
        ("Float6_E2M3FN", Float6_E2M3FN as u8),
        ("Float6_E3M2FN", Float6_E3M2FN as u8),
        ("Float4_E2M1FN", Float4_E2M1FN as u8),
        ("Bcomplex", Bcomplex as u8),
    ]
}

/// What the type says, as constants.
fn constants<A: nb::Markers>() -> (bool, u8, i32) {
    (nb::ndarray::<A>::READ_ONLY, nb::ndarray::<A>::ORDER, nb::ndarray::<A>::DEVICE_TYPE)
}

nb_module!(test_ndarrays_in_ext, m, {
    bind_types(m);

    m.def("check", |value: nb::object| nb::ndarray_check(&value));
    m.def("inspect", |a: nb::ndarray<>| {
        (a.ndim(), a.size(), a.itemsize(), a.nbytes(), (a.data() as usize, a.data_handle() as usize, a.byte_offset()))
    });
    m.def("shape", |a: nb::ndarray<>, axis: usize| a.shape(axis));
    m.def("stride", |a: nb::ndarray<>, axis: usize| a.stride(axis));
    m.def("by_pointer", |a: nb::ndarray<>| -> (Vec<i64>, Vec<i64>) {
        // SAFETY: as many numbers as there are dimensions.
        unsafe {
            (
                std::slice::from_raw_parts(a.shape_ptr(), a.ndim()).to_vec(),
                std::slice::from_raw_parts(a.stride_ptr(), a.ndim()).to_vec(),
            )
        }
    });
    m.def("shown", |a: nb::ndarray<>| format!("{a:?}"));
    m.def("dtypes", &dtypes);
    m.def("codes", &codes);
    m.def("is_dtype", |a: nb::ndarray<nb::ro>| {
        let d = a.dtype();
        (d == nb::dtype<int16_t>(), d == nb::dtype<uint32_t>(), d == nb::dtype<float>(), d != nb::dtype<double>())
    });
    m.def("no_array", || {
        let a = nb::ndarray<float>();
        let b: nb::ndarray<(f32, nb::ndim<2>)> = Default::default();
        (a.is_valid(), a.ndim(), a.size(), a.nbytes(), a.data() as usize, b.is_valid(), b.try_view().is_err())
    });
    m.def("devices", || {
        use nb::device::*;
        [none::value, cpu::value, cuda::value, cuda_host::value, opencl::value, vulkan::value, metal::value, rocm::value, rocm_host::value,
            cuda_managed::value, oneapi::value]
    });
    m.def("frameworks", || {
        [nb::no_framework::value, nb::numpy::value, nb::pytorch::value, nb::tensorflow::value, nb::jax::value, nb::cupy::value,
            nb::memview::value, nb::array_api::value, nb::mlx::value]
    });
    m.def("orders", || [nb::c_contig::value, nb::f_contig::value, nb::any_contig::value]);
    m.def("constants", || {
        vec![
            constants::<()>(),
            constants::<(nb::ro,)>(),
            constants::<(nb::Const<f32>, nb::c_contig, nb::device::cuda)>(),
            constants::<(f32, nb::f_contig, nb::device::cpu)>(),
            constants::<(nb::ro, f32, nb::any_contig, nb::device::none)>(),
        ]
    });

    m.def("pointers", |a: nb::ndarray<nb::ro>, b: nb::ndarray<>, c: nb::ndarray<const float>, d: nb::ndarray<float>| {
        let (a, b, c, d): (*const std::ffi::c_void, *mut std::ffi::c_void, *const f32, *mut f32) = (a.data(), b.data(), c.data(), d.data());
        [a as usize, b as usize, c as usize, d as usize]
    });
    m.def("cast_detached", |a: nb::ndarray<nb::ro>| {
        nb::gil_scoped_release::run(move || std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| a.cast().is_ok())).is_err())
    });

    // Overloads.
    m.def("oid", |_: nb::ndarray<int32_t>| "i32", nb::arg("a"));
    m.def("oid", |_: nb::ndarray<double>| "f64", nb::arg("a"));
    m.def("oid2", |_: nb::ndarray<double>| "f64", nb::arg("a"));
    m.def("oid2", |_: nb::ndarray<int32_t>| "i32", nb::arg("a"));
    m.def("single_or_double", |_: nb::ndarray<float>| "f32");
    m.def("single_or_double", |_: nb::ndarray<double>| "f64");
    m.def("where_is_it", |_: nb::ndarray<nb::ro, nb::device::cpu>| "cpu");
    m.def("where_is_it", |_: nb::ndarray<nb::ro, nb::device::cuda>| "cuda");
    m.def("two", |_: nb::ndarray<float>, _: i32| 0);
    m.def("two", |_: nb::ndarray<double, nb::ndim<1>>, _: f32| 1);
    m.def("named", |_: nb::ndarray<float>, _: i32, _: Option<nb::ndarray<const double, nb::ndim<2>>>| (),
        nb::arg("x"), "k"_a = 3, "y"_a.none() = nb::none(), "Some doc.");

    // None.
    m.def("f_none", |a: Option<nb::ndarray<float>>| a.and_then(|a| seen(&a)), nb::arg("a").none());
    m.def("opt", |x: Option<nb::ndarray<float>>| x.is_some(), "x"_a = nb::none());
    m.def("opt_strict", |x: Option<nb::ndarray<float>>| x.is_some(), nb::arg("x").none().noconvert());
    m.def("or_none", |a: nb::ndarray<float>, none: bool| if none { Default::default() } else { a });
    m.def("strict", |a: nb::ndarray<float>| seen(&a), "a"_a.noconvert());

    // Values.
    m.def("sum", |a: nb::ndarray<const double, nb::ndim<2>>| -> f64 { a.view().iter().sum() });
    m.def("write", |a: nb::ndarray<float, nb::ndim<1>>| a.view().fill(7.0));
    m.def("many", |all: Vec<nb::ndarray<nb::ro>>| all.iter().map(seen).collect::<Vec<_>>());
    m.def("clones", |a: nb::ndarray<nb::ro>, count: usize| {
        let kept: Vec<_> = (0..count).map(|_| a.clone()).collect();
        let by_reference = |a: &nb::ndarray<nb::ro>| a.size();
        kept.iter().map(by_reference).sum::<usize>()
    });
});
