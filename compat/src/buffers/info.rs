//! [`buffer_info`]: what an object says of the memory that it shows.

use crate::arrays::{messages, reads, writes};
use crate::buffers::view::View;
use nb::{Const, Result, buffer_error, dtype_traits, ffi, memoryview, ndarray, ndim, object, type_error, value_error};
use std::ffi::c_void;

/// Memory that an object shows by the buffer protocol: pybind11's `py::buffer_info`, as `request()` gives it.
///
/// As long as it lives, the object goes on showing its memory: a `bytearray` refuses to be resized. Elements are reached through [`view`](Self::view), which checks their type,
/// or by the address in `ptr`, in `unsafe` code.
pub struct buffer_info {
    /// The address of the first element.
    pub ptr: *mut c_void,
    /// Bytes of an element.
    pub itemsize: usize,
    /// The number of elements.
    pub size: usize,
    /// What the module `struct` calls an element.
    pub format: String,
    /// The number of dimensions.
    pub ndim: usize,
    /// Sizes.
    pub shape: Vec<usize>,
    /// From one element to the next along each axis, in bytes.
    pub strides: Vec<isize>,
    /// Nobody may write to the memory.
    pub readonly: bool,
    /// The memory as views see it, whatever the fields above are changed to; none if the elements are no numbers. It shows the memory of
    /// `memory` in turn.
    elements: ndarray<(nb::ro,)>,
    writable: ndarray,
    /// Keeps the object's memory where it is.
    memory: memoryview,
    /// NumPy moves the memory of an array although it shows it, if nobody but a `memoryview` has a reference.
    _owner: object,
}

impl buffer_info {
    /// Asks an object, for writing or not.
    pub(crate) fn of(source: &object, writable: bool) -> Result<buffer_info> {
        if writable {
            // The object itself says why it cannot.
            drop(View::of(source, ffi::PyBUF_STRIDES | ffi::PyBUF_FORMAT | ffi::PyBUF_WRITABLE)?);
        }
        let memory = memoryview::from_object(source)?;
        let view = View::of(&memory, ffi::PyBUF_FULL_RO)?;
        let (shape, strides) = view.sizes_and_strides();
        let readonly = view.is_read_only();
        let elements = memory.try_cast::<ndarray<(nb::ro,)>>().unwrap_or_default();
        let written = if readonly { None } else { memory.try_cast::<ndarray>() };
        let mut owner = source.clone();
        while nb::isinstance::<memoryview>(&owner) {
            owner = owner.attr("obj").get()?;
        }
        Ok(buffer_info {
            ptr: view.data(),
            itemsize: view.itemsize(),
            size: shape.iter().fold(1usize, |size, &next| size.wrapping_mul(next)),
            format: String::from_utf8_lossy(view.format()).into_owned(),
            ndim: shape.len(),
            shape,
            strides,
            readonly,
            elements,
            writable: written.unwrap_or_default(),
            memory: memory.clone(),
            _owner: owner,
        })
    }

    /// The object that shows its memory, as a `memoryview`.
    pub fn memory(&self) -> &memoryview {
        &self.memory
    }

    /// Whether elements are of this type: pybind11's `info.item_type_is_equivalent_to<T>()`.
    pub fn item_type_is_equivalent_to<T: dtype_traits>(&self) -> bool {
        self.elements.is_valid() && self.elements.dtype() == T::VALUE
    }

    fn ranked(&self, wanted: usize) -> Result<()> {
        if !self.elements.is_valid() {
            return Err(type_error(messages::BUFFER_ELEMENTS));
        }
        let found = self.elements.ndim();
        if found == wanted { Ok(()) } else { Err(value_error(messages::dimensions(found, wanted))) }
    }

    /// The elements for reading, until the result is dropped. `view.cells()` is a slice, if they lie one after the other.
    ///
    /// ```no_run
    /// fn total(b: nb_compat::buffer) -> nb::Result<f64> {
    ///     let info = b.request()?;
    ///     Ok(info.view::<f64, 1>()?.iter().sum())
    /// }
    /// ```
    ///
    /// # Errors
    /// A `TypeError` for elements of another type, a `ValueError` for another number of dimensions; a `RuntimeError` if the memory is in use in a way that excludes this one, see
    /// [`ndarray::try_view`].
    pub fn view<T: dtype_traits, const N: usize>(&self) -> Result<reads<'_, T, N>> {
        self.ranked(N)?;
        self.elements.view_as::<(Const<T>, ndim<N>)>()
    }

    /// The elements for writing, until the result is dropped.
    ///
    /// # Errors
    /// As [`view`](Self::view), and a `BufferError` for memory that is read-only.
    pub fn mutable_view<T: dtype_traits, const N: usize>(&self) -> Result<writes<'_, T, N>> {
        self.ranked(N)?;
        if !self.writable.is_valid() {
            return Err(buffer_error(messages::BUFFER_READ_ONLY));
        }
        self.writable.view_as::<(T, ndim<N>)>()
    }
}
