//! Conversions of the standard library's other sequences, texts and paths.

use nb::prelude::*;
use std::collections::{BinaryHeap, LinkedList};
use std::ffi::{CStr, CString};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// A bound class that can be copied and has an order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    pub value: i32,
}

/// Its order panics for 1.
#[derive(PartialEq, Eq)]
pub struct Moody(i32);

impl PartialOrd for Moody {
    fn partial_cmp(&self, other: &Moody) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moody {
    fn cmp(&self, other: &Moody) -> std::cmp::Ordering {
        assert!(self.0 != 1 && other.0 != 1, "no order for 1");
        self.0.cmp(&other.0)
    }
}

taken_as!(Moody, i32);

/// Fields of each type.
pub struct Shelf {
    pub linked: LinkedList<Piece>,
    pub boxed: Box<[Piece]>,
    pub heap: BinaryHeap<i32>,
    pub counted: Arc<[i32]>,
    pub text: Box<str>,
    pub shared_text: Arc<str>,
    pub path: Box<Path>,
    pub shared_path: Arc<Path>,
}

fn shelf() -> Shelf {
    let pieces = [Piece { value: 1 }, Piece { value: 2 }];
    Shelf {
        linked: pieces.iter().cloned().collect(),
        boxed: pieces.into(),
        heap: [3, 1, 2].into(),
        counted: [4, 5].into(),
        text: "a".into(),
        shared_text: "b".into(),
        path: Path::new("c").into(),
        shared_path: Path::new("d").into(),
    }
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    echo! { m:
        "linked" LinkedList<i32>; "heap" BinaryHeap<i32>; "boxed" Box<[i32]>; "rc" Rc<[i32]>; "arc" Arc<[i32]>;
        "linked_text" LinkedList<String>; "nested" LinkedList<Box<[Arc<[i32]>]>>; "linked_maybe" LinkedList<Option<i32>>;
        "boxed_bytes" Box<[u8]>;
        "box_str" Box<str>; "rc_str" Rc<str>; "arc_str" Arc<str>; "texts" Vec<Arc<str>>; "text_maybe" Option<Box<str>>;
        "box_path" Box<Path>; "rc_path" Rc<Path>; "arc_path" Arc<Path>;
    }
}

nb_module!(test_casters_std_ext, m, {
    bind_round_trips(m);

    nb::class_<Piece>(m, "Piece").def(nb::init(|value: i32| Piece { value })).def_rw("value", &Piece::value);
    nb::class_<Shelf>(m, "Shelf")
        .def(nb::init(|| shelf()))
        .def_rw("linked", &Shelf::linked)
        .def_rw("boxed", &Shelf::boxed)
        .def_rw("heap", &Shelf::heap)
        .def_rw("counted", &Shelf::counted)
        .def_rw("text", &Shelf::text)
        .def_rw("shared_text", &Shelf::shared_text)
        .def_rw("path", &Shelf::path)
        .def_rw("shared_path", &Shelf::shared_path)
        .def("values", |s: &Shelf| {
            (s.linked.iter().map(|p| p.value).collect::<Vec<_>>(), s.boxed.iter().map(|p| p.value).collect::<Vec<_>>())
        });

    // Elements by reference and by value.
    m.def("linked_refs", |x: LinkedList<&mut Piece>| x.into_iter().for_each(|p| p.value += 1));
    m.def("boxed_refs", |x: Box<[&Piece]>| x.iter().map(|p| p.value).sum::<i32>());
    m.def("heap_refs", |x: BinaryHeap<&Piece>| x.peek().map(|p| p.value));
    m.def("linked_values", |x: LinkedList<Piece>| x);
    m.def("heap_values", |x: BinaryHeap<Piece>| x);
    m.def("boxed_values", |x: Box<[Piece]>| x);
    m.def("rc_values", |x: Rc<[Piece]>| x);
    m.def("arc_values", |x: Arc<[Piece]>| x);
    m.def("linked_strs", |x: LinkedList<&str>| x.into_iter().collect::<Vec<_>>().join("+"));
    m.def("heap_strs", |x: BinaryHeap<&str>| x.into_sorted_vec().join("+"));
    m.def("moody", |x: BinaryHeap<Moody>| x.len());
    m.def("sole_owner", |mut x: Arc<str>, mut y: Arc<[i32]>| {
        (Arc::get_mut(&mut x).is_some(), Arc::get_mut(&mut y).is_some())
    });

    // Null C texts.
    m.def("c_text", |x: Option<&CStr>| x.map(CStr::to_owned));
    m.def("c_result", |x: bool| -> Option<&CStr> { x.then_some(c"text") });
    m.def("c_string", |x: Option<CString>| x);

    // The first error of a container.
    m.def("results", |x: Vec<i32>| -> Vec<Result<i32, String>> {
        x.into_iter().map(|x| if x < 0 { Err(format!("{x} is negative")) } else { Ok(x) }).collect()
    });
    m.def("result_pair", |x: i32| -> (i32, nb::Result<i32>) {
        (x, if x < 0 { Err(nb::key_error("negative")) } else { Ok(x) })
    });
});
