//! `py::eval_file`, which nanobind has not.

use nb::{EvalScope, Result};
use std::path::Path;

/// Runs the Python statements of a file: pybind11's `py::eval_file(path, globals, locals)`.
///
/// The scope is as for [`eval`](nb::eval): `()` for the caller's globals, one dict, or a pair. Inside the macros it may be left out or
/// given as two arguments. Tracebacks name the file.
///
/// # Errors
/// `OSError` for a file that cannot be read, `SyntaxError`, or what the statements raise; those before the one that raises have run.
///
/// ```no_run
/// # use nb_compat::prelude::*;
/// fn configured(path: &str) -> py::Result<py::dict> {
///     let names = py::dict::new();
///     py::eval_file(path, &names)?;
///     Ok(names)
/// }
/// ```
pub fn eval_file(path: impl AsRef<Path>, scope: impl EvalScope) -> Result<()> {
    let path = path.as_ref();
    let builtins = nb::builtins()?;
    let text = std::fs::read(path)?;
    let code = builtins.item("compile").call((nb::bytes::from(text.as_slice()), path, "exec"))?;
    builtins.item("exec").call((code, scope.globals()?, scope.locals()?))?;
    Ok(())
}
