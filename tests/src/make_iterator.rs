//! Iterators over native values.

use nb::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

static ENDED: AtomicI64 = AtomicI64::new(0);

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

#[derive(Default)]
pub struct Sketch {
    pub numbers: Vec<i32>,
    pub dogs: Vec<Dog>,
    pub names: BTreeMap<String, i32>,
    pub shared: Vec<Arc<Dog>>,
}

/// Counts iterators that have ended.
pub struct Counting<'a>(std::slice::Iter<'a, i32>);

impl Iterator for Counting<'_> {
    type Item = i32;
    fn next(&mut self) -> Option<i32> {
        let next = self.0.next().copied();
        assert!(next != Some(13), "not this one");
        next
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        // What it goes through is still there.
        ENDED.fetch_add(1 + self.0.as_slice().iter().map(|_| 0).sum::<i64>(), SeqCst);
    }
}

fn dogs(sketch: &Sketch) -> nb::made_iterator<'_, &Dog, nb::rv_policy::reference_internal> {
    nb::make_iterator_with(nb::type_::<Sketch>(), "Dogs", &sketch.dogs)
}

/// Has functions of its own with such names.
#[derive(Default)]
pub struct Bag {
    numbers: Vec<i32>,
}

/// Goes through a bag that it does not keep.
pub struct BagIter;

impl Bag {
    fn make_iterator(&self) -> BagIter {
        BagIter
    }
}

/// Not bound.
struct Nowhere;

nb_module!(test_make_iterator_ext, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32| Dog { age })).def_rw("age", &Dog::age);
    nb::class_<Sketch>(m, "Sketch", nb::is_weak_referenceable())
        .def(nb::init<>())
        .def("add", |s: &mut Sketch, number: i32| s.numbers.push(number))
        .def("add_dog", |s: &mut Sketch, dog: Dog| s.dogs.push(dog))
        .def("name", |s: &mut Sketch, name: String, number: i32| -> () { s.names.insert(name, number); })
        .def("share", |s: &mut Sketch, dog: Arc<Dog>| s.shared.push(dog))
        .def("__iter__", |s: &Sketch| -> nb::made_iterator<'_, i32> {
            nb::make_iterator(nb::type_::<Sketch>(), "Iterator", s.numbers.iter().copied())
        }, nb::keep_alive<0, 1>())
        .def("copies", |s: &Sketch| -> nb::made_iterator<'_, &Dog> {
            nb::make_iterator(nb::type_::<Sketch>(), "Copies", &s.dogs)
        }, nb::rv_policy::reference_internal)
        .def("dogs", &dogs, nb::rv_policy::reference_internal)
        .def("all_shared", |s: &Sketch| -> nb::made_iterator<'_, Arc<Dog>> {
            nb::make_iterator(nb::type_::<Sketch>(), "Shared", s.shared.iter().cloned())
        }, nb::keep_alive<0, 1>())
        .def("counting", |s: &Sketch| -> nb::made_iterator<'_, i32> {
            nb::make_iterator(nb::type_::<Sketch>(), "Counting", Counting(s.numbers.iter()))
        }, nb::keep_alive<0, 1>())
        .def("keys", |s: &Sketch| -> nb::made_iterator<'_, String> {
            nb::make_key_iterator(nb::type_::<Sketch>(), "Keys", s.names.iter().map(|(k, v)| (k.clone(), *v)))
        }, nb::keep_alive<0, 1>())
        .def("values", |s: &Sketch| -> nb::made_iterator<'_, i32> {
            nb::make_value_iterator(nb::type_::<Sketch>(), "Values", s.names.iter().map(|(k, v)| (k, *v)))
        }, nb::keep_alive<0, 1>())
        .def("items", |s: &Sketch| -> nb::made_iterator<'_, (String, i32)> {
            nb::make_iterator(nb::type_::<Sketch>(), "Items", s.names.iter().map(|(k, v)| (k.clone(), *v)))
        }, nb::keep_alive<0, 1>());

    m.def("of_dogs", |s: &Sketch| -> nb::made_iterator<'_, &Dog, nb::rv_policy::reference_internal> {
        nb::make_iterator<nb::rv_policy::reference_internal>(nb::type_::<Sketch>(), "OfDogs", &s.dogs)
    }, nb::keep_alive<0, 1>());
    m.def("squares", |count: u32| nb::make_iterator(nb::type_::<Sketch>(), "Squares", (0..count).map(|n| n * n)));
    m.def("evens", || nb::make_iterator(nb::type_::<Sketch>(), "Evens", (0..).step_by(2).take_while(|n: &u64| *n < 10)));
    m.def("calls", |f: nb::stored| nb::make_iterator(nb::type_::<Sketch>(), "Calls", (0..3).map(move |n| -> nb::Result<nb::object> {
        f.call((n,))
    })));
    nb::class_<BagIter>(m, "BagIter", nb::is_weak_referenceable());
    nb::class_<Bag>(m, "Bag", nb::is_weak_referenceable())
        .def(nb::init<>())
        .def("named", &Bag::make_iterator, nb::keep_alive<0, 1>())
        .def("called", |bag: &Bag| -> BagIter { bag.make_iterator() }, nb::keep_alive<0, 1>())
        .def("beside", |bag: &mut Bag| -> nb::made_iterator<'_, i32> {
            bag.numbers.push(1);
            nb::make_iterator(nb::type_::<Bag>(), "Beside", bag.numbers.iter().copied())
        }, nb::keep_alive<0, 1>())
        .def("with", |bag: &Bag, dog: Box<Dog>| -> nb::made_iterator<'_, i32> {
            nb::make_iterator(nb::type_::<Bag>(), "With", bag.numbers.iter().copied().take(dog.age as usize))
        }, nb::keep_alive<0, 1>());
    // Not the result of a function: nobody has asked what it borrows.
    m.def("cast", |count: i64| -> nb::Result<nb::object> {
        let numbers: Vec<i64> = (0..count).collect();
        let borrowed = nb::make_iterator(nb::type_::<Sketch>(), "Cast", numbers.iter().copied());
        nb::cast_policy::<NbDomain, nb::rv_policy::reference_internal, _>(borrowed)
    });
    m.def("endless", || nb::make_iterator(nb::type_::<Sketch>(), "Endless", 0..usize::MAX));
    m.def("lost", || nb::make_iterator(nb::type_::<Nowhere>(), "Lost", 0..3));
    m.def("lock", |s: Arc<std::sync::RwLock<Sketch>>| Arc::strong_count(&s));
    m.def("ended", || ENDED.load(SeqCst));
});
