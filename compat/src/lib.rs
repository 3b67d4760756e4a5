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
#![allow(non_camel_case_types)]

pub use nb::*;

mod arrays;
mod buffers;
mod macros;

pub use arrays::{ArraySource, array, array_t, dtype, format_descriptor, reads, writes};
pub use buffers::{BufferElement, BufferMemory, buffer, buffer_info, memoryview_of};

pub use nb::callable as function;
pub use nb::str_ as str;

/// Names for `use nb_compat::prelude::*`: the macros, and the crate itself as `py`.
pub mod prelude {
    pub use crate as py;
    pub use crate::memoryview_of as _;
    pub use crate::{PYBIND11_MODULE, PYBIND11_NUMPY_DTYPE, PYBIND11_NUMPY_DTYPE_EX};
}
