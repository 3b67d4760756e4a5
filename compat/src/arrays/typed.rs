//! [`array_t`]: an array of NumPy's whose elements are known.

use crate::arrays::untyped::{along, array};
use crate::arrays::{messages, numpy};
use nb::{Const, Markers, Result, dtype_traits, index_error, ndarray, ndim, object, stored, value_error, viewing};
use std::fmt;
use std::ops::Deref;

/// The elements of an array for reading: what `a.unchecked::<2>()` gives. `r(i, j)` of C++ is `r.at([i, j])` here.
pub type reads<'a, T, const N: usize> = viewing<'a, T, ndim<N>, <() as Markers>::Order, <(nb::ro,) as Markers>::Access>;

/// The elements of an array for writing: what `a.mutable_unchecked::<2>()` gives. `r(i, j) = x` of C++ is `r.set([i, j], x)` here.
pub type writes<'a, T, const N: usize> = viewing<'a, T, ndim<N>, <() as Markers>::Order, <() as Markers>::Access>;

/// An array of NumPy's with elements of a type: pybind11's `py::array_t<T, Flags>`.
///
/// Inside the macros it is spelled as in C++, `py::array_t<double, py::array::c_style | py::array::forcecast>`; elsewhere the flags stand between braces,
/// and numbers have Rust's names: `array_t<f64, { array::c_style | array::forcecast }>`. Truth values are [`bool8`](nb::bool8).
///
/// As an argument, everything is converted that NumPy makes such an array of; without `forcecast`, which is the default, where nothing gets lost. What is written to a
/// converted array is lost, so an argument that is written to should have `.noconvert()`. One that is what it should be is passed as it is.
///
/// ```no_run
/// use nb_compat::prelude::*;
///
/// PYBIND11_MODULE!(sums, m, {
///     m.def("sum", |a: py::array_t<double>| -> py::Result<f64> {
///         let r = a.unchecked::<2>()?;
///         let row = |i| (0..r.shape(1)).map(move |j| (i, j));
///         Ok((0..r.shape(0)).flat_map(row).map(|(i, j)| r.at([i, j])).sum())
///     });
///     m.def("double_all", |a: py::array_t<double>| -> py::Result<()> {
///         let r = a.mutable_unchecked::<1>()?;
///         (0..r.shape(0)).for_each(|i| r.set([i], 2.0 * r.at([i])));
///         Ok(())
///     }, py::arg("a").noconvert());
///     m.def("squares", |n: usize| -> py::Result<py::array_t<f64>> {
///         let a = py::array_t<double>(n);
///         let r = a.mutable_unchecked::<1>()?;
///         (0..n).for_each(|i| r.set([i], (i * i) as f64));
///         drop(r);
///         Ok(a)
///     });
/// });
/// # fn main() {}
/// ```
///
/// It owns a reference to the object, and is a [`py::array`](struct@array) by `Deref`. A clone is the same array. Sizes and strides are those of the time when it was made, whatever Python code
/// does to the object afterwards; while it lives, NumPy does not move the memory. Indices are always checked, and while a view lives, other threads that use the
/// elements through nb wait, as with [`nb::ndarray`](struct@nb::ndarray). It may be a field of a bound class, and be sent to other threads; those that are not attached may use its
/// elements, and nothing of the object.
pub struct array_t<T, const FLAGS: i32 = { array::forcecast }> {
    base: stored<array>,
    elements: ndarray<(Const<T>,)>,
    /// The same elements; none if they cannot be written to.
    writable: ndarray<(T,)>,
}

impl<T: dtype_traits, const FLAGS: i32> array_t<T, FLAGS> {
    /// Of an array and its elements.
    pub(crate) fn of(base: array, elements: ndarray<(Const<T>,)>, writable: ndarray<(T,)>) -> Self {
        array_t { base: base.into(), elements, writable }
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.elements.size()
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.elements.ndim()
    }

    /// Bytes of an element.
    pub fn itemsize(&self) -> usize {
        size_of::<T>()
    }

    /// Bytes of all elements.
    pub fn nbytes(&self) -> usize {
        self.size() * size_of::<T>()
    }

    /// The size along an axis. Raises an `IndexError` if there is none.
    pub fn shape(&self, axis: usize) -> usize {
        along(self.elements.shape_slice(), axis) as usize
    }

    /// All sizes: pybind11's `a.shape()`.
    pub fn sizes(&self) -> Vec<usize> {
        self.elements.shape_slice().iter().map(|&size| size as usize).collect()
    }

    /// From one element to the next along an axis, in bytes. Raises an `IndexError` if there is no such axis.
    pub fn strides(&self, axis: usize) -> isize {
        along(self.elements.stride_slice(), axis) as isize * size_of::<T>() as isize
    }

    /// Whether it can be written to.
    pub fn writeable(&self) -> bool {
        self.writable.is_valid()
    }

    /// The address of the first element, for C functions.
    pub fn data(&self) -> *const T {
        self.elements.data()
    }

    /// The address of the first element, for C functions.
    ///
    /// # Errors
    /// A `ValueError` if the array is read-only.
    pub fn mutable_data(&self) -> Result<*mut T> {
        self.writable_elements().map(|elements| elements.data())
    }

    fn writable_elements(&self) -> Result<&ndarray<(T,)>> {
        if self.writable.is_valid() { Ok(&self.writable) } else { Err(value_error(messages::READ_ONLY)) }
    }

    fn ranked(&self, wanted: usize) -> Result<()> {
        let found = self.ndim();
        if found == wanted { Ok(()) } else { Err(value_error(messages::dimensions(found, wanted))) }
    }

    /// The elements for reading, until the result is dropped: pybind11's `a.unchecked<2>()`. Indices are checked here; a loop up to `r.shape(0)` costs nothing for that.
    ///
    /// # Errors
    /// A `ValueError` for another number of dimensions; a `RuntimeError` if the memory is in use in a way that excludes this one, see [`ndarray::try_view`].
    pub fn unchecked<const N: usize>(&self) -> Result<reads<'_, T, N>> {
        self.ranked(N)?;
        self.elements.view_as::<(Const<T>, ndim<N>)>()
    }

    /// The elements for writing, until the result is dropped: pybind11's `a.mutable_unchecked<2>()`.
    ///
    /// Several views of one array are possible at a time, within one thread: elements are cells.
    ///
    /// # Errors
    /// As [`unchecked`](Self::unchecked), and a `ValueError` if the array is read-only.
    pub fn mutable_unchecked<const N: usize>(&self) -> Result<writes<'_, T, N>> {
        let elements = self.writable_elements()?;
        self.ranked(N)?;
        elements.view_as::<(T, ndim<N>)>()
    }

    fn check<const N: usize>(&self, index: [usize; N]) -> Result<()> {
        if N != self.ndim() {
            return Err(index_error(messages::index_dimensions(N, self.ndim())));
        }
        let sizes = self.elements.shape_slice();
        match index
            .iter()
            .zip(sizes)
            .enumerate()
            .find(|(_, (at, size))| i64::try_from(**at).map_or(true, |at| at >= **size))
        {
            Some((axis, (&at, &size))) => Err(index_error(messages::out_of_bounds(at, axis, size as usize))),
            None => Ok(()),
        }
    }

    /// An element: pybind11's `a.at(i, j)`. For loops, see [`unchecked`](Self::unchecked).
    ///
    /// # Errors
    /// An `IndexError` for an index out of bounds, or of another number of dimensions.
    pub fn at<const N: usize>(&self, index: [usize; N]) -> Result<T> {
        self.check(index)?;
        Ok(self.unchecked::<N>()?.at(index))
    }

    /// Writes an element: pybind11's `a.mutable_at(i, j) = value`.
    ///
    /// # Errors
    /// As [`at`](Self::at), and a `ValueError` if the array is read-only.
    pub fn set_at<const N: usize>(&self, index: [usize; N], value: T) -> Result<()> {
        self.writable_elements()?;
        self.check(index)?;
        self.mutable_unchecked::<N>()?.set(index, value);
        Ok(())
    }

    /// All elements in a row, in the order in which they lie: what the pointer of `a.data()` is used for in C++. `flat.view().cells()` is a slice.
    ///
    /// ```no_run
    /// fn total(a: nb_compat::array_t<f64>) -> nb::Result<f64> {
    ///     let flat = a.flat()?;
    ///     Ok(flat.view().iter().sum())
    /// }
    /// ```
    ///
    /// # Errors
    /// A `ValueError` for an array with gaps.
    pub fn flat(&self) -> Result<ndarray<(Const<T>, ndim<1>)>> {
        self.row()?.elements.to()
    }

    /// As [`flat`](Self::flat), for writing.
    ///
    /// # Errors
    /// As `flat`, and a `ValueError` if the array is read-only.
    pub fn mutable_flat(&self) -> Result<ndarray<(T, ndim<1>)>> {
        self.writable_elements()?;
        self.row()?.writable_elements()?.to()
    }

    /// A view of NumPy's with one axis.
    fn row(&self) -> Result<array_t<T>> {
        if !self.lies_in_order(array::c_style) && !self.lies_in_order(array::f_style) {
            return Err(value_error(messages::NOT_CONTIGUOUS));
        }
        array_t::taken(numpy::numpy("ndarray")?.attr("ravel").call((&**self.base, "K"))?)
    }

    /// Whether the elements lie in the orders that the flags name.
    pub(crate) fn lies_in_order(&self, flags: i32) -> bool {
        let (sizes, strides) = (self.elements.shape_slice(), self.elements.stride_slice());
        let axes = || sizes.iter().zip(strides);
        self.size() <= 1
            || (flags & array::c_style == 0 || gapless(axes().rev()))
                && (flags & array::f_style == 0 || gapless(axes()))
    }

    /// Gives the array other sizes, as [`py::array`](struct@array)'s own does: `self` refers to another array from then on.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn resize(&mut self, shape: impl AsRef<[usize]>) -> Result<()> {
        let mut base = array::clone(&self.base);
        base.resize(shape)?;
        *self = Self::taken(base.into())?;
        Ok(())
    }
}

/// Whether elements lie one after the other, if these are sizes and strides from the fastest axis on.
fn gapless<'a>(mut axes: impl Iterator<Item = (&'a i64, &'a i64)>) -> bool {
    let mut next = 1;
    axes.all(|(&size, &stride)| {
        let fits = size == 1 || stride == next;
        next *= size;
        fits
    })
}

impl<T, const FLAGS: i32> Deref for array_t<T, FLAGS> {
    type Target = array;
    fn deref(&self) -> &array {
        &self.base
    }
}

impl<T, const FLAGS: i32> Clone for array_t<T, FLAGS> {
    fn clone(&self) -> Self {
        array_t { base: self.base.clone(), elements: self.elements.clone(), writable: self.writable.clone() }
    }
}

impl<T, const FLAGS: i32> From<array_t<T, FLAGS>> for array {
    fn from(typed: array_t<T, FLAGS>) -> array {
        typed.base.into_inner()
    }
}

impl<T, const FLAGS: i32> From<array_t<T, FLAGS>> for object {
    fn from(typed: array_t<T, FLAGS>) -> object {
        typed.base.into_inner().into()
    }
}

impl<T, const FLAGS: i32> fmt::Debug for array_t<T, FLAGS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self.base).fmt(f)
    }
}
