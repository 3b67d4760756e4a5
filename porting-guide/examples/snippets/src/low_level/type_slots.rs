use nb::ffi::{self, PyObject, PyType_Slot, visitproc};
use nb::prelude::*;
use std::ffi::{c_int, c_void};

#[derive(Default)]
struct Wrapper {
    value: Option<nb::stored>,
}

unsafe extern "C" fn wrapper_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the collector passes a live instance and its callback, while nobody uses the value.
    unsafe {
        let mut visit = nb::Visit::new(visit, arg);
        if let Ok(wrapper) = nb::inst_ptr::<Wrapper>(nb::handle_at(&ob)) {
            nb::Traverse::traverse(&(*wrapper).value, &mut visit);
        }
        visit.answer()
    }
}

unsafe extern "C" fn wrapper_clear(ob: *mut PyObject) -> c_int {
    // SAFETY: as above.
    unsafe {
        if let Ok(wrapper) = nb::inst_ptr::<Wrapper>(nb::handle_at(&ob)) {
            (*wrapper).value = None;
        }
    }
    0
}

/// A panic or an error becomes an exception; without the guard, a panic would end the process.
unsafe extern "C" fn wrapper_length(ob: *mut PyObject) -> ffi::Py_ssize_t {
    nb::slot_guard(|| {
        // SAFETY: a live instance, whose value nobody modifies here.
        let wrapper = unsafe { &*nb::inst_ptr::<Wrapper>(nb::handle_at(&ob))? };
        Ok(wrapper.value.iter().count() as isize)
    })
}

nb_module!(type_slots, m, {
    let slots = [
        PyType_Slot { slot: ffi::Py_tp_traverse, pfunc: wrapper_traverse as *mut _ },
        PyType_Slot { slot: ffi::Py_tp_clear, pfunc: wrapper_clear as *mut _ },
        PyType_Slot { slot: ffi::Py_sq_length, pfunc: wrapper_length as *mut _ },
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Wrapper>(m, "Wrapper", unsafe { nb::type_slots(&slots) })
        .def(nb::init<>())
        .def_rw("value", &Wrapper::value);
});
