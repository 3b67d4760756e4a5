//! Arrays that NumPy makes by its table of functions, as pybind11 has it make them: of sizes, and of whatever it makes an array of.

use crate::arrays::dlpack::dtype as Dtype;
use crate::arrays::import::numpy::{MOST_NDIM, function, learn, type_num_of};
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use smallvec::SmallVec;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::Ordering;

/// The type of elements.
#[doc(hidden)]
pub enum NumpyType<'a> {
    /// A scalar.
    Scalar(Dtype),
    /// What a `numpy.dtype` says.
    Said(&'a object),
}

/// NumPy's table of functions, if NumPy is as expected.
fn table() -> Option<*mut *mut c_void> {
    check_attached();
    let state = State::here()?;
    if state.arrays.numpy().is_null() && !state.arrays.looked_for.load(Ordering::Relaxed) {
        learn(state);
        state.arrays.looked_for.store(true, Ordering::Relaxed);
    }
    (!state.arrays.numpy().is_null()).then(|| state.arrays.numpy_api())
}

/// A new reference to NumPy's description of the type; `None` if it has none.
///
/// # Safety
/// NumPy's table; attached.
unsafe fn description(api: *mut *mut c_void, of: &NumpyType<'_>) -> Option<*mut ffi::PyObject> {
    type FromType = unsafe extern "C" fn(c_int) -> *mut ffi::PyObject;
    // SAFETY: caller's contract: a function of the table with this type, and the type of descriptions, at these places since NumPy 1.7. Anybody could put another
    // object in the place of a description.
    unsafe {
        match *of {
            NumpyType::Scalar(dtype) => {
                let made = function::<FromType>(api, 45)(type_num_of(dtype)?);
                if made.is_null() {
                    ffi::PyErr_Clear();
                }
                (!made.is_null()).then_some(made)
            }
            NumpyType::Said(said) => {
                let fits = ffi::PyType_IsSubtype(ffi::Py_TYPE(said.as_ptr()), (*api.add(3)).cast()) != 0;
                fits.then(|| ffi::Py_NewRef(said.as_ptr()))
            }
        }
    }
}

/// `PyArray_FromAny`, with NumPy's flags for what the result has to be; `None` if NumPy is not as expected, or has no such elements.
#[doc(hidden)]
pub fn numpy_from_any(value: &object, elements: &NumpyType<'_>, requirements: c_int) -> Option<Result<object>> {
    type FromAny = unsafe extern "C" fn(
        *mut ffi::PyObject,
        *mut ffi::PyObject,
        c_int,
        c_int,
        c_int,
        *mut ffi::PyObject,
    ) -> *mut ffi::PyObject;
    let api = table()?;
    // SAFETY: a function of NumPy's table with this type, which takes over the description; attached, a live object.
    unsafe {
        let description = description(api, elements)?;
        let made = function::<FromAny>(api, 69)(value.as_ptr(), description, 0, 0, requirements, ptr::null_mut());
        Some(object::steal(made))
    }
}

/// `PyArray_Zeros`; `None` as of [`numpy_from_any`], and for sizes that no array has.
#[doc(hidden)]
pub fn numpy_zeros(shape: &[usize], elements: &NumpyType<'_>, fortran: bool) -> Option<Result<object>> {
    type Zeros = unsafe extern "C" fn(c_int, *const isize, *mut ffi::PyObject, c_int) -> *mut ffi::PyObject;
    let sizes: Option<SmallVec<[isize; 8]>> = shape.iter().map(|&size| isize::try_from(size).ok()).collect();
    let sizes = sizes.filter(|sizes| sizes.len() <= MOST_NDIM)?;
    let api = table()?;
    // SAFETY: a function of NumPy's table with this type, which takes over the description and reads as many sizes as it is told; attached.
    unsafe {
        let description = description(api, elements)?;
        let made = function::<Zeros>(api, 183)(sizes.len() as c_int, sizes.as_ptr(), description, c_int::from(fortran));
        Some(object::steal(made))
    }
}
