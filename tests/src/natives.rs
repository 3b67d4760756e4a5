//! Functions as CPython's own callables, and what they allocate.

use nb::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what Rust code of this test module asks the system for; Python's own allocator counts its blocks itself.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: caller's contract.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: caller's contract.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn negate(a: i32) -> i32 {
    -a
}

struct Cell {
    value: i32,
}

impl Cell {
    fn new(value: i32) -> Cell {
        Cell { value }
    }
    fn get(&self) -> i32 {
        self.value
    }
    fn put(&mut self, value: i32) {
        self.value = value;
    }
    fn twice(x: i32) -> i32 {
        2 * x
    }
}

/// Larger than its base, and bound while Python code looks on.
struct Grown {
    base: Cell,
    more: [u64; 16],
}

nb_base!(Grown, base: Cell);

/// Without size, but not without state: dropping it is seen.
struct Token;

static TOKENS: AtomicUsize = AtomicUsize::new(0);

impl Drop for Token {
    fn drop(&mut self) {
        TOKENS.fetch_add(1, Ordering::Relaxed);
    }
}

nb_module!(test_natives_ext, m, {
    m.def("allocations", || ALLOCATIONS.load(Ordering::Relaxed));
    m.def("add", &add);
    // The same Rust function again: with names, and in other scopes.
    m.def("named", &add, "a"_a, "b"_a = 1, "Adds");
    m.def("again", &add);
    m.def("named_again", &add, "x"_a, "y"_a = 5);
    let sub = m.def_submodule("sub", "Below");
    sub.def("add", &add);
    sub.def("negate", &negate);
    sub.def("negate", |text: &str| format!("-{text}"));
    let by = 3;
    m.def("closure", move |a: i32| a + by);
    let token = Token;
    m.def("token", move || {
        let _held = &token;
        1
    });
    m.def("tokens", || TOKENS.load(Ordering::Relaxed));
    m.def("list_default", |v: Vec<i32>| v.len(), "v"_a = vec![1, 2]);
    m.def("grow", |scope: nb::object| -> nb::Result<()> {
        nb::module_::<NbDomain>::in_scope(&scope, |m| {
            m.def("growing", |text: &str| text.len(), ());
            Ok(())
        })
    });
    m.def("growing", |a: i32| a);
    m.def("bind_grown", |scope: nb::object| -> nb::Result<()> {
        nb::module_::<NbDomain>::in_scope(&scope, |m| {
            nb::class_<Grown, Cell>(m, "Grown")
                .def(nb::init(|value: i32| Grown { base: Cell::new(value), more: [7; 16] }))
                .def("sum", |grown: &Grown| grown.more.iter().sum::<u64>());
            Ok(())
        })
    });
    m.def("four", |a: i32, b: i32, c: i32, d: i32| (a, b, c, d), "a"_a, "b"_a, "c"_a = 3, "d"_a = 4);
    m.def("four_unnamed", |a: i32, b: i32, c: i32, d: i32| (a, b, c, d));
    nb::class_<Cell>(m, "Cell")
        .def(nb::init<i32>())
        .def("get", &Cell::get)
        .def("put", &Cell::put)
        .def("__len__", |c: &Cell| c.value)
        .def_static("twice", &Cell::twice)
        .def_prop_rw("value", &Cell::get, &Cell::put);
});
