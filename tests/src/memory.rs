//! What happens when Python has no memory left, and when things are kept alive twice.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, LazyLock, Mutex};

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Counts how many of it are alive.
pub struct Counted(i64);

impl Counted {
    fn new(value: i64) -> Counted {
        LIVE.fetch_add(1, SeqCst);
        Counted(value)
    }
}

impl Clone for Counted {
    fn clone(&self) -> Counted {
        Counted::new(self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, SeqCst);
    }
}

#[derive(Clone)]
pub struct Inner {
    counted: Counted,
}

#[derive(Clone)]
pub struct Outer {
    pub inner: Inner,
    other: Inner,
}

impl Outer {
    fn new(value: i64) -> Outer {
        let inner = |value| Inner { counted: Counted::new(value) };
        Outer { inner: inner(value), other: inner(value + 1) }
    }
    fn other(&self) -> &Inner {
        &self.other
    }
    fn other_mut(&mut self) -> &mut Inner {
        &mut self.other
    }
}

/// With all that an instance can have.
pub struct Rich(#[allow(dead_code, reason = "counts that it is alive")] Counted);
pub struct Pooled(#[allow(dead_code, reason = "counts that it is alive")] Counted);
pub struct Holder {
    pub held: Option<nb::stored>,
    callback: Option<Box<dyn Fn(i64) -> i64 + Send + Sync>>,
}
nb_traverse!(Holder: held, callback);
/// Bound by a function.
pub struct Bound(Counted);

unsafe extern "C" fn add(a: *mut nb::ffi::PyObject, _: *mut nb::ffi::PyObject) -> *mut nb::ffi::PyObject {
    // SAFETY: a live object.
    unsafe { nb::ffi::Py_NewRef(a) }
}

unsafe extern "C" fn compare(
    a: *mut nb::ffi::PyObject,
    _: *mut nb::ffi::PyObject,
    _: std::ffi::c_int,
) -> *mut nb::ffi::PyObject {
    // SAFETY: a live object.
    unsafe { nb::ffi::Py_NewRef(a) }
}

/// Made from an integer.
pub struct FromInt(Counted);

impl From<i64> for FromInt {
    fn from(value: i64) -> FromInt {
        FromInt(Counted::new(value))
    }
}

static ORIGIN: LazyLock<Inner> = LazyLock::new(|| Inner { counted: Counted::new(0) });
static ARCS: Mutex<Vec<Arc<Inner>>> = Mutex::new(Vec::new());
static KEPT: Mutex<Vec<nb::shared_ptr<Inner>>> = Mutex::new(Vec::new());

fn known_arc() -> Arc<Inner> {
    let mut arcs = ARCS.lock().expect("not poisoned");
    if arcs.is_empty() {
        arcs.push(Arc::new(Inner { counted: Counted::new(3) }));
    }
    arcs[0].clone()
}

nb_module!(test_memory_ext, m, {
    m.def("live", || LIVE.load(SeqCst));
    nb::class_<Inner>(m, "Inner")
        .def(nb::init(|value: i64| Inner { counted: Counted::new(value) }))
        .def_prop_ro("value", |inner: &Inner| inner.counted.0);
    nb::class_<Outer>(m, "Outer")
        .def(nb::init(Outer::new))
        .def_rw("inner", &Outer::inner)
        .def("other", &Outer::other, nb::rv_policy::reference_internal)
        .def("other_mut", &Outer::other_mut, nb::rv_policy::reference_internal)
        .def("other_copy", &Outer::other, nb::rv_policy::copy);
    nb::class_<Rich>(m, "Rich", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Rich(Counted::new(value))));
    nb::class_<Pooled>(m, "Pooled", nb::pooled(2)).def(nb::init(|value: i64| Pooled(Counted::new(value))));
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|| Holder { held: None, callback: None }))
        .def_rw("held", &Holder::held)
        .def("set", |h: &mut Holder, callback: Box<dyn Fn(i64) -> i64 + Send + Sync>| h.callback = Some(callback))
        .def("call", |h: &Holder, x: i64| h.callback.as_ref().map_or(0, |call| call(x)));
    nb::class_<FromInt>(m, "FromInt")
        .def(nb::init_implicit<i64>());
    m.def("from_int", |value: &FromInt| value.0.0);

    m.def("value", |x: i64| Inner { counted: Counted::new(x) });
    m.def("boxed", |x: i64| Box::new(Inner { counted: Counted::new(x) }));
    m.def("shared", |x: i64| Arc::new(Inner { counted: Counted::new(x) }));
    m.def("known", &known_arc);
    m.def("fill_known", || drop(known_arc()));
    m.def("forget_known", || ARCS.lock().expect("not poisoned").clear());
    m.def("origin", || -> &'static Inner { &ORIGIN }, nb::rv_policy::reference);
    m.def("many", |n: i64| (0..n).map(|x| Inner { counted: Counted::new(x) }).collect::<Vec<_>>());
    m.def("pair", || (Box::new(Inner { counted: Counted::new(1) }), Inner { counted: Counted::new(2) }));
    m.def("optional", |x: i64| Some(Inner { counted: Counted::new(x) }));
    m.def("text", |x: i64| format!("{x:>2000}"));
    m.def("keep_shared", |inner: nb::shared_ptr<Inner>| KEPT.lock().expect("not poisoned").push(inner));
    m.def("kept_shared", || KEPT.lock().expect("not poisoned").pop());
    m.def("take", |inner: Inner| inner.counted.0);
    m.def("share", |inner: Arc<Inner>| inner.counted.0);
    m.def("pass_", |inner: nb::unique_ptr<Inner>| inner);
    m.def("sum", |all: Vec<Inner>| all.iter().map(|inner| inner.counted.0).sum::<i64>());

    // A class with slots, which needs more steps than any other.
    m.def("bind", |scope: nb::object| -> nb::Result<()> {
        nb::module_::<NbDomain>::in_scope(&scope, |m| {
            let slots = [
                nb::ffi::PyType_Slot { slot: nb::ffi::Py_nb_add, pfunc: add as *mut _ },
                nb::ffi::PyType_Slot { slot: nb::ffi::Py_tp_richcompare, pfunc: compare as *mut _ },
            ];
            // SAFETY: the functions are written for their slots.
            nb::class_<Bound>(m, "Bound", nb::dynamic_attr(), unsafe { nb::type_slots(&slots) })
                .def(nb::init(|value: i64| Bound(Counted::new(value))))
                .def_prop_ro("value", |bound: &Bound| bound.0.0)
                .def("get", |bound: &Bound| bound.0.0);
            Ok(())
        })
    });
    m.def("keep", |_nurse: nb::object, _patient: nb::object| {}, nb::keep_alive<1, 2>());
    m.def("keep_twice", |_nurse: nb::object, _patient: nb::object| {}, (nb::keep_alive<1, 2>(), nb::keep_alive<1, 2>()));
    m.def("kept_by_result", |_patient: nb::object| Outer::new(5), nb::keep_alive<0, 1>());
    // The same payload behind each of the capsules that are made of one function.
    m.def("payload", |count: usize| -> Vec<nb::capsule> {
        let payload = Arc::new(Counted::new(1));
        (0..count).map(|_| nb::capsule::new((payload.clone(), Counted::new(2)))).collect()
    });
});
