//! How long things live: keep_alive, call guards, return value policies.

use nb::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Clone)]
pub struct Dog {
    pub name: String,
}

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { name: name.to_string() }
    }
    fn itself(&self) -> &Dog {
        self
    }
}

/// Counts how often it is made, cloned and dropped, over all instances.
pub struct Tally {
    pub id: i32,
}

static MADE: AtomicUsize = AtomicUsize::new(0);
static CLONED: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Tally {
    fn new(id: i32) -> Tally {
        MADE.fetch_add(1, Ordering::Relaxed);
        Tally { id }
    }
}

impl Clone for Tally {
    fn clone(&self) -> Tally {
        CLONED.fetch_add(1, Ordering::Relaxed);
        Tally { id: self.id }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

impl From<i32> for Tally {
    fn from(id: i32) -> Tally {
        Tally::new(id)
    }
}

/// A value that cannot be cloned.
pub struct Unique(i32);

/// A pair whose halves are reached by references.
#[derive(Clone)]
pub struct Nest {
    left: Egg,
    right: Egg,
}
#[derive(Clone)]
pub struct Egg {
    pub size: i32,
}

impl Nest {
    fn first(&self) -> &Egg {
        &self.left
    }
    fn pick(&self, right: bool) -> &Egg {
        if right { &self.right } else { &self.left }
    }
    fn pick_of(&self, other: &Nest, right: bool) -> &Egg {
        if other.left.size > self.left.size { self.first() } else { self.pick(right) }
    }
}

static EVENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn log(event: &str) {
    EVENTS.lock().expect("no panic while locked").push(event.to_string());
}

/// A guard that logs when it is made and dropped.
pub struct Guard<const N: u8>;

impl<const N: u8> nb::CallGuard for Guard<N> {
    fn enter() -> Guard<N> {
        log(&format!("{N}+"));
        Guard
    }
}

impl<const N: u8> Drop for Guard<N> {
    fn drop(&mut self) {
        log(&format!("{N}-"));
    }
}

/// A guard that cannot be made.
pub struct BrokenGuard;

impl nb::CallGuard for BrokenGuard {
    fn enter() -> BrokenGuard {
        panic!("the guard panicked");
    }
}

/// Logs its conversions.
pub struct Logged;

// SAFETY: nothing is borrowed.
unsafe impl<D> nb::Param<D> for Logged {
    type Item<'a> = Logged;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = ();
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("int");
    }
    unsafe fn convert(src: *mut nb::ffi::PyObject, _flags: u8, _cx: &mut nb::Cx<'_>) -> Option<()> {
        log("convert");
        // SAFETY: `src` is live (caller's contract).
        (unsafe { nb::ffi::PyLong_Check(src) } != 0).then_some(())
    }
    unsafe fn lend((): &mut (), _cx: &nb::Cx<'_>) -> Logged {
        Logged
    }
}

// SAFETY: returns an owned reference.
unsafe impl<D, P> nb::Ret<D, P> for Logged {
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("None");
    }
    unsafe fn put(_: Self, _cx: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        log("result");
        // SAFETY: attached (caller's contract).
        unsafe { nb::ffi::Py_NewRef(nb::ffi::Py_None()) }
    }
}

static INSIDE: Mutex<i32> = Mutex::new(0);
static MEETING: std::sync::Condvar = std::sync::Condvar::new();

/// Waits until `count` threads are inside at the same time; false when they do not come within ten seconds.
fn meet(count: i32) -> bool {
    let mut inside = INSIDE.lock().expect("no panic while locked");
    *inside += 1;
    MEETING.notify_all();
    let limit = std::time::Duration::from_secs(10);
    let (_inside, wait) =
        MEETING.wait_timeout_while(inside, limit, |inside| *inside < count).expect("no panic while locked");
    !wait.timed_out()
}

/// Lets parts be reached past its lock through `&mut self`, and replaced with the lock through `&self`.
#[derive(Default)]
pub struct Locked {
    parts: Mutex<Vec<Dog>>,
}

impl Locked {
    fn part_mut(&mut self) -> nb::Result<&mut Dog> {
        self.parts.get_mut().ok().and_then(|parts| parts.first_mut()).ok_or_else(|| nb::index_error("no part"))
    }
    fn part(&mut self) -> nb::Result<&Dog> {
        self.part_mut().map(|part| &*part)
    }
    fn replace(&self, name: &str) {
        *self.parts.lock().expect("nobody panics with it") = vec![Dog::new(name)];
    }
    fn count(&self) -> usize {
        self.parts.lock().expect("nobody panics with it").len()
    }
}

nb_module!(test_lifetimes_ext, m, {
    nb::class_<Locked>(m, "Locked")
        .def(nb::init<>())
        .def("part_mut", &Locked::part_mut, nb::rv_policy::reference_internal)
        .def("part", &Locked::part, nb::rv_policy::reference_internal)
        .def("replace", &Locked::replace)
        .def("count", &Locked::count);
    m.def("name_beside", |part: &Dog, owner: &Locked| format!("{} of {}", part.name, owner.count()));
    m.def("beside", |owner: &Locked, part: &Dog| owner.count() + part.name.len());
    m.def("both", |one: &Dog, two: &Dog| one.name.len() + two.name.len());
    m.def("during", |part: &Dog, callback: nb::object| -> nb::Result<usize> {
        callback.call(())?;
        Ok(part.name.len())
    });
    nb::class_<Dog>(m, "Dog")
        .def(nb::init<&str>(), "name"_a)
        .def_rw("name", &Dog::name)
        .def("itself", &Dog::itself, nb::rv_policy::reference_internal)
        .def("copy", &Dog::itself, nb::rv_policy::copy)
        .def("length", |d: &Dog| d.name.len());
    nb::class_<Tally>(m, "Tally")
        .def(nb::init_implicit<i32>())
        .def_rw("id", &Tally::id);
    nb::class_<Unique>(m, "Unique").def(nb::init(|v: i32| Unique(v))).def("value", |u: &Unique| u.0);
    nb::class_<Egg>(m, "Egg").def_rw("size", &Egg::size);
    nb::class_<Nest>(m, "Nest")
        .def(nb::init(|a: i32, b: i32| Nest { left: Egg { size: a }, right: Egg { size: b } }))
        .def("touch", |n: &mut Nest| n.left.size += 1)
        .def_prop_ro("first_prop", &Nest::first)
        .def("first", &Nest::first, nb::rv_policy::reference_internal)
        .def("pick", &Nest::pick, nb::rv_policy::reference_internal)
        .def("pick_of", &Nest::pick_of, nb::rv_policy::reference_internal);

    // keep_alive.
    m.def("keep_arg", |_: &Dog, _: &Dog| (), nb::keep_alive<1, 2>());
    m.def("keep_twice", |_: &Dog, _: &Dog| (), nb::keep_alive<1, 2>(), nb::keep_alive<1, 2>());
    m.def("keep_back", |_: &Dog, _: &Dog| (), nb::keep_alive<2, 1>());
    m.def("keep_by_result", |d: &Dog| Dog::new(&d.name), nb::keep_alive<0, 1>());
    m.def("keep_maybe", |_: Option<&Dog>, _: Option<&Dog>| (), nb::keep_alive<1, 2>());
    m.def("keep_any", |_: nb::object, _: nb::object| (), nb::keep_alive<1, 2>());
    m.def("keep_list", |_: &Dog, list: Vec<i32>| list.len(), nb::keep_alive<1, 2>());
    m.def("keep_on_int", |_: i32, _: &Dog| log("ran"), nb::keep_alive<1, 2>());
    m.def("keep_converted", |_: &Dog, _: &Tally| (), nb::keep_alive<1, 2>());
    m.def("keep_last", |_: &Dog, _: &Tally, _: &Tally| (), nb::keep_alive<1, 3>());

    // Guards.
    m.def("guarded", |_: Logged| { log("body"); Logged }, nb::call_guard<Guard<1>>());
    m.def("guarded2", |_: Logged| { log("body"); Logged }, nb::call_guard<(Guard<1>, Guard<2>)>());
    m.def("guarded_error", || -> nb::Result<i32> { log("body"); Err(nb::value_error("no")) },
          nb::call_guard<(Guard<1>, Guard<2>)>());
    m.def("guarded_panic", || -> i32 { log("body"); panic!("no") }, nb::call_guard<(Guard<1>, Guard<2>)>());
    m.def("guard_panics", || 1, nb::call_guard<(Guard<1>, BrokenGuard)>());
    m.def("guarded_unique", |u: Unique| Unique(u.0 + 1), nb::call_guard<Guard<1>>());
    m.def("guarded_probe", |p: Box<Tally>| *p, nb::call_guard<Guard<1>>());
    m.def("make_probe", |id: i32| Tally::new(id), nb::call_guard<Guard<1>>());
    m.def("meet_released", &meet, nb::call_guard<nb::gil_scoped_release>());
    m.def("meet_reading", |_: &Dog, count: i32| meet(count), nb::call_guard<nb::gil_scoped_release>());
    m.def("meet_writing", |_: &mut Dog, count: i32| meet(count), nb::call_guard<nb::gil_scoped_release>());
    m.def("meet_count", || *INSIDE.lock().expect("no panic while locked"));
    m.def("meet_inside", |count: i32| nb::gil_scoped_release::run(move || meet(count)));
    m.def("meet_reset", || *INSIDE.lock().expect("no panic while locked") = 0);
    m.def("detached", nb::is_attached, nb::call_guard<nb::gil_scoped_release>());
    m.def("released_panic", || -> i32 { panic!("without the interpreter") }, nb::call_guard<nb::gil_scoped_release>());
    m.def("released_use", || nb::module_::<()>::import_("sys").is_ok(), nb::call_guard<nb::gil_scoped_release>());
    m.def("reattached", || nb::gil_scoped_acquire::run(|| nb::module_::<()>::import_("sys").is_ok()),
          nb::call_guard<nb::gil_scoped_release>());
    m.def("on_thread", || {
        let body = || nb::gil_scoped_acquire::run(|| nb::module_::<()>::import_("sys").is_ok());
        nb::gil_scoped_release::run(|| std::thread::spawn(body).join().is_ok_and(|done| done))
    });

    // Policies.
    m.def("egg_copy", |n: &Nest| n.left.clone(), nb::rv_policy::copy);
    m.def("egg_of", &Nest::first, nb::rv_policy::reference_internal);
    m.def("nest_same", |n: &Nest| -> Nest { n.clone() }, nb::rv_policy::reference_internal);
    m.def("egg_none", &Nest::first, nb::rv_policy::none);
    m.def("egg_value_none", |size: i32| Egg { size }, nb::rv_policy::none);
    m.def("egg_value", |size: i32| Egg { size });
    m.def("egg_move", |size: i32| Egg { size }, nb::rv_policy::move);
    m.def("egg_box", |size: i32| Box::new(Egg { size }), nb::rv_policy::take_ownership);
    m.def("egg_auto", &Nest::first);
    m.def("egg_auto_ref", &Nest::first, nb::rv_policy::automatic_reference);
    m.def("tally_box", |id: i32| Box::new(Tally::new(id)), nb::rv_policy::take_ownership);
    m.def("tally_box_auto", |id: i32| Box::new(Tally::new(id)));
    m.def("tally_value", |id: i32| Tally::new(id), nb::rv_policy::move);
    m.def("texts", |n: usize| vec!["x".to_string(); n], nb::rv_policy::reference_internal);
    m.def("busy", |_: &mut Dog, f: nb::object| f.call(()));

    m.def("keep_alive_obj", |nurse: Option<nb::object>, patient: Option<nb::object>| {
        let or_none = |value: Option<nb::object>| value.unwrap_or_else(|| nb::none().into());
        nb::keep_alive_obj(&or_none(nurse), &or_none(patient))
    });
    m.def("keep_alive_cb", |nurse: nb::object, name: String| {
        let tally = Tally::new(7);
        nb::keep_alive_cb(&nurse, move || {
            let tally = &tally;
            assert!(name != "panic", "the end of a nurse");
            EVENTS.lock().expect("no panic while locked").push(format!("{name} {}", tally.id));
        })
    });
    m.def("keep_alive_cb_python", |nurse: nb::object, f: nb::object| {
        let f = nb::stored::new(f);
        nb::keep_alive_cb(&nurse, move || drop(f.call(())))
    });
    m.def("python_derived", |o: nb::object| nb::inst_python_derived(&o));
    m.def("events", || std::mem::take(&mut *EVENTS.lock().expect("no panic while locked")));
    m.def("counts", || {
        let read = |c: &AtomicUsize| c.load(Ordering::Relaxed);
        (read(&MADE), read(&CLONED), read(&DROPPED))
    });
});
