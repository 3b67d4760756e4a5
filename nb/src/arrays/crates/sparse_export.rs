//! From the arrays of a sparse matrix to SciPy's.
//!
//! A result is what SciPy's class makes of three arrays, which move to Python without a copy. SciPy keeps them, but for indices of 64 bits that
//! 32 bits have room for: those it copies.

use crate::arrays::constraints::Constraints;
use crate::arrays::crates::sparse::{Format, index};
use crate::arrays::crates::sparse_structure::{SparseElement, SparseIndex};
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::device;
use crate::arrays::dlpack::{Device, dtype as Dtype};
use crate::arrays::dtype::Element;
use crate::arrays::export::export;
use crate::arrays::making::malformed;
use crate::call::context::Cx;
use crate::ffi;
use crate::python::error::{Error, Result, runtime_error};
use crate::python::object::object;
use crate::python::{messages, tuple};
use crate::rv_policy::PolicyKind;
use std::ffi::{CStr, c_int};
use std::ptr;
use std::sync::Arc;

/// An array that owns its elements, which does not move with them.
fn moved<T: Element>(elements: Vec<T>, dtype: Dtype) -> Result<Descriptor> {
    let mut elements = elements;
    let (data, count) = (elements.as_mut_ptr(), elements.len() as i64);
    let cpu = Device { kind: device::cpu::value, id: 0 };
    let owner = Owner::Native(Box::new(elements));
    Descriptor::new((data.cast(), 0), cpu, dtype, false, &[count], None, owner).map_err(malformed)
}

/// A NumPy array of numbers that move to Python.
pub(super) fn data_array<N: SparseElement>(data: Vec<N>, cx: &Cx<'_>) -> Result<object> {
    numpy(moved(data, N::DTYPE)?, &Constraints::of::<N>(1, None, 0, true), cx)
}

/// The type that an array of indices has in Python, whose numbers are at most this.
pub(super) fn index_dtype<I: SparseIndex>(largest: usize) -> Dtype {
    if largest as u64 <= I::LIMIT { I::SIGNED } else { I::VALUE }
}

/// As [`data_array`], of indices that are at most `largest`.
pub(super) fn index_array<I: SparseIndex>(indices: Vec<I>, largest: usize, cx: &Cx<'_>) -> Result<object> {
    numpy(moved(indices, index_dtype::<I>(largest))?, &index(0), cx)
}

fn numpy(array: Descriptor, wanted: &Constraints, cx: &Cx<'_>) -> Result<object> {
    // SAFETY: a call is attached.
    let made = unsafe { export(Some(Arc::new(array)), wanted, PolicyKind::Automatic, ptr::null_mut(), cx.state()) }?;
    made.ok_or_else(|| runtime_error(messages::ARRAY_UNKNOWN))
}

/// SciPy's matrix of arrays in the order of [`Format::arrays`].
pub(super) fn make(
    format: Format,
    (rows, columns): (usize, usize),
    [data, indices, starts]: [object; 3],
    cx: &Cx<'_>,
) -> Result<object> {
    let class = format.class(cx.state())?;
    // SAFETY: attached; live objects, and temporaries are owned.
    unsafe {
        let size = |size: usize| object::steal(ffi::PyLong_FromSize_t(size));
        let shape = tuple::of_items([size(rows)?, size(columns)?].into_iter())?;
        let content = match format {
            Format::Csr | Format::Csc => tuple::of_items([data, indices, starts].into_iter())?,
            Format::Coo => {
                let places = tuple::of_items([starts, indices].into_iter())?;
                tuple::of_items([data, places].into_iter())?
            }
        };
        let arguments = tuple::of_items([content].into_iter())?;
        let words = object::steal(ffi::PyDict_New())?;
        let put = |name: &CStr, value: *mut ffi::PyObject| -> Result<()> {
            let failed: c_int = ffi::PyDict_SetItemString(words.as_ptr(), name.as_ptr(), value);
            if failed != 0 { Err(Error::fetch()) } else { Ok(()) }
        };
        put(c"shape", shape.as_ptr())?;
        put(c"copy", ffi::Py_False())?;
        object::steal(ffi::PyObject_Call(class, arguments.as_ptr(), words.as_ptr()))
    }
}
