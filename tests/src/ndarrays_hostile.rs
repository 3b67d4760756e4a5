//! Objects whose buffers say whatever a test wants, and functions that run code in the middle of things.

use nb::ffi;
use nb::prelude::*;
use std::ffi::{CString, c_int, c_void};
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};

/// What `Shows` fills in.
pub struct Shows {
    memory: Vec<u8>,
    format: Option<CString>,
    itemsize: isize,
    ndim: c_int,
    shape: Option<Vec<isize>>,
    strides: Option<Vec<isize>>,
    suboffsets: Option<Vec<isize>>,
    length: isize,
    read_only: bool,
    null: bool,
    /// Buffers given and not yet taken back.
    open: AtomicIsize,
}

/// An array that native code alone keeps.
static KEPT: Mutex<Option<nb::ndarray<(f64, nb::ndim<1>)>>> = Mutex::new(None);

/// # Safety
/// CPython passes a live object and a view to fill in.
unsafe extern "C" fn fill(ob: *mut ffi::PyObject, view: *mut ffi::Py_buffer, _flags: c_int) -> c_int {
    // SAFETY: an instance of `Shows`, which outlives its buffers; what they say may be wrong, which is what tests are about.
    unsafe {
        let Ok(shows) = nb::inst_ptr::<Shows>(&nb::object::borrow(ob)) else { return -1 };
        let shows = &*shows;
        let list =
            |numbers: &Option<Vec<isize>>| numbers.as_ref().map_or(ptr::null_mut(), |all| all.as_ptr().cast_mut());
        *view = ffi::Py_buffer {
            buf: if shows.null { ptr::null_mut() } else { shows.memory.as_ptr().add(512).cast_mut().cast() },
            obj: ffi::Py_NewRef(ob),
            len: shows.length,
            itemsize: shows.itemsize,
            readonly: shows.read_only.into(),
            ndim: shows.ndim,
            format: shows.format.as_ref().map_or(ptr::null_mut(), |text| text.as_ptr().cast_mut()),
            shape: list(&shows.shape),
            strides: list(&shows.strides),
            suboffsets: list(&shows.suboffsets),
            internal: ptr::null_mut(),
        };
        shows.open.fetch_add(1, SeqCst);
    }
    0
}

/// # Safety
/// CPython passes what `fill` has filled in.
unsafe extern "C" fn release(ob: *mut ffi::PyObject, _view: *mut ffi::Py_buffer) {
    // SAFETY: an instance of `Shows`.
    unsafe {
        if let Ok(shows) = nb::inst_ptr::<Shows>(&nb::object::borrow(ob)) {
            (*shows).open.fetch_sub(1, SeqCst);
        }
    }
}

nb_module!(test_ndarrays_hostile_ext, m, {
    let slots = [
        ffi::PyType_Slot { slot: ffi::Py_bf_getbuffer, pfunc: fill as *mut c_void },
        ffi::PyType_Slot { slot: ffi::Py_bf_releasebuffer, pfunc: release as *mut c_void },
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Shows>(m, "Shows", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|format: Option<Vec<u8>>, itemsize: isize, ndim: c_int, shape: Option<Vec<isize>>, strides: Option<Vec<isize>>,
            suboffsets: Option<Vec<isize>>, length: isize, read_only: bool, null: bool| {
            let format = format.map(|text| CString::new(text).expect("no zero"));
            Shows { memory: vec![0; 8192], format, itemsize, ndim, shape, strides, suboffsets, length, read_only, null, open: AtomicIsize::new(0) }
        }), "format"_a.none() = nb::none(), "itemsize"_a = 4, "ndim"_a = 1, "shape"_a.none() = nb::none(), "strides"_a.none() = nb::none(),
            "suboffsets"_a.none() = nb::none(), "length"_a = 12, "read_only"_a = false, "null"_a = false)
        .def("open", |shows: &Shows| shows.open.load(SeqCst));

    // Two arrays, of which the second may do things to the first while it is converted.
    m.def("keep", |a: nb::ndarray<double, nb::ndim<1>>| *KEPT.lock().unwrap() = Some(a));
    m.def("kept", || KEPT.lock().unwrap().clone());
    m.def("take_kept", || KEPT.lock().unwrap().take());
    m.def("kept_sum", || KEPT.lock().unwrap().as_ref().map(|a| a.view().iter().sum::<f64>()));
    m.def("both", |a: nb::ndarray<const float>, b: nb::ndarray<const float>| (a.shape_slice().to_vec(), b.shape_slice().to_vec()));
    m.def("both_strings", |a: nb::ndarray<const float>, b: String| (a.shape_slice().to_vec(), b));
    m.def("sum_after", |a: nb::ndarray<const float, nb::ndim<1>>, f: nb::object| -> nb::Result<f32> {
        f.call(())?;
        Ok(a.view().iter().sum())
    });
    m.def("give", |a: nb::ndarray<const float>, f: nb::object| -> nb::Result<nb::ndarray<nb::numpy, const float>> {
        f.call(())?;
        a.to()
    });
});
