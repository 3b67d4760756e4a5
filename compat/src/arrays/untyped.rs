//! [`array`]: an array of NumPy's with whatever elements.

use crate::arrays::dtypes::dtype;
use crate::arrays::making::ArraySource;
use crate::arrays::numpy::{self, field, is_of};
use crate::arrays::{array_t, messages};
use crate::buffers::buffer_info;
use nb::{IntoObject, Result, dtype_traits, index_error, object};

nb::nb_object! {
    /// A `numpy.ndarray` of any type of elements: pybind11's `py::array`.
    ///
    /// It owns a reference, and is an [`nb::object`](struct@nb::object) by `Deref`. Arguments are arrays of NumPy's and of classes derived from it; nothing is converted.
    /// Its elements are reached by [`array_t`], `a.request()`, or Python's own `a.item(0)`.
    ///
    /// ```no_run
    /// use nb_compat::prelude::*;
    ///
    /// PYBIND11_MODULE!(shapes, m, {
    ///     m.def("rows", |a: py::array| if a.ndim() > 0 { a.shape(0) } else { 1 });
    ///     m.def("flat", |a: py::array| a.reshape([a.size()]));
    /// });
    /// # fn main() {}
    /// ```
    ///
    /// What cannot fail in C++ raises what Python raises here, which of an array of NumPy's is nothing.
    pub struct array, "numpy.ndarray", |o| is_of(o, c"numpy.ndarray")
}

impl array {
    /// Elements lie in C's order: a flag of [`array_t`].
    #[allow(non_upper_case_globals)]
    pub const c_style: i32 = 1;
    /// Elements lie in Fortran's order: a flag of [`array_t`].
    #[allow(non_upper_case_globals)]
    pub const f_style: i32 = 2;
    /// Conversions may lose something: a flag of [`array_t`].
    #[allow(non_upper_case_globals)]
    pub const forcecast: i32 = 16;

    /// An array of what NumPy makes one of (`numpy.asarray`), or of zeros (`float64`) where sizes are given. Raises what Python raises.
    pub fn new(source: impl ArraySource<f64, 16>) -> array {
        source.array().unwrap_or_else(|error| error.raise())
    }

    /// A new array of these sizes with a copy of these elements: pybind11's `py::array(shape, data)`, which is spelled that way inside the macros.
    /// Raises a `ValueError` where there are more or fewer.
    pub fn with_data<T: dtype_traits>(shape: impl ArraySource<T, 16>, data: impl AsRef<[T]>) -> array {
        array_t::<T>::with_data(shape, data).into()
    }

    /// An array of what NumPy makes one of, or nothing: pybind11's `py::array::ensure(o)`. What NumPy raises is dropped.
    pub fn ensure(value: &object) -> Option<array> {
        if array::check(value) {
            return Some(array(value.clone()));
        }
        numpy::as_array(value).ok().map(array::known)
    }

    /// Of an object that is one.
    pub(crate) fn known(value: object) -> array {
        array(value)
    }

    fn read<T: for<'a> nb::Param<(), Item<'a> = T>>(&self, name: &str) -> T {
        field(self, name).and_then(|value| value.cast()).unwrap_or_else(|error| error.raise())
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.read("size")
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.read("ndim")
    }

    /// Bytes of an element.
    pub fn itemsize(&self) -> usize {
        self.read("itemsize")
    }

    /// Bytes of all elements.
    pub fn nbytes(&self) -> usize {
        self.read("nbytes")
    }

    /// The type of the elements.
    pub fn dtype(&self) -> dtype {
        field(self, "dtype").and_then(dtype::try_from).unwrap_or_else(|error| error.raise())
    }

    /// The size along an axis. Raises an `IndexError` if there is none.
    pub fn shape(&self, axis: usize) -> usize {
        along(&self.sizes(), axis)
    }

    /// All sizes: pybind11's `a.shape()`.
    pub fn sizes(&self) -> Vec<usize> {
        self.read("shape")
    }

    /// From one element to the next along an axis, in bytes. Raises an `IndexError` if there is no such axis.
    pub fn strides(&self, axis: usize) -> isize {
        along(&self.read::<Vec<isize>>("strides"), axis)
    }

    /// NumPy's flags, as the number that they are in C.
    pub fn flags(&self) -> i32 {
        self.read::<object>("flags").attr("num").cast().unwrap_or_else(|error| error.raise())
    }

    /// Whether the array's memory is its own.
    pub fn owndata(&self) -> bool {
        self.flags() & 0x4 != 0
    }

    /// Whether it can be written to.
    pub fn writeable(&self) -> bool {
        self.flags() & 0x400 != 0
    }

    /// The object whose memory it shows.
    pub fn base(&self) -> Option<object> {
        Some(self.read::<object>("base")).filter(|base| !base.is_none())
    }

    /// The same elements with other sizes: a view where that is possible, else a copy.
    ///
    /// # Errors
    /// A `ValueError` for sizes that are not for as many elements.
    pub fn reshape(&self, shape: impl AsRef<[usize]>) -> Result<array> {
        numpy::numpy("ndarray")?.attr("reshape").call((&**self, shape.as_ref().to_vec()))?.try_into()
    }

    /// A view without the axes of size 1.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn squeeze(&self) -> Result<array> {
        numpy::numpy("ndarray")?.attr("squeeze").call((&**self,))?.try_into()
    }

    /// The same memory as elements of another type.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn view(&self, dtype: impl IntoObject) -> Result<array> {
        numpy::numpy("ndarray")?.attr("view").call((&**self, dtype))?.try_into()
    }

    /// Gives the array other sizes: further elements are 0.
    ///
    /// Unlike pybind11's, which moves the memory of the array under whoever has it as well, this makes another array, which `self` refers to from then on.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn resize(&mut self, shape: impl AsRef<[usize]>) -> Result<()> {
        let shape = shape.as_ref();
        let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
        let kept = count.unwrap_or(usize::MAX).min(self.size());
        let made = numpy::numpy("zeros")?.call((shape.to_vec(), &*self.dtype()))?;
        if kept > 0 {
            let part = nb::slice::new(0, kept, Option::<isize>::None)?;
            let from = numpy::numpy("ndarray")?.attr("ravel").call((&**self,))?.item(&part).get()?;
            made.attr("ravel").call(())?.item(&part).set(from)?;
        }
        *self = made.try_into()?;
        Ok(())
    }

    /// What the buffer protocol says of the array, as for any [`buffer`](crate::buffer).
    ///
    /// # Errors
    /// Whatever Python raises, as for elements that the protocol does not know.
    pub fn request(&self) -> Result<buffer_info> {
        buffer_info::of(self, false)
    }
}

/// What there is along an axis.
pub(crate) fn along<T: Copy>(all: &[T], axis: usize) -> T {
    match all.get(axis) {
        Some(&one) => one,
        None => index_error(messages::axis(axis, all.len())).raise(),
    }
}
