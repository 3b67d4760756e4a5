//! The elements of arrays: views, indices, loops, threads.

use nb::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

type Doubles = nb::ndarray<(nb::Const<f64>, nb::ndim<2>)>;
type Writable = nb::ndarray<(f64, nb::ndim<1>)>;

/// How many threads write at this moment, and the most that there ever were.
static WRITERS: AtomicI64 = AtomicI64::new(0);
static MOST: AtomicI64 = AtomicI64::new(0);
static WAITING: AtomicUsize = AtomicUsize::new(0);
static HOLD: AtomicBool = AtomicBool::new(false);

fn write_slowly(a: &Writable, times: usize) {
    for _ in 0..times {
        let v = a.view();
        let now = WRITERS.fetch_add(1, SeqCst) + 1;
        MOST.fetch_max(now, SeqCst);
        for i in 0..v.shape(0) {
            let was = v[[i]].get();
            std::thread::yield_now();
            v[[i]].set(was + 1.0);
        }
        WRITERS.fetch_sub(1, SeqCst);
    }
}

/// Fills whatever array it is, as in nanobind's manual.
fn fill(a: &nb::ndarray<(nb::device::cpu,)>) -> nb::Result<&'static str> {
    if let Ok(v) = a.view_as::<(f32, nb::ndim<2>)>() {
        v.fill(1.0);
        return Ok("f32 matrix");
    }
    if a.dtype() == nb::dtype::<i64>() && a.ndim() == 1 {
        let v = a.view_as::<(i64, nb::ndim<1>)>()?;
        (0..v.shape(0)).for_each(|i| v.set([i], i as i64));
        return Ok("i64 list");
    }
    Err(nb::type_error("neither"))
}

nb_module!(test_ndarrays_views_ext, m, {
    // nanobind's samples.
    m.def("brighten", |image: nb::ndarray<uint8_t, nb::shape<-1, -1, 3>, nb::device::cpu>| {
        let v = image.view();
        for y in 0..v.shape(0) {
            for x in 0..v.shape(1) {
                for c in 0..v.shape(2) {
                    let pixel = &v[[y, x, c]];
                    pixel.set(pixel.get().saturating_mul(2));
                }
            }
        }
    });
    m.def("fill", |a: nb::ndarray<nb::device::cpu>| fill(&a));
    m.def("fill_typed", |a: nb::ndarray<nb::device::cpu>| -> nb::Result<f32> {
        let v = a.view<float, nb::ndim<2>>()?;
        v.fill(2.0);
        Ok(v.at([0, 0]))
    });
    m.def("view_read_only", |a: nb::ndarray<nb::ro>| -> nb::Result<f64> { Ok(a.view<double, nb::ndim<1>>()?.iter().sum()) });

    // Reading and writing.
    m.def("elements", |a: nb::ndarray<nb::ro, double, nb::ndim<3>>| -> Vec<f64> { a.view().iter().collect() });
    m.def("elements_0", |a: nb::ndarray<const double, nb::ndim<0>>| a.view().at([]));
    m.def("in_c", |a: nb::ndarray<const double, nb::ndim<2>, nb::c_contig>| {
        let v = a.view();
        (v.stride(0), v.stride(1), v.iter().collect::<Vec<_>>(), v.cells().map(|cells| cells.iter().map(|c| c.get()).collect::<Vec<_>>()))
    });
    m.def("in_f", |a: nb::ndarray<const double, nb::ndim<2>, nb::f_contig>| {
        let v = a.view();
        (v.stride(0), v.stride(1), v.iter().collect::<Vec<_>>())
    });
    m.def("fixed", |a: nb::ndarray<double, nb::shape<2, 3>, nb::c_contig>| {
        let v = a.view();
        (v.ndim(), v.shape(0), v.shape(1), v.size(), v.data() as usize, v.is_c_contig())
    });
    m.def("at", |a: Doubles, i: usize, j: usize| a.view().at([i, j]));
    m.def("get", |a: Doubles, i: usize, j: usize| a.view().get([i, j]));
    m.def("index", |a: Doubles, i: usize, j: usize| a.view()[[i, j]].get());
    m.def("unchecked", |a: Doubles, i: usize, j: usize| {
        // SAFETY: the tests stay within the array.
        unsafe { a.view().get_unchecked([i, j]) }
    });
    m.def("set", |a: nb::ndarray<double, nb::ndim<2>>, i: usize, j: usize, value: f64| a.view().set([i, j], value));
    m.def("set_unchecked", |a: nb::ndarray<double, nb::ndim<2>>, i: usize, j: usize, value: f64| {
        // SAFETY: the tests stay within the array.
        unsafe { a.view().set_unchecked([i, j], value) }
    });
    m.def("set_index", |a: nb::ndarray<double, nb::ndim<2>>, i: usize, j: usize, value: f64| a.view()[[i, j]].set(value));
    m.def("fill_all", |a: nb::ndarray<double, nb::ndim<2>>, value: f64| a.view().fill(value));
    m.def("as_slices", |a: nb::ndarray<double, nb::ndim<2>>| {
        let v = a.view();
        // SAFETY: nothing else uses the array.
        unsafe {
            let found = v.as_slice().map(|all| all.to_vec());
            if let Some(all) = v.as_mut_slice() {
                all.iter_mut().for_each(|x| *x += 1.0);
            }
            found
        }
    });
    m.def("flags", |a: nb::ndarray<bool, nb::ndim<1>>| {
        let v = a.view();
        let all: Vec<bool> = v.iter().map(bool::from).collect();
        v.iter().enumerate().for_each(|(i, flag)| v.set([i], (!flag.get()).into()));
        all
    });
    m.def("halves", |a: nb::ndarray<const half::f16, nb::ndim<1>>| a.view().iter().map(f32::from).sum::<f32>());
    m.def("brains", |a: nb::ndarray<const half::bf16, nb::ndim<1>>| a.view().iter().map(f32::from).sum::<f32>());
    m.def("complex", |a: nb::ndarray<const std::complex<double>, nb::ndim<1>>| a.view().iter().sum::<nb::complex<f64>>());
    m.def("address", |a: nb::ndarray<const double, nb::ndim<1>>| a.view().data() as usize);
    m.def("no_array", || nb::ndarray<double, nb::ndim<1>>().try_view().map(|v| v.size()));
    m.def("view_cuda", |a: nb::ndarray<const float, nb::ndim<1>>| a.view().size());
    m.def("passes", |a: nb::ndarray<double, nb::ndim<1>>| {
        fn halve(v: nb::ndarray_view<'_, f64, nb::ndim<1>, impl Sized, impl Sized>) -> usize
        {
            size_of_val(&v)
        }
        let lent = a.view();
        let v = lent.view();
        let copy = v;
        (halve(v), copy.size())
    });

    // Several views.
    m.def("add", |a: Writable, b: Writable| {
        let (a, b) = (a.view(), b.view());
        (0..a.shape(0)).for_each(|i| a.set([i], a.at([i]) + b.at([i])));
    });
    m.def("add_shared", |a: nb::ndarray<const double, nb::ndim<1>>, b: Writable| -> nb::Result<()> {
        let (a, b) = (a.view_shared()?, b.try_view()?);
        (0..b.shape(0)).for_each(|i| b.set([i], a.view().at([i])));
        Ok(())
    });
    m.def("call_with_view", |a: Writable, f: nb::object| -> nb::Result<Vec<f64>> {
        let v = a.view();
        f.call(())?;
        Ok(v.iter().collect())
    });
    m.def("call_with_shared", |a: nb::ndarray<const double, nb::ndim<1>>, f: nb::object| -> nb::Result<Vec<f64>> {
        let v = a.view_shared()?;
        f.call(())?;
        Ok(v.iter().collect())
    });

    // Threads.
    m.def("read_detached", |a: Doubles, times: usize| -> f64 {
        nb::gil_scoped_release::run(move || (0..times).map(|_| a.view().iter().sum::<f64>()).sum())
    });
    m.def("read_shared", |a: Doubles, threads: usize| -> nb::Result<Vec<f64>> {
        let lent = a.view_shared()?;
        let v = lent.view();
        Ok(nb::gil_scoped_release::run(move || {
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..threads).map(|_| scope.spawn(move || v.iter().sum::<f64>())).collect();
                all.into_iter().map(|one| one.join().expect("no panic")).collect()
            })
        }))
    });
    m.def("metadata_detached", |a: nb::ndarray<nb::ro>| {
        nb::gil_scoped_release::run(move || (a.shape_slice().to_vec(), a.clone().stride_slice().to_vec(), a.data() as usize))
    });
    m.def("write_slowly", |a: Writable, times: usize| write_slowly(&a, times));
    m.def("write_slowly_detached", |a: Writable, times: usize| nb::gil_scoped_release::run(move || write_slowly(&a, times)));
    m.def("most_writers", || MOST.swap(0, SeqCst));
    m.def("fill_in_parallel", |a: nb::ndarray<double, nb::ndim<1>>, threads: usize| {
        let lent = a.view();
        // SAFETY: each thread writes to elements of its own.
        let v = unsafe { lent.assume_exclusive() };
        std::thread::scope(|scope| {
            for part in 0..threads {
                scope.spawn(move || (part..v.shape(0)).step_by(threads).for_each(|i| v.set([i], part as f64)));
            }
        });
    });
    m.def("hold", |a: Writable| {
        let v = a.view();
        HOLD.store(true, SeqCst);
        WAITING.store(1, SeqCst);
        nb::gil_scoped_release::run(|| {
            while HOLD.load(SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        v.size()
    });
    m.def("impatiently", |milliseconds: u64| {
        let before = nb::lock_timeout().as_millis() as u64;
        nb::set_lock_timeout(Duration::from_millis(milliseconds));
        before
    });
    m.def("held", || WAITING.load(SeqCst) == 1);
    m.def("release", || {
        HOLD.store(false, SeqCst);
        WAITING.store(0, SeqCst);
    });
});
