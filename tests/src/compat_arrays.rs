//! pybind11's arrays in compat.

use nb_compat::prelude::*;
use py::{array, array_t};

type C = array_t<f64, { array::c_style | array::forcecast }>;

fn tuple_of(all: impl IntoIterator<Item = py::object>) -> py::Result<py::object> {
    let all: Vec<py::object> = all.into_iter().collect();
    Ok(py::tuple::from_object(&py::cast::<py::object>(all)?)?.into())
}

fn hypot(x: f64, y: f64) -> f64 {
    x.hypot(y)
}

fn scaled_by(factor: f64) -> impl Fn(f64) -> f64 {
    move |x| factor * x
}

PYBIND11_MODULE!(test_compat_arrays_ext, m, {
    m.def("ret", |a: py::array_t<double>| a);
    m.def("ret_nc", |a: py::array_t<double>| a, py::arg().noconvert());
    m.def("c", |a: py::array_t<double, py::array::c_style | py::array::forcecast>| a);
    m.def("c_nc", |a: C| a, py::arg().noconvert());
    m.def("f", |a: py::array_t<double, py::array::f_style | py::array::forcecast>| a);
    m.def("only_c", |a: py::array_t<double, py::array::c_style>| a);
    m.def("noflags", |a: py::array_t<double, 0>| a);
    m.def("i32", |a: py::array_t<int>| a);
    m.def("i8", |a: py::array_t<std::int8_t>| a);
    m.def("b", |a: py::array_t<bool>| a);
    m.def("cplx", |a: py::array_t<std::complex<double>>| a);
    m.def("any", |a: py::array| a);
    m.def("at", |a: py::array_t<double>, i: usize, j: usize| a.at([i, j]));
    m.def("at1", |a: py::array_t<double>, i: usize| a.at([i]));
    m.def("set_at", |a: py::array_t<double>, i: usize, x: f64| a.set_at([i], x), "a"_a.noconvert(), "i"_a, "x"_a);
    m.def("unch", |a: py::array_t<double>| -> py::Result<usize> { Ok(a.unchecked::<2>()?.shape(0)) });
    m.def("mutu", |a: py::array_t<double>| a.mutable_unchecked::<1>().map(|r| r.fill(7.0)));
    m.def("mutd", |a: py::array_t<double>| a.mutable_data().map(|_| ()));
    m.def("shapei", |a: py::array_t<double>, i: usize| a.shape(i));
    m.def("stridesi", |a: py::array_t<double>, i: usize| a.strides(i));
    m.def("any_shapei", |a: py::array, i: usize| (a.shape(i), a.strides(i)));
    m.def("resize", |mut a: py::array_t<double>, n: usize| -> py::Result<array_t<f64>> {
        a.resize([n])?;
        Ok(a)
    });
    m.def("reshape", |a: py::array_t<double>, n: usize, k: usize| a.reshape([n, k]));
    m.def("squeeze", |a: py::array_t<double>| a.squeeze());
    m.def("as_type", |a: py::array| a.view(py::dtype("int64")));
    m.def("ensure", |o: py::object| py::array_t<double>::ensure(&o).is_some());
    m.def("ensure_any", |o: py::object| py::array::ensure(&o));
    m.def("isinst", |o: py::object| {
        (py::isinstance<py::array_t<double>>(&o), py::isinstance<py::array>(&o), py::isinstance<py::buffer>(&o))
    });
    m.def("attrs", |a: py::array| (a.size(), a.ndim(), a.itemsize(), a.nbytes(), a.dtype(), a.owndata(), a.writeable(), a.flags()));
    m.def("base", |a: py::array| a.base());
    m.def("typed_attrs", |a: py::array_t<double>| (a.size(), a.ndim(), a.itemsize(), a.nbytes(), a.dtype(), a.owndata(), a.writeable(), a.sizes()));
    m.def("mk1", |n: usize| py::array_t<double>(n));
    m.def("mk0", || py::array_t<double>());
    m.def("mk2", || py::array_t<double>({3, 2}));
    m.def("mkf", || py::array_t<double, py::array::f_style>({3, 2}));
    m.def("mk3", || { let v = vec![1, 2, 3, 4, 5, 6]; py::array_t<int>({2, 3}, &v) });
    m.def("mk4", || { let v = vec![1, 2, 3, 4, 5, 6]; py::array_t<int>(v.len(), &v) });
    m.def("mk5", || py::array_t({2, 2}, vec![1.5f32, 2.0, 3.0, 4.0]));
    m.def("mk_wrong", || py::array_t<int>({2, 3}, [1, 2]));
    m.def("mk_any", |v: Vec<f64>| py::array(v.len(), &v));
    m.def("mk_of", |o: py::object| py::array_t<double>(o));
    m.def("mk_of_list", |l: py::list| py::array_t<double>(l));
    m.def("mk_of_info", |b: py::buffer| -> py::Result<array_t<f64>> { Ok(py::array_t<double>(&b.request()?)) });
    m.def("mk_huge", || py::array_t<double>({usize::MAX / 2, 4}));
    m.def("mk_vec", |v: Vec<f64>, n: usize| py::array_t<double>::from_vec(v, [n]));
    m.def("mk_vec_f", |v: Vec<f64>| py::array_t<double, py::array::f_style>::from_vec(v, [2, 2]));
    m.def("dt", || py::dtype::of<double>());
    m.def("dt_of", |d: py::dtype| (d.itemsize(), d.kind(), d.char_(), d.num(), d.byteorder(), d.alignment(), d.has_fields()));
    m.def("dt_named", |name: String| py::dtype(name));
    m.def("fstr", || (py::format_descriptor<double>::format(), py::format_descriptor<bool>::format(), sizeof(float)));
    m.def("ov", |_a: py::array_t<double>| "double");
    m.def("ov", |_a: py::array_t<int>| "int");
    m.def("opt", |a: Option<py::array_t<double>>| a.is_some());
    m.def("lst", |a: Vec<py::array_t<double>>| a.len());
    m.def("default", |a: py::array_t<double>| a.size(), "a"_a = py::array_t<double>({2, 2}));

    m.def("vec", py::vectorize(|x: f64, n: i32| x * f64::from(n)), "x"_a, "n"_a = 2);
    m.def("vec1", py::vectorize(|x: f32| x * 2.0));
    m.def("vecv", py::vectorize(|x: f64| (x * 2.0) as i32));
    m.def("hypot", py::vectorize(&hypot), "x"_a, "y"_a, "A function of a name");
    m.def("scaled", py::vectorize(scaled_by(3.0)));
    m.def("vec_nc", py::vectorize(|x: f64| x), py::arg().noconvert());

    // What tries to break it
    m.def("sum_while", |a: py::array_t<double>, between: py::function| -> py::Result<f64> {
        let r = a.unchecked::<1>()?;
        let first = r.iter().sum::<f64>();
        between(&a)?;
        Ok(first + r.iter().sum::<f64>())
    });
    m.def("fill_while", |a: py::array_t<double>, between: py::function| -> py::Result<()> {
        let r = a.mutable_unchecked::<1>()?;
        for i in 0..r.shape(0) {
            between(i)?;
            r.set([i], r.at([i]) + 1.0);
        }
        Ok(())
    }, py::arg().noconvert(), py::arg());
    m.def("add_to", |a: py::array_t<double>, b: py::array_t<double>| -> py::Result<()> {
        let (x, y) = (a.mutable_unchecked::<1>()?, b.unchecked::<1>()?);
        (0..x.shape(0)).for_each(|i| x.set([i], x.at([i]) + y.at([i])));
        Ok(())
    }, py::arg().noconvert(), py::arg().noconvert());
    m.def("beyond", |a: py::array_t<double>| -> py::Result<f64> {
        let r = a.unchecked::<1>()?;
        Ok(r.at([r.shape(0)]))
    });
    m.def("detached_sum", |a: py::array_t<double>| -> py::Result<f64> {
        let r = a.unchecked::<1>()?;
        Ok((0..a.shape(0)).map(|i| r.at([i])).sum())
    }, py::call_guard<py::gil_scoped_release>());
    m.def("detached_dtype", |a: py::array_t<double>| a.dtype().itemsize(), py::call_guard<py::gil_scoped_release>());
    m.def("dropped_on_a_thread", |a: py::array_t<double>| {
        let sum = move || a.unchecked::<1>().map(|r| r.iter().sum::<f64>()).unwrap_or(f64::NAN);
        py::gil_scoped_release::run(|| std::thread::spawn(sum).join().expect("no panic"))
    });
    m.def("flat_sum", |a: py::array_t<double>| -> py::Result<f64> {
        let flat = a.flat()?;
        Ok(flat.view().cells().expect("in a row").iter().map(|x| x.get()).sum())
    });
    m.def("flat_fill", |a: py::array_t<double>| -> py::Result<()> {
        a.mutable_flat()?.view().fill(3.0);
        Ok(())
    }, py::arg().noconvert());
    m.def("resized_under_a_clone", || -> py::Result<(Vec<f64>, Vec<f64>)> {
        let mut a = py::array_t<double>::from_vec(vec![1.0, 2.0, 3.0], [3])?;
        let b = a.clone();
        let r = b.mutable_unchecked::<1>()?;
        a.resize([100_000])?;
        r.set([1], 5.0);
        a.mutable_unchecked::<1>()?.fill(9.0);
        let old = r.iter().collect();
        Ok((old, a.unchecked::<1>()?.iter().take(2).collect()))
    });
    m.def("made", |n: usize| {
        let made = py::array_t<double>(n);
        KEPT.with(|kept| *kept.borrow_mut() = Some(made.clone()));
        made
    });
    m.def("keep", |a: py::array_t<double>| KEPT.with(|kept| *kept.borrow_mut() = Some(a)), py::arg().noconvert());
    m.def("kept", || KEPT.with(|kept| kept.borrow().clone()));
    m.def("kept_sum", || -> py::Result<f64> {
        let kept = KEPT.with(|kept| kept.borrow().clone()).ok_or_else(|| py::value_error("nothing is kept"))?;
        Ok(kept.unchecked::<1>()?.iter().sum())
    });
    m.def("drop_kept", || KEPT.with(|kept| drop(kept.borrow_mut().take())));
    m.def("in_cpp_s_words", |input1: py::array_t<double>, input2: py::array_t<double>| -> py::Result<array_t<f64>> {
        if input1.ndim() != 1 || input2.ndim() != 1 || input1.size() != input2.size() {
            return Err(py::value_error("Input shapes must match"));
        }
        py::array_t<double> result(input1.size());
        let (x, y, r) = (input1.unchecked<1>()?, input2.unchecked<1>()?, result.mutable_unchecked<1>()?);
        for i in 0..input1.shape(0) {
            r[[i]].set(x[[i]].get() + y[[i]].get());
        }
        drop(r);
        Ok(result)
    });
    m.def("in_tuple", |a: py::array_t<double>| tuple_of([a.clone().into(), py::cast(a.clone())?]));

    m.def("particle_dtype", || py::dtype::of<Particle>());
    m.def("packed_dtype", || py::dtype::of<Packed>());
    m.def("particles", |a: py::array_t<Particle>| -> py::Result<(f64, f32, i32, usize)> {
        let r = a.unchecked::<1>()?;
        let all = || r.iter();
        Ok((all().map(|p| p.mass).sum(), all().map(|p| p.position[1]).sum(), all().map(|p| i32::from(p.charge)).sum(), all().filter(|p| p.alive.get()).count()))
    });
    m.def("particles_nc", |a: py::array_t<Particle>| a, py::arg().noconvert());
    m.def("age", |a: py::array_t<Particle>| -> py::Result<()> {
        let r = a.mutable_unchecked::<1>()?;
        for i in 0..r.shape(0) {
            let cell = &r[[i]];
            cell.set(Particle { charge: 7, ..cell.get() });
        }
        Ok(())
    }, py::arg().noconvert());
    m.def("make_packed", |n: usize| -> py::Result<array_t<Packed>> {
        let a = py::array_t<Packed>(n);
        let r = a.mutable_unchecked::<1>()?;
        (0..n).for_each(|i| r.set([i], Packed { a: i as i32, b: 0.5 }));
        drop(r);
        Ok(a)
    });
    m.def("make_packed_2d", || array_t::<Packed>::from_vec(vec![Packed { a: 1, b: 2.0 }; 4], [2, 2]));
    m.def("packed_sum", |a: py::array_t<Packed, py::array::c_style | py::array::forcecast>| -> py::Result<f64> {
        let flat = a.flat()?;
        Ok(flat.view().iter().map(|p| f64::from(p.a) + p.b).sum())
    });

    py::class_<Series>(m, "Series")
        .def(py::init(|a: py::array_t<double>| Series { values: a }))
        .def_readwrite("values", &Series::values);
});

thread_local! {
    static KEPT: std::cell::RefCell<Option<array_t<f64>>> = const { std::cell::RefCell::new(None) };
}

pub struct Series {
    values: array_t<f64>,
}

/// A structure with an array, and bytes that Python does not see.
#[derive(Clone, Copy)]
pub struct Particle {
    mass: f64,
    position: [f32; 3],
    charge: i16,
    alive: py::bool8,
    _gap: u8,
}
PYBIND11_NUMPY_DTYPE!(Particle, mass, position, charge, alive; _gap);

/// One without alignment.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub struct Packed {
    a: i32,
    b: f64,
}
PYBIND11_NUMPY_DTYPE_EX!(Packed, a, "x", b, "y");
