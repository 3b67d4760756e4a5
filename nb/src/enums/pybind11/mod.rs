//! The classes that pybind11's `enum_` makes, for bodies in its dialect: not of Python's module `enum`, and with methods of their own.
//!
//! An instance is a number that is written once. What the number means, the record of the enumeration says, and never the class's
//! namespace, which Python code may change at will. The member that native code gives out is always the same object; `Kind(1)`, a copy and
//! what was pickled are others, equal to it, as in pybind11.
//!
//! pybind11 looks whether C++ converts the enumeration to a number implicitly, and no `enum` of Rust does. So members are equal
//! to members only, as those of an `enum class` are, unless `py::arithmetic()` says that they stand for their numbers.

pub(super) mod instance;
pub(super) mod methods;

/// A class of this kind: what `py::enum_` has among its annotations in a body of pybind11's dialect.
#[doc(hidden)]
pub struct pybind11_enum();

/// A class that Python's module `enum` makes, without what nanobind changes in it: what `py::native_enum` has among its annotations.
#[doc(hidden)]
pub struct pybind11_native_enum();
