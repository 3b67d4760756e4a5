//! `nb::bounds<T>`: slices of any shape.

use nb::prelude::*;
use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds};

/// A bound class, as a bound of a slice.
#[derive(Clone)]
pub struct Mark {
    pub value: i32,
}

/// A field.
pub struct Window {
    pub shown: nb::bounds<i32>,
}

fn texts<T: ToString>(range: impl RangeBounds<T>) -> (String, String) {
    let text = |bound: Bound<&T>| match bound {
        Bound::Included(value) => format!("with {}", value.to_string()),
        Bound::Excluded(value) => format!("without {}", value.to_string()),
        Bound::Unbounded => "none".to_string(),
    };
    (text(range.start_bound()), text(range.end_bound()))
}

nb_module!(test_casters_bounds_ext, m, {
    m.def("echo", |x: nb::bounds<i32>| x);
    m.def("echo_strict", |x: nb::bounds<i32>| x, nb::arg("x").noconvert());
    m.def("echo_text", |x: nb::bounds<String>| x);
    m.def("maybe", |x: Option<nb::bounds<u8>>| x);
    m.def("list", |x: Vec<nb::bounds<i32>>| x);
    m.def("texts", |x: nb::bounds<i32>| texts(x));
    m.def("pair", |x: nb::bounds<i32>| {
        let pair: (Bound<i32>, Bound<i32>) = x.into();
        nb::bounds::from(pair)
    });
    m.def("between", |x: nb::bounds<i32>| {
        let all: BTreeMap<i32, i32> = (0..10).map(|n| (n, n * n)).collect();
        // What std says of a start behind the end.
        all.range(x).map(|(_, value)| *value).collect::<Vec<_>>()
    });
    m.def("odd_start", || nb::bounds(Bound::Excluded(1), Bound::Unbounded));
    m.def("odd_end", || nb::bounds(Bound::Unbounded, Bound::Included(1)));

    nb::class_<Mark>(m, "Mark").def(nb::init(|value: i32| Mark { value })).def_rw("value", &Mark::value);
    m.def("add", |x: nb::bounds<&mut Mark>| {
        for mark in [x.0, x.1] {
            if let Bound::Included(mark) | Bound::Excluded(mark) = mark {
                mark.value += 1;
            }
        }
    });
    nb::class_<Window>(m, "Window")
        .def(nb::init(|| Window { shown: nb::bounds(Bound::Unbounded, Bound::Excluded(3)) }))
        .def_rw("shown", &Window::shown);

    m.def("kind", |_: std::ops::Range<i32>| "both");
    m.def("kind", |_: nb::bounds<i32>| "any");
    m.def("kind", |_: nb::slice| "slice");
});
