//! pybind11's `enum_` and `native_enum`.

use nb_compat::prelude::*;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Cat,
    Dog = 5,
    Bird = -3,
    /// Has no member.
    Fish,
}

#[derive(Clone, Copy)]
pub enum Level {
    Low = 1,
    High,
}

#[derive(Clone, Copy)]
pub enum Shown {
    A,
}

#[derive(Clone, Copy)]
pub enum Quiet {
    A,
}

#[derive(Clone, Copy)]
pub enum Silent {
    A,
}

#[derive(Clone, Copy)]
#[repr(u64)]
pub enum Big {
    Zero = 0,
    Max = u64::MAX,
}

/// Stands for any number below 8.
#[derive(Clone, Copy)]
pub struct Perm(u32);

impl<D> py::EnumRepr<D> for Perm {
    type Number = u32;
    fn to_number(self) -> u32 {
        self.0
    }
    fn from_number(number: u32) -> Option<Perm> {
        (number < 8).then_some(Perm(number))
    }
}

pub struct Pet {
    part: Part,
}

#[derive(Clone, Copy)]
pub enum Part {
    Tail,
    Paw,
}

#[derive(Clone, Copy)]
pub enum Plain {
    X = 1,
    Y,
    Unknown,
}

#[derive(Clone, Copy)]
pub enum Number {
    One = 1,
    Two,
}

#[derive(Clone, Copy)]
pub struct Flags(u8);

#[derive(Clone, Copy)]
pub struct Mode(u8);

macro_rules! bits {
    ($($Flags:ident)*) => { $(
        impl<D> py::EnumRepr<D> for $Flags {
            type Number = u8;
            fn to_number(self) -> u8 {
                self.0
            }
            fn from_number(number: u8) -> Option<$Flags> {
                Some($Flags(number))
            }
        }
    )* };
}
bits!(Flags Mode);

#[derive(Clone, Copy)]
pub enum Word {
    Yes,
    No,
}

PYBIND11_MODULE!(test_compat_enums_ext, m, {
    py::enum_<Kind>(m, "Kind", "What a pet is")
        .value("Cat", Kind::Cat, "a cat")
        .value("Dog", Kind::Dog)
        .value("Hound", Kind::Dog, "the same")
        .value("Bird", Kind::Bird)
        .export_values()
        .def("is_cat", |kind: Kind| kind == Kind::Cat)
        .def_static("best", || Kind::Dog)
        .def_property_readonly("legs", |kind: &Kind| if *kind == Kind::Bird { 2 } else { 4 });
    m.def("kind", |kind: Kind| kind as i32, "kind"_a = Kind::Cat);
    m.def("kind_ref", |kind: &Kind| *kind as i32);
    m.def("kind_of", |number: i32| match number {
        0 => Kind::Cat,
        5 => Kind::Dog,
        -3 => Kind::Bird,
        _ => Kind::Fish,
    });
    m.def("maybe", |kind: Option<Kind>| kind);
    m.def("kinds", |kinds: Vec<Kind>| kinds);
    m.def("either", |_: Level| "level");
    m.def("either", |_: Kind| "kind");
    m.def("either", |_: i32| "number");

    py::enum_<Shown>(m, "Shown", "With texts of its own")
        .value("A", Shown::A)
        .def("__str__", |_: Shown| "a text")
        .def("__repr__", |_: Shown| "<shown>")
        .def("__eq__", |_: Shown, text: &str| text == "A");

    py::enum_<Level> level(m, "Level", py::arithmetic());
    level.value("Low", Level::Low).value("High", Level::High);
    m.def("level", |level: Level| level as i32);
    {
        py::options options;
        options.disable_enum_members_docstring();
        py::enum_<Quiet>(m, "Quiet", "Says nothing").value("A", Quiet::A, "a");
        py::enum_<Silent>(m, "Silent").value("A", Silent::A);
    }
    py::enum_<Big>(m, "Big", py::arithmetic(), "Large").value("Zero", Big::Zero).value("Max", Big::Max);
    m.def("big", |big: Big| big as u64);

    py::enum_<Perm>(m, "Perm", py::arithmetic()).value("Read", Perm(4)).value("Write", Perm(2));
    m.def("perm", |perm: Perm| perm.0);
    m.def("perm_of", |number: u32| Perm(number));

    py::class_<Pet> pet(m, "Pet");
    py::enum_<Part>(pet, "Part").value("Tail", Part::Tail).value("Paw", Part::Paw).export_values();
    pet.def(py::init(|part: Part| Pet { part }), "part"_a = Part::Paw).def_readonly("part", &Pet::part);

    py::native_enum<Plain>(m, "Plain", "enum.Enum")
        .export_values()
        .value("X", Plain::X, "the first")
        .value("Y", Plain::Y)
        .value("Z", Plain::Y)
        .finalize();
    m.def("plain", |plain: Plain| plain as i32, "plain"_a = Plain::X);
    m.def("plain_of", |number: i32| if number == 1 { Plain::X } else { Plain::Unknown });
    py::native_enum<Number>(m, "Number", "enum.IntEnum", "Numbers")
        .value("One", Number::One)
        .value("Two", Number::Two)
        .export_values()
        .finalize();
    m.def("number", |number: Number| number as i32);
    m.def("number_of", |number: i32| if number == 1 { Number::One } else { Number::Two });
    py::native_enum<Flags> flags(m, "Flags", "enum.Flag");
    flags.value("R", Flags(4));
    flags.value("W", Flags(2));
    flags.finalize();
    m.def("flags", |flags: Flags| flags.0);
    m.def("flags_of", |number: u8| Flags(number));
    // Without `.finalize()`, which ends the process in pybind11.
    py::native_enum<Mode>(pet, "Mode", "enum.IntFlag").value("On", Mode(1)).value("Loud", Mode(2));
    m.def("mode", |mode: Mode| mode.0);
    py::native_enum<Word>(m, "Word", "enum.StrEnum").str_value("Yes", Word::Yes, "yes").str_value("No", Word::No, "no");
    m.def("word", |word: Word| matches!(word, Word::Yes));
});
