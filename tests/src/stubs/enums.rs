//! Enumerations of every kind.

use nb::prelude::*;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Open,
    Closed,
    Half,
}

#[derive(Clone, Copy)]
pub struct Access(u32);
impl<D> nb::EnumRepr<D> for Access {
    type Number = u32;
    fn to_number(self) -> u32 {
        self.0
    }
    fn from_number(number: u32) -> Option<Access> {
        (number < 4).then_some(Access(number))
    }
}

#[derive(Clone, Copy)]
pub enum Level {
    Low = -1,
    High = 1,
}

#[derive(Clone, Copy)]
pub enum Color {
    Red,
    Green,
}

#[derive(Clone, Copy)]
pub enum Odd {
    Name,
    Value,
    Nothing,
    Other,
}

nb_bind!(in crate::stubs; |m| {
    nb::enum_<Kind>(m, "Kind", "What a path is")
        .value("Open", Kind::Open, "has two ends")
        .value("Closed", Kind::Closed)
        .value("Half", Kind::Half)
        .value("Shut", Kind::Closed)
        .export_values()
        .def("label", |k: Kind| if k == Kind::Open { "open" } else { "closed" }, "The label")
        .def_static("first", || Kind::Open)
        .def_prop_ro("is_open", |k: Kind| k == Kind::Open);
    nb::enum_<Access>(m, "Access", nb::is_flag()).value("Read", Access(1)).value("Write", Access(2));
    nb::enum_<Level>(m, "Level", nb::is_arithmetic(), "How high").value("Low", Level::Low).value("High", Level::High);
    nb::enum_<Color>(m, "Color", nb::is_str()).str_value("Red", Color::Red, "red").str_value("Green", Color::Green, "green");
    nb::enum_<Odd>(m, "Odd").value("name", Odd::Name).value("value", Odd::Value).value("None", Odd::Nothing).value("other", Odd::Other);
    m.def("of_kind", |k: Kind| k as i32, "k"_a = Kind::Closed, "Describes a kind");
    m.def("may", |a: Access| a, "a"_a = Access(3));
});
