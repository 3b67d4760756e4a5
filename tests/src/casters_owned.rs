//! `Box<T>`, `Arc<T>` and `Rc<T>` of converted values, beside those of bound classes.

use nb::prelude::*;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// A bound class.
#[derive(Clone)]
pub struct Dog {
    pub name: String,
}

/// An enumeration.
#[derive(Clone, Copy, PartialEq)]
pub enum Colour {
    Red,
    Green,
}

/// A type with conversions of its own.
#[derive(Clone)]
pub struct Celsius(f64);

taken_as!(Celsius, f64);

// SAFETY: a new reference to a number.
unsafe impl<D, P> nb::Ret<D, P> for Celsius {
    fn describe(text: &mut nb::SigText<'_>) {
        <f64 as nb::Ret<D, P>>::describe(text);
    }
    unsafe fn put(value: Self, cx: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <f64 as nb::Ret<D, P>>::put(value.0, cx) }
    }
}

nb_member!(Celsius);

/// Fields.
pub struct Sample {
    pub count: Box<u8>,
    pub name: Arc<String>,
    pub limit: Option<Box<f64>>,
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    echo! { m:
        "box_i32" Box<i32>; "arc_i32" Arc<i32>; "rc_i32" Rc<i32>;
        "box_string" Box<String>; "arc_string" Arc<String>; "rc_string" Rc<String>;
        "box_f64" Box<f64>; "box_bool" Box<bool>; "box_char" Box<char>; "arc_path" Arc<PathBuf>; "arc_duration" Arc<Duration>;
        "maybe" Option<Box<i32>>; "list" Vec<Box<String>>; "counted_list" Vec<Arc<u8>>; "by_name" HashMap<String, Box<u8>>;
        "pair" (Box<i32>, Rc<String>); "own_box" Box<Celsius>; "own_arc" Arc<Celsius>;
    }
}

nb_module!(test_casters_owned_ext, m, {
    bind_round_trips(m);

    nb::enum_<Colour>(m, "Colour").value("Red", Colour::Red).value("Green", Colour::Green);
    m.def("box_colour", |x: Box<Colour>| x);
    m.def("arc_colours", |x: Vec<Arc<Colour>>| x);

    nb::class_<Dog>(m, "Dog").def(nb::init(|name: String| Dog { name })).def_rw("name", &Dog::name);
    m.def("box_dog", |x: Box<Dog>| x.name);
    m.def("arc_dog", |x: Arc<Dog>| x);
    m.def("kind", |x: Box<i32>| format!("a number, {x}"));
    m.def("kind", |x: Box<Dog>| format!("a dog, {}", x.name));
    m.def("kind", |x: Arc<String>| format!("a text, {x}"));

    nb::class_<Sample>(m, "Sample")
        .def(nb::init(|| Sample { count: Box::new(1), name: Arc::new("a".into()), limit: None }))
        .def_rw("count", &Sample::count)
        .def_rw("name", &Sample::name)
        .def_rw("limit", &Sample::limit);

    // A container that is a list by value, and a class besides.
    nb::class_<Vec<i16>>(m, "Bag").def(nb::init(|all: Vec<i16>| all)).def("__len__", |bag: &Vec<i16>| bag.len());
    m.def("take_bag", |bag: Box<Vec<i16>>| bag.len());

    // An argument is the function's own, and a result that somebody else has too is copied.
    m.def("sole_owner", |mut x: Arc<String>, mut y: Rc<i32>| (Arc::get_mut(&mut x).is_some(), Rc::get_mut(&mut y).is_some()));
    m.def("shared_result", || {
        let text = Arc::new(String::from("text"));
        let other = Arc::clone(&text);
        (text, other)
    });
});
