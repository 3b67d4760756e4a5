//! An extension module without `nb_module!`: its definition is written by hand, and bindings are made in its `Py_mod_exec` slot.

use nb::ffi;
use nb::prelude::*;
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};

nb_domain!();

/// A value in Python.
#[derive(Clone)]
pub struct Counter {
    count: u32,
}

nb_bind!(fn bind_all(m) -> nb::Result<()> {
    nb::class_<Counter>(m, "Counter")
        .def(nb::init(|| Counter { count: 0 }))
        .def("next", |c: &mut Counter| {
            c.count += 1;
            c.count
        })
        .def_ro("count", &Counter::count);
    m.def("answer", |by: i32| 42 * by, "by"_a = 1);
    m.attr("state") = "bound";
    // What Python has prepared.
    match nb::module_::<()>::import_("sys")?.getattr_or("handmade", "")?.cast::<String>()?.as_str() {
        "error" => return Err(nb::value_error("as told")),
        "panic" => panic!("as told"),
        "wrong" => {
            nb::class_<Counter>(m, "Counter").def_prop_deleter("missing", |_: &Counter| {});
        }
        _ => {}
    }
    Ok(())
});

/// # Safety
/// CPython passes the module that it has made from the definition below; attached.
unsafe extern "C" fn exec(module: *mut ffi::PyObject) -> c_int {
    // SAFETY: caller's contract.
    if unsafe { nb::register_module::<NbDomain>(module, bind_all) } { 0 } else { -1 }
}

/// What CPython writes to.
struct Static<T>(UnsafeCell<T>);

// SAFETY: CPython writes to these while it holds the lock of the import.
unsafe impl<T> Sync for Static<T> {}

static SLOTS: Static<[ffi::PyModuleDef_Slot; 2]> = Static(UnsafeCell::new([
    ffi::PyModuleDef_Slot { slot: ffi::Py_mod_exec, value: exec as *mut c_void },
    ffi::PyModuleDef_Slot { slot: 0, value: std::ptr::null_mut() },
]));

static DEFINITION: Static<ffi::PyModuleDef> = Static(UnsafeCell::new(ffi::PyModuleDef {
    m_base: ffi::PyModuleDef_HEAD_INIT,
    m_name: c"test_handmade_ext".as_ptr(),
    m_doc: c"Made by hand.".as_ptr(),
    m_size: 0,
    m_methods: std::ptr::null_mut(),
    m_slots: SLOTS.0.get().cast(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
}));

/// # Safety
/// Called by the import of the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInit_test_handmade_ext() -> *mut ffi::PyObject {
    // SAFETY: a static.
    unsafe { ffi::PyModuleDef_Init(DEFINITION.0.get()) }
}
