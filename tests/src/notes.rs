//! What the notes of a refused call say, overload by overload.

use nb::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::ffi::CString;

pub struct Dog {
    pub age: i32,
}

/// Made from numbers that are not negative.
pub struct Natural(f64);
impl Natural {
    fn new(value: f64) -> nb::Result<Natural> {
        if value < 0.0 {
            return Err(nb::value_error(format!("{value} is negative\nand that is all")));
        }
        Ok(Natural(value))
    }
}

/// Made from small integers.
pub struct Small(i8);
impl From<i8> for Small {
    fn from(value: i8) -> Small {
        Small(value)
    }
}

nb_module!(test_notes_ext, m, {
    nb::class_<Dog>(m, "Dog")
        .def(nb::init(|age: i32| Dog { age }), "age"_a)
        .def_rw("age", &Dog::age)
        .def("walk", |d: &Dog, by: u8, far: bool| d.age + i32::from(by) + i32::from(far), "by"_a, "far"_a = false)
        .def("all", |rest: nb::args| rest.size())
        .def("rest", |d: &Dog, hours: u8| d.age + i32::from(hours))
        .def("__add__", |d: &Dog, by: u8| d.age + i32::from(by), nb::is_operator())
        .def_static("parse", |age: i8| age);
    nb::class_<Natural>(m, "Natural").def(nb::init(&Natural::new));
    nb::implicitly_convertible<f64, Natural>();
    nb::class_<Small>(m, "Small").def(nb::init_implicit<i8>());

    m.def("byte", |x: u8| x);
    m.def("byte_named", |x: u8| x, "x"_a);
    m.def("wide", |x: i64, y: u64, z: i128| (x, y, z), "x"_a = 0, "y"_a = 0, "z"_a = 0);
    m.def("exact", |x: f32| x, "x"_a.noconvert());
    m.def("letter", |c: char| c, "c"_a);
    m.def("c_text", |text: CString| text, "text"_a);
    m.def("text", |text: String| text, "text"_a);
    m.def("floats", |all: Vec<f64>| all, "all"_a);
    m.def("bytes_", |all: Vec<u8>| all, "all"_a);
    m.def("rows", |all: Vec<Vec<i32>>| all, "all"_a);
    m.def("cubes", |all: Vec<Vec<Vec<i32>>>| all, "all"_a);
    m.def("pair", |all: (i32, Vec<i32>)| all, "all"_a);
    m.def("three", |all: [i32; 3]| all, "all"_a);
    m.def("ages", |all: BTreeMap<String, u8>| all, "all"_a);
    m.def("unique", |all: HashSet<u8>| all, "all"_a);
    m.def("natural", |n: &Natural| n.0, "n"_a);
    m.def("naturals", |all: Vec<&Natural>| all.len(), "all"_a);
    m.def("small", |s: &Small| s.0, "s"_a);
    m.def("dog", |d: &Dog| d.age, "d"_a);
    m.def("take", |d: Box<Dog>| d.age);
    m.def("three_args", |a: i32, b: i32, c: i32| a + b + c, "a"_a, "b"_a, "c"_a = 3);
    m.def("no_names", |a: i32, b: i32| a + b);
    m.def("nothing", || ());
    m.def("even", |x: i32| if x % 2 == 0 { Ok(x) } else { Err(nb::next_overload()) }, "x"_a);

    m.def("with_rest", |a: i32, b: u8, rest: nb::args, k: u8, more: nb::kwargs| a + i32::from(b) + i32::from(k) + (rest.size() + more.size()) as i32,
        "a"_a, "b"_a, nb::arg("rest"), "k"_a, nb::arg("more"));
    m.def("keyword_only", |a: u8, k: u8| a + k, "a"_a, nb::kw_only(), "k"_a);
    m.def("any_names", |more: nb::kwargs| more.size());
    m.def("any_number", |rest: nb::args| rest.size());

    // Several overloads, one of them a plain mismatch.
    m.def("several", |x: u8| x, "x"_a);
    m.def("several", |n: &Natural| n.0, "n"_a);
    m.def("several", |all: Vec<i32>| all, "all"_a);
    m.def("several", |x: i32, y: i32| x + y, "x"_a, "y"_a);
    m.def("several", |text: String| text, "text"_a);
    m.def("several", |x: i32| if x == 300 { Ok(x) } else { Err(nb::next_overload()) }, "x"_a);
    // A reason that a later overload makes void.
    m.def("widening", |x: u8| format!("u8 {x}"));
    m.def("widening", |all: Vec<u8>| format!("bytes {all:?}"));
    m.def("widening", |x: i64| format!("i64 {x}"));
    m.def("widening", |all: Vec<i64>| format!("numbers {all:?}"));
    // What went wrong with an argument that fitted in the end is no reason.
    m.def("second", |a: &Natural, b: i32| a.0 + f64::from(b));
    m.def("with_text", |text: String, f: f64, more: String| format!("{text}{f}{more}"), "text"_a, "f"_a, "more"_a);
});
