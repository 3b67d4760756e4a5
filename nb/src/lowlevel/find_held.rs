//! `nb::find` for values that *hold* a Python object.

use crate::cast::held::Held;
use crate::cast::shared_ptr::shared_ptr;
use crate::handles::{Wrapper, stored};
use crate::python::object::object;

/// The Python object in a member: nanobind's `nb::find` of an `nb::object`, a callback, or a shared pointer.
///
/// - `object`, its typed kin, and [`stored`]: that object;
/// - `Box<dyn Fn ..>`, `Arc<dyn Fn ..>`: the Python function that it was made of, `None` for a Rust function;
/// - [`shared_ptr`]: the object that it keeps alive, `None` if it came from an `Arc`;
/// - `Option`: that of the value.
///
/// Makes no object, takes no reference and raises nothing, so that it may be used in a `tp_traverse` written by hand, which
/// must not touch reference counts; `.cloned()` gives a reference of its own. The object that stands for a part of another value,
/// or for the value of an `Arc`, is found by [`find`](crate::find()).
///
/// Panics when the thread is not attached.
///
/// ```no_run
/// struct Button { on_click: Option<Box<dyn Fn(i32) + Send + Sync>> }
/// fn handler(button: &Button) -> Option<nb::object> {
///     nb::find_held(&button.on_click).cloned()
/// }
/// ```
pub fn find_held<V: Held + ?Sized>(value: &V) -> Option<&object> {
    crate::python::object::check_attached();
    value.held()
}

impl<W: Wrapper + Held> Held for stored<W> {
    fn held(&self) -> Option<&object> {
        (**self).held()
    }
}

impl<T> Held for shared_ptr<T> {
    fn held(&self) -> Option<&object> {
        self.shared_object()
    }
}
