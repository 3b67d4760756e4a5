//! Safe Rust code that must be neither undefined behaviour nor a wait without end: destructors and clones that call Python,
//! captures with an alignment, statics behind locks, references out of functions with other arguments.

use nb::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, mpsc};

// A value that ends before its object has got it.

static ENDED: AtomicUsize = AtomicUsize::new(0);

pub struct Bomb {
    callback: Option<nb::stored>,
    data: Vec<u8>,
    panics: bool,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::Relaxed);
        if let Some(callback) = self.callback.take() {
            let _ = callback.call(());
        }
        assert!(!self.panics, "the end of a bomb");
    }
}

fn bomb<'a>(
    slot: nb::Slot<'a, Bomb>,
    callback: Option<nb::stored>,
    fails: bool,
    panics: bool,
) -> nb::Result<nb::Ready<'a, Bomb>> {
    let ready = slot.write(Bomb { callback, data: vec![7; 100], panics });
    if fails { Err(nb::value_error("no")) } else { Ok(ready) }
}

// Values without size that have an alignment.

#[repr(align(64))]
#[derive(Clone, Copy)]
pub struct Token;

/// As `Token`, with an end.
#[repr(align(64))]
pub struct Ending;

impl Drop for Ending {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::Relaxed);
    }
}

fn place<T>(value: &T) -> usize {
    std::ptr::from_ref(value) as usize
}

pub struct Placed(usize);

// Statics behind locks.

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

static ITEMS: Mutex<Vec<Sticky>> = Mutex::new(Vec::new());
static SHARED: RwLock<Vec<Sticky>> = RwLock::new(Vec::new());
static COUNT: Mutex<i64> = Mutex::new(5);

pub struct Statics;

/// Has a native thread take the lock of a static, and then the interpreter; returns when it has the lock.
fn hold_count() {
    let (has, lock) = mpsc::channel();
    std::thread::spawn(move || {
        let mut count = COUNT.lock().unwrap_or_else(PoisonError::into_inner);
        has.send(()).expect("somebody waits");
        *count += 1;
        // Somebody who waits for the lock with the interpreter would never get either.
        std::thread::sleep(std::time::Duration::from_millis(50));
        nb::gil_scoped_acquire::run(|| *count += 1);
    });
    lock.recv().expect("the thread has the lock");
}

fn poison_count() {
    nb::gil_scoped_release::run(|| {
        let _ = std::thread::spawn(|| {
            let _count = COUNT.lock();
            panic!("the lock is poisoned");
        })
        .join();
    });
}

// References out of bound objects, beside arguments that end with the call.

#[derive(Clone)]
pub struct Dog {
    pub name: String,
}

pub struct Kennel {
    dogs: HashMap<String, Dog>,
    best: Dog,
}

static STRAY: Dog = Dog { name: String::new() };

impl Kennel {
    fn new(names: Vec<String>) -> Kennel {
        let dog = |name: String| (name.clone(), Dog { name });
        Kennel { dogs: names.into_iter().map(dog).collect(), best: Dog { name: "best".to_string() } }
    }
    fn get<'a>(&'a self, name: &str) -> Option<&'a Dog> {
        self.dogs.get(name)
    }
    fn get_mut<'a>(&'a mut self, name: &str) -> nb::Result<&'a mut Dog> {
        self.dogs.get_mut(name).ok_or_else(|| nb::key_error(name))
    }
    fn some<'a>(&'a self, names: &[String]) -> Vec<&'a Dog> {
        names.iter().filter_map(|name| self.dogs.get(name)).collect()
    }
    fn with_number<'a>(&'a self, number: f64) -> (f64, &'a Dog) {
        (number, &self.best)
    }
    fn stray(&self, _name: &str) -> &'static Dog {
        &STRAY
    }
    fn either<'a>(&'a self, others: Vec<&'a Kennel>) -> &'a Dog {
        others.last().map_or(&self.best, |last| &last.best)
    }
    fn maybe<'a>(&'a self, other: Option<&'a Kennel>, _fallback: &str) -> &'a Dog {
        other.map_or(&self.best, |other| &other.best)
    }
    fn bark(&self) -> Box<dyn Fn(&Dog, &str) -> String + Send + Sync> {
        let best = self.best.name.clone();
        Box::new(move |dog: &Dog, sound: &str| format!("{} {sound} {best}", dog.name))
    }
}

pub enum Mood {
    Glad,
    Sad,
}

impl Mood {
    /// A text is copied, wherever it is borrowed from.
    fn word(&self) -> &str {
        match self {
            Mood::Glad => "glad",
            Mood::Sad => "sad",
        }
    }
}

nb_module!(test_safe_code_ext, m, {
    nb::class_<Bomb>(m, "Bomb")
        .def("__init__", &bomb, "callback"_a.none(), "fails"_a, "panics"_a = false)
        .def("length", |bomb: &Bomb| bomb.data.len());
    m.def("ended", || ENDED.swap(0, Ordering::Relaxed));

    let token = Token;
    m.def("token", move || place(&token));
    m.def("token_with", move |number: usize| number + place(&token));
    let ending = Ending;
    m.def("ending", move || place(&ending));
    nb::class_<Placed>(m, "Placed")
        .def(nb::init(move || Placed(place(&token))))
        .def(nb::init(move |number: usize| Placed(number + place(&token))))
        .def_prop_ro("again", move |_: &Placed| place(&token))
        .def_static("there", move || place(&token))
        .def_ro("place", &Placed::0);

    nb::class_<Sticky>(m, "Sticky").def(nb::init(|callback: nb::stored| Sticky { callback }));
    nb::class_<Statics>(m, "Statics")
        .def_rw_static("items", &ITEMS)
        .def_rw_static("shared", &SHARED)
        .def_rw_static("count", &COUNT)
        .def_ro_static("count_to_read", &COUNT);
    m.def("hold_count", &hold_count, nb::call_guard<nb::gil_scoped_release>());
    m.def("poison_count", &poison_count);

    nb::class_<Dog>(m, "Dog").def_rw("name", &Dog::name);
    nb::class_<Kennel>(m, "Kennel")
        .def(nb::init(Kennel::new))
        .def("get", &Kennel::get, nb::rv_policy::reference_internal)
        .def("get_mut", &Kennel::get_mut, nb::rv_policy::reference_internal)
        .def("some", &Kennel::some, nb::rv_policy::reference_internal)
        .def("with_number", &Kennel::with_number, nb::rv_policy::reference_internal)
        .def("stray", &Kennel::stray, nb::rv_policy::reference_internal)
        .def("either", &Kennel::either, nb::rv_policy::reference_internal)
        .def("maybe", &Kennel::maybe, nb::rv_policy::reference_internal)
        .def_prop_ro("bark", &Kennel::bark);
    nb::enum_<Mood>(m, "Mood").value("GLAD", Mood::Glad).value("SAD", Mood::Sad).def_prop_ro("word", &Mood::word);
});
