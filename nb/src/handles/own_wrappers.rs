//! Wrappers of the user's own for Python types: nanobind's `NB_OBJECT`.

use crate::python::error::{Result, type_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};

/// Declares a wrapper for a Python type that nb does not know: nanobind's `NB_OBJECT(Type, Parent, Name, Check)`.
///
/// The name is what signatures say. The check is a function of an `&nb::object` that gives `bool` or `nb::Result<bool>`; it may run Python code. The wrapper
/// owns a reference, is an [`nb::object`](struct@crate::object) by `Deref`, crosses as argument and result, is made by `TryFrom<nb::object>`
/// (`TypeError`), and can be [`stored`](crate::stored). Without implicit conversion: nothing is made of other objects.
///
/// ```no_run
/// use nb::prelude::*;
///
/// nb_object! {
///     /// A `decimal.Decimal`.
///     pub struct decimal, "decimal.Decimal",
///     |o| nb::isinstance_of(o, &nb::module_::<()>::import_("decimal")?.attr("Decimal").get()?)
/// }
///
/// impl decimal {
///     pub fn digits(&self) -> nb::Result<Vec<u8>> {
///         self.attr("as_tuple").call(())?.attr("digits").cast()
///     }
/// }
///
/// nb_module!(numbers, m, {
///     // digits(arg: decimal.Decimal, /) -> list[int]
///     m.def("digits", |number: decimal| number.digits());
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_object {
    ($(#[$meta:meta])* $vis:vis struct $Name:ident, $python:literal, $check:expr $(,)?) => {
        $(#[$meta])*
        #[allow(non_camel_case_types)]
        #[repr(transparent)]
        #[derive(Clone)]
        $vis struct $Name($crate::object);

        const _: () = {
            fn check(value: &$crate::object) -> $crate::Result<bool> {
                $crate::__private::check_object(value, $check)
            }

            impl $Name {
                /// Whether the object is of this kind; false too where asking raises.
                $vis fn check(value: &$crate::object) -> bool {
                    ::core::matches!(check(value), ::core::result::Result::Ok(true))
                }
            }

            /// Checks the type; a `TypeError` that names both types when it is another one.
            impl ::core::convert::TryFrom<$crate::object> for $Name {
                type Error = $crate::Error;

                fn try_from(value: $crate::object) -> $crate::Result<$Name> {
                    $crate::__private::expect_object(check(&value), $python, value).map($Name)
                }
            }

            impl ::core::convert::From<$Name> for $crate::object {
                fn from(value: $Name) -> $crate::object {
                    value.0
                }
            }

            impl ::core::ops::Deref for $Name {
                type Target = $crate::object;

                fn deref(&self) -> &$crate::object {
                    &self.0
                }
            }

            impl ::core::fmt::Debug for $Name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::Debug::fmt(&self.0, f)
                }
            }

            impl ::core::fmt::Display for $Name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::Display::fmt(&self.0, f)
                }
            }

            // SAFETY: an `object` and nothing else.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Wrapper for $Name {}

            // SAFETY: shows the one reference that it is.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Traverse for $Name {
                fn traverse(&self, visit: &mut $crate::Visit<'_>) {
                    visit.object(&self.0);
                }
            }

            // SAFETY: delegates to `&object`.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::IntoObject for &$Name {
                unsafe fn put_in(self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    // SAFETY: caller's contract.
                    unsafe { $crate::IntoObject::<()>::put_in(&self.0, cx) }
                }
            }

            $crate::nb_type_caster!($Name, $python, {
                fn from_python(value: $crate::object) -> $crate::Result<::core::option::Option<$Name>> {
                    ::core::result::Result::Ok(check(&value)?.then(|| $Name(value)))
                }
                fn from_cpp(value: $Name) -> $crate::object {
                    value.0
                }
            });
        };
    };
}

/// The first of two, from Python 3.12 on, else the second: `{ .. } else { .. }`.
#[cfg(Py_3_12)]
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_since_3_12 {
    ({ $($new:tt)* } else { $($old:tt)* }) => { $($new)* };
}

/// As above.
#[cfg(not(Py_3_12))]
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_since_3_12 {
    ({ $($new:tt)* } else { $($old:tt)* }) => { $($old)* };
}

/// What the check of [`nb_object!`](crate::nb_object) gives.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the check of `nb_object!` gives a `{Self}`, which is no `bool` or `nb::Result<bool>`"
)]
pub trait Checked {
    fn checked(self) -> Result<bool>;
}

impl Checked for bool {
    fn checked(self) -> Result<bool> {
        Ok(self)
    }
}

impl Checked for Result<bool> {
    fn checked(self) -> Result<bool> {
        self
    }
}

/// Runs the check.
#[doc(hidden)]
pub fn check_object<R: Checked>(value: &object, check: impl FnOnce(&object) -> R) -> Result<bool> {
    check_attached();
    check(value).checked()
}

/// The object, if the check has said so.
#[doc(hidden)]
pub fn expect_object(checked: Result<bool>, python: &str, value: object) -> Result<object> {
    match checked {
        Ok(true) => Ok(value),
        Ok(false) => Err(type_error(messages::wrong_type(python, &value.class_name()))),
        Err(error) => Err(error),
    }
}
