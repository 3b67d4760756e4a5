//! What `.def_buffer(..)` returns in pybind11's words: `py::buffer_info(data, sizeof(float), py::format_descriptor<float>::format(), 2, {rows, cols}, {..})`.

use crate::arrays::messages;
use crate::buffers::info::buffer_info;
use nb::{Const, Markers, Result, buffer_error, cell, dtype_traits, ndarray_ref};
use std::fmt::Display;

/// An element of memory that a bound object shows: a number, which Python may read, or an [`nb::cell`](struct@nb::cell) of one, which it may also write to.
pub trait BufferElement: Sized {
    /// The number.
    type Scalar: dtype_traits;
    /// What the array is.
    #[doc(hidden)]
    type Kind: Markers;
    #[doc(hidden)]
    fn shown<'a>(elements: &'a [Self], shape: &[usize]) -> Result<ndarray_ref<'a, Self::Kind>>;
}

impl<T: dtype_traits> BufferElement for cell<T> {
    type Scalar = T;
    type Kind = (T,);
    fn shown<'a>(elements: &'a [Self], shape: &[usize]) -> Result<ndarray_ref<'a, (T,)>> {
        ndarray_ref::from_cells(elements, shape)
    }
}

macro_rules! numbers {
    ($($ty:ty)*) => { $(
        impl BufferElement for $ty {
            type Scalar = $ty;
            type Kind = (Const<$ty>,);
            fn shown<'a>(elements: &'a [Self], shape: &[usize]) -> Result<ndarray_ref<'a, (Const<$ty>,)>> {
                ndarray_ref::from_slice(elements, shape)
            }
        }
    )* };
}
numbers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 nb::bool8);

/// What `py::buffer_info(..)` says of the memory, in one of pybind11's orders: `(shape)`, `(shape, strides)`, `(itemsize, format, size)`,
/// `(itemsize, format, ndim, shape, strides)`.
pub trait BufferMemory<T> {
    /// The sizes, if the rest is true.
    #[doc(hidden)]
    fn sizes(self) -> Result<Vec<usize>>;
}

fn same(what: &str, given: impl Display, found: impl Display) -> Result<()> {
    let (given, found) = (given.to_string(), found.to_string());
    if given == found { Ok(()) } else { Err(buffer_error(messages::buffer_described(what, &given, &found))) }
}

impl<T: dtype_traits, const N: usize> BufferMemory<T> for ([usize; N],) {
    fn sizes(self) -> Result<Vec<usize>> {
        Ok(self.0.to_vec())
    }
}

impl<T: dtype_traits, const N: usize> BufferMemory<T> for ([usize; N], [usize; N]) {
    fn sizes(self) -> Result<Vec<usize>> {
        let (shape, strides) = self;
        let mut next = size_of::<T>();
        for axis in (0..N).rev() {
            if shape[axis] > 1 && strides[axis] != next {
                return Err(buffer_error(messages::BUFFER_STRIDES));
            }
            next = next.saturating_mul(shape[axis].max(1));
        }
        Ok(shape.to_vec())
    }
}

impl<T: dtype_traits, F: AsRef<str>, const N: usize> BufferMemory<T> for (usize, F, usize, [usize; N], [usize; N]) {
    fn sizes(self) -> Result<Vec<usize>> {
        let (itemsize, format, ndim, shape, strides) = self;
        element::<T>(itemsize, format.as_ref())?;
        same("number of dimensions", ndim, N)?;
        BufferMemory::<T>::sizes((shape, strides))
    }
}

impl<T: dtype_traits, F: AsRef<str>> BufferMemory<T> for (usize, F, usize) {
    fn sizes(self) -> Result<Vec<usize>> {
        let (itemsize, format, size) = self;
        element::<T>(itemsize, format.as_ref())?;
        Ok(vec![size])
    }
}

fn element<T: dtype_traits>(itemsize: usize, format: &str) -> Result<()> {
    same("size of an element", itemsize, size_of::<T>())?;
    same("format", format, crate::format_descriptor::<T>::format())
}

impl buffer_info {
    /// Memory that a bound object shows, as the function of `.def_buffer(..)` returns it: pybind11's `py::buffer_info(data, ..)`, which is spelled that way inside the
    /// macros. What pybind11 believes is compared with what the slice is.
    ///
    /// ```no_run
    /// use nb_compat::prelude::*;
    ///
    /// pub struct Matrix { data: Vec<py::cell<f32>>, rows: usize, cols: usize }
    ///
    /// PYBIND11_MODULE!(matrices, m, {
    ///     py::class_<Matrix>(m, "Matrix", py::buffer_protocol())
    ///         .def_buffer(|m: &Matrix| py::buffer_info(
    ///             &m.data, size_of::<f32>(), py::format_descriptor<float>::format(), 2,
    ///             {m.rows, m.cols}, {size_of::<f32>() * m.cols, size_of::<f32>()}));
    /// });
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// A `BufferError` if something is not as it is said to be, a `ValueError` for sizes of more or fewer elements.
    pub fn shown<'a, E: BufferElement>(
        elements: &'a [E],
        memory: impl BufferMemory<E::Scalar>,
    ) -> Result<ndarray_ref<'a, E::Kind>> {
        E::shown(elements, &memory.sizes()?)
    }
}
