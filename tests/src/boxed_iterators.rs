//! `Box<dyn Iterator<Item = T> + Send>` as a result.

use nb::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A bound class, as an element.
pub struct Dog {
    pub name: String,
}

/// How many iterators were dropped.
static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Counts(u32);

impl Iterator for Counts {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        assert!(self.0 != 3, "three is too many");
        self.0 += 1;
        Some(self.0)
    }
}

impl Drop for Counts {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

/// One that a function gives out while others have it, too.
struct Bowl(Mutex<Vec<i32>>);

static BOWL: Bowl = Bowl(Mutex::new(Vec::new()));

fn squares(count: u32) -> Box<dyn Iterator<Item = u32> + Send> {
    Box::new((0..count).map(|n| n * n))
}

nb_module!(test_boxed_iterators_ext, m, {
    m.def("squares", &squares);
    m.def("shared", |count: u32| -> Box<dyn Iterator<Item = String> + Send + Sync> {
        Box::new((0..count).map(|n| n.to_string()))
    });
    m.def("evens", |count: u32| -> Box<dyn Iterator<Item = u32> + Send> { Box::new((0..count).filter(|n| n % 2 == 0)) });
    m.def("maybe", |some: bool| -> Option<Box<dyn Iterator<Item = u32> + Send>> { some.then(|| squares(3)) });
    m.def("several", |count: u32| -> Vec<Box<dyn Iterator<Item = u32> + Send>> { (0..count).map(squares).collect() });
    m.def("attempts", |fails: bool| -> Box<dyn Iterator<Item = Result<u32, String>> + Send> {
        Box::new((0..3).map(move |n| if fails && n == 1 { Err("one is bad".to_string()) } else { Ok(n) }))
    });
    m.def("counts", || -> Box<dyn Iterator<Item = u32> + Send> { Box::new(Counts(0)) });
    m.def("dropped", || DROPPED.load(Ordering::Relaxed));
    m.def("pour", |all: Vec<i32>| *BOWL.0.lock().unwrap() = all);
    m.def("drink", || -> Box<dyn Iterator<Item = i32> + Send> { Box::new(std::iter::from_fn(|| BOWL.0.lock().unwrap().pop())) });

    nb::class_<Dog>(m, "Dog").def_ro("name", &Dog::name).def("__iter__", |dog: &Dog| -> Box<dyn Iterator<Item = char> + Send> {
        Box::new(dog.name.chars().collect::<Vec<_>>().into_iter())
    });
    m.def("dogs", |names: Vec<String>| -> Box<dyn Iterator<Item = Dog> + Send> {
        Box::new(names.into_iter().map(|name| Dog { name }))
    });
    m.def("lengths", |function: nb::callable, texts: Vec<String>| -> Box<dyn Iterator<Item = nb::Result<nb::object>> + Send> {
        let function = nb::stored::new(function);
        Box::new(texts.into_iter().map(move |text| function.call((text,))))
    });
});
