//! Names of types, for messages. Nothing here raises or leaves an exception behind.

use crate::ffi;
use crate::python::attributes;
use std::ffi::CStr;

/// The name of a type as nanobind prints it: `module.Name` of a class that was made while the program runs, without the
/// classes that it is nested in, and the bare name of one that is a static of native code (`int`, `ndarray`).
///
/// # Safety
/// `ty` is a live type; attached.
pub(crate) unsafe fn of_type(ty: *mut ffi::PyTypeObject) -> String {
    let mut out = String::new();
    // SAFETY: caller's contract.
    unsafe { write_of_type(ty, &mut out) };
    out
}

/// As [`of_type`], at the end of a text.
///
/// # Safety
/// As there.
pub(crate) unsafe fn write_of_type(ty: *mut ffi::PyTypeObject, out: &mut String) {
    // SAFETY: caller's contract.
    unsafe {
        if is_fixed(ty)
            && let Some(name) = fixed(ty)
        {
            return out.push_str(name);
        }
        let name = attributes::get_text(ty.cast(), c"__name__")
            .unwrap_or_else(|| CStr::from_ptr((*ty).tp_name).to_string_lossy().into_owned());
        if ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) != 0
            && let Some(module) = attributes::get_text(ty.cast(), c"__module__")
        {
            out.push_str(&module);
            out.push('.');
        }
        out.push_str(&name);
    }
}

/// Whether nobody can give the type another name, so that naming it runs no code: a static of native code, without a metaclass.
///
/// # Safety
/// As [`of_type`].
pub(crate) unsafe fn is_fixed(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) == 0
            && ffi::Py_TYPE(ty.cast()) == &raw mut ffi::PyType_Type
    }
}

/// The `__name__` of such a type, which for `type` is the end of its full name.
///
/// # Safety
/// As [`of_type`]; the type [is fixed](is_fixed).
unsafe fn fixed<'a>(ty: *mut ffi::PyTypeObject) -> Option<&'a str> {
    // SAFETY: caller's contract; the name of a static is one as well.
    let name = unsafe { CStr::from_ptr((*ty).tp_name) };
    let start = name.to_bytes().iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
    name.to_str().ok()?.get(start..)
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
