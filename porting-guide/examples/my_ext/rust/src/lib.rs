//! The port of `../cpp/my_ext.cpp`, statement by statement in the same order.

use nb::prelude::*;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

// An error of any type that implements `Display` raises `RuntimeError`.
fn divide(a: i32, b: i32) -> Result<i32, String> {
    if b == 0 {
        return Err("division by zero".into());
    }
    Ok(a / b)
}

fn scale(mut values: Vec<f64>, factor: f64) -> Vec<f64> {
    for v in &mut values {
        *v *= factor;
    }
    values
}

fn longest(words: Vec<String>) -> Option<String> {
    let mut best: Option<String> = None;
    for w in words {
        if best.as_ref().is_none_or(|b| w.len() > b.len()) {
            best = Some(w);
        }
    }
    best
}

fn twice(f: nb::object, x: nb::object) -> nb::Result<nb::object> {
    f.call((f.call((x,))?,))
}

#[derive(Clone, Default)]
struct Toy {
    squeaks: i32,
}

#[derive(Clone)]
struct Dog {
    name: String,
    legs: i32,
    years: i32,
    toy: Toy,
}

impl Dog {
    fn new(name: &str, age: i32) -> Self {
        Dog { name: name.into(), legs: 4, years: age, toy: Toy::default() }
    }

    fn create() -> Dog {
        Dog::new("Stray", 1)
    }

    // Rust has no overloads: two names here, one name in Python.
    fn bark(&self) -> String {
        format!("{}: woof!", self.name)
    }

    fn bark_at(&self, at: &str) -> String {
        format!("{}: woof, {at}!", self.name)
    }

    fn age(&self) -> i32 {
        self.years
    }

    fn set_age(&mut self, age: i32) -> nb::Result<()> {
        if age < 0 {
            return Err(nb::value_error("age must not be negative"));
        }
        self.years = age;
        Ok(())
    }

    // `&mut`, because Python changes the toy through the reference.
    fn favorite(&mut self) -> &mut Toy {
        &mut self.toy
    }
}

struct Puppy {
    dog: Dog,
    tricks: Vec<String>,
}

// In place of `struct Puppy : Dog`.
nb_base!(Puppy, dog: Dog);

impl Puppy {
    fn new(name: &str) -> Self {
        Puppy { dog: Dog::new(name, 0), tricks: Vec::new() }
    }

    fn learn(&mut self, trick: &str) -> usize {
        self.tricks.push(trick.into());
        self.tricks.len()
    }
}

fn introduce(a: &Dog, b: &Dog) -> String {
    format!("{} meets {}", a.name, b.name)
}

nb_module!(my_ext, m, {
    m.doc() = "A little arithmetic and a few dogs";
    m.attr("the_answer") = 42;

    m.def("add", &add, "a"_a, "b"_a = 1, "Sum of two integers");
    m.def("divide", &divide, "a"_a, "b"_a);
    m.def("describe", |i: i32| format!("the integer {i}"));
    m.def("describe", |x: f64| format!("the float {x:.6}"));
    m.def("describe", |s: &str| format!("the text {s}"));
    m.def("scale", &scale, "values"_a, "factor"_a = 2.0);
    m.def("longest", &longest, "words"_a);
    m.def("greet", |name: Option<&str>| format!("Hello, {}", name.unwrap_or("stranger")),
          "name"_a = nb::none());
    m.def("twice", &twice, "f"_a, "x"_a, "f(f(x))");

    nb::class_<Toy>(m, "Toy")
        .def_rw("squeaks", &Toy::squeaks);

    nb::class_<Dog>(m, "Dog", "A dog with a name, an age and a toy")
        .def(nb::init<&str, i32>(), "name"_a, "age"_a = 3)
        .def(nb::init<&Dog>(), "other"_a)
        .def_static("create", &Dog::create)
        .def("bark", &Dog::bark)
        .def("bark", &Dog::bark_at, "at"_a)
        .def_rw("name", &Dog::name)
        .def_ro("legs", &Dog::legs)
        .def_prop_rw("age", &Dog::age, &Dog::set_age)
        .def("favorite", &Dog::favorite, nb::rv_policy::reference_internal)
        .def("__repr__", |d: &Dog| format!("<Dog {}>", d.name));

    nb::class_<Puppy, Dog>(m, "Puppy")
        .def(nb::init<&str>(), "name"_a)
        .def("learn", &Puppy::learn, "trick"_a)
        .def_ro("tricks", &Puppy::tricks);

    m.def("introduce", &introduce, "a"_a, "b"_a);
});
