//! [`Held`]: values that hold a Python object, for [`find_held`](crate::find_held()).

use crate::python::object::object;

/// A value behind which there may be a Python object; see [`find_held`](crate::find_held()).
///
/// For a type of your own that wraps one which is `Held`:
///
/// ```no_run
/// struct Handler { python: Option<nb::object> }
/// impl nb::Held for Handler {
///     fn held(&self) -> Option<&nb::object> {
///         self.python.as_ref()
///     }
/// }
/// fn python_side(handler: &Handler) -> Option<nb::object> {
///     nb::find_held(handler).cloned()
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold a Python object that could be found",
    note = "for the object of a bound class's value use `nb::find(&value)`"
)]
pub trait Held {
    /// The object, which the value keeps alive.
    fn held(&self) -> Option<&object>;
}

impl Held for object {
    fn held(&self) -> Option<&object> {
        Some(self)
    }
}

impl<V: Held> Held for Option<V> {
    fn held(&self) -> Option<&object> {
        self.as_ref().and_then(Held::held)
    }
}
