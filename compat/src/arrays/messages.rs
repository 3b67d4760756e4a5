//! What exceptions of arrays and buffers say: pybind11's texts, where it has one.

pub(crate) const READ_ONLY: &str = "array is not writeable";

pub(crate) const NOT_CONTIGUOUS: &str = "the elements of this array do not lie one after the other: go through `unchecked`, or take a \
    `py::array_t<T, py::array::c_style | py::array::forcecast>`";

pub(crate) const DETACHED: &str = "a buffer is asked for on a thread that is not attached to the interpreter";

pub(crate) const BUFFER_READ_ONLY: &str = "this buffer is read-only";

pub(crate) const BUFFER_ELEMENTS: &str = "the elements of this buffer are no numbers";

pub(crate) const BUFFER_STRIDES: &str =
    "`py::buffer_info` shows memory in C's order; for Fortran's, return an `nb::ndarray_ref<T, nb::f_contig>`";

pub(crate) fn dimensions(found: usize, wanted: usize) -> String {
    format!("array has incorrect number of dimensions: {found}; expected {wanted}")
}

pub(crate) fn index_dimensions(given: usize, ndim: usize) -> String {
    format!("index dimension mismatch: {given} (ndim = {ndim})")
}

pub(crate) fn out_of_bounds(index: usize, axis: usize, size: usize) -> String {
    format!("index {index} is out of bounds for axis {axis} with size {size}")
}

pub(crate) fn axis(axis: usize, ndim: usize) -> String {
    format!("invalid axis: {axis} (ndim = {ndim})")
}

pub(crate) fn no_array(dtype: &str) -> String {
    format!("this object cannot be made an array of {dtype}")
}

pub(crate) fn other_count(given: usize, wanted: usize) -> String {
    format!("{given} elements are given for an array of {wanted}")
}

pub(crate) fn buffer_described(what: &str, given: &str, found: &str) -> String {
    format!("`py::buffer_info` says that the {what} is {given}, and it is {found}")
}

pub(crate) fn no_format(dtype: &str) -> String {
    format!("no buffer has elements of the type {dtype}")
}
