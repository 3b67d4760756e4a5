//! The macros.

/// Declares an extension module: pybind11's `PYBIND11_MODULE(name, m) { .. }`.
#[macro_export]
macro_rules! PYBIND11_MODULE {
    ($($tokens:tt)*) => { $crate::__private::macros::module! { [$crate] @pybind11 $($tokens)* } };
}
