//! `nb::none`, the function and the type.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::handles::type_args::Subscript;
use crate::python::error::{Error, type_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};

/// Python's `None`: nanobind's `nb::none`, which takes and gives nothing else.
///
/// `nb::none()` makes the value; as a default value it makes the argument accept `None`. As a parameter it marks an overload for
/// `None` alone.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(greetings, m, {
///     m.def("greet", |name: Option<String>| format!("hello {}", name.unwrap_or("you".into())), "name"_a = nb::none());
///     // forget(arg: None, /) -> None
///     m.def("forget", |nothing: nb::none| nothing);
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct none {
    made: (),
}

/// Makes the value, so that `nb::none()` reads as in C++.
pub fn none() -> none {
    none { made: () }
}

impl none {
    /// Whether the object is `None`.
    pub fn check(value: &object) -> bool {
        value.is_none()
    }
}

/// A `TypeError` that names the type, for anything but `None`.
impl TryFrom<object> for none {
    type Error = Error;

    fn try_from(value: object) -> Result<none, Error> {
        match none::check(&value) {
            true => Ok(none()),
            false => Err(type_error(messages::wrong_type("None", &value.class_name()))),
        }
    }
}

impl From<none> for object {
    fn from(none { made: () }: none) -> object {
        check_attached();
        // SAFETY: attached; None lives as long as the interpreter.
        unsafe { object::borrow(ffi::Py_None()) }
    }
}

impl Subscript for none {}

// SAFETY: the stage is the value, which refers to nothing.
unsafe impl<D> Param<D> for none {
    type Item<'a> = none;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = none;
    const OWNED: bool = true;
    const NULLABLE: bool = true;
    const VALUE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<none> {
        // SAFETY: None lives as long as the interpreter.
        (src == unsafe { ffi::Py_None() }).then(none)
    }

    unsafe fn lend<'a>(stage: &'a mut none, _cx: &Cx<'_>) -> none {
        *stage
    }
}

// SAFETY: returns None.
unsafe impl<D, P> Ret<D, P> for none {
    const DECLINES: bool = false;
    const NOTHING: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn put(none { made: () }: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
}

crate::__nb_member! { [] none }
