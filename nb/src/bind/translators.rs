//! [`register_exception_translator`]: functions that make exceptions of errors of Rust.

use crate::interpreter::exceptions;
use crate::python::error::Error;
use crate::python::exception_ptr::exception_ptr;
use crate::python::object::check_attached;
use std::sync::Arc;

/// Has `translator` make exceptions of errors of Rust that leave bound functions of this extension: nanobind's
/// `nb::register_exception_translator`.
///
/// The newest is asked first. `None` leaves the error to older translators, to the classes that
/// [`nb::exception<T>`](crate::module_::exception) has made before this statement, and then to nb's own rules. An error of Rust, returned
/// as `Some(error.into())`, is what the older ones then see. Exceptions of Python, [`nb::value_error`](crate::value_error) and its kin
/// do not come here. What C++ passes as `payload` the closure captures.
///
/// A translator may be asked on any attached thread, whenever an error is raised or somebody asks what it
/// [`matches`](Error::matches). It goes with the interpreter, so it holds no Python objects. If it panics, that is the exception.
///
/// Panics when the thread is not attached, or no module of this extension is or is being imported.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Debug)]
/// struct OutOfFuel(i32);
/// impl std::fmt::Display for OutOfFuel {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{} litres short", self.0) }
/// }
/// impl std::error::Error for OutOfFuel {}
/// nb_module!(engine, m, {
///     nb::register_exception_translator(|e| {
///         let short = e.downcast_ref::<OutOfFuel>()?;
///         Some(nb::index_error(format!("the tank: {short}")))
///     });
/// });
/// # fn main() {}
/// ```
pub fn register_exception_translator<F>(translator: F)
where
    F: Fn(&exception_ptr<'_>) -> Option<Error> + Send + Sync + 'static,
{
    check_attached();
    let classes = exceptions::current().expect("a module of this extension is imported");
    classes.add_translator(Arc::new(translator));
}
