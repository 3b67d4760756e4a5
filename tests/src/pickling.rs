//! Pickling: `__getstate__` and `__setstate__`.

use nb::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

static DROPS: AtomicI64 = AtomicI64::new(0);

#[derive(Clone)]
pub struct Point {
    pub x: f64,
    pub label: String,
}
impl Drop for Point {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Relaxed);
    }
}

/// Its state is checked.
fn restore<'a>(slot: nb::Slot<'a, Point>, state: (f64, String)) -> nb::Result<nb::Ready<'a, Point>> {
    let (x, label) = state;
    match label.as_str() {
        "bad" => Err(nb::value_error("bad state")),
        "panic" => panic!("panicked with the state"),
        _ => Ok(slot.write(Point { x, label })),
    }
}

fn restore_tagged(slot: nb::Slot<'_, Tagged>, value: i64) -> nb::Ready<'_, Tagged> {
    slot.write(Tagged { value })
}
fn restore_inner(slot: nb::Slot<'_, Inner>, depth: i64) -> nb::Ready<'_, Inner> {
    slot.write(Inner { depth })
}
fn restore_old(slot: nb::Slot<'_, Versioned>, value: i64) -> nb::Ready<'_, Versioned> {
    slot.write(Versioned { value })
}

/// Has a `__dict__` of its own, and keeps it.
pub struct Tagged {
    pub value: i64,
}

/// A tree of boxes in boxes, with classes in classes.
#[derive(Clone)]
pub struct Outer {
    pub inner: Inner,
}
#[derive(Clone)]
pub struct Inner {
    pub depth: i64,
}

pub struct Plain(#[allow(dead_code, reason = "gives the class a size")] i64);

/// Two overloads: an older form of the state is understood too.
pub struct Versioned {
    pub value: i64,
}

/// Holds a Python object, which may refer back to it.
pub struct Holder {
    pub held: nb::stored,
}
nb_traverse!(Holder: held);

pub struct Reduced {
    pub value: i64,
}

nb_module!(test_pickling_ext, m, {
    m.def("drops", || DROPS.load(Relaxed));
    nb::class_<Point>(m, "Point")
        .def(nb::init(|x: f64, label: &str| Point { x, label: label.to_string() }), "x"_a, "label"_a = "")
        .def_rw("x", &Point::x)
        .def_rw("label", &Point::label)
        .def("__getstate__", |point: &Point| (point.x, point.label.clone()))
        .def("__setstate__", &restore);
    nb::class_<Tagged>(m, "Tagged", nb::dynamic_attr())
        .def(nb::init(|value: i64| Tagged { value }))
        .def_rw("value", &Tagged::value)
        .def("__getstate__", |this: nb::handle_t<Tagged>| -> nb::Result<nb::tuple> {
            let value = this.borrow()?.value;
            nb::make_tuple((value, this.attr("__dict__").get()?))
        })
        .def("__setstate__", |this: nb::object, state: (i64, nb::dict)| -> nb::Result<()> {
            this.attr("restore").call((state.0,))?;
            this.attr("__dict__").get()?.attr("update").call((state.1,))?;
            Ok(())
        })
        .def("restore", &restore_tagged);
    nb::class_<Outer> outer(m, "Outer");
    outer
        .def(nb::init(|depth: i64| Outer { inner: Inner { depth } }))
        .def_rw("inner", &Outer::inner)
        .def(nb::pickle(|outer: &Outer| outer.inner.clone(), |inner: &Inner| Outer { inner: inner.clone() }));
    nb::class_<Inner>(outer, "Inner")
        .def_rw("depth", &Inner::depth)
        .def("__getstate__", |inner: &Inner| inner.depth)
        .def("__setstate__", &restore_inner);
    nb::class_<Plain>(m, "Plain").def(nb::init(|value: i64| Plain(value)));
    nb::class_<Versioned>(m, "Versioned")
        .def(nb::init(|value: i64| Versioned { value }))
        .def_ro("value", &Versioned::value)
        .def("__setstate__", &restore_old)
        .def(nb::pickle(
            |versioned: &Versioned| (versioned.value, "v2"),
            |(value, version): (i64, String)| {
                if version == "v2" { Ok(Versioned { value }) } else { Err(nb::value_error("unknown version")) }
            },
        ));
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|held: nb::stored| Holder { held }))
        .def_rw("held", &Holder::held)
        // The plain builder's spelling.
        .def_pickle(|holder: &Holder| holder.held.clone(), |held: nb::stored| Holder { held });
    nb::class_<Reduced>(m, "Reduced")
        .def(nb::init(|value: i64| Reduced { value }))
        .def_ro("value", &Reduced::value)
        .def("__reduce__", |this: nb::handle_t<Reduced>| -> nb::Result<nb::tuple> {
            let value = this.borrow()?.value;
            nb::make_tuple((this.attr("__class__").get()?, nb::make_tuple((value,))?))
        });
});
