//! Types of the user's with methods called `def`, `value`, `def_rw`, .. beside bindings.
#![allow(
    clippy::needless_borrows_for_generic_args,
    clippy::single_match,
    clippy::needless_late_init,
    clippy::vec_init_then_push,
    reason = "what the macros are to tell apart"
)]

use nb::prelude::*;
use std::sync::Mutex;

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

pub enum Kind {
    Cat,
    Dog,
}

fn bark() -> &'static str {
    "woof"
}

fn age(dog: &Dog) -> i32 {
    dog.age
}

/// Has nothing to do with bindings.
#[derive(Default)]
struct Config {
    entries: Vec<String>,
}

impl Config {
    fn def(mut self, name: &str, value: impl ToString) -> Self {
        self.entries.push(format!("{name}={}", value.to_string()));
        self
    }

    fn def_with(mut self, name: &str, value: &dyn Fn() -> &'static str) -> Self {
        self.entries.push(format!("{name}={}", value()));
        self
    }

    fn def_rw(&mut self, name: &str, value: &i32) {
        self.entries.push(format!("{name}={value}"));
    }

    fn def_prop_rw(&mut self, name: &str) {
        self.entries.push(name.to_owned());
    }

    fn def_readwrite(&mut self, name: &str) {
        self.entries.push(name.to_owned());
    }

    fn def_submodule(&mut self, name: &str) {
        self.entries.push(name.to_owned());
    }

    fn value(&mut self, name: &str, value: i32) {
        self.entries.push(format!("{name}={value}"));
    }
}

/// The same with one argument more, which is the builder's way: what is rewritten would still compile.
struct Counted(usize);

impl Counted {
    fn def<F: Fn() -> &'static str, E: 'static>(&mut self, _: &str, function: F, _: E) -> &mut Self {
        self.0 += function().len() + size_of::<E>();
        self
    }
}

static CONFIG: Mutex<Config> = Mutex::new(Config { entries: Vec::new() });
const LIMIT: i32 = 9;

impl Dog {
    const LIMIT: i32 = 7;
}

/// Gives what it was given, or something of the user's: the name does not say which.
fn same<T>(value: T) -> T {
    value
}

/// Holds the module.
struct Context<'m> {
    m: &'m nb::module_<NbDomain>,
}

/// What Python overrides.
pub trait Speaks: std::any::Any + Send + Sync {
    fn speak(&self) -> String;
}

#[derive(Default)]
pub struct Hound;

impl Speaks for Hound {
    fn speak(&self) -> String {
        "native".to_string()
    }
}

nb_trampoline!(in self; PyHound: Hound, dyn Speaks);
impl Speaks for PyHound {
    fn speak(&self) -> String {
        nb_override!(self, speak)
    }
}

/// Has a field that is called as the module is.
#[derive(Default)]
struct Options {
    m: usize,
}

nb_module!(test_receivers_ext, m, {
    let config = Config::default().def("a", 1).def("b", "two").def_with("c", &bark);
    let mut config = config.def("d", 'x').def_with("e", &|| "closure");
    config.def_rw("f", &Dog::LIMIT);
    config.def_rw("g", &LIMIT);
    config.def_prop_rw("h");
    config.def_readwrite("i");
    config.def_submodule("j");
    config.value("k", 11);
    for name in ["l", "m"] {
        config.value(name, 12);
    }
    CONFIG.lock().unwrap().value("static", 13);
    fn more(config: &mut Config, m: &nb::module_<NbDomain>) {
        config.def_rw("n", &LIMIT);
        m.def("bark", &bark);
    }
    more(&mut config, m);
    [14, 15].into_iter().for_each(|value: i32| config.value("o", value));
    m.attr("entries") = config.entries.clone();
    m.attr("kept") = CONFIG.lock().unwrap().entries.clone();

    let mut counted = Counted(0);
    counted.def("x", &bark, 1u8).def("y", bark, 2u16);
    m.attr("counted") = counted.0;

    // The same names on what binds.
    let dog = nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32| Dog { age }));
    let dog = same(dog);
    dog.def("age", &age).def_rw("years", &Dog::age);
    let kinds = nb::enum_<Kind>(m, "Kind");
    kinds.value("Cat", Kind::Cat, "Purrs").value("Dog", Kind::Dog);
    let tools = m.def_submodule("tools");
    tools.def("bark", &bark);
    same(&tools).def("loud", || "WOOF");
    let context = Context { m };
    context.m.def("through_a_field", &bark);

    // Containers and variables that get one of ours later: a binding there looks for overrides as any other.
    let mut hounds = Vec::new();
    hounds.push(nb::class_<Hound, PyHound>(m, "Hound").def(nb::init<>()));
    hounds[0].def("indexed", &Hound::speak, "Docs");
    let first = &hounds[0];
    first.def("referred", &Hound::speak, "Docs");
    let c = Config::default();
    for c in hounds.iter() {
        c.def("in_for", &Hound::speak, "Docs");
    }
    if let Some(c) = hounds.first() {
        c.def("in_if_let", &Hound::speak, "Docs");
    }
    match hounds.last() {
        Some(c) => {
            c.def("in_match", &Hound::speak, "Docs");
        }
        None => {}
    }
    let later;
    later = hounds[0];
    later.def("later", &Hound::speak, "Docs");
    let Options { m: count, .. } = Options::default();
    m.def("count", || 3, "Docs");
    m.attr("numbers") = (count, c.entries.len());
    let either = if count == 0 { m } else { &tools };
    either.def("merely_named", bark);
});
