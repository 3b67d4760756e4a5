//! [`Held`]: values that hold a Python object, for [`find_held`](crate::find_held()).

use crate::python::object::object;

/// A value behind which there may be a Python object; see [`find_held`](crate::find_held()).
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
