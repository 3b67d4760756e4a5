//! Factories as `__new__`: what they may return, singletons and caches, Python subclasses, and how they go with pickling.

use nb::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex};

static ALIVE: AtomicI64 = AtomicI64::new(0);
static CALLS: AtomicI64 = AtomicI64::new(0);

/// A number whose values are counted. Not `Clone`: by value it moves.
pub struct Leaf {
    pub value: i64,
}
impl Leaf {
    fn new(value: i64) -> Leaf {
        ALIVE.fetch_add(1, Relaxed);
        Leaf { value }
    }
}
impl Drop for Leaf {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

pub struct Pet {
    pub name: String,
    pub age: i32,
    _leaf: Leaf,
}
impl Pet {
    fn make(name: &str, age: i32) -> Arc<Pet> {
        CALLS.fetch_add(1, Relaxed);
        Arc::new(Pet { name: name.to_string(), age, _leaf: Leaf::new(0) })
    }
}

macro_rules! holders {
    ($($name:ident)*) => { $(
        pub struct $name {
            pub leaf: Leaf,
        }
        impl $name {
            fn new(value: i64) -> $name {
                CALLS.fetch_add(1, Relaxed);
                $name { leaf: Leaf::new(value) }
            }
        }
    )* };
}
holders!(Inline Boxed Shared Cached Stored Held Failing Moved);

static SINGLE: LazyLock<Single> = LazyLock::new(|| Single { value: 7 });
pub struct Single {
    pub value: i64,
}

static CACHE: Mutex<Vec<Arc<Cached>>> = Mutex::new(Vec::new());
fn cached(value: i64) -> Arc<Cached> {
    let mut cache = CACHE.lock().expect("nothing panics with the lock");
    if let Some(found) = cache.iter().find(|known| known.leaf.value == value) {
        return found.clone();
    }
    cache.push(Arc::new(Cached::new(value)));
    cache[cache.len() - 1].clone()
}

/// An object from a Python dict, or a new one that is put there.
fn stored(store: nb::dict, value: i64) -> nb::Result<nb::object> {
    let found = store.attr("get").call((value,))?;
    if !found.is_none() {
        return Ok(found);
    }
    let made = nb::cast_in::<NbDomain, _>(Stored::new(value))?;
    store.attr("__setitem__").call((value, made.clone()))?;
    Ok(made)
}

/// Overloads, the one without arguments first.
pub struct Two {
    pub how: String,
}
impl Two {
    fn of(how: String) -> Two {
        Two { how }
    }
}

/// Arguments of all kinds.
pub struct Rest(String);
pub struct Both(String);
pub struct Defaults(String);
pub struct Only(String);

/// Takes the class itself, in nanobind's way to do so by hand.
pub struct Manual {
    pub how: String,
}
pub struct Counter {
    pub number: i64,
}

/// Makes itself of another one, or of a number by conversion.
#[derive(Clone)]
pub struct Copying(i64);

pub struct Base {
    pub value: i64,
}
pub struct Child {
    pub base: Base,
}
nb_base!(Child, base: Base);
pub struct Orphan {
    pub base: Base,
}
nb_base!(Orphan, base: Base);

pub struct Owner {
    pub leaf: Leaf,
}

/// A class with everything in an instance that its value could be moved away from.
pub struct Dict {
    pub value: i64,
}

/// Refers to a part of another object.
pub struct Whole {
    parts: Vec<Part>,
}
pub struct Part {
    pub value: i64,
}
impl Whole {
    fn part(&self, index: usize) -> &Part {
        &self.parts[index]
    }
    fn part_mut(&mut self, index: usize) -> &mut Part {
        &mut self.parts[index]
    }
}

/// Becomes a nurse after its first instance was made.
pub struct Late;

pub struct Any;
pub struct Built(i64);
pub struct Adder(i64);

/// Has both, of which C++'s constructor without arguments is `new`.
#[derive(Default)]
pub struct NewAndDefault {
    pub value: i32,
}
impl NewAndDefault {
    pub fn new() -> NewAndDefault {
        NewAndDefault { value: 5 }
    }
}
/// Its `new` takes arguments.
#[derive(Default)]
pub struct NewOfOne {
    pub value: i32,
}
impl NewOfOne {
    pub fn new(value: i32) -> NewOfOne {
        NewOfOne { value }
    }
}
/// Is made without the interpreter.
pub struct BoxedError;
/// Its `new` may fail.
pub struct NewThatFails {
    pub value: i32,
}
impl NewThatFails {
    pub fn new() -> nb::Result<NewThatFails> {
        if FAIL.load(Relaxed) { Err(nb::value_error("not now")) } else { Ok(NewThatFails { value: 6 }) }
    }
}
static FAIL: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

nb_module!(test_factories_ext, m, {
    nb::class_<NewAndDefault>(m, "NewAndDefault").def(nb::init<>()).def_ro("value", &NewAndDefault::value);
    nb::class_<NewOfOne>(m, "NewOfOne").def(nb::init<>()).def(nb::init<i32>()).def_ro("value", &NewOfOne::value);
    nb::class_<NewThatFails>(m, "NewThatFails").def(nb::init<>()).def_ro("value", &NewThatFails::value);
    // The constructor's error is looked at when the interpreter is there again.
    nb::class_<BoxedError>(m, "BoxedError").def(
        nb::init(|fail: bool| -> Result<BoxedError, Box<dyn std::error::Error>> {
            if fail { Err("bad dog".into()) } else { Ok(BoxedError) }
        }),
        nb::call_guard<nb::gil_scoped_release>(),
    );
    m.def("fail", |fail: bool| FAIL.store(fail, Relaxed));

    m.def("alive", || ALIVE.load(Relaxed));
    m.def("calls", || CALLS.load(Relaxed));

    nb::class_<Pet>(m, "Pet")
        .def(nb::new_(&Pet::make), "name"_a, "age"_a = 3, "Makes one")
        .def_rw("name", &Pet::name)
        .def_rw("age", &Pet::age)
        .def(nb::pickle(
            |pet: &Pet| (pet.name.clone(), pet.age),
            |(name, age): (String, i32)| Pet { name, age, _leaf: Leaf::new(0) },
        ));
    m.def("share", |pet: Arc<Pet>| Arc::strong_count(&pet));

    nb::class_<Leaf>(m, "Leaf").def(nb::new_(|value: i64| Leaf::new(value))).def_ro("value", &Leaf::value);
    nb::class_<Inline>(m, "Inline").def(nb::new_(|value: i64| Inline::new(value))).def_rw("leaf", &Inline::leaf);
    nb::class_<Boxed>(m, "Boxed").def(nb::new_(|value: i64| Box::new(Boxed::new(value)))).def_rw("leaf", &Boxed::leaf);
    nb::class_<Shared>(m, "Shared").def(nb::new_(|value: i64| Arc::new(Shared::new(value)))).def_ro("leaf", &Shared::leaf);
    nb::class_<Cached>(m, "Cached", nb::is_weak_referenceable()).def(nb::new_(&cached)).def_ro("leaf", &Cached::leaf);
    m.def("share_cached", |value: Arc<Cached>| value.leaf.value);
    m.def("forget", || CACHE.lock().expect("nothing panics with the lock").clear());
    nb::class_<Stored>(m, "Stored").def(nb::new_(&stored), "store"_a, "value"_a).def_rw("leaf", &Stored::leaf);
    nb::class_<Single>(m, "Single")
        .def(nb::new_(|| -> &'static Single { &SINGLE }), nb::rv_policy::reference)
        .def_ro("value", &Single::value);
    nb::class_<Held>(m, "Held", nb::is_weak_referenceable())
        .def(nb::new_(|patient: nb::object| { let _ = patient; Held::new(1) }), nb::keep_alive<0, 2>())
        .def_ro("leaf", &Held::leaf);
    nb::class_<Failing>(m, "Failing")
        .def(nb::new_(|value: i64| match value {
            0 => Err(nb::value_error("zero")),
            1 => panic!("one"),
            2 => Err(nb::next_overload()),
            _ => Ok(Failing::new(value)),
        }))
        .def_ro("leaf", &Failing::leaf);
    nb::class_<Moved>(m, "Moved").def(nb::new_(|value: Moved| value)).def_static("make", |value: i64| Moved::new(value))
        .def_ro("leaf", &Moved::leaf);
    nb::class_<Owner>(m, "Owner").def(nb::new_(|leaf: Leaf| Owner { leaf }), "leaf"_a).def_ro("leaf", &Owner::leaf);

    nb::class_<Two>(m, "Two")
        .def(nb::new_(|| Two::of("nothing".into())))
        .def(nb::new_(|n: i64| Two::of(format!("int {n}"))), "n"_a)
        .def(nb::new_(|text: &str, times: usize| Two::of(text.repeat(times))), "text"_a, "times"_a = 2)
        .def_ro("how", &Two::how);
    nb::class_<Rest>(m, "Rest")
        .def(nb::new_(|all: nb::args| Rest(nb::repr(&all).expect("a tuple of numbers").to_string())))
        .def("how", |rest: &Rest| rest.0.clone());
    nb::class_<Both>(m, "Both")
        .def(nb::new_(|all: nb::args, named: nb::kwargs| -> nb::Result<Both> {
            Ok(Both(format!("{} {}", nb::repr(&all)?, nb::repr(&named)?)))
        }))
        .def("how", |both: &Both| both.0.clone());
    nb::class_<Defaults>(m, "Defaults")
        .def(nb::new_(|a: i32, b: Option<i32>| Defaults(format!("{a} {b:?}"))), "a"_a = 1, "b"_a.none() = nb::none())
        .def("how", |defaults: &Defaults| defaults.0.clone());
    nb::class_<Only>(m, "Only")
        .def(nb::new_(|a: i32, b: i32| Only(format!("{a} {b}"))), "a"_a, nb::kw_only(), "b"_a = 5)
        .def("how", |only: &Only| only.0.clone());

    nb::class_<Manual>(m, "Manual")
        .def_static("__new__", |class: nb::object, text: &str| -> nb::Result<Manual> {
            let name: String = class.attr("__name__").get()?.cast()?;
            Ok(Manual { how: format!("{text} for {name}") })
        }, "cls"_a, "text"_a)
        .def("__init__", |_: nb::object, _: &str| {}, "text"_a)
        .def_ro("how", &Manual::how);
    let count = AtomicI64::new(0);
    nb::class_<Counter>(m, "Counter")
        .def("__init__", |_: nb::object| {})
        .def_static("__new__", move |_: nb::object| Counter { number: count.fetch_add(1, Relaxed) })
        .def_ro("number", &Counter::number);

    nb::class_<Copying>(m, "Copying")
        .def(nb::new_(|other: &Copying| Copying(other.0 + 100)))
        .def(nb::new_(|value: i64| Copying(value)))
        .def("value", |copying: &Copying| copying.0);
    nb::implicitly_convertible<i64, Copying>();
    m.def("take_copying", |copying: &Copying| copying.0);

    nb::class_<Base>(m, "Base").def(nb::new_(|value: i64| Base { value })).def_rw("value", &Base::value);
    nb::class_<Child, Base>(m, "Child").def(nb::new_(|value: i64| Child { base: Base { value: value * 2 } }));
    nb::class_<Orphan, Base>(m, "Orphan");

    nb::class_<Dict>(m, "Dict", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::new_(|value: i64| Dict { value }))
        .def(nb::new_(|make: nb::callable| make.call((3,))))
        .def_rw("value", &Dict::value);

    nb::class_<Part>(m, "Part")
        .def(nb::new_(&Whole::part_mut), nb::rv_policy::reference_internal, "whole"_a, "index"_a)
        .def(nb::new_(|index: i64| Part { value: index }))
        .def_rw("value", &Part::value);
    nb::class_<Whole>(m, "Whole")
        .def(nb::init(|count: i64| Whole { parts: (0..count).map(|value| Part { value }).collect() }))
        .def("values", |whole: &Whole| whole.parts.iter().map(|part| part.value).collect::<Vec<_>>())
        .def("push", |whole: &mut Whole, value: i64| whole.parts.push(Part { value }))
        .def("part", &Whole::part, nb::rv_policy::reference_internal);

    nb::class_<Late>(m, "Late").def(nb::new_(|_: i64| Late));
    m.def("make_nurse", |class: nb::object| {
        nb::module_::<NbDomain>::in_scope(&class, |scope| {
            scope.def("keep", |_: &Late, _: nb::object| {}, (nb::is_method(), nb::keep_alive::<1, 2>()));
            Ok(())
        })
    });

    nb::class_<Any>(m, "Any").def(nb::new_(|what: nb::object| what));
    // The plain builder's spelling.
    nb::uses_<Built>();
    m.class_::<Built>("Built", ())
        .def_new(|value: i64| Built(value), (nb::arg("value").value(4), "Builds one"))
        .def("value", |built: &Built| built.0, ());
    // A closure with state.
    let plus = Mutex::new(10);
    nb::class_<Adder>(m, "Adder")
        .def(nb::new_(move |value: i64| {
            let mut plus = plus.lock().expect("nothing panics with the lock");
            *plus += 1;
            Adder(*plus + value)
        }), nb::call_guard<nb::gil_scoped_release>())
        .def("value", |adder: &Adder| adder.0);
});

/// Modules that mix both ways to construct, one each.
pub mod mixed {
    pub struct Value;

    fn filled(slot: nb::Slot<'_, Value>) -> nb::Ready<'_, Value> {
        slot.write(Value)
    }

    pub mod init_first {
        use super::Value;
        use nb::prelude::*;
        nb_module!(test_factories_init_first_ext, m, {
            nb::class_<Value>(m, "Value").def(nb::init(|| Value)).def(nb::new_(|_: i32| Value));
        });
    }

    pub mod new_first {
        use super::Value;
        use nb::prelude::*;
        nb_module!(test_factories_new_first_ext, m, {
            nb::class_<Value>(m, "Value").def(nb::new_(|_: i32| Value)).def(nb::init(|| Value));
        });
    }

    pub mod slot {
        use super::Value;
        use nb::prelude::*;
        nb_module!(test_factories_slot_ext, m, {
            nb::class_<Value>(m, "Value").def_static("__new__", |_: nb::object| Value).def("__init__", &super::filled);
        });
    }

    pub mod two_kinds {
        use super::Value;
        use nb::prelude::*;
        nb_module!(test_factories_two_kinds_ext, m, {
            nb::class_<Value>(m, "Value").def(nb::new_(|_: i32| Value)).def_static("__new__", |_: nb::object| Value);
        });
    }

    pub mod nullary_last {
        use super::Value;
        use nb::prelude::*;
        nb_module!(test_factories_nullary_ext, m, {
            nb::class_<Value>(m, "Value").def(nb::new_(|_: i32| Value)).def(nb::new_(|| Value));
        });
    }
}
