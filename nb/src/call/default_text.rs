//! Default values as texts.

use crate::ffi;
use crate::python::object::object;

/// `repr(value)`; `None` when it raises or is no UTF-8, which is not reported.
pub(crate) fn repr(value: &object) -> Option<String> {
    shown_by(ffi::PyObject_Repr, value)
}

/// As [`repr`], by that function or its like.
fn shown_by(show: unsafe extern "C" fn(*mut ffi::PyObject) -> *mut ffi::PyObject, value: &object) -> Option<String> {
    // SAFETY: a live object; `show` gives a text, which keeps its UTF-8; the indicator is cleared on failure.
    unsafe {
        let shown = object::from_owned(show(value.as_ptr())).and_then(|text| {
            let mut size = 0;
            let data = ffi::PyUnicode_AsUTF8AndSize(text.as_ptr(), &mut size);
            let bytes = (!data.is_null()).then(|| std::slice::from_raw_parts(data.cast::<u8>(), size as usize));
            bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        });
        if shown.is_none() {
            ffi::PyErr_Clear();
        }
        shown
    }
}

/// Whether the text of a default value cannot change after it was written down.
pub(crate) fn has_fixed_text(value: &object) -> bool {
    literal(value).is_some()
}

/// The repr of values that Python can read back, in ASCII: what `inspect` accepts as a default.
pub(crate) fn literal(value: &object) -> Option<String> {
    // SAFETY: a live object and live builtin types.
    let simple = unsafe {
        let ty = ffi::Py_TYPE(value.as_ptr());
        value.is_none()
            || [
                &raw mut ffi::PyLong_Type,
                &raw mut ffi::PyFloat_Type,
                &raw mut ffi::PyBool_Type,
                &raw mut ffi::PyUnicode_Type,
                &raw mut ffi::PyBytes_Type,
            ]
            .contains(&ty)
    };
    let text = simple.then(|| shown_by(ffi::PyObject_ASCII, value)).flatten()?;
    (!text.contains("inf") && !text.contains("nan") || text.starts_with(['\'', '"', 'b'])).then_some(text)
}
