//! Enumerations: Rust enums of every shape, flags, strings, nested ones, and those that are bound at run time.

use nb::prelude::*;

mod items;
mod refused;

/// Nothing is derived, and the discriminants are partly written.
pub enum Kind {
    Cat,
    Dog,
    Bird = -3,
    /// No member stands for it.
    Fish,
}

impl Kind {
    fn number(&self) -> i32 {
        match self {
            Kind::Cat => 0,
            Kind::Dog => 1,
            Kind::Bird => -3,
            Kind::Fish => -2,
        }
    }
    fn of(number: i32) -> Kind {
        [Kind::Cat, Kind::Dog, Kind::Bird, Kind::Fish].into_iter().find(|kind| kind.number() == number).unwrap()
    }
    fn is_cat(&self) -> bool {
        matches!(self, Kind::Cat)
    }
    fn itself(&self) -> &Kind {
        self
    }
}

#[repr(u64)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Big {
    One = 1,
    Max = u64::MAX,
    Unknown = u64::MAX - 1,
}

#[repr(i64)]
#[derive(Clone, Copy)]
pub enum Low {
    Min = i64::MIN,
    MinusOne = -1,
    Unknown = i64::MAX,
}

#[repr(i8)]
#[derive(Clone, Copy)]
pub enum Level {
    Two = 2,
    Three = 3,
}

/// Flags in the way of the `bitflags` crate: bits without a name are no value.
#[derive(Clone, Copy)]
pub struct Perm(u32);

impl Perm {
    const NONE: Perm = Perm(0);
    const READ: Perm = Perm(1);
    const WRITE: Perm = Perm(2);
    const EXEC: Perm = Perm(4);
    const READ_WRITE: Perm = Perm(3);
}

impl<D> nb::EnumRepr<D> for Perm {
    type Number = u32;
    fn to_number(self) -> u32 {
        self.0
    }
    fn from_number(number: u32) -> Option<Perm> {
        (number < 8).then_some(Perm(number))
    }
}

/// Flags that take any bits.
#[derive(Clone, Copy)]
pub struct Mode(i32);

impl nb::EnumRepr<NbDomain> for Mode {
    type Number = i32;
    fn to_number(self) -> i32 {
        self.0
    }
    fn from_number(number: i32) -> Option<Mode> {
        Some(Mode(number))
    }
}

/// A number that is no Rust enum, as C headers give them.
#[derive(Clone, Copy)]
pub struct Code(u8);

impl<D> nb::EnumRepr<D> for Code {
    type Number = u8;
    fn to_number(self) -> u8 {
        self.0
    }
    fn from_number(number: u8) -> Option<Code> {
        Some(Code(number))
    }
}

pub enum Color {
    Red,
    Green,
    Unknown,
}

/// Members that are called as the properties of all members.
pub enum Odd {
    Name,
    Value,
    Other,
}

pub enum Part {
    Head,
    Tail,
}

pub enum First {
    X = 1,
}
pub enum Second {
    X = 1,
}

pub struct Pet {
    kind: Kind,
}

/// Bound by Python code, again and again.
pub enum Dynamic {
    A,
    B,
}

/// Bound too late for the function that names it first, and never.
pub enum Later {
    A,
}
pub enum Never {
    A,
}

fn bind_dynamic(scope: nb::object) -> nb::Result<()> {
    nb::module_::<NbDomain>::in_scope(&scope, |scope| {
        let bound = scope.enum_::<Dynamic>("Dynamic", "made at run time");
        bound.value("A", Dynamic::A).value("B", Dynamic::B).def("twice", |d: Dynamic| 2 * d as i32, ());
        Ok(())
    })
}

fn many(count: i64) -> nb::Result<()> {
    if count < 0 { Err(nb::value_error("a count")) } else { Ok(()) }
}

nb_module!(test_enums_ext, m, {
    m.def("later", |later: Later| later as i32);
    m.def("never", |never: Never| never as i32);
    m.def("give_never", || Never::A);
    nb::uses_enum_<Never>();
    nb::uses_enum_<Dynamic>();

    nb::enum_<Kind>(m, "Kind", "What a pet is")
        .value("Cat", Kind::Cat, "a cat")
        .value("Dog", Kind::Dog)
        .value("Bird", Kind::Bird)
        .value("Hound", Kind::Dog, "the docstring of an alias goes nowhere")
        .def("number", &Kind::number, "the number")
        .def("is_cat", &Kind::is_cat)
        .def("itself", &Kind::itself)
        .def("plus", |kind: Kind, n: i32| kind as i32 + n, "n"_a = 1)
        .def("plus", |kind: Kind, text: &str| format!("{}{text}", kind as i32))
        .def_static("best", || Kind::Dog, "the best")
        .def_prop_ro("twice", |kind: Kind| 2 * kind as i32, "two times")
        .def_prop_rw("rw", |kind: Kind| kind as i32, |_kind: Kind, n: i64| many(n))
        .export_values();
    nb::enum_<Big>(m, "Big").value("One", Big::One).value("Max", Big::Max);
    nb::enum_<Low>(m, "Low").value("Min", Low::Min).value("MinusOne", Low::MinusOne);
    nb::enum_<Level> level(m, "Level", nb::is_arithmetic());
    level.value("Two", Level::Two).value("Three", Level::Three, "three");
    nb::enum_<Perm>(m, "Perm", nb::is_flag())
        .value("READ", Perm::READ)
        .value("WRITE", Perm::WRITE)
        .value("EXEC", Perm::EXEC)
        .value("READ_WRITE", Perm::READ_WRITE)
        .value("NONE", Perm::NONE);
    nb::enum_<Mode>(m, "Mode", nb::is_flag(), nb::is_arithmetic()).value("R", Mode(1)).value("W", Mode(2));
    nb::enum_<Code>(m, "Code").value("OK", Code(0)).value("BAD", Code(200));
    nb::enum_<Color>(m, "Color", nb::is_str(), "A color")
        .str_value("Red", Color::Red, "red", "like blood")
        .str_value("Green", Color::Green, "green")
        .str_value("Crimson", Color::Red, "crimson");
    nb::enum_<Odd>(m, "Odd").value("name", Odd::Name).value("value", Odd::Value).value("other", Odd::Other);
    nb::class_<Pet> pet(m, "Pet");
    nb::enum_<Part>(pet, "Part").value("Head", Part::Head).value("Tail", Part::Tail).export_values();
    pet.def(nb::init(|kind: Kind| Pet { kind }), "kind"_a = Kind::Dog).def_rw("kind", &Pet::kind);
    nb::enum_<First>(m, "First").value("X", First::X);
    nb::enum_<Second>(m, "Second").value("X", Second::X);
    nb::enum_<Later>(m, "Later").value("A", Later::A);

    nb::enum_<nb_test_part::Shade>(m, "Shade")
        .value("Light", nb_test_part::Shade::Light)
        .value("Dark", nb_test_part::Shade::Dark);
    m.def("shade", |shade: nb_test_part::Shade| shade as i32);

    m.def("kind", |kind: Kind| kind as i32, "kind"_a = Kind::Cat, "kind's doc");
    m.def("exact", |kind: Kind| kind as i32, "kind"_a.noconvert());
    m.def("kind_of", &Kind::of);
    m.def("reference", |kind: &Kind| kind.number(), "kind"_a);
    m.def("optional", |kind: Option<Kind>| kind, "kind"_a = None::<Kind>);
    m.def("list", |kinds: Vec<Kind>| kinds);
    m.def("references", |kinds: Vec<&Kind>| kinds.into_iter().map(Kind::number).collect::<Vec<_>>());
    m.def("pair", |pair: (Kind, Big)| pair);
    m.def("mapping", |map: std::collections::HashMap<Big, Kind>| map);
    m.def("overloaded", |_: Kind| "kind");
    m.def("overloaded", |_: i32| "int");
    m.def("overloaded", |_: Color| "color");
    m.def("overloaded", |_: String| "str");
    m.def("fallback", |_: Kind| true);
    m.def("fallback", |_: nb::object| false);
    m.def("second_pass", |_: Kind| 0);
    m.def("second_pass", |_: Level| 1);
    m.def("second_pass", |_: Color| 2);
    m.def("big", |big: Big| big as u64);
    m.def("big_of", |n: u64| [Big::One, Big::Max, Big::Unknown].into_iter().find(|b| *b as u64 == n).unwrap());
    m.def("low", |low: Low| low as i64);
    m.def("low_of", |n: i64| [Low::Min, Low::MinusOne, Low::Unknown].into_iter().find(|l| *l as i64 == n).unwrap());
    m.def("level", |level: Level| level as i8);
    m.def("perm", |perm: Perm| perm.0, "perm"_a = Perm(5));
    m.def("perm_of", |bits: u32| Perm(bits));
    m.def("mode", |mode: Mode| mode.0);
    m.def("mode_of", |bits: i32| Mode(bits));
    m.def("code", |code: Code| code.0);
    m.def("code_of", |code: u8| Code(code));
    m.def("color", |color: Color| color as i32, "color"_a = Color::Red);
    m.def("color_exact", |color: Color| color as i32, "color"_a.noconvert());
    m.def("color_of", |n: i32| match n { 0 => Color::Red, 1 => Color::Green, _ => Color::Unknown });
    m.def("length", |text: &str| text.len());
    m.def("odd", |odd: Odd| odd as i32);
    m.def("odd_of", |n: i32| match n { 0 => Odd::Name, 1 => Odd::Value, _ => Odd::Other });
    m.def("part", |part: Part| part as i32);
    m.def("first", |first: First| first as i32);
    m.def("apply", |call: nb::object, kind: Kind| -> nb::Result<Kind> {
        call.call((nb::cast_in::<NbDomain, _>(kind)?,))?.cast_in::<NbDomain, Kind>()
    });
    m.def("is_kind", |value: nb::object| nb::isinstance_in::<NbDomain, Kind>(&value));
    m.def("bind_dynamic", &bind_dynamic);
    m.def("dynamic", |dynamic: Dynamic| dynamic as i32);
    m.def("dynamic_of", |n: i32| if n == 0 { Dynamic::A } else { Dynamic::B });
});
