//! [`args`] and [`kwargs`]: what a call passes beyond the other parameters.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::handles::dicts::dict;
use crate::handles::tuples::tuple;
use crate::handles::wrapper::references;
use crate::python::object::object;
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;

macro_rules! collects {
    ($(#[$meta:meta])* $name:ident: $Base:ident, $python:literal, $check:ident, $rest:expr) => {
        $(#[$meta])*
        #[repr(transparent)]
        #[derive(Clone)]
        pub struct $name($Base);

        impl Deref for $name {
            type Target = $Base;

            fn deref(&self) -> &$Base {
                &self.0
            }
        }

        impl From<$name> for $Base {
            fn from(value: $name) -> $Base {
                value.0
            }
        }

        impl From<$name> for object {
            fn from(value: $name) -> object {
                value.0.into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        // SAFETY: the stage is the source object, which is kept alive until the call has ended (`BORROWS`).
        unsafe impl<D> Param<D> for $name {
            type Item<'a> = $name;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = NonNull<ffi::PyObject>;
            const BORROWS: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;
            const REST: u32 = $rest;

            fn describe(text: &mut SigText<'_>) {
                text.text($python);
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: a live object (caller's contract).
                NonNull::new(src).filter(|src| unsafe { ffi::$check(src.as_ptr()) != 0 })
            }

            unsafe fn lend(stage: &mut Self::Stage, _cx: &Cx<'_>) -> $name {
                // SAFETY: the source is alive until the context is dropped; `convert` has checked its type.
                $name(unsafe { $Base::borrow(stage.as_ptr()) })
            }
        }

        // SAFETY: hands over the reference that the value owns.
        unsafe impl<D, P> Ret<D, P> for $name {
            const DECLINES: bool = false;
            fn describe(text: &mut SigText<'_>) {
                text.text($python);
            }

            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                object::from(value).into_ptr()
            }
        }

        crate::cast::reference::held_in_place! { $name }
        crate::__nb_member! { [] $name }
        references! { $name }
    };
}

collects! {
    /// The positional arguments that no other parameter takes, a [`struct@tuple`]: nanobind's `nb::args`, Python's
    /// `*args`.
    ///
    /// Parameters after it can be given by keyword only, so they need names.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// fn munge(numbers: nb::args, invert: bool) -> nb::Result<i64> {
    ///     let mut sum = 0;
    ///     for number in numbers.iter() {
    ///         sum += number.cast::<i64>()?;
    ///     }
    ///     Ok(if invert { -sum } else { sum })
    /// }
    /// nb_module!(munging, m, {
    ///     // munge(*numbers, invert: bool = False) -> int
    ///     m.def("munge", &munge, "numbers"_a, "invert"_a = false);
    /// });
    /// ```
    args: tuple, "tuple", PyTuple_Check, 1
}

collects! {
    /// The keyword arguments that no other parameter takes, a [`struct@dict`]: nanobind's `nb::kwargs`, Python's
    /// `**kwargs`.
    ///
    /// It is the last parameter. The dict is new in every call, so the function may change it or keep it.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// fn options(name: &str, options: nb::kwargs) -> nb::Result<nb::dict> {
    ///     options.set("name", name)?;
    ///     Ok(options.into())
    /// }
    /// nb_module!(optional, m, {
    ///     // options(arg0: str, /, **kwargs) -> dict
    ///     m.def("options", &options);
    /// });
    /// ```
    kwargs: dict, "dict", PyDict_Check, 1 << 16
}
