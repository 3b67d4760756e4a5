//! Implicit conversions: who converts, how often, what is said when it fails, and the marks that forbid it.

use nb::prelude::*;
use std::sync::Mutex;

/// What happened, in order.
static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn log(event: String) {
    LOG.lock().unwrap().push(event);
}

/// Made from integers by `init_implicit`; writes down when it comes and goes.
pub struct Traced(i32);
impl From<i32> for Traced {
    fn from(value: i32) -> Traced {
        log(format!("make {value}"));
        Traced(value)
    }
}
impl Drop for Traced {
    fn drop(&mut self) {
        log(format!("drop {}", self.0));
    }
}

/// Made from `Traced`, which is made from integers: two steps that are never taken at once.
pub struct Twice(i32);
impl Twice {
    fn new(from: &Traced) -> Twice {
        Twice(from.0)
    }
}

/// Made from numbers that are not negative.
pub struct Natural(f64);
impl Natural {
    fn new(value: f64) -> nb::Result<Natural> {
        if value < 0.0 {
            return Err(nb::value_error(format!("{value} is negative")));
        }
        Ok(Natural(value))
    }
}

/// Made by a follow-up statement from what is bound and what is converted.
pub struct Late(String);

/// As above, from a registration in another place.
pub struct Later(i32);

/// Nobody makes it a class.
pub struct Unbound;

/// A link that `keep_alive` ties to its argument.
pub struct Holder;

/// Says which overload it was.
fn by_traced(value: &Traced) -> String {
    format!("traced {}", value.0)
}

nb_module!(test_conversions_ext, m, {
    m.def("take_log", || std::mem::take(&mut *LOG.lock().unwrap()));

    nb::class_<Traced>(m, "Traced")
        .def(nb::init_implicit<i32>())
        .def("value", |t: &Traced| t.0);
    nb::class_<Twice>(m, "Twice").def(nb::init<&Traced>());
    nb::implicitly_convertible<Traced, Twice>();
    m.def("take_traced", |t: &Traced| log(format!("body {}", t.0)));
    m.def("fail_traced", |t: &Traced| -> nb::Result<()> { log(format!("body {}", t.0)); Err(nb::value_error("failed")) });
    m.def("take_two", |a: &Traced, b: &Traced| log(format!("body {} {}", a.0, b.0)));
    m.def("take_many", |all: Vec<&Traced>| all.iter().map(|t| t.0).collect::<Vec<_>>());
    m.def("take_twice", |t: &Twice| t.0);
    m.def("take_twice_list", |all: Vec<&Twice>| all.len());
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|| Holder))
        .def("hold", |_: &Holder, t: &Traced| log(format!("hold {}", t.0)), nb::keep_alive<1, 2>());

    nb::class_<Natural>(m, "Natural").def(nb::init(&Natural::new));
    nb::implicitly_convertible<f64, Natural>();
    m.def("take_natural", |n: &Natural| n.0, "n"_a);
    m.def("natural_or_text", |n: &Natural| format!("{}", n.0));
    m.def("natural_or_text", |_: nb::fallback| "text");
    m.def("two_ways", &by_traced);
    m.def("two_ways", |n: &Natural| format!("natural {}", n.0));
    m.def("set_warnings", |on: bool| nb::set_implicit_cast_warnings(on));
    m.def("warnings", || nb::implicit_cast_warnings());

    nb::class_<Late>(m, "Late")
        .def(nb::init(|text: String| Late(text)))
        .def(nb::init(|t: &Traced| Late(format!("traced {}", t.0))));
    m.def("take_late", |late: &Late| late.0.clone());
    {
        // Wherever the module variable is in scope.
        nb::implicitly_convertible<Traced, Late>();
    }
    m.implicitly_convertible::<String, Late>();

    // The marks of an argument, with and without their argument.
    fn take(x: f64) -> f64 { x }
    m.def("free", &take, "x"_a.noconvert(false));
    m.def("free_arg", &take, nb::arg("x").noconvert(false));
    m.def("strict", &take, "x"_a.noconvert(true));
    m.def("strict_short", &take, "x"_a.noconvert());
    m.def("strict_default", &take, "x"_a.noconvert(true) = 2.5);
    m.def("free_default", &take, "x"_a.noconvert(false) = 2.5);
    m.def("strict_unnamed", &take, nb::arg().noconvert());
    m.def("strict_unnamed_long", &take, nb::arg().noconvert(true));
    m.def("free_unnamed", &take, nb::arg().noconvert(false));
    m.def("strict_traced", |t: &Traced| t.0, "t"_a.noconvert(true));
    m.def("strict_second", |a: f64, b: f64| a + b, "a"_a.noconvert(false), "b"_a.noconvert(true));
    m.def("strict_in_a_tuple", take, ("x"_a.noconvert(true), "Strict"));
    m.def("with_none", |t: Option<&Traced>| t.is_none(), "t"_a.none(true));
    m.def("without_none", |t: &Traced| t.0, "t"_a.none(false));
    m.def("both_marks", |t: Option<&Traced>| t.map(|t| t.0), "t"_a.none(true).noconvert(true) = ());
});

nb_class!(in crate::conversions; Later, "Later", { .def(nb::init(|value: i32| Later(value))) });
nb_bind!(in crate::conversions; |module| {
    nb::implicitly_convertible<i32, Later>();
    module.def("take_later", |later: &Later| later.0);
});

/// A module whose conversion has no destination.
pub mod unknown {
    use super::Unbound;
    use nb::prelude::*;

    nb_module!(test_conversions_unknown_ext, m, {
        nb::uses_<Unbound>();
        nb::implicitly_convertible<i32, Unbound>();
    });
}
