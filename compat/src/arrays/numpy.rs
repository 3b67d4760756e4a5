//! NumPy's own functions, which do what pybind11 asks NumPy's table for.

use nb::{Result, ffi, isinstance_of, kw, module_, object};
use std::ffi::CStr;

/// A name of the module.
pub(crate) fn numpy(name: &str) -> Result<object> {
    module_::<()>::import_("numpy")?.attr(name).get()
}

/// Whether the object is of a class of NumPy's, which need not be imported for that.
pub(crate) fn is_of(value: &object, class: &str) -> Result<bool> {
    let modules = module_::<()>::import_("sys")?.attr("modules").get()?;
    let numpy = modules.attr("get").call(("numpy",))?;
    if numpy.is_none() {
        return Ok(false);
    }
    isinstance_of(value, &numpy.attr(class).get()?)
}

/// What the array says of itself, whatever a class that is derived from NumPy's says.
pub(crate) fn field(value: &object, name: &str) -> Result<object> {
    numpy("ndarray")?.attr(name).attr("__get__").call((value,))
}

/// Whether this is called as NumPy's arrays are: a cheap look, which is believed for the choice of a way alone.
///
/// # Safety
/// `value` is live; attached.
pub(crate) unsafe fn looks_exact(value: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract; the name of a type is a C string.
    unsafe { CStr::from_ptr((*ffi::Py_TYPE(value)).tp_name) == c"numpy.ndarray" }
}

/// `numpy.zeros(shape, dtype, order)`
pub(crate) fn zeros(shape: &[usize], dtype: &str, fortran: bool) -> Result<object> {
    numpy("zeros")?.call((shape.to_vec(), dtype, if fortran { "F" } else { "C" }))
}

/// `numpy.asarray(value, dtype)` in an order (`"K"` for any): a conversion that is forced.
pub(crate) fn forced(value: &object, dtype: &str, order: &str) -> Result<object> {
    numpy("asarray")?.call((value, dtype, order))
}

/// `numpy.asarray(value)`
pub(crate) fn as_array(value: &object) -> Result<object> {
    numpy("asarray")?.call((value,))
}

/// `value.astype(dtype, order, "safe", False, False)`: the array itself if it is as wanted, and a conversion only where nothing is lost.
pub(crate) fn safe(value: &object, dtype: &str, order: &str) -> Result<object> {
    numpy("ndarray")?.attr("astype").call((value, dtype, order, "safe", false, false))
}

/// A copy, whose elements are where their type wants them.
pub(crate) fn copied(value: &object, dtype: &str, order: &str) -> Result<object> {
    numpy("array")?.call((value, dtype, kw("copy", true), kw("order", order)))
}
