//! `nb::find` for values that *hold* a Python object.

use super::find;
use crate::cast::shared::shared_ptr;
use crate::handles::{Wrapper, stored};
use crate::obj::object;
use std::sync::Arc;

/// A value behind which there may be a Python object; see [`find_held`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold a Python object that could be found",
    note = "for the object of a bound class's value use `nb::find(&value)`"
)]
pub trait Held {
    /// The object, with a reference of its own.
    fn held(&self) -> Option<object>;
}

/// The Python object in a member: nanobind's `nb::find` of an `nb::object`, a callback, or a shared pointer.
///
/// - `object`, its typed kin, and [`stored`]: that object;
/// - `Box<dyn Fn ..>`, `Arc<dyn Fn ..>`: the Python function that it was made of, `None` for a Rust function;
/// - [`shared_ptr`], `Arc<T>`: the object that shares the value, `None` if Python has not seen it;
/// - `Option`: that of the value.
///
/// Makes no object and raises nothing. The object that stands for a part of another value is found by
/// [`find`](crate::find()). What [`Visit`](crate::Visit) gets in a `tp_traverse` is the member itself, since the collector
/// forbids new references: `nb::Traverse::traverse(&button.on_click, &mut visit)`.
///
/// Panics when the thread is not attached.
///
/// ```no_run
/// struct Button { on_click: Option<Box<dyn Fn(i32) + Send + Sync>> }
/// fn handler(button: &Button) -> Option<nb::object> {
///     nb::find_held(&button.on_click)
/// }
/// ```
pub fn find_held<V: Held + ?Sized>(value: &V) -> Option<object> {
    crate::obj::check_attached();
    value.held()
}

impl Held for object {
    fn held(&self) -> Option<object> {
        Some(self.clone())
    }
}

impl<W: Wrapper + Held> Held for stored<W> {
    fn held(&self) -> Option<object> {
        (**self).held()
    }
}

impl<V: Held> Held for Option<V> {
    fn held(&self) -> Option<object> {
        self.as_ref().and_then(Held::held)
    }
}

impl<T: 'static> Held for shared_ptr<T> {
    fn held(&self) -> Option<object> {
        match self.value() {
            Some(value) => value.held(),
            None => self.python().map(Into::into),
        }
    }
}

impl<T: 'static> Held for Arc<T> {
    fn held(&self) -> Option<object> {
        find(&**self)
    }
}
