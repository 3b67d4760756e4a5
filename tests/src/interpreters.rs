//! Several interpreters in one process, threads that are not attached, long chains of objects, and marks that are forgotten.

use nb::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub trait Speaks: std::any::Any + Send + Sync {
    fn speak(&self) -> String;
}

#[derive(Clone, Default)]
pub struct Hound {
    pub age: i32,
}

impl Speaks for Hound {
    fn speak(&self) -> String {
        format!("woof {}", self.age)
    }
}

nb_trampoline!(in crate::interpreters; PyHound: Hound, dyn Speaks);
impl Speaks for PyHound {
    fn speak(&self) -> String {
        nb_override!(self, speak)
    }
}

type Callback = Box<dyn Fn(i32) -> nb::Result<i32> + Send + Sync>;

fn open<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

static STORED: Mutex<Option<nb::stored>> = Mutex::new(None);
static UNIQUE: Mutex<Option<nb::unique_ptr<Hound>>> = Mutex::new(None);
static SHARED: Mutex<Option<nb::shared_ptr<Hound>>> = Mutex::new(None);
static CALLBACK: Mutex<Option<Callback>> = Mutex::new(None);
static VIRTUAL: Mutex<Option<Box<dyn Speaks>>> = Mutex::new(None);

thread_local!(static HERE: std::cell::RefCell<Option<nb::object>> = const { std::cell::RefCell::new(None) });

/// How many times of `count` a thread that is not attached could count references.
fn clones_while_released(object: nb::object, count: u64) -> u64 {
    HERE.with(|here| *here.borrow_mut() = Some(object));
    let clone = || std::panic::catch_unwind(|| HERE.with(|here| drop(here.borrow().clone()))).is_ok();
    let done = nb::gil_scoped_release::run(|| (0..count).filter(|_| nb::is_attached() && clone()).count() as u64);
    HERE.with(|here| *here.borrow_mut() = None);
    done
}

/// What a thread that attaches again, after `gil_scoped_release`, finds as `sys.marker`.
fn marker() -> nb::Result<Option<i64>> {
    nb::gil_scoped_acquire::run(|| nb::module_::<()>::import_("sys")?.getattr_or("marker", nb::none())?.cast())
}

/// An object of Python in native code.
struct Holder(#[allow(dead_code, reason = "held")] nb::stored);

pub struct Cat(i32);

fn make_cat<'a>(slot: nb::Slot<'a, Cat>, forget: bool) -> nb::Result<nb::Ready<'a, Cat>> {
    if forget {
        std::mem::forget(slot);
        return Err(nb::value_error("forgotten"));
    }
    Ok(slot.write(Cat(7)))
}

/// A value that holds the next one, in native code.
pub struct Linked {
    _next: Option<nb::unique_ptr<Linked>>,
}

fn wrap_function(inner: nb::stored) -> Box<dyn Fn(i32) -> bool + Send + Sync> {
    Box::new(move |_| inner.is_none())
}

nb_module!(test_interpreters_ext, m, {
    nb::class_<Hound, PyHound>(m, "Hound").def(nb::init<>()).def("speak", &Hound::speak).def_rw("age", &Hound::age);
    m.def("alarm", |dog: &dyn Speaks| dog.speak());

    m.def("clones_while_released", &clones_while_released);
    m.def("attached_while_released", |count: u64| {
        nb::gil_scoped_release::run(|| (0..count).filter(|_| nb::is_attached()).count())
    });
    m.def("call_on_thread", |callback: Callback| {
        nb::gil_scoped_release::run(move || std::thread::spawn(move || callback(1).is_ok()).join().is_ok_and(|done| done))
    });
    m.def("drop_on_thread", |object: nb::stored| {
        nb::gil_scoped_release::run(move || std::thread::spawn(move || drop(object)).join().is_ok())
    });
    m.def("use_on_thread", |dog: nb::shared_ptr<Hound>| {
        nb::gil_scoped_release::run(move || std::thread::spawn(move || dog.with(|dog| dog.age).is_ok()).join().is_ok_and(|done| done))
    });

    m.def("marker", &marker);
    m.def("marker_after_release", || nb::gil_scoped_release::run(|| marker().ok().flatten()));
    m.def("marker_of_callback", |callback: Callback| nb::gil_scoped_release::run(|| callback(1).ok()));
    m.def("marker_twice", || {
        nb::gil_scoped_release::run(|| nb::gil_scoped_acquire::run(|| nb::gil_scoped_release::run(|| marker().ok().flatten())))
    });
    m.def("panic_in_acquire", || -> i32 {
        nb::gil_scoped_release::run(|| nb::gil_scoped_acquire::run(|| panic!("inside")))
    });

    m.def("keep", |object: nb::stored, unique: nb::unique_ptr<Hound>, shared: nb::shared_ptr<Hound>, callback: Callback, dog: Box<dyn Speaks>| {
        *open(&STORED) = Some(object);
        *open(&UNIQUE) = Some(unique);
        *open(&SHARED) = Some(shared);
        *open(&CALLBACK) = Some(callback);
        *open(&VIRTUAL) = Some(dog);
    });
    m.def("read_stored", || open(&STORED).as_ref().map(|kept| kept.repr()));
    m.def("clone_stored", || open(&STORED).clone());
    m.def("take_stored", || open(&STORED).take());
    m.def("take_unique", || open(&UNIQUE).take());
    m.def("read_shared", || open(&SHARED).as_ref().map(|kept| kept.with(|dog| dog.age)).transpose());
    m.def("shared_object", || open(&SHARED).as_ref().map(|kept| kept.python().is_some()));
    m.def("take_shared", || open(&SHARED).take());
    m.def("call", || open(&CALLBACK).as_ref().map(|kept| kept(1)).transpose());
    m.def("take_callback", || open(&CALLBACK).take());
    m.def("speak", || open(&VIRTUAL).as_ref().map(|kept| kept.speak()));
    m.def("take_virtual", || open(&VIRTUAL).take());
    m.def("drop_all", || {
        drop(open(&STORED).take());
        drop(open(&UNIQUE).take());
        drop(open(&SHARED).take());
        drop(open(&CALLBACK).take());
        drop(open(&VIRTUAL).take());
    });

    m.def("forget_mark", |dog: nb::handle_t<Hound>| dog.borrow_mut().map(std::mem::forget));
    nb::class_<Cat>(m, "Cat")
        .def("__init__", &make_cat)
        .def("lives", |cat: &Cat| cat.0);

    m.def("wrap_function", &wrap_function);
    m.def("wrap_capsule", |inner: nb::stored| nb::capsule::new(Holder(inner)));
    nb::class_<Linked>(m, "Linked")
        .def(nb::init(|next: Option<nb::unique_ptr<Linked>>| Linked { _next: next }), "next"_a.none());
    m.def("tie", |_nurse: nb::object, _patient: nb::object| (), nb::keep_alive::<1, 2>());
});
