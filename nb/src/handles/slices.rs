//! [`slice`](struct@slice).

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::results::done;
use crate::handles::wrapper::wrapper;
use crate::python::error::Result;

wrapper! {
    /// A Python `slice`, nanobind's `nb::slice`: what `__getitem__` gets for `o[1:10:2]`.
    ///
    /// ```no_run
    /// fn pick(values: Vec<f64>, slice: nb::slice) -> nb::Result<Vec<f64>> {
    ///     let (start, _, step, length) = slice.compute(values.len())?;
    ///     Ok((0..length as isize).map(|i| values[(start + i * step) as usize]).collect())
    /// }
    /// ```
    slice, "slice", |ptr| ffi::PySlice_Check(ptr) != 0
}

impl slice {
    /// `slice(start, stop, step)`; `nb::none()` or `None::<isize>` for a part that is left out.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn new(start: impl IntoObject, stop: impl IntoObject, step: impl IntoObject) -> Result<slice> {
        let start = to_python::<(), _>(start)?;
        let stop = to_python::<(), _>(stop)?;
        let step = to_python::<(), _>(step)?;
        // SAFETY: live objects; a new slice or null with an exception.
        unsafe { slice::steal(ffi::PySlice_New(start.as_ptr(), stop.as_ptr(), step.as_ptr())) }
    }

    /// Start, stop, step and number of elements for a container of `size` elements: nanobind's `s.compute(size)`.
    ///
    /// Everything is clamped to the container.
    ///
    /// # Errors
    /// `ValueError` for a step of 0, `TypeError` for parts that are no indices.
    pub fn compute(&self, size: usize) -> Result<(isize, isize, isize, usize)> {
        crate::python::object::check_attached();
        let size = isize::try_from(size)?;
        let (mut start, mut stop, mut step) = (0, 0, 0);
        // SAFETY: a live slice; the outputs are on our stack.
        unsafe {
            done(ffi::PySlice_Unpack(self.as_ptr(), &mut start, &mut stop, &mut step))?;
            let length = ffi::PySlice_AdjustIndices(size, &mut start, &mut stop, step);
            Ok((start, stop, step, length as usize))
        }
    }
}
