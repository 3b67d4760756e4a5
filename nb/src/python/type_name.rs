//! Names of types, for messages. Nothing here raises or leaves an exception behind.

use crate::ffi;
use crate::python::attributes;

/// The name of a type as nanobind prints it: `module.Name` of a class that was made while the program runs, without the
/// classes that it is nested in, and the bare name of one that is a static of native code (`int`, `ndarray`).
///
/// # Safety
/// `ty` is a live type; attached.
pub(crate) unsafe fn of_type(ty: *mut ffi::PyTypeObject) -> String {
    // SAFETY: caller's contract.
    unsafe {
        let name = attributes::get_text(ty.cast(), c"__name__")
            .unwrap_or_else(|| std::ffi::CStr::from_ptr((*ty).tp_name).to_string_lossy().into_owned());
        if ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) == 0 {
            return name;
        }
        match attributes::get_text(ty.cast(), c"__module__") {
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
