//! pybind11's statements for nanobind-rs: the binding code of a pybind11 extension stays nearly word for word while its core moves to Rust.
//!
//! ```no_run
//! use nb_compat::prelude::*;
//!
//! #[derive(Clone)]
//! struct Pet { name: String }
//! impl Pet {
//!     fn new(name: String) -> Pet { Pet { name } }
//! }
//!
//! PYBIND11_MODULE!(pets, m, {
//!     py::class_<Pet>(m, "Pet")
//!         .def(py::init<String>(), py::arg("name"))
//!         .def_readwrite("name", &Pet::name)
//!         .def("__repr__", |pet: &Pet| format!("<pets.Pet named '{}'>", pet.name));
//! });
//! # fn main() {}
//! ```
//!
//! Everything of `nb` is here as well. Functions that [`PYBIND11_MODULE!`] binds have pybind11's signatures, docstrings and texts of errors, and
//! convert as pybind11's do where that is safe.
//!
//! # Enumerations
//!
//! `py::enum_` makes a class of pybind11's kind here, with `__members__`, pybind11's texts and docstring, and arguments that are members only;
//! `py::native_enum` makes one of Python's module `enum`, whose members are there with or without `.finalize()`.
//!
//! ```no_run
//! use nb_compat::prelude::*;
//!
//! #[derive(Clone, Copy)]
//! pub enum Kind { Cat, Dog = 5 }
//! #[derive(Clone, Copy)]
//! pub enum Level { Low = 1, High }
//!
//! PYBIND11_MODULE!(pets, m, {
//!     py::enum_<Kind>(m, "Kind", "What a pet is").value("Cat", Kind::Cat, "a cat").value("Dog", Kind::Dog).export_values();
//!     py::native_enum<Level>(m, "Level", "enum.IntEnum").value("Low", Level::Low).value("High", Level::High).finalize();
//!     m.def("is_cat", |kind: Kind| matches!(kind, Kind::Cat), py::arg("kind") = Kind::Cat);
//! });
//! # fn main() {}
//! ```
//!
//! What differs from C++: nothing converts an `enum` of Rust to a number unasked, so members of a `py::enum_` are equal to members only, as those of an
//! `enum class` are; with `py::arithmetic()` they have order, bit operators and equality with numbers, as those of a plain `enum` have. A number
//! that is no variant, `Kind(7)`, is a `ValueError`, and so is returning a variant that has no member; a type with an [`EnumRepr`] has nameless values.
//! Methods that you bind go before those of all enumerations, as with `py::prepend()`. The class cannot be derived from.
#![allow(non_camel_case_types)]

pub use nb::*;

mod arrays;
mod buffers;
mod docstrings;
mod evaluate;
mod macros;
mod named;

pub use docstrings::options;
pub use evaluate::eval_file;
pub use named::{NamedItems, named_items};

pub use arrays::{ArraySource, array, array_t, dtype, format_descriptor, reads, writes};
pub use buffers::{BufferElement, BufferMemory, buffer, buffer_info, memoryview_of};

/// pybind11's name of an exception that Python has raised.
pub use nb::Error as error_already_set;
/// pybind11's name of any callable.
pub use nb::callable as function;
/// pybind11's name of the return value policies.
pub use nb::rv_policy as return_value_policy;
/// pybind11's name of a Python text.
pub use nb::str_ as str;

/// The exception for a value that cannot be converted: pybind11's `py::cast_error`, a `RuntimeError` in Python.
pub fn cast_error(text: &::core::primitive::str) -> Error {
    nb::runtime_error(text)
}

/// Names for `use nb_compat::prelude::*`: the macros, and the crate itself as `py`.
pub mod prelude {
    pub use crate as py;
    pub use crate as pybind11;
    pub use crate::memoryview_of as _;
    pub use crate::{
        PYBIND11_DECLARE_HOLDER_TYPE, PYBIND11_MAKE_OPAQUE, PYBIND11_MODULE, PYBIND11_NUMPY_DTYPE,
        PYBIND11_NUMPY_DTYPE_EX, PYBIND11_OVERRIDE, PYBIND11_OVERRIDE_NAME, PYBIND11_OVERRIDE_PURE,
        PYBIND11_OVERRIDE_PURE_NAME, pybind11_bind,
    };
    pub use nb::{
        nb_base, nb_dict, nb_member, nb_native, nb_object, nb_polymorphic, nb_trampoline, nb_traverse, nb_type_caster,
        nb_type_hook, nb_variant,
    };
}
