//! NumPy's own functions, which do what pybind11 asks NumPy's table for.

use nb::__private::{NumpyType, numpy_from_any, numpy_zeros};
use nb::{Result, cast, dict, dtype_traits, ffi, kw, list, module_, object};
use std::ffi::CStr;

/// In NumPy's flags: no class that is derived from NumPy's.
pub(crate) const ENSUREARRAY: i32 = 0x40;

/// In NumPy's flags: elements lie where their type wants them.
pub(crate) const ALIGNED: i32 = 0x100;

/// A name of the module.
pub(crate) fn numpy(name: &str) -> Result<object> {
    module_::<()>::import_("numpy")?.attr(name).get()
}

/// Whether the object is of a class of NumPy's, or of one that is derived from it: NumPy's are not made by Python code, and say their names.
pub(crate) fn is_of(value: &object, class: &CStr) -> bool {
    // SAFETY: a live object; attached, as whoever checks is. A type and those that it is derived from live as long as the object; their names are C strings.
    unsafe {
        let mut ty = ffi::Py_TYPE(value.as_ptr());
        while !ty.is_null() {
            if CStr::from_ptr((*ty).tp_name) == class && ffi::PyType_GetFlags(ty) & ffi::Py_TPFLAGS_HEAPTYPE == 0 {
                return true;
            }
            ty = (*ty).tp_base;
        }
        false
    }
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

/// What NumPy makes of an object by its own function, with flags for what is wanted; `None` where that is not known to be there.
pub(crate) fn from_any<T: dtype_traits>(value: &object, flags: i32) -> Option<Result<object>> {
    with_type::<T, _>(|elements| numpy_from_any(value, elements, flags))
}

fn with_type<T: dtype_traits, R>(body: impl FnOnce(&NumpyType<'_>) -> Option<Result<R>>) -> Option<Result<R>> {
    if T::FIELDS.is_empty() {
        return body(&NumpyType::Scalar(T::VALUE));
    }
    match dtype_of::<T>() {
        Ok(said) => body(&NumpyType::Said(&said)),
        Err(error) => Some(Err(error)),
    }
}

/// What NumPy is told of the type of elements: a name, or of a structure a `numpy.dtype`.
pub(crate) fn dtype_of<T: dtype_traits>() -> Result<object> {
    if T::FIELDS.is_empty() {
        return cast(T::NAME);
    }
    let (names, formats, offsets) = (list::new(), list::new(), list::new());
    for field in T::FIELDS {
        names.append(field.name)?;
        match field.count {
            None => formats.append(field.dtype)?,
            Some(count) => formats.append((field.dtype, (count,)))?,
        }
        offsets.append(field.offset)?;
    }
    let layout = dict::new();
    layout.set("names", names)?;
    layout.set("formats", formats)?;
    layout.set("offsets", offsets)?;
    layout.set("itemsize", size_of::<T>())?;
    numpy("dtype")?.call((layout,))
}

/// `numpy.zeros(shape, dtype, order)`
pub(crate) fn zeros<T: dtype_traits>(shape: &[usize], fortran: bool) -> Result<object> {
    if let Some(made) = with_type::<T, _>(|elements| numpy_zeros(shape, elements, fortran)) {
        return made;
    }
    numpy("zeros")?.call((shape.to_vec(), dtype_of::<T>()?, if fortran { "F" } else { "C" }))
}

/// `numpy.asarray(value, dtype)` in an order (`"K"` for any): a conversion that is forced.
pub(crate) fn forced<T: dtype_traits>(value: &object, order: &str) -> Result<object> {
    numpy("asarray")?.call((value, dtype_of::<T>()?, order))
}

/// `numpy.asarray(value)`
pub(crate) fn as_array(value: &object) -> Result<object> {
    numpy("asarray")?.call((value,))
}

/// `value.astype(dtype, order, "safe", False, False)`: the array itself if it is as wanted, and a conversion only where nothing is lost.
pub(crate) fn safe<T: dtype_traits>(value: &object, order: &str) -> Result<object> {
    numpy("ndarray")?.attr("astype").call((value, dtype_of::<T>()?, order, "safe", false, false))
}

/// A copy, whose elements are where their type wants them.
pub(crate) fn copied<T: dtype_traits>(value: &object, order: &str) -> Result<object> {
    numpy("array")?.call((value, dtype_of::<T>()?, kw("copy", true), kw("order", order)))
}
