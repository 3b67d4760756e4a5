//! Functions: names, defaults, overloads, docstrings, refusals.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn double(x: f64) -> f64 {
    x * 2.0
}

/// Sum of up to nine arguments, and how many there were.
macro_rules! sums {
    ($($name:ident($($arg:ident)*);)*) => { $(
        #[allow(clippy::too_many_arguments)]
        fn $name($($arg: i32),*) -> Vec<i32> {
            vec![$($arg),*]
        }
    )* };
}
sums! {
    sum0();
    sum1(a);
    sum2(a b);
    sum3(a b c);
    sum4(a b c d);
    sum5(a b c d e);
    sum6(a b c d e f);
    sum7(a b c d e f g);
    sum8(a b c d e f g h);
    sum9(a b c d e f g h i);
}

/// Every way in which a body of `n` arguments can end, told by its first argument.
fn end(how: i32) -> nb::Result<Outcome> {
    match how {
        0 => Ok(Outcome::Fine),
        1 => Err(nb::value_error("the body raised")),
        2 => panic!("the body panicked"),
        3 => Err(nb::next_overload()),
        _ => Ok(Outcome::Unconvertible),
    }
}

/// A result that may have no Python counterpart.
pub enum Outcome {
    Fine,
    Unconvertible,
}

// SAFETY: returns an owned reference or null.
unsafe impl<D, P> nb::Ret<D, P> for Outcome {
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("Outcome");
    }
    unsafe fn put(value: Self, _cx: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        match value {
            // SAFETY: attached (caller's contract).
            Outcome::Fine => unsafe { nb::ffi::PyLong_FromLong(7) },
            Outcome::Unconvertible => std::ptr::null_mut(),
        }
    }
}

/// A result whose conversion panics.
pub struct Grenade;

// SAFETY: never returns.
unsafe impl<D, P> nb::Ret<D, P> for Grenade {
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("Grenade");
    }
    unsafe fn put(_: Self, _cx: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        panic!("the conversion panicked")
    }
}

#[derive(Clone)]
pub struct Dog {
    pub name: String,
    pub age: i32,
}

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { name: name.to_string(), age: 1 }
    }
    fn itself(&self) -> &Dog {
        self
    }
}

/// Counts how often it is made, cloned and dropped, over all instances.
pub struct Tally {
    pub id: i32,
}

static MADE: AtomicUsize = AtomicUsize::new(0);
static CLONED: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Tally {
    fn new(id: i32) -> Tally {
        MADE.fetch_add(1, Ordering::Relaxed);
        Tally { id }
    }
}

impl Clone for Tally {
    fn clone(&self) -> Tally {
        CLONED.fetch_add(1, Ordering::Relaxed);
        Tally { id: self.id }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

impl From<i32> for Tally {
    fn from(id: i32) -> Tally {
        Tally::new(id)
    }
}

/// Takes arguments that convert implicitly.
#[derive(Default)]
pub struct Host;

/// Is made from optional values.
pub struct Picky {
    sum: i32,
}

/// A value whose destructor panics.
pub struct Mine;

impl Drop for Mine {
    fn drop(&mut self) {
        panic!("the destructor panicked");
    }
}

/// Has no `__repr__`, or one that raises.
#[derive(Clone)]
pub struct Plain;
#[derive(Clone)]
pub struct Raising;

fn bind_arities<const N: usize>(m: &nb::module_<NbDomain>) {
    m.def(&format!("times{N}"), |x: i64| x * N as i64, (nb::arg("x"), "Multiplies"));
}

nb_module!(test_functions_ext, m, {
    m.doc() = "A module of functions";
    m.attr("the_answer") = 42;
    m.attr("words") = vec!["a", "b"];

    nb::class_<Dog>(m, "Dog", "A dog")
        .def(nb::init<&str>(), "name"_a)
        .def_rw("name", &Dog::name)
        .def_ro("age", &Dog::age)
        .def_prop_ro("shout", |d: &Dog| d.name.to_uppercase(), "The name, loud")
        .def_prop_rw("years", |d: &Dog| d.age, |d: &mut Dog, age: i32| d.age = age)
        .def("itself", &Dog::itself, nb::rv_policy::reference_internal)
        .def("older", |d: &Dog, by: i32| d.age + by)
        .def("named", |d: &Dog, by: i32, factor: i32| (d.age + by) * factor, "by"_a, "factor"_a = 1, "Computes")
        .def("meet", |a: &Dog, b: &Dog, c: Option<&Dog>| {
            format!("{} {} {}", a.name, b.name, c.map_or("-", |c| &c.name))
        }, "b"_a, "c"_a)
        .def("__add__", |d: &Dog, by: i32| d.age + by, nb::is_operator())
        .def("__eq__", |a: &Dog, b: &Dog| a.name == b.name, nb::is_operator())
        .def("__lt__", |a: &Dog, b: &Dog| a.age < b.age, nb::is_operator())
        .def("__repr__", |d: &Dog| format!("Dog('{}')", d.name));
    nb::class_<Tally>(m, "Tally")
        .def(nb::init_implicit<i32>())
        .def_rw("id", &Tally::id);
    nb::class_<Host>(m, "Host").def(nb::init<>()).def("both", |_: &Host, a: &Tally, b: Option<&Tally>| {
        a.id + b.map_or(0, |b| b.id)
    });
    nb::class_<Picky>(m, "Picky")
        .def(nb::init(|a: i32, b: Option<i32>| Picky { sum: a + b.unwrap_or(100) }))
        .def(nb::init(|a: Option<&str>, b: &str| Picky { sum: (a.unwrap_or("").len() + b.len()) as i32 }), "a"_a, "b"_a)
        .def_ro("sum", &Picky::sum);
    nb::class_<Mine>(m, "Mine").def(nb::init(|| Mine));
    nb::class_<Plain>(m, "Plain").def(nb::init(|| Plain));
    nb::class_<Raising>(m, "Raising")
        .def("__repr__", |_: &Raising| -> nb::Result<String> { Err(nb::value_error("no repr")) });

    // Names, defaults, docs.
    m.def("add", &add, "a"_a, "b"_a = 1, "Adds two numbers");
    m.def("doc_first", &add, "Adds two numbers", "a"_a, "b"_a = 1);
    m.def("doc_between", &add, "a"_a, "Adds two numbers", "b"_a = 1, nb::rv_policy::automatic);
    m.def("plain", &add);
    m.def("minus", |a: i32, b: i32| a - b, nb::arg("a"), nb::arg("b").value(1));
    m.def("double", &double, "x"_a);
    m.def("strict", &double, "x"_a.noconvert());
    m.def("strict_unnamed", &double, nb::arg().noconvert());
    m.def("strict_list", |x: Vec<f64>| x.len(), "x"_a.noconvert());

    m.def("raw_doc", |x: i32| x, "\n    An indented text\n    of two lines");
    m.def("late_doc", |x: i32| x, format!("made at {}", "run time"));
    m.def("mixed", &add, nb::arg(), "b"_a);
    m.def("mixed_late", &add, "a"_a, nb::arg());
    m.def("all_unnamed", &add, nb::arg(), nb::arg());
    m.def("default_first", |a: i32, b: i32| a * 10 + b, "a"_a = 1, "b"_a);
    m.def("many_defaults", |a: i32, b: i32, c: i32, d: i32| vec![a, b, c, d],
          "a"_a = 1, "b"_a = 2, "c"_a = 3, "d"_a = 4);
    m.def("literal", |x: i32| -> nb::Result<i32> {
        if x == 1 { Ok(x) } else { Err(nb::runtime_error("invalid input")) }
    }, nb::sig("def literal(arg: typing.Literal[1], /) -> int"), "One only");

    // Default values.
    m.def("with_str", |s: &str| s.to_string(), "s"_a = "x");
    m.def("with_list", |v: Vec<i32>| v, "v"_a = vec![1, 2]);
    m.def("with_dog", |d: &Dog| d.name.clone(), "d"_a = Dog::new("Rex"));
    m.def("with_plain", |_: &Plain| 1, "p"_a = Plain);
    m.def("with_raising", |_: &Raising, b: i32| b, "a"_a = Raising, "b"_a = 5);
    m.def("shown", |d: &Dog| d.name.clone(), "d"_a.sig("Dog(...)") = Dog::new("Max"));
    m.def("rename_default", |d: &mut Dog| { d.name.push('!'); d.name.clone() }, "d"_a = Dog::new("Rex"));
    m.def("probe_default", |p: &Tally| p.id, "p"_a = Tally::new(5));
    m.def("exchange", |a: &mut Dog, b: &mut Dog| std::mem::swap(a, b), "a"_a = Dog::new("A"), "b"_a = Dog::new("B"));

    // None.
    m.def("no_none", |d: &Dog| d.name.clone());
    m.def("maybe", |d: Option<&Dog>| d.map_or("nobody".to_string(), |d| d.name.clone()));
    m.def("maybe_marked", |d: Option<&Dog>| d.is_some(), "d"_a.none());
    m.def("maybe_default", |d: Option<&Dog>| d.is_some(), "d"_a = nb::none());
    m.def("maybe_copy", |d: Option<Dog>| d.map(|mut d| { d.name.push('?'); d.name }), "d"_a = nb::none());
    m.def("maybe_int", |v: Option<i32>| v, "v"_a);
    m.def("slots", |a: i32, b: Option<i32>, c: &str| format!("{a} {b:?} {c}"), "a"_a, "b"_a, "c"_a);

    // Overloads.
    m.def("over", |x: f64| format!("float {x}"));
    m.def("over", |x: i32| format!("int {x}"));
    m.def("revo", |x: i32| format!("int {x}"));
    m.def("revo", |x: f64| format!("float {x}"));
    m.def("twins", |_: i32| "first".to_string());
    m.def("twins", |_: i32| "second".to_string());
    m.def("documented", |x: i32| x, "x"_a, "Takes an int");
    m.def("documented", |x: &str| x.to_string(), "Takes a text");
    m.def("arity", |_: i32| 1);
    m.def("arity", |_: i32, _: i32| 2);
    m.def("arity", |_: i32, _: i32, _: i32| 3, "a"_a, "b"_a, "c"_a = 0);
    m.def("chain", |x: i32| if x < 10 { Ok("small".to_string()) } else { Err(nb::next_overload()) });
    m.def("chain", |x: i32| if x < 100 { Ok("medium".to_string()) } else { Err(nb::next_overload()) });
    m.def("chain", |x: i32| if x < 1000 { Ok("large".to_string()) } else { Err(nb::next_overload()) });
    m.def("declines", |_: i32| -> nb::Result<i32> { Err(nb::next_overload()) });
    m.def("declines0", || -> nb::Result<i32> { Err(nb::next_overload()) });
    m.def("declines_named", |_: i32| -> nb::Result<i32> { Err(nb::next_overload()) }, "x"_a = 1);
    m.def("kw_over", |a: i32| a, "a"_a);
    m.def("kw_over", |b: i32, c: i32| b * c, "b"_a, "c"_a);

    // One body per number of arguments, with and without names.
    m.def("n0", &sum0);
    m.def("n1", &sum1);
    m.def("n2", &sum2);
    m.def("n3", &sum3);
    m.def("n4", &sum4);
    m.def("n5", &sum5);
    m.def("n6", &sum6);
    m.def("n7", &sum7);
    m.def("n8", &sum8);
    m.def("n9", &sum9);
    m.def("k1", &sum1, "a"_a);
    m.def("k2", &sum2, "a"_a, "b"_a);
    m.def("k3", &sum3, "a"_a, "b"_a, "c"_a);
    m.def("k4", &sum4, "a"_a, "b"_a, "c"_a, "d"_a);
    m.def("k5", &sum5, "a"_a, "b"_a, "c"_a, "d"_a, "e"_a);
    m.def("k6", &sum6, "a"_a, "b"_a, "c"_a, "d"_a, "e"_a, "f"_a);
    m.def("k7", &sum7, "a"_a, "b"_a, "c"_a, "d"_a, "e"_a, "f"_a, "g"_a);
    m.def("k8", &sum8, "a"_a, "b"_a, "c"_a, "d"_a, "e"_a, "f"_a, "g"_a, "h"_a);
    m.def("k9", &sum9, "a"_a, "b"_a, "c"_a, "d"_a, "e"_a, "f"_a, "g"_a, "h"_a, "i"_a);
    m.def("e0_fine", || end(0));
    m.def("e0_raise", || end(1));
    m.def("e0_panic", || end(2));
    m.def("e0_decline", || end(3));
    m.def("e0_unconvertible", || end(4));
    m.def("e1", |how: i32| end(how));
    m.def("e2", |how: i32, _: i32| end(how));
    m.def("e3", |how: i32, _: i32, _: i32| end(how));
    m.def("e5", |how: i32, _: i32, _: i32, _: i32, _: i32| end(how));
    m.def("e8", |how: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32| end(how));
    m.def("e9", |how: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32| end(how));
    m.def("ek1", |how: i32| end(how), "how"_a);
    m.def("ek2", |how: i32, _: i32| end(how), "how"_a, "b"_a = 0);
    m.def("eo", |how: i32| end(how));
    m.def("eo", |_: &str| 1);
    m.def("grenade", || Grenade);
    m.def("grenade_payload", || -> i32 { std::panic::panic_any(7_u8) });

    // Closures.
    let small = 3;
    m.def("small_closure", move |x: i32| x * small);
    let big = [7_i64; 64];
    m.def("big_closure", move |i: usize| big[i]);
    let probe = Tally::new(11);
    m.def("probe_closure", move || {
        let whole = &probe;
        whole.id
    });
    let mine = Mine;
    m.def("mine_closure", move || {
        let _whole = &mine;
        true
    });
    bind_arities::<2>(m);
    bind_arities::<3>(m);
    for name in ["loop_a", "loop_b"] {
        m.def(name, move || name);
    }

    // Python from native code.
    m.def("say", |x: nb::object| nb::print_with(("said", x, nb::kw("end", "!\n"))));
    m.def("format", |x: nb::object| nb::str_::new("<{}>").format((x,)));
    m.def("call_it", |f: nb::object, x: i32| f.call((x,)), "f"_a, "x"_a = 1);
    m.def("object_id", |x: nb::object| x);
    m.def("object_or_none", |x: Option<nb::object>| x, "x"_a = nb::none());
    let kept = Tally::new(12);
    m.def("call_and_read", move |f: nb::object| -> nb::Result<i32> {
        f.call(())?;
        let whole = &kept;
        Ok(whole.id)
    });

    m.def("mine", || Mine);
    m.def("drop_mine", |_: Box<Mine>| 1);
    m.def("counts", || {
        let read = |c: &AtomicUsize| c.load(Ordering::Relaxed);
        (read(&MADE), read(&CLONED), read(&DROPPED))
    });
});
