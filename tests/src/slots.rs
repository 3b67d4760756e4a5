//! Operators and protocols of bound classes, which test_slots.py compares with the same classes in Python.

use nb::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};

#[derive(Clone)]
struct Num {
    value: i64,
}

impl Num {
    fn new(value: i64) -> Num {
        Num { value }
    }
    fn add_to(&mut self, by: i64) -> &mut Num {
        self.value += by;
        self
    }
}

/// Only ever on the right.
struct Right {
    value: i64,
}

impl Right {
    fn new(value: i64) -> Right {
        Right { value }
    }
}

struct Derived {
    base: Num,
}

impl Derived {
    fn new(value: i64) -> Derived {
        Derived { base: Num::new(value) }
    }
}

nb_base!(Derived, base: Num);

/// Odd answers, chosen by its value.
struct Odd {
    answer: AtomicI64,
}

impl Odd {
    fn new(answer: i64) -> Odd {
        Odd { answer: AtomicI64::new(answer) }
    }
    fn answer(&self) -> i64 {
        self.answer.load(Ordering::Relaxed)
    }
}

fn eval(text: &str) -> nb::Result<nb::object> {
    nb::module_::<()>::import_("builtins")?.attr("eval").call((text,))
}

nb_module!(test_slots_ext, m, {
    nb::class_<Num>(m, "Num")
        .def(nb::init<i64>())
        .def_ro("value", &Num::value)
        .def("__add__", |a: &Num, b: &Num| Num::new(a.value + b.value), nb::is_operator())
        .def("__add__", |a: &Num, b: i64| Num::new(a.value + b), nb::is_operator())
        .def("__radd__", |a: &Num, b: i64| Num::new(b + a.value), nb::is_operator())
        .def("__sub__", |a: &Num, b: &Num| Num::new(a.value - b.value), nb::is_operator())
        .def("__mul__", |a: &Num, b: i64| Num::new(a.value * b))
        .def("__iadd__", &Num::add_to, nb::is_operator(), nb::rv_policy::none)
        .def("__isub__", |a: &Num, b: i64| Num::new(a.value - b), nb::is_operator())
        .def("__neg__", |a: &Num| Num::new(-a.value))
        .def("__abs__", |a: &Num| Num::new(a.value.abs()))
        .def("__invert__", |a: &Num| Num::new(!a.value))
        .def("__int__", |a: &Num| a.value)
        .def("__float__", |a: &Num| a.value as f64)
        .def("__index__", |a: &Num| a.value)
        .def("__bool__", |a: &Num| a.value != 0)
        .def("__len__", |a: &Num| a.value)
        .def("__eq__", |a: &Num, b: &Num| a.value == b.value, nb::is_operator())
        .def("__lt__", |a: &Num, b: &Num| a.value < b.value, nb::is_operator())
        .def("__repr__", |a: &Num| format!("Num({})", a.value))
        .def("__str__", |a: &Num| a.value.to_string())
        .def("__getitem__", |a: &Num, index: i64| -> nb::Result<i64> {
            if index >= a.value { Err(nb::index_error("too far")) } else { Ok(index) }
        })
        .def("__setitem__", |a: &mut Num, index: i64, value: i64| a.value = index + value)
        .def("__contains__", |a: &Num, item: i64| (0..a.value).contains(&item));
    nb::class_<Right>(m, "Right")
        .def(nb::init<i64>())
        .def("__radd__", |a: &Right, b: &Num| a.value + b.value + 1000, nb::is_operator())
        .def("__matmul__", |a: &Right, b: &Right| a.value * b.value, nb::is_operator());
    nb::class_<Derived, Num>(m, "Derived")
        .def(nb::init<i64>())
        .def("__radd__", |a: &Derived, b: &Num| a.base.value + b.value + 500, nb::is_operator());
    nb::class_<Odd>(m, "Odd")
        .def(nb::init<i64>())
        .def("__len__", |a: &Odd| -> nb::Result<nb::object> {
            match a.answer() {
                0 => eval("'text'"),
                1 => eval("1 << 100"),
                2 => panic!("no length"),
                3 => Err(nb::key_error("none")),
                other => eval(&other.to_string()),
            }
        })
        .def("__bool__", |a: &Odd| -> nb::Result<nb::object> {
            match a.answer() {
                0 => eval("'text'"),
                1 => eval("1"),
                3 => Err(nb::key_error("none")),
                _ => eval("True"),
            }
        })
        .def("__repr__", |a: &Odd| a.answer())
        .def("__contains__", |a: &Odd, item: nb::object| -> nb::Result<nb::object> {
            if a.answer() == 3 { Err(nb::key_error("none")) } else { Ok(item) }
        })
        .def("__delitem__", |a: &Odd, index: i64| a.answer.store(index, Ordering::Relaxed))
        .def("__iter__", |a: nb::object| a)
        .def("__next__", |a: &Odd| -> nb::Result<i64> {
            match a.answer.fetch_sub(1, Ordering::Relaxed) {
                value if value <= 0 => Err(nb::stop_iteration("")),
                value => Ok(value),
            }
        })
        .def("__eq__", |a: &Odd, callback: nb::object| callback.call((a.answer(),)));
});
