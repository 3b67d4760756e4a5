//! Fields that change through a shared reference.

use nb::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::thread;
use std::time::Duration;

/// A value whose clone calls Python.
pub struct Sticky {
    callback: nb::stored,
}

impl Clone for Sticky {
    fn clone(&self) -> Sticky {
        let _ = self.callback.call(());
        Sticky { callback: self.callback.clone() }
    }
}

/// What native code and Python both change.
#[derive(Default)]
pub struct Gauge {
    level: AtomicI64,
    small: AtomicU8,
    on: AtomicBool,
    name: Mutex<String>,
    limits: RwLock<Vec<f64>>,
    note: Mutex<Option<String>>,
    first: OnceLock<String>,
    held: Mutex<Option<nb::stored>>,
    items: Mutex<Vec<Sticky>>,
    plain: i64,
}

/// Has a gauge that Python may look at.
#[derive(Default)]
pub struct Panel {
    gauge: Gauge,
}

/// One that is not Python's.
fn fixed() -> &'static Gauge {
    static GAUGE: std::sync::LazyLock<Gauge> = std::sync::LazyLock::new(Gauge::default);
    &GAUGE
}

static KEPT: Mutex<Vec<Arc<Gauge>>> = Mutex::new(Vec::new());

fn kept() -> Arc<Gauge> {
    KEPT.lock().unwrap().last().expect("something is kept").clone()
}

/// Has a native thread hold the lock of the name for so long; returns when it has it.
fn hold_name(milliseconds: u64) {
    let (send, receive) = mpsc::channel();
    let gauge = kept();
    thread::spawn(move || {
        let _guard = gauge.name.lock().unwrap();
        send.send(()).unwrap();
        thread::sleep(Duration::from_millis(milliseconds));
    });
    receive.recv().unwrap();
}

/// Has a native thread take the lock of the name, and then the interpreter; returns when it has the lock.
fn hold_name_and_wait() {
    let (send, receive) = mpsc::channel();
    let gauge = kept();
    thread::spawn(move || {
        let mut name = gauge.name.lock().unwrap();
        send.send(()).unwrap();
        nb::gil_scoped_acquire::run(|| name.push('!'));
    });
    receive.recv().unwrap();
}

nb_module!(test_interior_ext, m, {
    nb::class_<Sticky>(m, "Sticky").def(nb::init(|callback: nb::stored| Sticky { callback }));

    nb::class_<Gauge>(m, "Gauge")
        .def(nb::init<>())
        .def_rw("level", &Gauge::level)
        .def_rw("small", &Gauge::small, "Level as a byte")
        .def_rw("on", &Gauge::on)
        .def_rw("name", &Gauge::name)
        .def_rw("limits", &Gauge::limits)
        .def_rw("note", &Gauge::note)
        .def_ro("first", &Gauge::first)
        .def_ro("level_ro", &Gauge::level)
        .def_ro("name_ro", &Gauge::name)
        .def_rw("held", &Gauge::held)
        .def_rw("items", &Gauge::items, nb::rv_policy::copy)
        .def_rw("plain", &Gauge::plain)
        .def("call_with_name_locked", |gauge: &Gauge, callback: nb::object| -> nb::Result<nb::object> {
            let _guard = gauge.name.lock().unwrap();
            callback.call(())
        })
        .def("call_while_changed", |_: &mut Gauge, callback: nb::object| callback.call(()))
        .def("call_while_read", |_: &Gauge, callback: nb::object| callback.call(()))
        .def("poison", |gauge: &Gauge| -> () {
            let _guard = gauge.name.lock().unwrap();
            panic!("with the lock held");
        });

    nb::class_<Panel>(m, "Panel").def(nb::init<>()).def_ro("gauge", &Panel::gauge).def_rw("own", &Panel::gauge);
    m.def("fixed", &fixed, nb::rv_policy::reference);

    m.def("keep", |gauge: Arc<Gauge>| KEPT.lock().unwrap().push(gauge));
    m.def("let_go", || KEPT.lock().unwrap().clear());
    m.def("native", || {
        let gauge = kept();
        let name = gauge.name.lock().unwrap().clone();
        let limits = gauge.limits.read().unwrap().clone();
        (gauge.level.load(std::sync::atomic::Ordering::SeqCst), name, limits)
    });
    m.def("add", |by: i64| kept().level.fetch_add(by, std::sync::atomic::Ordering::SeqCst));
    m.def("set_first", |value: String| kept().first.set(value).is_ok());
    m.def("hold_name", &hold_name);
    m.def("hold_name_and_wait", &hold_name_and_wait);
    m.def("timeout", || nb::lock_timeout().as_secs_f64());
    m.def("set_timeout", |seconds: f64| nb::set_lock_timeout(Duration::from_secs_f64(seconds)));
});
