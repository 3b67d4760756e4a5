//! References that methods return, and that are good again when the method gives the same address.

use nb::prelude::*;
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Clone, Default)]
pub struct Dog {
    pub age: i32,
    pub tail: Tail,
}
#[derive(Clone, Default)]
pub struct Tail {
    pub length: i32,
}
impl Dog {
    pub fn tail(&self) -> &Tail {
        &self.tail
    }
    pub fn tail_mut(&mut self) -> &mut Tail {
        &mut self.tail
    }
}

#[derive(Default)]
pub struct Kennel {
    #[allow(clippy::vec_box, reason = "a dog stays where it is when another one comes")]
    dogs: Vec<Box<Dog>>,
    first: Dog,
    name: String,
    visits: AtomicU32,
}

thread_local! {
    static FAILS: Cell<bool> = const { Cell::new(false) };
}

impl Kennel {
    fn new(count: i32) -> Kennel {
        Kennel { dogs: (0..count).map(|age| Box::new(Dog { age, ..Dog::default() })).collect(), ..Kennel::default() }
    }
    fn visit(&self) {
        self.visits.fetch_add(1, Ordering::SeqCst);
    }
    pub fn first(&mut self) -> &mut Dog {
        self.visit();
        &mut self.first
    }
    pub fn first_ref(&self) -> &Dog {
        self.visit();
        &self.first
    }
    pub fn dog(&mut self, index: usize) -> &mut Dog {
        self.visit();
        &mut self.dogs[index]
    }
    pub fn dog_ref(&self, index: usize) -> &Dog {
        self.visit();
        &self.dogs[index]
    }
    pub fn maybe(&mut self, index: usize) -> Option<&mut Dog> {
        self.dogs.get_mut(index).map(|dog| &mut **dog)
    }
    pub fn all(&self) -> Vec<&Dog> {
        self.dogs.iter().map(|dog| &**dog).collect()
    }
    pub fn all_mut(&mut self) -> Vec<&mut Dog> {
        self.dogs.iter_mut().map(|dog| &mut **dog).collect()
    }
    pub fn add(&mut self) -> &mut Dog {
        self.dogs.push(Box::new(Dog::default()));
        self.dogs.last_mut().unwrap()
    }
    pub fn failing(&self) -> nb::Result<&Dog> {
        if FAILS.get() { Err(nb::value_error("no dog today")) } else { Ok(&self.first) }
    }
}

nb_module!(test_accessors_ext, m, {
    nb::class_<Tail>(m, "Tail", nb::dynamic_attr()).def_rw("length", &Tail::length);
    nb::class_<Dog>(m, "Dog", nb::dynamic_attr())
        .def_rw("age", &Dog::age)
        .def("tail", &Dog::tail, nb::rv_policy::reference_internal)
        .def("tail_mut", &Dog::tail_mut, nb::rv_policy::reference_internal, nb::repeatable())
        .def("grow", |dog: &mut Dog| dog.age += 1);
    nb::class_<Kennel>(m, "Kennel")
        .def(nb::init(&Kennel::new))
        .def_rw("name", &Kennel::name)
        .def_prop_ro("visits", |k: &Kennel| k.visits.load(Ordering::SeqCst))
        .def("first", &Kennel::first, nb::rv_policy::reference_internal)
        .def("first_found", &Kennel::first, nb::rv_policy::reference_internal, nb::repeatable())
        .def("first_ref", &Kennel::first_ref, nb::rv_policy::reference_internal)
        .def("first_once", &Kennel::first_ref, nb::rv_policy::reference_internal, nb::has_effects())
        .def_prop_ro("first_prop", &Kennel::first)
        .def_prop_ro("first_prop_once", &Kennel::first, nb::has_effects())
        .def("dog", &Kennel::dog, nb::rv_policy::reference_internal, nb::repeatable())
        .def("dog_plain", &Kennel::dog, nb::rv_policy::reference_internal)
        .def("dog_ref", &Kennel::dog_ref, nb::rv_policy::reference_internal, nb::repeatable(), "index"_a = 0)
        .def("maybe", &Kennel::maybe, nb::rv_policy::reference_internal, nb::repeatable())
        .def("all", &Kennel::all, nb::rv_policy::reference_internal)
        .def("all_mut", &Kennel::all_mut, nb::rv_policy::reference_internal, nb::repeatable())
        .def("add", &Kennel::add, nb::rv_policy::reference_internal)
        .def("failing", &Kennel::failing, nb::rv_policy::reference_internal)
        .def("swap", |k: &mut Kennel, a: usize, b: usize| k.dogs.swap(a, b))
        .def("remove", |k: &mut Kennel, index: usize| -> () { k.dogs.remove(index); })
        .def("with_dog", |k: &mut Kennel, dog: &Dog| k.name = dog.age.to_string())
        .def("count", |k: &Kennel| k.dogs.len());
    m.def("fail", |fails: bool| FAILS.set(fails));
    m.def("both", |a: &mut Dog, b: &mut Dog| std::mem::swap(&mut a.age, &mut b.age));
    m.def("sum", |dogs: Vec<&Dog>| dogs.iter().map(|dog| dog.age).sum::<i32>());
    m.def("take", |dog: Dog| dog.age);
    m.def("borrow", |dog: nb::handle_t<Dog>| -> nb::Result<i32> { Ok(dog.borrow()?.age) });
});
