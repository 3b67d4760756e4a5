//! A module that is imported again while its old classes live.

use nb::prelude::*;

#[derive(Clone, Default)]
pub struct Dog {
    pub age: i32,
}
#[derive(Clone, Default)]
pub struct Puppy {
    dog: Dog,
}
nb_base!(Puppy, dog: Dog);
#[derive(Clone, Copy)]
pub enum Kind {
    Tame,
    Wild,
}
static FAIL: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

impl Dog {
    fn bark(&self) -> i32 {
        self.age
    }
    fn bark_at(&self, times: i32) -> i32 {
        self.age * times
    }
}

nb_module!(test_repeated_ext, m, {
    let more = 1;
    nb::class_<Dog>(m, "Dog")
        .def(nb::init<>())
        .def(nb::init(|age: i32| Dog { age }))
        .def("bark", &Dog::bark)
        .def("bark", &Dog::bark_at)
        .def("grow", move |dog: &mut Dog| dog.age += more)
        .def_static("make", || Dog { age: 9 })
        .def_static("make_of", move |age: i32| Dog { age: age + more })
        .def_rw("age", &Dog::age)
        .def("__add__", |a: &Dog, b: &Dog| a.age + b.age)
        .def("__getstate__", |dog: &Dog| dog.age)
        .def("__setstate__", |dog: nb::Slot<Dog>, age: i32| -> nb::Ready<Dog> { dog.write(Dog { age }) })
        .def(nb::init_implicit<String>());
    let half = nb::class_<Tail>(m, "Tail");
    let error = nb::exception<TailError>(half, "Error");
    m.attr("TailError") = error;
    m.def("wag", || Err::<(), _>(TailError));
    nb::class_<Puppy, Dog>(m, "Puppy").def(nb::init<>()).def("bark", |_: &Puppy| "yip");
    nb::enum_<Kind>(m, "Kind")
        .value("Tame", Kind::Tame)
        .value("Wild", Kind::Wild)
        .def("is_wild", |kind: Kind| matches!(kind, Kind::Wild));
    m.def("age_of", |dog: &Dog| dog.age);
    m.def("fail", |fail: bool| FAIL.store(fail, std::sync::atomic::Ordering::Relaxed));
    // In the middle of a class.
    let half = nb::class_<Half>(m, "Half").def("first", |_: &Half| 1);
    if FAIL.load(std::sync::atomic::Ordering::Relaxed) || std::env::var_os("NB_TEST_FAILS").is_some() {
        return Err(nb::value_error("asked to fail"));
    }
    half.def("second", |_: &Half| 2);
    m.def("half", || Half);
    // Twice in one import is meant.
    nb::class_<Half>(m, "HalfToo").def("third", |_: &Half| 3);
});

#[derive(Clone)]
pub struct Half;
#[derive(Clone)]
pub struct Tail;
/// Has a class in the class of another.
#[derive(Debug)]
pub struct TailError;
impl std::fmt::Display for TailError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no tail")
    }
}
impl std::error::Error for TailError {}

impl From<String> for Dog {
    fn from(text: String) -> Dog {
        Dog { age: text.len() as i32 }
    }
}
