//! pybind11's names for `nb`: a thin layer for code that comes from pybind11 rather than nanobind.
//!
//! The names that both libraries share are re-exported here as they are; the ones that differ follow with the features
//! they belong to.

pub use nb::*;
