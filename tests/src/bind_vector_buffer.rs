//! Bound vectors of plain numbers, seen through the buffer protocol.

use nb::prelude::*;
use std::collections::VecDeque;
use std::sync::{Arc, RwLock};

pub type Doubles = nb::opaque<Vec<f64>>;
pub type Queue = nb::opaque<VecDeque<f64>>;
pub type Names = nb::opaque<Vec<String>>;
pub type Maybes = nb::opaque<Vec<Option<f64>>>;
pub type Letters = nb::opaque<Vec<char>>;

/// Has vectors as fields.
#[derive(Default)]
pub struct Home {
    pub doubles: Doubles,
    pub plain: Vec<f64>,
    pub locked: Arc<RwLock<Doubles>>,
}

/// Has numbers and an object.
pub struct Holder {
    pub numbers: Doubles,
    pub object: nb::stored,
}
nb_traverse!(Holder: object);

/// Another protocol than the library's.
///
/// # Safety
/// CPython passes live objects.
unsafe extern "C" fn none_at_all(
    _ob: *mut nb::ffi::PyObject,
    view: *mut nb::ffi::Py_buffer,
    _flags: std::ffi::c_int,
) -> std::ffi::c_int {
    // SAFETY: attached; a view to fill in.
    unsafe {
        (*view).obj = std::ptr::null_mut();
        nb::ffi::PyErr_SetString(nb::ffi::PyExc_BufferError, c"my own".as_ptr());
    }
    -1
}

nb_module!(test_bind_vector_buffer_ext, m, {
    nb::bind_vector<Doubles>(m, "Doubles", nb::dynamic_attr(), nb::is_weak_referenceable());
    nb::bind_vector<nb::opaque<Vec<f32>>>(m, "f32");
    nb::bind_vector<nb::opaque<Vec<i8>>>(m, "i8");
    nb::bind_vector<nb::opaque<Vec<i16>>>(m, "i16");
    nb::bind_vector<nb::opaque<Vec<i32>>>(m, "i32");
    nb::bind_vector<nb::opaque<Vec<i64>>>(m, "i64");
    nb::bind_vector<nb::opaque<Vec<isize>>>(m, "isize");
    nb::bind_vector<nb::opaque<Vec<u8>>>(m, "u8");
    nb::bind_vector<nb::opaque<Vec<u32>>>(m, "u32");
    nb::bind_vector<nb::opaque<Vec<u64>>>(m, "u64");
    nb::bind_vector<nb::opaque<Vec<usize>>>(m, "usize");
    nb::bind_vector<nb::opaque<Vec<bool>>>(m, "bool");
    nb::bind_vector<Queue>(m, "Queue");
    nb::bind_vector<Names>(m, "Names");
    nb::bind_vector<Maybes>(m, "Maybes");
    nb::bind_vector<Letters>(m, "Letters");
    let slots = [nb::ffi::PyType_Slot { slot: nb::ffi::Py_bf_getbuffer, pfunc: none_at_all as *mut _ }];
    // SAFETY: it is a `getbufferproc`.
    nb::bind_vector<nb::opaque<Vec<u16>>>(m, "Own", unsafe { nb::type_slots(&slots) });
    nb::class_<Home>(m, "Home")
        .def(nb::init<>())
        .def_rw("doubles", &Home::doubles)
        .def_ro("locked", &Home::locked)
        .def_prop_ro("plain", |home: &mut Home| -> &mut Doubles { nb::opaque::from_mut(&mut home.plain) })
        .def("push", |home: &mut Home, value: f64| { home.doubles.push(value); home.plain.push(value); });
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|object: nb::stored| Holder { numbers: nb::opaque(vec![1.0]), object }))
        .def_rw("numbers", &Holder::numbers)
        .def_rw("object", &Holder::object);
    m.def("push", |numbers: &mut Doubles, value: f64| numbers.push(value));
    m.def("total", |numbers: &Doubles| numbers.iter().sum::<f64>());
    m.def("take", |numbers: Doubles| numbers.len());
    m.def("take_box", |numbers: Box<Doubles>| numbers.len());
    m.def("share", |numbers: Arc<Doubles>| numbers.len());
    m.def("both", |_one: &Doubles, _other: &mut Doubles| ());
    m.def("with", |numbers: &Doubles, f: nb::object| -> nb::Result<(f64, f64)> {
        let before = numbers.iter().sum();
        f.call(())?;
        Ok((before, numbers.iter().sum()))
    });
});
