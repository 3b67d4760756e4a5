//! Closure literals: what the macros accept that Rust alone would refuse.
#![allow(clippy::op_ref, reason = "a comparison that begins like a borrow")]

use nb::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone)]
pub struct Tail {
    pub length: i32,
}

#[derive(Clone)]
pub struct Dog {
    pub name: String,
    pub tail: Tail,
    pub litter: Vec<Tail>,
    pub weights: Vec<f64>,
    pub tags: BTreeMap<String, Tail>,
}

impl Dog {
    fn new(name: &str) -> Dog {
        let litter = (1..=3).map(|length| Tail { length }).collect();
        let tags = BTreeMap::from([("big".to_owned(), Tail { length: 30 })]);
        Dog { name: name.to_owned(), tail: Tail { length: 7 }, litter, weights: vec![1.5, 2.0], tags }
    }
}

/// A type with parameters.
#[derive(Clone)]
pub struct Pair<A, B> {
    first: A,
    second: B,
}

#[derive(Clone)]
pub struct Counter {
    next: i32,
}

static FLAG: Tail = Tail { length: 99 };

nb_fn!(in self; "longer", |a: &str, b: &str| -> &str { if a.len() >= b.len() { a } else { b } }, "a"_a, "b"_a);

nb_class!(in self; Counter, "Counter", {
    .def(nb::init(|next: i32| Counter { next }))
    .def("__getstate__", |it: &Counter| it.next)
    .def("__setstate__", |it: nb::Slot<Counter>, next: i32| -> nb::Ready<Counter> { it.write(Counter { next }) })
    .def("__iter__", |it: &mut Counter| it)
    .def("__next__", |it: &mut Counter| -> nb::Result<i32> {
        it.next -= 1;
        if it.next < 0 { Err(nb::stop_iteration("")) } else { Ok(it.next) }
    })
    .def("same", |it: &Counter| -> &Counter { it })
});

nb_bind!(in self; |m| {
    // The tail is another variable of the parameter's name.
    m.def("shadowed", |text: &str| {
        let mut text = text.len();
        text += 1;
        text
    });
    m.def("shadowed_pair", |text: &str| {
        let (text, _) = (text.len(), 0);
        text
    });
    m.def("trimmed", |text: &str| -> &str { text.trim() });
});

nb_module!(test_closures_ext, m, {
    nb::class_<Tail>(m, "Tail")
        .def("__init__", |tail: nb::Slot<'_, Tail>, text: &str, base: u32| -> nb::Result<nb::Ready<'_, Tail>> {
            Ok(tail.write(Tail { length: i32::from_str_radix(text, base).map_err(|e| nb::value_error(e.to_string()))? }))
        })
        .def_rw("length", &Tail::length);
    let prefix = String::from("tag:");
    nb::class_<Dog>(m, "Dog")
        .def(nb::init<&str>())
        .def("name", |d: &Dog| &d.name)
        .def("name_written", |d: &Dog| -> &str { &d.name })
        .def("name_in_a_block", |d: &Dog| {
            let _unused = d.name.len();
            &d.name
        })
        .def("tail", |d: &mut Dog| &mut d.tail, nb::rv_policy::reference_internal)
        .def("tail_copy", |d: &Dog| &d.tail)
        .def("nth", |d: &Dog, i: usize| -> nb::Result<&Tail> {
            d.litter.get(i).ok_or_else(|| nb::index_error("no such tail"))
        }, nb::rv_policy::reference_internal)
        .def("nth_to_change", |d: &mut Dog, i: usize| &mut d.litter[i], nb::rv_policy::reference_internal)
        .def("nth_unchecked", |d: &Dog, i: usize| &d.litter[i])
        .def("tagged", move |d: &Dog, mut key: &str| -> Option<&Tail> {
            key = key.strip_prefix(prefix.as_str()).unwrap_or(key);
            d.tags.get(key)
        }, nb::rv_policy::reference_internal)
        .def("texts", |d: &Dog, _other: &Dog| -> (&str, Vec<&str>) { (&d.name, vec![d.name.as_str()]) }, "other"_a)
        .def("other_name", |_: &Dog, other: &Dog| &other.name, "other"_a)
        .def("keep", |d: &Dog| d, nb::rv_policy::none)
        .def("flag", |_: &Dog| -> &Tail { &FLAG }, nb::rv_policy::reference)
        .def("same_name", |d: &Dog, e: &Dog| &d.name == &e.name)
        .def("length", |d: &Dog| d.name.len())
        .def("mapped", |d: &Dog, f: &dyn Fn(&str) -> String| f(&d.name))
        .def_static("first", |a: &Dog, _b: &Dog| -> &str { &a.name })
        .def("weights", |d: &Dog| &d.weights)
        .def_prop_ro("name_again", |d: &Dog| &d.name)
        .def_prop_ro("prop_tail", |d: &Dog| &d.tail)
        .def_prop_rw("prop_name", |d: &Dog| -> &str { &d.name }, |d: &mut Dog, name: &str| d.name = name.to_owned());
    nb::class_<Pair<i32, String>>(m, "PairOfText")
        .def(nb::new_(|first: i32, second: &str| Pair { first, second: second.to_owned() }))
        .def("second", |p: &Pair<i32, String>| &p.second);
    fn pair_of<T: nb::Class<NbDomain> + Clone>(m: &nb::module_<NbDomain>, name: &str)
    where
        Pair<T, T>: nb::Class<NbDomain>,
    {
        m.class_::<Pair<T, T>>(name, ())
            .def("first", |p: &Pair<T, T>| &p.first, nb::rv_policy::reference_internal)
            .def("second", |p: &Pair<T, T>| -> Option<&T> { Some(&p.second) }, nb::rv_policy::reference_internal);
    }
    pair_of::<Tail>(m, "PairOfTails");
    nb::uses_<Pair<Tail, Tail>>();
    m.def("pair", |a: i32, b: i32| Pair { first: Tail { length: a }, second: Tail { length: b } });
    m.attr("late") = nb::cpp_function(|text: &str| -> &str { &text[1..] }, "text"_a)?;
});
