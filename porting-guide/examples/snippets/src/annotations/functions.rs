use nb::prelude::*;

#[derive(Clone)]
struct Number {
    value: i32,
}

impl Number {
    fn new(value: i32) -> Number {
        Number { value }
    }

    fn equals(&self, other: &Number) -> bool {
        self.value == other.value
    }

    fn add(&mut self, by: i32) {
        self.value += by;
    }

    fn copied(&self) -> Number {
        self.clone()
    }

    fn made(&self) -> Box<Number> {
        Box::new(self.clone())
    }

    fn itself(&self) -> &Number {
        self
    }

    fn get(&self) -> i32 {
        self.value
    }

    fn set(&mut self, number: i32) {
        self.value = number;
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Number {
        Number { value }
    }
}

fn exchange(a: &mut Number, b: &mut Number) {
    std::mem::swap(&mut a.value, &mut b.value);
}

nb_module!(annotations_functions, m, {
    nb::class_<Number>(m, "Number")
        .def(nb::init<i32>(), nb::arg("value").noconvert(), nb::is_implicit())
        .def("__eq__", &Number::equals, "other"_a, nb::is_operator())
        .def("add", &Number::add, nb::kw_only(), "by"_a, nb::lock_self())
        .def("copied", &Number::copied, nb::rv_policy::automatic)
        .def("moved", &Number::copied, nb::rv_policy::move)
        .def("again", &Number::copied, nb::rv_policy::automatic_reference)
        .def("made", &Number::made, nb::rv_policy::take_ownership, nb::keep_alive<0, 1>())
        .def("itself", &Number::itself, nb::rv_policy::none)
        .def("twin", &Number::itself, nb::rv_policy::copy)
        .def("part", &Number::itself, nb::rv_policy::reference_internal)
        .def_prop_rw("value", &Number::get, &Number::set, "The number",
                     nb::for_getter(nb::sig("def value(self, /) -> int")),
                     nb::for_setter("number"_a.noconvert()));
    nb::implicitly_convertible<i32, Number>();

    m.def("exchange", &exchange, "a"_a.lock(), "b"_a.lock(), nb::sig("def exchange(a: Number, b: Number) -> None"),
          nb::call_guard<nb::gil_scoped_release>());
});
