//! Classes: construction, members, inheritance, borrow rules.

use nb::prelude::*;

#[derive(Clone, Debug)]
pub struct Toy {
    pub squeaks: i32,
}

#[derive(Clone, Debug)]
pub struct Dog {
    pub name: String,
    pub age: i32,
    pub toy: Toy,
    pub toys: Vec<Toy>,
}

impl Dog {
    fn new(name: &str, age: i32) -> Dog {
        Dog { name: name.to_string(), age, toy: Toy { squeaks: 0 }, toys: vec![Toy { squeaks: 1 }] }
    }
    fn bark(&self) -> String {
        format!("{}: woof!", self.name)
    }
    fn first(&self) -> &Toy {
        &self.toys[0]
    }
    fn first_mut(&mut self) -> &mut Toy {
        &mut self.toys[0]
    }
    fn add_toy(&mut self) {
        self.toys.push(Toy { squeaks: 9 });
    }
}

#[derive(Clone)]
pub struct Puppy {
    pub dog: Dog,
    pub tricks: Vec<String>,
}
nb_base!(Puppy, dog: Dog);
impl Puppy {
    fn new(name: &str) -> Puppy {
        Puppy { dog: Dog::new(name, 0), tricks: vec![] }
    }
}

fn swap(a: &mut Dog, b: &mut Dog) {
    std::mem::swap(a, b);
}
fn pick<'a>(a: &'a Dog, b: &'a Dog, first: bool) -> &'a Dog {
    if first { a } else { b }
}
fn oldest<'a>(dogs: Vec<&'a Dog>) -> Option<&'a Dog> {
    dogs.into_iter().max_by_key(|d| d.age)
}
fn consume(d: Box<Dog>) -> String {
    d.name
}
nb_module!(test_classes_ext, m, {
    nb::class_<Toy>(m, "Toy").def_rw("squeaks", &Toy::squeaks);
    nb::class_<Dog>(m, "Dog", "A dog")
        .def(nb::init<&str, i32>(), "name"_a, "age"_a = 3)
        .def(nb::init<&Dog>(), "other"_a)
        .def("bark", &Dog::bark)
        .def_rw("name", &Dog::name)
        .def_rw("age", &Dog::age)
        .def_rw("toy", &Dog::toy)
        .def_ro("toy_ro", &Dog::toy)
        .def_ro("legs", &Dog::age)
        .def("first", &Dog::first, nb::rv_policy::reference_internal)
        .def("first_mut", &Dog::first_mut, nb::rv_policy::reference_internal)
        .def("add_toy", &Dog::add_toy)
        .def_static("create", || Dog::new("Stray", 1))
        .def_static("boxed", || Box::new(Dog::new("Boxed", 1)))
        .def_prop_rw("years", |d: &Dog| d.age, |d: &mut Dog, v: i32| d.age = v, "Years")
        .def("__repr__", |d: &Dog| format!("<Dog {}>", d.name));
    nb::class_<Puppy, Dog>(m, "Puppy")
        .def(nb::init<&str>(), "name"_a)
        .def("learn", |p: &mut Puppy, t: &str| { p.tricks.push(t.to_string()); p.tricks.len() });
    m.def("swap", &swap, "a"_a, "b"_a);
    m.def("pick", &pick);
    m.def("oldest", &oldest);
    m.def("consume", &consume);
});
