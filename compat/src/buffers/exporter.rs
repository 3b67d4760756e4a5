//! [`buffer`]: an object that shows its memory.

use crate::buffers::info::buffer_info;
use nb::{Result, ffi};

macro_rules! buffer {
    ($name:literal) => {
        nb::nb_object! {
            /// Any object with the buffer protocol: pybind11's `py::buffer`.
            ///
            /// It owns a reference, and is an [`nb::object`](struct@nb::object) by `Deref`.
            ///
            /// ```no_run
            /// use nb_compat::prelude::*;
            ///
            /// PYBIND11_MODULE!(bytes, m, {
            ///     m.def("total", |b: py::buffer| -> py::Result<u64> {
            ///         let info = b.request()?;
            ///         Ok(info.view::<u8, 1>()?.iter().map(u64::from).sum())
            ///     });
            /// });
            /// # fn main() {}
            /// ```
            pub struct buffer, $name,
            // SAFETY: a live object; whoever checks is attached.
            |o| unsafe { ffi::PyObject_CheckBuffer(o.as_ptr()) } != 0
        }
    };
}
nb::__nb_since_3_12! { { buffer!("collections.abc.Buffer"); } else { buffer!("typing_extensions.Buffer"); } }

impl buffer {
    /// Asks for the memory, to read it.
    ///
    /// # Errors
    /// A `BufferError` or whatever else the object raises.
    pub fn request(&self) -> Result<buffer_info> {
        buffer_info::of(self, false)
    }

    /// Asks for memory that can be written to: pybind11's `b.request(true)`.
    ///
    /// # Errors
    /// As [`request`](Self::request), and for memory that is read-only.
    pub fn request_writable(&self) -> Result<buffer_info> {
        buffer_info::of(self, true)
    }
}
