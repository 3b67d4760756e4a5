//! Arrays that native code makes: of vectors, of any memory, of its own objects; casts in bodies, and who keeps what alive.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// Memory that counts how often it is freed.
pub struct Memory(Vec<u64>);

impl Drop for Memory {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, SeqCst);
    }
}

impl Memory {
    fn new() -> Memory {
        Memory((0..1024).map(|i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect())
    }
    fn data<T>(&self) -> *mut T {
        self.0.as_ptr().cast_mut().cast()
    }
}

/// What a made array is to be like: sizes, strides, type of the elements, device, order (`-` for none), offset.
type Spec = (Vec<usize>, Option<Vec<isize>>, (u8, u8, u16), (i32, i32), char, u64);

/// Binds a function that makes an array over 8192 bytes that a capsule owns, or over an address that nobody can read.
macro_rules! builders {
    ($m:ident, $policy:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |spec: Spec, nowhere: bool| -> nb::Result<$ty> {
            let (shape, strides, dtype, device, order, offset) = spec;
            let memory = Memory::new();
            let data: *mut std::ffi::c_void = if nowhere { std::ptr::without_provenance_mut(0xdead_0000) } else { memory.data() };
            let dtype = nb::dlpack::dtype { code: dtype.0, bits: dtype.1, lanes: dtype.2 };
            let mut builder = <$ty>::builder(data).shape(shape).dtype(dtype).device(device.0, device.1).byte_offset(offset);
            if let Some(strides) = strides {
                builder = builder.strides(strides);
            }
            if order != '-' {
                builder = builder.order(order);
            }
            // SAFETY: the tests keep within 8192 bytes, or do not read the elements.
            unsafe { builder.owner(nb::capsule::new(memory)).build() }
        }, (nb::arg("spec"), nb::arg("nowhere"), nb::rv_policy::$policy));
    )* };
}

fn bind_builders(m: &nb::module_<NbDomain>) {
    use nb::{array_api, memview, ndarray, numpy, ro};
    builders! { m, automatic:
        "mk_aa" ndarray<(array_api,)>; "mk_np" ndarray<(numpy,)>; "mk_mv" ndarray<(memview,)>; "mk_nf" ndarray;
        "ro_aa" ndarray<(array_api, ro)>; "ro_np" ndarray<(numpy, ro)>; "ro_mv" ndarray<(memview, ro)>; "ro_nf" ndarray<(ro,)>;
        "mk_aa_2" ndarray<(array_api, nb::ndim<2>)>; "ro_to" ndarray<(nb::pytorch, ro)>; "ro_cu" ndarray<(nb::cupy, ro)>;
    }
    builders! { m, copy: "copy_np" ndarray<(numpy,)>; }
}

/// Of one allocation, which several arrays show parts of.
fn several() -> nb::Result<Vec<nb::ndarray<(nb::numpy, u64, nb::ndim<1>)>>> {
    let memory = Memory::new();
    let data: *mut u64 = memory.data();
    let owner = nb::capsule::new(memory);
    // SAFETY: three parts of the memory, which the capsule keeps.
    (0..3).map(|part| unsafe { nb::ndarray::new(data.add(10 * part), [10], &owner) }).collect()
}

/// A bound object with numbers.
pub struct Matrix {
    cells: [nb::cell<f32>; 16],
    plain: Vec<f64>,
}

/// As in nanobind's manual.
pub struct Matrix4f([f32; 16]);

/// Has arrays as fields.
pub struct Keeper {
    pub array: nb::ndarray<(f32,)>,
    pub maybe: Option<nb::ndarray<(nb::ro,)>>,
}

/// Never bound.
struct Unbound;

/// Arrays that outlive all calls.
static KEPT: Mutex<Vec<nb::ndarray<(nb::ro,)>>> = Mutex::new(Vec::new());

nb_module!(test_ndarrays_out_ext, m, {
    bind_builders(m);
    m.def("dropped", || DROPPED.load(SeqCst));

    // Of Rust's own values.
    m.def("of_vec", |n: usize| nb::ndarray<nb::numpy, double, nb::ndim<1>>::from_vec((0..n).map(|i| i as f64).collect(), [n]));
    m.def("of_vec_as", |count: usize, shape: Vec<usize>| nb::ndarray<nb::numpy, int32_t>::from_vec((0..count as i32).collect(), shape));
    m.def("of_box", || nb::ndarray<nb::numpy, float, nb::shape<2, 3>>::from_box(Box::new([1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0]), []));
    m.def("of_arc", || nb::ndarray<nb::numpy, const int64_t, nb::shape<3>>::from_arc(Arc::from([1i64, 2, 3]), []));
    m.def("in_fortran", || nb::ndarray<nb::numpy, float, nb::shape<2, 3>, nb::f_contig>::from_vec((0..6).map(|i| i as f32).collect(), []));
    m.def("of_flags", || nb::ndarray<nb::numpy, bool, nb::ndim<1>>::from_vec(vec![true.into(), false.into()], [2]));
    m.def("of_halves", || nb::ndarray<nb::numpy, half::f16, nb::ndim<1>>::from_vec(vec![half::f16::from_f32(1.5)], [1]));
    m.def("of_brains", || nb::ndarray<nb::array_api, half::bf16, nb::ndim<1>>::from_vec(vec![half::bf16::from_f32(1.5)], [1]));
    m.def("of_complex", || nb::ndarray<nb::numpy, std::complex<float>, nb::ndim<1>>::from_vec(vec![nb::complex::new(1.0, 2.0)], [1]));
    m.def("wrong_shape", || nb::ndarray<nb::numpy, float, nb::shape<2, 3>>::from_vec(vec![0.0; 9], [3, 3]));
    m.def("wrong_device", || nb::ndarray<float, nb::ndim<1>, nb::device::cuda>::from_vec(vec![0.0], [1]));
    m.def("scalar", || nb::ndarray<nb::numpy, double>::from_vec(vec![4.0], []));

    // The constructor: data, sizes, owner.
    m.def("several", &several);
    m.def("create_2d", |rows: usize, cols: usize| -> nb::Result<nb::ndarray<nb::numpy, float, nb::ndim<2>>> {
        let memory = Memory::new();
        let data: *mut f32 = memory.data();
        let owner = nb::capsule::new(memory);
        // SAFETY: within the memory, which the capsule owns.
        unsafe {
            (0..rows * cols).for_each(|i| data.add(i).write(i as f32));
            nb::ndarray<nb::numpy, float, nb::ndim<2>>(data, {rows, cols}, owner)
        }
    });
    m.def("owned_by", |owner: nb::object| -> nb::Result<nb::ndarray<nb::numpy, float, nb::shape<2>>> {
        static NUMBERS: [nb::cell<f32>; 2] = [nb::cell::new(1.0), nb::cell::new(2.0)];
        // SAFETY: static memory.
        unsafe { nb::ndarray<nb::numpy, float, nb::shape<2>>(NUMBERS.as_ptr().cast_mut().cast(), {}, owner) }
    });
    m.def("second_columns", || -> nb::Result<nb::ndarray<nb::numpy, uint64_t, nb::ndim<2>>> {
        let memory = Memory::new();
        let data: *mut u64 = memory.data();
        // SAFETY: within the memory, which the capsule owns.
        unsafe {
            (0..12).for_each(|i| data.add(i).write(i as u64));
            nb::ndarray::builder(data).shape([3, 2]).strides([4, 2]).owner(nb::capsule::new(memory)).build()
        }
    });
    m.def("at_null", |count: usize| -> nb::Result<nb::ndarray<nb::numpy, float, nb::ndim<1>>> {
        // SAFETY: only if there are no elements.
        unsafe { nb::ndarray<nb::numpy, float, nb::ndim<1>>(std::ptr::null_mut(), {count}, {}) }
    }, nb::rv_policy::reference);
    m.def("open_shape", || -> nb::Result<nb::ndarray<nb::numpy, float, nb::shape<-1, 3>>> {
        // SAFETY: refused.
        unsafe { nb::ndarray<nb::numpy, float, nb::shape<-1, 3>>(std::ptr::null_mut()) }
    });
    m.def("no_dtype", || -> nb::Result<nb::ndarray<nb::numpy>> {
        // SAFETY: refused.
        unsafe { nb::ndarray<nb::numpy>(std::ptr::null_mut(), {1}) }
    });
    m.def("invalid", || nb::ndarray<float>());

    // Memory of bound objects.
    nb::class_<Matrix>(m, "Matrix")
        .def(nb::init(|| Matrix { cells: [const { nb::cell::new(0.0) }; 16], plain: vec![1.0, 2.0, 3.0] }))
        .def("view", |m: &Matrix| nb::ndarray_ref<nb::numpy, float, nb::shape<4, 4>, nb::f_contig>::from_cells(&m.cells, []),
            nb::rv_policy::reference_internal)
        .def("shown", |m: &Matrix| nb::ndarray_ref<nb::array_api, float, nb::shape<4, 4>>::from_cells(&m.cells, []), nb::rv_policy::reference_internal)
        .def("copied", |m: &Matrix| nb::ndarray_ref<nb::numpy, float, nb::shape<4, 4>>::from_cells(&m.cells, []))
        .def("plain", |m: &Matrix| nb::ndarray_ref<nb::numpy, const double, nb::ndim<1>>::from_slice(&m.plain, [m.plain.len()]),
            nb::rv_policy::reference_internal)
        .def("plain_copied", |m: &Matrix| nb::ndarray_ref<nb::numpy, double, nb::ndim<1>>::from_slice(&m.plain, [m.plain.len()]))
        .def("plain_writable", |m: &Matrix| nb::ndarray_ref<nb::numpy, double, nb::ndim<1>>::from_slice(&m.plain, [m.plain.len()]),
            nb::rv_policy::reference_internal)
        .def("get", |m: &Matrix, i: usize| m.cells[i].get())
        .def("set", |m: &Matrix, i: usize, value: f32| m.cells[i].set(value))
        .def("push", |m: &mut Matrix, value: f64| m.plain.push(value))
        .def("sum", |m: &Matrix| -> f64 { m.plain.iter().sum() });
    // nanobind's own sample: `__dlpack__` of a class.
    nb::class_<Matrix4f>(m, "Matrix4f")
        .def(nb::init(|| Matrix4f(std::array::from_fn(|i| i as f32))))
        .def("__dlpack__", |m: nb::handle_t<Matrix4f>, kwargs: nb::kwargs| -> nb::Result<nb::object> {
            let data = m.borrow()?.0.as_ptr();
            // SAFETY: the array lives as long as the object, which the array keeps; nothing writes to it.
            let array = unsafe { nb::ndarray<nb::array_api, const float, nb::shape<4, 4>, nb::f_contig>(data, {}, &*m)? };
            let shown: nb::object = array.cast_with(nb::rv_policy::reference_internal, Some(&*m))?.into();
            Ok(shown.attr("__dlpack__")(**kwargs))
        })
        .def_static("__dlpack_device__", || (nb::device::cpu::value, 0));

    // Casts in bodies.
    m.def("cast_local", || -> nb::Result<nb::object> {
        let local = [1.0f32, 2.0, 3.0];
        let array = nb::ndarray_ref<nb::numpy, float, nb::shape<3>>::from_slice(&local, [])?;
        nb::cast(array)
    });
    m.def("cast_typed", || -> nb::Result<nb::ndarray_object<nb::numpy, float, nb::shape<3>>> {
        let mut local = [1.0f32, 2.0, 3.0];
        // SAFETY: copied while `local` lives.
        let array = unsafe { nb::ndarray<nb::numpy, float, nb::shape<3>>(local.as_mut_ptr(), {}, {})? };
        let made = array.cast()?;
        local.fill(9.0);
        Ok(made)
    });
    m.def("cast_kept", |a: nb::ndarray<>| -> nb::Result<nb::object> { Ok(a.cast()?.into()) });
    m.def("cast_parent", |parent: nb::object| -> nb::Result<nb::object> {
        let array = nb::ndarray<nb::numpy, const double, nb::shape<2>>::from_vec(vec![1.0, 2.0], [])?;
        Ok(array.cast_with(nb::rv_policy::reference_internal, Some(&parent))?.into())
    });
    m.def("cast_none", || -> nb::Result<nb::object> {
        let array = nb::ndarray<nb::numpy, const double, nb::shape<2>>::from_vec(vec![1.0, 2.0], [])?;
        Ok(array.cast_with(nb::rv_policy::none, None)?.into())
    });
    m.def("find_unbound", || nb::find(&Unbound).is_none());
    m.def("logs", |log: nb::object| -> nb::Result<nb::ndarray<nb::mlx, double, nb::shape<1>>> {
        let array = nb::ndarray<nb::mlx, double, nb::shape<1>>::from_vec(vec![1.0], []);
        log.call(("body",))?;
        array
    });

    // As fields, in containers, and as arguments of Python functions.
    nb::class_<Keeper>(m, "Keeper")
        .def(nb::init(|array: nb::ndarray<float>| Keeper { array, maybe: None }))
        .def_rw("array", &Keeper::array)
        .def_rw("maybe", &Keeper::maybe);
    m.def("call_with", |f: nb::object| -> nb::Result<nb::object> {
        let array = nb::ndarray<nb::numpy, double, nb::shape<2>>::from_vec(vec![1.0, 2.0], [])?;
        f.call((array, 5))
    });
    m.def("by_name", |all: std::collections::BTreeMap<String, nb::ndarray<const double>>| all);

    // Other constraints.
    m.def("to_f32_matrix", |a: nb::ndarray<nb::ro>| -> nb::Result<nb::ndarray<const float, nb::ndim<2>>> { a.to::<(nb::Const<f32>, nb::ndim<2>)>() });
    m.def("relaxed", |a: nb::ndarray<const float, nb::ndim<2>>| a.relax());
    m.def("assumed", |a: nb::ndarray<float>| {
        // SAFETY: fewer constraints.
        unsafe { a.assume::<(nb::ro,)>() }
    });

    // Kept.
    m.def("keep", |a: nb::ndarray<nb::ro>| KEPT.lock().expect("no panic").push(a));
    m.def("kept_sum", || KEPT.lock().expect("no panic").iter().map(|a| a.size()).sum::<usize>());
    m.def("let_go", || {
        let all = std::mem::take(&mut *KEPT.lock().expect("no panic"));
        drop(all);
    });
    m.def("drop_on_thread", |a: nb::ndarray<nb::ro>| {
        nb::gil_scoped_release::run(move || std::thread::spawn(move || drop(a)).join().is_ok())
    });
});
