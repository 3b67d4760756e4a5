//! Texts of the errors that wrappers raise, in one place.

/// A checked downcast met an object of another type.
pub(super) fn wrong_type(expected: &str, got: &str) -> String {
    format!("expected an object of type '{expected}', got '{got}'")
}

/// `nb::cast` of a Python object failed; begins with nanobind's text for it. Why a value of the right Python type is refused (a
/// number out of range, a sequence of the wrong length) follows.
pub(super) fn bad_cast(expected: &str, rust: &str, got: &str) -> String {
    format!("std::bad_cast: this '{got}' object cannot be converted to '{expected}' (Rust type `{rust}`)")
}

/// A keyword was given twice in one call.
pub(super) fn keyword_twice(name: &str) -> String {
    format!("got multiple values for keyword argument '{name}': pass each keyword once")
}

/// A `dict` unpacked as keywords has a key of another type.
pub(super) fn keyword_type(got: &str) -> String {
    format!("keywords must be strings, got a key of type '{got}'")
}

/// `nb::globals()` without a frame.
pub(super) const NO_FRAME: &str = "nb::globals(): this thread is not running Python code";

/// An index does not fit into Python's index type.
pub(super) const INDEX: &str = "index out of range";

/// Shown in place of an object's text on a thread that may not ask for it.
pub(super) const DETACHED: &str = "<Python object, thread detached>";
