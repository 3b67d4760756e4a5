//! Arrays of NumPy: pybind11's `pybind11/numpy.h`.
//!
//! | file | concept |
//! |---|---|
//! | `untyped` | `py::array`, an array of whatever elements |
//! | `typed` | `py::array_t<T>`, whose elements are known |
//! | `loading` | which objects become one |
//! | `crossing` | arguments and results |
//! | `making` | new arrays |
//! | `dtypes` | `py::dtype` |
//! | `structures` | arrays of structures |
//! | `numpy` | NumPy's own functions |
//!
//! An `array_t` is an `nb::ndarray` and the Python object that it came from. The former keeps what views rely on: sizes and strides of the time
//! it was made, and a claim while elements are used.

mod crossing;
mod dtypes;
mod loading;
mod making;
pub(crate) mod messages;
pub(crate) mod numpy;
mod structures;
mod typed;
mod untyped;

pub use dtypes::{dtype, format_descriptor};
pub use making::ArraySource;
pub use typed::{array_t, reads, writes};
pub use untyped::array;
