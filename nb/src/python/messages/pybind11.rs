//! Texts of functions that were bound in pybind11's dialect.

/// Goes before what a call has passed.
pub const PYBIND11_INVOKED_WITH: &str = "\nInvoked with: ";

/// The end of that list: the keywords.
pub fn pybind11_keywords(separator: &str, keywords: &str) -> String {
    format!("{separator}kwargs: {keywords}")
}

/// In place of a value whose `repr` raises.
pub const PYBIND11_NO_REPR: &str = "<repr raised Error>";

/// Docstring of a function with several overloads.
pub fn pybind11_overloaded(name: &str, all: &str) -> String {
    format!("{name}(*args, **kwargs)\nOverloaded function.\n\n{all}")
}
