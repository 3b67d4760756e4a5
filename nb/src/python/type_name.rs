//! Names of types and texts for messages. Nothing here raises or leaves an exception behind.

use crate::ffi;
use crate::python::object::object;

/// The UTF-8 text of a `str`, with undecodable characters replaced by `?`.
///
/// # Safety
/// `value` is a live object; attached.
pub(crate) unsafe fn text(value: *mut ffi::PyObject) -> Option<String> {
    // SAFETY: caller's contract; every failure clears the indicator.
    unsafe {
        if ffi::PyUnicode_Check(value) == 0 {
            return None;
        }
        let mut size = 0;
        let data = ffi::PyUnicode_AsUTF8AndSize(value, &mut size);
        if !data.is_null() {
            let bytes = std::slice::from_raw_parts(data.cast::<u8>(), size as usize);
            return Some(String::from_utf8_lossy(bytes).into_owned());
        }
        ffi::PyErr_Clear();
        let bytes = ffi::PyUnicode_AsEncodedString(value, c"utf-8".as_ptr(), c"replace".as_ptr());
        let Some(bytes) = object::from_owned(bytes) else {
            ffi::PyErr_Clear();
            return None;
        };
        let data = ffi::PyBytes_AsString(bytes.as_ptr()).cast::<u8>();
        let size = ffi::PyBytes_Size(bytes.as_ptr()) as usize;
        Some(String::from_utf8_lossy(std::slice::from_raw_parts(data, size)).into_owned())
    }
}

/// An attribute as text, `None` when missing or not a `str`.
///
/// # Safety
/// `value` is a live object; attached.
pub(crate) unsafe fn attr_text(value: *mut ffi::PyObject, name: &std::ffi::CStr) -> Option<String> {
    // SAFETY: caller's contract.
    unsafe {
        let Some(found) = object::from_owned(ffi::PyObject_GetAttrString(value, name.as_ptr())) else {
            ffi::PyErr_Clear();
            return None;
        };
        text(found.as_ptr())
    }
}

/// The name of a type as nanobind prints it: `module.Name` of a class that was made while the program runs, without the
/// classes that it is nested in, and the bare name of one that is a static of native code (`int`, `ndarray`).
///
/// # Safety
/// `ty` is a live type; attached.
pub(crate) unsafe fn of_type(ty: *mut ffi::PyTypeObject) -> String {
    // SAFETY: caller's contract.
    unsafe {
        let name = attr_text(ty.cast(), c"__name__")
            .unwrap_or_else(|| std::ffi::CStr::from_ptr((*ty).tp_name).to_string_lossy().into_owned());
        if ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) == 0 {
            return name;
        }
        match attr_text(ty.cast(), c"__module__") {
            Some(module) => format!("{module}.{name}"),
            None => name,
        }
    }
}

/// The last path segment(s) of a Rust type name, for types that have no Python name (yet).
pub(crate) fn short_rust_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut segment = String::new();
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ':' && chars.peek() == Some(&':') {
            chars.next();
            segment.clear();
        } else if c.is_alphanumeric() || c == '_' {
            segment.push(c);
        } else {
            out.push_str(&segment);
            segment.clear();
            out.push(c);
        }
    }
    out.push_str(&segment);
    out
}

#[cfg(test)]
mod tests {
    use super::short_rust_name;

    #[test]
    fn paths_are_cut_inside_generics_too() {
        assert_eq!(short_rust_name("alloc::vec::Vec<my::a::Dog>"), "Vec<Dog>");
        assert_eq!(short_rust_name("f64"), "f64");
        assert_eq!(short_rust_name("a::B<c::D, (e::F, &g::H)>"), "B<D, (F, &H)>");
    }
}
