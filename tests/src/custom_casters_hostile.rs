//! Casters of one's own that misbehave, and values in them that do when they end.

use nb::prelude::*;
use std::sync::{Arc, RwLock};

/// Calls `hook(name)` of the module; what it raises is swallowed, as a `Drop` does.
fn tell(name: &str) {
    let _ = nb::module_::<()>::import_("test_custom_casters_hostile_ext").and_then(|m| m.attr("hook").call((name,)));
}

/// Calls Python when it ends.
pub struct Noisy(i32);
nb_type_caster!(Noisy, {
    fn from_python(src: nb::object) -> nb::Result<Noisy> {
        Ok(Noisy(src.attr("number").call(())?.cast()?))
    }
    fn from_cpp(value: Noisy) -> i32 {
        value.0
    }
});
impl Drop for Noisy {
    fn drop(&mut self) {
        tell("drop");
    }
}

pub struct Both {
    first: Noisy,
    second: Noisy,
}
nb_dict!(Both { first: Noisy, second: Noisy });

/// Leaves an exception raised, and gives a value, nothing, or an error.
pub struct Leaver(i32);
nb_type_caster!(Leaver, {
    fn from_python(number: i32) -> nb::Result<Option<Leaver>> {
        nb::key_error("left behind").restore();
        match number {
            0 => Ok(None),
            1 => Ok(Some(Leaver(number))),
            2 => Err(nb::value_error("an error")),
            _ => Err(nb::next_overload()),
        }
    }
});

/// A bound class without `Clone`.
pub struct Thing(String);

pub struct Owned(Box<Thing>);
nb_type_caster!(in crate::custom_casters_hostile; Owned, {
    fn from_python(thing: Box<Thing>) -> Owned {
        Owned(thing)
    }
});

pub struct Moved(Thing);
nb_type_caster!(in crate::custom_casters_hostile; Moved, {
    fn from_python(thing: Thing) -> Moved {
        Moved(thing)
    }
});

pub struct Options {
    thing: Box<Thing>,
    n: i32,
}
nb_dict!(in crate::custom_casters_hostile; Options { thing: Box<Thing>, n: i32 = 1 });

#[derive(Default)]
pub struct Inner(i32);

pub struct ByLock(Arc<RwLock<Inner>>);
nb_type_caster!(in crate::custom_casters_hostile; ByLock, {
    fn from_python(lock: Arc<RwLock<Inner>>) -> ByLock {
        ByLock(lock)
    }
});

#[derive(Default)]
pub struct Sum(i32);

nb_module!(test_custom_casters_hostile_ext, m, {
    m.def("pair", |a: Noisy, b: Noisy| a.0 + b.0);
    m.def("all", |all: Vec<Noisy>| all.iter().map(|one| one.0).sum::<i32>());
    m.def("both", |both: Both| both.first.0 + both.second.0);
    nb::class_<Sum>(m, "Sum")
        .def(nb::init<>())
        .def("add", |sum: &mut Sum, one: Noisy| sum.0 += one.0)
        .def("lent", |_: &Sum, f: nb::object| f.call(()));
    m.def("left", |leaver: Leaver| leaver.0);
    m.def("all_left", |all: Vec<Leaver>| all.len());
    m.def("left_or_other", |leaver: Leaver| leaver.0).def("left_or_other", |_: nb::object| "another");
    nb::class_<Thing>(m, "Thing")
        .def(nb::init(|name: String| Thing(name)))
        .def_prop_ro("name", |thing: &Thing| &thing.0);
    m.def("owned", |owned: Owned, _: i32| owned.0.0);
    m.def("moved", |moved: Moved, _: i32| moved.0.0);
    m.def("all_owned", |all: Vec<Owned>| all.len());
    m.def("options", |options: Options| options.thing.0 + &"!".repeat(options.n as usize));
    nb::class_<Inner>(m, "Inner").def(nb::init<>()).def("locked", |inner: &mut Inner, by: ByLock| {
        inner.0 += 1;
        by.0.read().expect("nothing panics while it is locked").0
    });
    m.def("raise_from", |class: nb::object| -> nb::Result<()> {
        Err(nb::raise_from(nb::key_error("first"), &class, "second"))
    });
});
