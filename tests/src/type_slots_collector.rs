//! Slots written by hand for the collector, in the way of the C API.

use crate::type_slots::slot;
use nb::ffi::{self, PyObject, visitproc};
use nb::prelude::*;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// As many as there are values of it.
static LIVE: AtomicUsize = AtomicUsize::new(0);

#[derive(Default)]
struct Counted;

impl Counted {
    fn new() -> Counted {
        LIVE.fetch_add(1, SeqCst);
        Counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, SeqCst);
    }
}

/// Holds objects, and shows them in slots, as the manual of nanobind has it.
pub struct Wrapper {
    pub value: Option<nb::stored>,
    callback: Option<Box<dyn Fn(i32) -> i32 + Send + Sync>>,
    _counted: Counted,
}

impl Wrapper {
    fn new() -> Wrapper {
        Wrapper { value: None, callback: None, _counted: Counted::new() }
    }
    /// Runs Python code while this is borrowed exclusively.
    fn change(&mut self, body: nb::callable) -> nb::Result<()> {
        body.call(()).map(drop)
    }
}

static TRAVERSED: AtomicUsize = AtomicUsize::new(0);
static CLEARED: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn wrapper_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    TRAVERSED.fetch_add(1, SeqCst);
    // SAFETY: the collector passes a live instance and its callback.
    unsafe {
        let mut result = visit(ffi::Py_TYPE(ob).cast(), arg);
        let this = nb::handle_at(&ob);
        if result != 0 || !nb::inst_ready(this) {
            return result;
        }
        let Ok(wrapper) = nb::inst_ptr::<Wrapper>(this) else { return 0 };
        for held in [nb::find_held(&(*wrapper).value), nb::find_held(&(*wrapper).callback)].iter().flatten() {
            if result == 0 {
                result = visit(held.as_ptr(), arg);
            }
        }
        result
    }
}

unsafe extern "C" fn wrapper_clear(ob: *mut PyObject) -> c_int {
    CLEARED.fetch_add(1, SeqCst);
    // SAFETY: the collector passes a live instance.
    unsafe {
        let Ok(wrapper) = nb::inst_ptr::<Wrapper>(nb::handle_at(&ob)) else { return 0 };
        (*wrapper).value = None;
        (*wrapper).callback = None;
    }
    0
}

/// Says nothing about the collector itself.
pub struct Child {
    base: Wrapper,
}
nb_base!(Child, base: Wrapper);

/// Shows more than its base, and calls the function of its base.
pub struct Own {
    _first: u64,
    base: Wrapper,
    pub more: Option<nb::stored>,
}
nb_base!(Own, base: Wrapper);

unsafe extern "C" fn own_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above.
    unsafe {
        let mut shown = nb::Visit::new(visit, arg);
        if let Ok(own) = nb::inst_ptr::<Own>(nb::handle_at(&ob)) {
            nb::Traverse::traverse(&(*own).more, &mut shown);
        }
        if shown.answer() == 0 { wrapper_traverse(ob, visit, arg) } else { shown.answer() }
    }
}

/// Calls what it finds in the slot of its base, which is the library's.
pub struct Caller {
    base: Wrapper,
}
nb_base!(Caller, base: Wrapper);

unsafe extern "C" fn caller_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above; the base of the class is live.
    unsafe {
        let base = (*ffi::Py_TYPE(ob)).tp_base;
        (*base).tp_traverse.map_or(0, |traverse| traverse(ob, visit, arg))
    }
}

unsafe extern "C" fn caller_clear(ob: *mut PyObject) -> c_int {
    // SAFETY: as above.
    unsafe {
        let base = (*ffi::Py_TYPE(ob)).tp_base;
        (*base).tp_clear.map_or(0, |clear| clear(ob))
    }
}

/// Shows what it holds, and does not let it go.
pub struct Shows {
    pub value: Option<nb::stored>,
    _counted: Counted,
}

unsafe extern "C" fn shows_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above.
    unsafe {
        let mut visit = nb::Visit::new(visit, arg);
        if let Ok(shows) = nb::inst_ptr::<Shows>(nb::handle_at(&ob)) {
            nb::Traverse::traverse(&(*shows).value, &mut visit);
        }
        visit.answer()
    }
}

/// Has a `__dict__`, which its slot shows too, or not.
pub struct Dynamic<const SHOWS: bool>(Counted);

unsafe extern "C" fn dict_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above. Instances of this class have their dict at the offset that the class names.
    unsafe {
        let dict = *ob.cast::<u8>().offset((*ffi::Py_TYPE(ob)).tp_dictoffset).cast::<*mut PyObject>();
        let result = visit(ffi::Py_TYPE(ob).cast(), arg);
        if result != 0 || dict.is_null() { result } else { visit(dict, arg) }
    }
}

unsafe extern "C" fn no_traverse(_: *mut PyObject, _: visitproc, _: *mut c_void) -> c_int {
    0
}

static SEEN: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn counting_clear(_: *mut PyObject) -> c_int {
    SEEN.fetch_add(1, SeqCst);
    0
}

/// Holds no objects, and has no slots.
pub struct Odd(i64);

/// Has `nb_traverse!` besides.
pub struct Twice {
    value: Option<nb::stored>,
}
nb_traverse!(Twice: value);

nb_module!(test_type_slots_collector_ext, m, {
    m.def("live", || LIVE.load(SeqCst));
    m.def("traversed", || TRAVERSED.swap(0, SeqCst));
    m.def("cleared", || CLEARED.swap(0, SeqCst));
    m.def("seen", || SEEN.swap(0, SeqCst));

    let slots = [
        slot(ffi::Py_tp_traverse, wrapper_traverse as *mut _),
        slot(ffi::Py_tp_clear, wrapper_clear as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Wrapper>(m, "Wrapper", unsafe { nb::type_slots(&slots) })
        .def(nb::init(Wrapper::new))
        .def_rw("value", &Wrapper::value)
        .def("set_callback", |w: &mut Wrapper, f: Box<dyn Fn(i32) -> i32 + Send + Sync>| w.callback = Some(f))
        .def("find_value", |w: &Wrapper| nb::find_held(&w.value).cloned())
        .def("find_callback", |w: &Wrapper| nb::find_held(&w.callback).cloned())
        .def("change", &Wrapper::change)
        .def("keep", |_: &Wrapper, _patient: nb::object| {}, nb::keep_alive<1, 2>());
    m.def("find_rust_function", || {
        let function: Box<dyn Fn(i32) -> i32 + Send + Sync> = Box::new(|x| x + 1);
        nb::find_held(&function).is_some()
    });
    m.def("find_shared", |w: nb::shared_ptr<Wrapper>| nb::find_held(&w).cloned());
    m.def("find_arc", |odd: std::sync::Arc<Odd>| nb::find(&*odd));
    m.def("find_unseen_arc", || nb::find_held(&nb::shared_ptr::from(std::sync::Arc::new(Odd(1)))).is_some());
    m.def("box_wrapper", || Box::new(Wrapper::new()));
    nb::class_<Child, Wrapper>(m, "Child").def(nb::init(|| Child { base: Wrapper::new() }));
    let slots = [slot(ffi::Py_tp_traverse, own_traverse as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Own, Wrapper>(m, "Own", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Own { _first: 1, base: Wrapper::new(), more: None }))
        .def_rw("more", &Own::more);
    let slots = [
        slot(ffi::Py_tp_traverse, caller_traverse as *mut _),
        slot(ffi::Py_tp_clear, caller_clear as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Caller, Wrapper>(m, "Caller", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Caller { base: Wrapper::new() }));
    let slots = [slot(ffi::Py_tp_traverse, shows_traverse as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Shows>(m, "Shows", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Shows { value: None, _counted: Counted::new() }))
        .def_rw("value", &Shows::value);
    let slots = [slot(ffi::Py_tp_traverse, dict_traverse as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Dynamic<true>>(m, "Dynamic", nb::dynamic_attr(), unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Dynamic::<true>(Counted::new())));
    let slots = [
        slot(ffi::Py_tp_traverse, no_traverse as *mut _),
        slot(ffi::Py_tp_clear, counting_clear as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Dynamic<false>>(m, "Silent", nb::dynamic_attr(), unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Dynamic::<false>(Counted::new())));
    nb::class_<Odd>(m, "Odd").def(nb::init(Odd)).def_ro("value", &Odd::0);

    // As the collector does.
    m.def("clear", |wrapper: nb::object| {
        // SAFETY: a live object, whose class is a collected one.
        unsafe { (*ffi::Py_TYPE(wrapper.as_ptr())).tp_clear.map(|clear| clear(wrapper.as_ptr())) }
    });
    m.def("refuse_two_traversals", |scope: nb::object| -> nb::Result<()> {
        nb::module_::<NbDomain>::in_scope(&scope, |m| {
            let slots = [slot(ffi::Py_tp_traverse, no_traverse as *mut _)];
            // SAFETY: the functions are written for their slots.
            nb::class_<Twice>(m, "Twice", unsafe { nb::type_slots(&slots) });
            Ok(())
        })
    });
});
