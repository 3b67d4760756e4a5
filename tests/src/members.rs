//! Every kind of class member, each with a docstring, among them statics.

use nb::prelude::*;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, RwLock};

static COUNT: AtomicI32 = AtomicI32::new(3);
static LABEL: Mutex<String> = Mutex::new(String::new());
static SIZES: RwLock<Vec<i32>> = RwLock::new(Vec::new());
static LIMIT: i32 = 7;

/// Names that generated code could trip over.
#[derive(Clone)]
pub struct P(i32);
pub struct Probe;
fn run(m: i32) -> i32 {
    m + 1
}
fn m(run: i32) -> i32 {
    run + 2
}
nb_fn!(in crate::members; "run", &run);
nb_fn!(in crate::members; "m", &m);

#[derive(Clone)]
pub struct Kinds {
    value: i32,
    constant: i32,
}

impl Kinds {
    fn new(value: i32) -> Kinds {
        Kinds { value, constant: 5 }
    }
    fn double(&self, factor: i32) -> i32 {
        self.value * factor
    }
    fn value(&self) -> i32 {
        self.value
    }
    fn set_value(&mut self, value: i32) {
        self.value = value;
    }
    fn make(value: i32) -> Kinds {
        Kinds::new(value)
    }
}

nb_module!(test_members_ext, m, {
    m.def("while_lent", |_: &mut Kinds, f: nb::object| f.call(()));
    nb::class_<Kinds>(m, "Kinds")
        .def(nb::init<i32>(), "value"_a = 1, "init doc")
        .def("double", &Kinds::double, "factor"_a = 2, "def doc")
        .def_rw("rw", &Kinds::value, "rw doc")
        .def_ro("ro", &Kinds::constant, "ro doc")
        .def_prop_rw("prop_rw", &Kinds::value, &Kinds::set_value, "prop_rw doc")
        .def_prop_ro("prop_ro", &Kinds::value, "prop_ro doc")
        .def_prop_rw("deleted", &Kinds::value, &Kinds::set_value, "deleted doc")
        .def_prop_deleter("deleted", |k: &mut Kinds| k.value = -1)
        .def_ro("deleted_field", &Kinds::constant)
        .def_prop_deleter("deleted_field", |k: &mut Kinds| -> nb::Result<()> {
            if k.constant == 0 {
                return Err(nb::attribute_error("no constant"));
            }
            k.constant = 0;
            Ok(())
        })
        .def_static("make", &Kinds::make, "value"_a = 9, "static doc")
        .def_rw_static("count", &COUNT, "rw_static doc")
        .def_rw_static("label", &LABEL)
        .def_rw_static("sizes", &SIZES)
        .def_ro_static("limit", &LIMIT, "ro_static doc")
        .def_prop_rw_static(
            "prop_count",
            |_cls: nb::object| COUNT.load(Ordering::SeqCst),
            |_cls: nb::object, value: i32| COUNT.store(value, Ordering::SeqCst),
            "prop_rw_static doc",
        )
        .def_prop_ro_static("class_name", |cls: nb::object| cls.attr("__name__").get(), "prop_ro_static doc");
    nb::class_<P>(m, "P")
        .def(nb::init(|value: i32| P(value)))
        .def_prop_rw("value", |p: &P| p.0, nullptr, "read only");
    nb::class_<Probe>(m, "Probe").def(nb::init(|| Probe));
    m.def_submodule("plain").def("answer", || 42);
    m.def("native_count", || COUNT.load(Ordering::SeqCst));
});
