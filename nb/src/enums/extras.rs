//! Annotations of enumerations: `is_arithmetic`, `is_flag`, `is_str` and docstrings.

use super::pybind11::{instance, pybind11_enum, pybind11_native_enum};
use super::{Enum, EnumRepr};
use crate::bind::scope::Home;
use crate::python::error::Result;
use crate::python::object::object;
use crate::util::arity::tuple_extra;

/// The members take part in arithmetic with numbers, whose results are numbers: nanobind's `nb::is_arithmetic`.
///
/// The Python class derives from `enum.IntEnum`, with [`is_flag`] from `enum.IntFlag`.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Clone, Copy)]
/// enum Level { Low = 1, High = 10 }
/// nb_module!(levels, m, {
///     // In Python: Level.High + 1 == 11
///     nb::enum_<Level>(m, "Level", nb::is_arithmetic()).value("Low", Level::Low).value("High", Level::High);
/// });
/// # fn main() {}
/// ```
pub struct is_arithmetic();

/// The members can be combined with `|`, `&`, `^` and `~`: nanobind's `nb::is_flag`.
///
/// The Python class derives from `enum.Flag`, with [`is_arithmetic`] from `enum.IntFlag`. The Rust type needs an
/// [`EnumRepr`], where the example is; the compiler refuses a Rust `enum`.
pub struct is_flag();

/// The members are strings, which arguments can be given as: nanobind's `nb::is_str`.
///
/// The Python class derives from `enum.StrEnum`, before Python 3.11 from `str` and `enum.Enum`. Members are added with
/// [`str_value`](crate::enum_::str_value). It cannot be combined with [`is_flag`] or [`is_arithmetic`], which is a
/// compile error.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Clone, Copy)]
/// enum Color { Red, Green }
/// nb_module!(colors, m, {
///     nb::enum_<Color>(m, "Color", nb::is_str()).str_value("RED", Color::Red, "red").str_value("GREEN", Color::Green, "green");
///     // In Python: is_red("red")
///     m.def("is_red", |color: Color| matches!(color, Color::Red));
/// });
/// # fn main() {}
/// ```
pub struct is_str();

/// What the annotations of an enumeration add up to.
#[doc(hidden)]
#[derive(Default)]
pub struct EnumSpec {
    pub(super) doc: Option<String>,
    pub(super) style: Style,
    /// Makes the class, if that is not left to Python's module `enum`. A module without such an enumeration has none of this code.
    pub(super) make_class: Option<MakeClass>,
}

pub(super) type MakeClass = fn(&Home<'_>, &str) -> Result<object>;

/// Which kinds of enumeration it is.
#[derive(Clone, Copy, Default)]
pub(crate) struct Style {
    pub(crate) arithmetic: bool,
    pub(crate) flag: bool,
    pub(crate) text: bool,
    /// The class is of pybind11's kind, and none of Python's module `enum`.
    pub(crate) pybind11: bool,
    /// The class shows its members as Python does, and arguments are members only.
    pub(crate) native: bool,
}

const ARITHMETIC: u8 = 1;
const FLAG: u8 = 2;
const TEXT: u8 = 4;
pub(super) const PYBIND11: u8 = 8;

/// An annotation of an enumeration of `T`s, or a tuple of annotations.
///
/// Nobody but this crate implements it: `EnumSpec` has no public path.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an annotation of an enumeration",
    label = "not an annotation of an enumeration",
    note = "annotations are docstrings, `is_arithmetic()`, `is_flag()` and `is_str()`"
)]
pub trait EnumExtra<D, T> {
    #[doc(hidden)]
    const FACTS: u8 = 0;
    #[doc(hidden)]
    fn apply(self, spec: &mut EnumSpec);
}

/// Refuses what cannot be combined.
pub(super) const fn check<D, T: Enum<D>, E: EnumExtra<D, T>>() {
    assert!(
        E::FACTS & TEXT == 0 || E::FACTS & (FLAG | ARITHMETIC) == 0,
        "nb: is_str cannot be combined with is_flag or is_arithmetic"
    );
}

macro_rules! enum_extras {
    ($($ty:ty, $marks:expr, $self:ident, $spec:ident => $body:expr;)*) => { $(
        impl<D, T> EnumExtra<D, T> for $ty {
            const FACTS: u8 = $marks;
            fn apply($self, $spec: &mut EnumSpec) { $body }
        }
    )* };
}
enum_extras! {
    (), 0, self, _spec => ();
    &str, 0, self, spec => spec.doc = Some(self.to_string());
    String, 0, self, spec => spec.doc = Some(self);
    is_arithmetic, ARITHMETIC, self, spec => spec.style.arithmetic = true;
    is_str, TEXT, self, spec => spec.style.text = true;
    pybind11_enum, PYBIND11, self, spec => {
        spec.style.pybind11 = true;
        spec.make_class = Some(instance::create_class);
    };
    pybind11_native_enum, 0, self, spec => spec.style.native = true;
}

impl<D, T: EnumRepr<D>> EnumExtra<D, T> for is_flag {
    const FACTS: u8 = FLAG;
    fn apply(self, spec: &mut EnumSpec) {
        spec.style.flag = true;
    }
}

/// What several annotations add up to.
macro_rules! all_facts {
    ($($Extra:ident)*) => {
        const FACTS: u8 = $($Extra::FACTS)|*;
    };
}
tuple_extra! { [D, T,] EnumExtra<D, T>, EnumSpec, all_facts: A0 A1 A2 A3 }
