//! Iterators as arguments that more than one candidate looks at.

use nb::prelude::*;
use std::collections::{BTreeSet, HashSet};

pub enum Marks {
    Ints(HashSet<i32>),
    Texts(HashSet<String>),
}
nb_variant!(Marks: Ints(HashSet<i32>), Texts(HashSet<String>));

fn ints<'a>(all: impl IntoIterator<Item = &'a i32>) -> Vec<String> {
    let all: BTreeSet<i32> = all.into_iter().copied().collect();
    all.into_iter().map(|one| format!("int {one}")).collect()
}

fn texts<'a>(all: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let all: BTreeSet<&String> = all.into_iter().collect();
    all.into_iter().map(|one| format!("text {one}")).collect()
}

fn marks(all: Marks) -> Vec<String> {
    match all {
        Marks::Ints(all) => ints(&all),
        Marks::Texts(all) => texts(&all),
    }
}

/// Made from sets implicitly.
pub struct Chosen(Vec<String>);

/// Made from a set or, if that does not fit, an iterator implicitly.
pub struct FromIterator(Vec<String>);

/// Made from an iterator or a set implicitly.
pub struct Lazy(Option<HashSet<i32>>);

nb_module!(test_iterators_given_ext, m, {
    m.def("variant", &marks);
    m.def("variants", |all: Vec<Marks>| all.into_iter().map(marks).collect::<Vec<_>>());
    m.def("overloaded", |all: HashSet<i32>| ints(&all));
    m.def("overloaded", |all: BTreeSet<String>| texts(&all));
    m.def("moved", |all: HashSet<i32>, _n: i32| ints(&all), "all"_a, "n"_a);
    m.def("moved", |_n: i32, all: HashSet<String>| texts(&all), "n"_a, "all"_a);
    m.def("rest", |all: HashSet<i32>, _rest: nb::args| ints(&all));
    m.def("rest", |all: HashSet<String>, _rest: nb::args| texts(&all));
    m.def("nested", |all: Vec<HashSet<i32>>| all.iter().map(|one| ints(one)).collect::<Vec<_>>());
    m.def("nested", |all: Vec<HashSet<String>>| all.iter().map(|one| texts(one)).collect::<Vec<_>>());
    m.def("twice", |left: HashSet<i32>, right: HashSet<i32>| (ints(&left), ints(&right)));
    m.def("kept", |all: HashSet<i32>| Chosen(ints(&all)), nb::keep_alive<0, 1>());

    nb::bind_vector<nb::opaque<Vec<i32>>>(m, "IntVec");
    nb::bind_vector<nb::opaque<Vec<String>>>(m, "TextVec");
    m.def("vector", |all: &nb::opaque<Vec<i32>>| ints(all.iter()));
    m.def("vector", |all: &nb::opaque<Vec<String>>| texts(all.iter()));

    nb::class_<Chosen>(m, "Chosen")
        .def_init_implicit(|all: HashSet<i32>| Chosen(ints(&all)), ())
        .def_init_implicit(|all: HashSet<String>| Chosen(texts(&all)), ());
    m.def("chosen", |all: &Chosen| all.0.clone());

    m.def("or_whole", |all: HashSet<i32>, _n: f64| ints(&all));
    m.def("or_whole", |all: nb::iterator, _n: f64| all);
    m.def("or_any", |all: HashSet<i32>, _n: f64| ints(&all));
    m.def("or_any", |all: nb::object, _rest: nb::args, _n: nb::kwargs| (all, _rest, _n));
    nb::class_<FromIterator>(m, "FromIterator")
        .def_init_implicit(|all: HashSet<i32>| FromIterator(ints(&all)), ())
        .def_init_implicit(|all: nb::iterator| FromIterator(all.filter_map(|one| one.ok()?.cast().ok()).collect()), ());
    m.def("from_iterator", |all: &FromIterator| all.0.clone());

    nb::class_<Lazy>(m, "Lazy")
        .def_init_implicit(|_all: nb::iterator| Lazy(None), ())
        .def_init_implicit(|all: HashSet<i32>| Lazy(Some(all)), ());
    m.def("lazy", |all: &Lazy| all.0.as_ref().map(|all| ints(all)));
});
