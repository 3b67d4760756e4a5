//! [`ellipsis`] and [`not_implemented`].

use crate::ffi;
use crate::handles::wrapper::wrapper;
use crate::python::object::check_attached;

wrapper! {
    /// `Ellipsis`, nanobind's `nb::ellipsis`.
    ///
    /// ```no_run
    /// fn rows(_all: nb::ellipsis) {}
    /// ```
    ellipsis, "types.EllipsisType", |ptr| ptr == ffi::Py_Ellipsis()
}

wrapper! {
    /// `NotImplemented`, nanobind's `nb::not_implemented`: an operator returns it to let Python try the other operand.
    ///
    /// ```no_run
    /// fn add(_other: nb::object) -> nb::not_implemented {
    ///     nb::not_implemented::new()
    /// }
    /// ```
    not_implemented, "types.NotImplementedType", |ptr| ptr == ffi::Py_NotImplemented()
}

macro_rules! singletons {
    ($($name:ident: $get:ident;)*) => { $(
        impl $name {
            /// The one object of its type.
            pub fn new() -> $name {
                check_attached();
                // SAFETY: attached; the object lives as long as the interpreter.
                unsafe { $name::borrow(ffi::$get()) }
            }
        }

        impl Default for $name {
            fn default() -> $name {
                $name::new()
            }
        }
    )* };
}

singletons! {
    ellipsis: Py_Ellipsis;
    not_implemented: Py_NotImplemented;
}
