//! pybind11's buffers in compat.

use nb_compat::prelude::*;

static PRIMES: [u32; 4] = [2, 3, 5, 7];

type Shown = (usize, String, usize, Vec<usize>, Vec<isize>, bool, usize);

fn shown(i: &py::buffer_info) -> Shown {
    (i.itemsize, i.format.clone(), i.ndim, i.shape.clone(), i.strides.clone(), i.readonly, i.size)
}

/// A matrix whose elements Python may write to.
pub struct Matrix {
    data: Vec<py::cell<f32>>,
    rows: usize,
    cols: usize,
}

impl Matrix {
    fn new(rows: usize, cols: usize) -> Matrix {
        Matrix { data: (0..rows * cols).map(|i| py::cell::new(i as f32)).collect(), rows, cols }
    }
    fn grow(&mut self) {
        self.rows += 1;
        self.data.resize(self.rows * self.cols, py::cell::new(0.0));
    }
}

/// Numbers that Python may read.
pub struct Constant {
    data: Vec<i32>,
    step: usize,
}

PYBIND11_MODULE!(test_compat_buffers_ext, m, {
    m.def("buf", |b: py::buffer| b.request().map(|info| shown(&info)));
    m.def("buf_ret", |b: py::buffer| b);
    m.def("rdw", |b: py::buffer| b.request_writable().map(|_| 1));
    m.def("req", |a: py::array_t<double>| a.request().map(|info| shown(&info)));
    m.def("mv", || py::memoryview::from_buffer(&PRIMES, [2, 2]));
    m.def("mv_wrong", || py::memoryview::from_buffer(&PRIMES, [3]));
    m.def("mv_bytes", || py::memoryview::from_memory(b"abc"));

    m.def("sum", |b: py::buffer| -> py::Result<f64> { Ok(b.request()?.view::<f64, 1>()?.iter().sum()) });
    m.def("sum2", |b: py::buffer| -> py::Result<f64> {
        let info = b.request()?;
        let r = info.view::<f64, 2>()?;
        Ok(r.iter().sum())
    });
    m.def("fill", |b: py::buffer, x: u8| -> py::Result<()> {
        b.request()?.mutable_view::<u8, 1>()?.fill(x);
        Ok(())
    });
    m.def("is_double", |b: py::buffer| b.request().map(|info| info.item_type_is_equivalent_to::<f64>()));
    m.def("while_shown", |b: py::buffer, between: py::function| -> py::Result<u64> {
        let info = b.request()?;
        drop(b);
        between(info.memory())?;
        let r = info.view::<u8, 1>()?;
        between(info.memory())?;
        Ok(r.iter().map(u64::from).sum())
    });
    m.def("detached", |a: py::array_t<double>| a.request().map(|info| info.size), py::call_guard<py::gil_scoped_release>());
    m.def("fields_lie", |b: py::buffer| -> py::Result<usize> {
        let mut info = b.request()?;
        info.shape = vec![1_000_000];
        info.ptr = std::ptr::null_mut();
        info.readonly = false;
        info.format = "d".into();
        Ok(info.view::<u8, 1>()?.iter().count())
    });
    m.def("writes_anyway", |b: py::buffer| -> py::Result<()> {
        let mut info = b.request()?;
        info.readonly = false;
        info.mutable_view::<u8, 1>().map(|r| r.fill(1))
    });

    py::class_<Matrix>(m, "Matrix", py::buffer_protocol())
        .def(py::init<usize, usize>())
        .def("grow", &Matrix::grow)
        .def("total", |m: &Matrix| py::cell::all(&m.data).iter().map(|x| x.get()).sum::<f32>())
        .def_buffer(|m: &Matrix| py::buffer_info(
            &m.data,
            sizeof(float),
            py::format_descriptor<float>::format(),
            2,
            {m.rows, m.cols},
            {sizeof(float) * m.cols, sizeof(float)}
        ));
    py::class_<Constant>(m, "Constant", py::buffer_protocol())
        .def(py::init(|step: usize| Constant { data: vec![1, 2, 3, 4, 5, 6], step }))
        .def_buffer(|c: &Constant| py::buffer_info(&c.data, {2, 3}, {3 * c.step, c.step}));
    py::class_<Described>(m, "Described", py::buffer_protocol())
        .def(py::init<usize, String, usize>())
        .def_buffer(|d: &Described| py::buffer_info(&d.data, d.itemsize, &d.format, d.size));
});

/// What says of its memory what it was told.
pub struct Described {
    data: [u16; 3],
    itemsize: usize,
    format: String,
    size: usize,
}

impl Described {
    fn new(itemsize: usize, format: String, size: usize) -> Described {
        Described { data: [1, 2, 3], itemsize, format, size }
    }
}
