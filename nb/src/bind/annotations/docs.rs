//! What is shown of a function: docstrings, and `sig`.

use super::{FuncExtra, FuncSpec};
use crate::call::callable_traits::Layout;

annotation!(/// A docstring.
    impl[] &str, |self, spec| spec.doc = Some(self.to_string()));
annotation!(/// A docstring made at run time.
    impl[] String, |self, spec| spec.doc = Some(self));

/// Replaces the rendered signature: nanobind's `nb::sig`. The text is copied; it is shown, and enforces nothing.
///
/// It reads `def name(..) -> ..` without a colon, after decorators in lines of their own. Binding fails with an
/// `ImportError` when it does not, or when the name is another one than the function's.
///
/// ```no_run
/// use nb::prelude::*;
/// fn parse(mode: &str) -> nb::Result<i32> {
///     match mode {
///         "r" => Ok(0),
///         "w" => Ok(1),
///         _ => Err(nb::value_error("no such mode")),
///     }
/// }
/// nb_module!(modes, m, {
///     m.def("parse", &parse, nb::sig("def parse(mode: typing.Literal['r', 'w'], /) -> int"));
/// });
/// ```
#[derive(Clone)]
pub struct sig<T: Into<String> = &'static str>(pub T);
annotation!(impl[T: Into<String>] sig<T>, |self, spec| spec.signature = Some(self.0.into()));
