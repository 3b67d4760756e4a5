//! [`type_object`] and `nb::type_`.

use crate::ffi;
use crate::handles::strings::str_;
use crate::handles::wrapper::wrapper;
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::any::TypeId;

wrapper! {
    /// A Python class, nanobind's `nb::type_object`; call it to make instances.
    ///
    /// ```no_run
    /// fn make(class: nb::type_object) -> nb::Result<nb::object> {
    ///     class.call(())
    /// }
    /// ```
    type_object, "type", |ptr| ffi::PyType_Check(ptr) != 0
}

impl type_object {
    /// `self.__name__`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn name(&self) -> Result<str_> {
        self.getattr("__name__").and_then(str_::try_from)
    }

    /// `self.__qualname__`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn qualname(&self) -> Result<str_> {
        self.getattr("__qualname__").and_then(str_::try_from)
    }
}

/// The Python class of a bound Rust type, `None` when it is not bound in this interpreter: nanobind's `nb::type<T>()`.
///
/// ```no_run
/// # struct Dog;
/// fn is_dog(o: &nb::object) -> nb::Result<bool> {
///     match nb::type_::<Dog>() {
///         Some(class) => o.is_instance(&class),
///         None => Ok(false),
///     }
/// }
/// ```
pub fn type_<T: 'static>() -> Option<type_object> {
    check_attached();
    let class = State::current()?.type_of(TypeId::of::<T>())?.ty;
    // SAFETY: the class of a registered record is alive, and the thread is attached.
    Some(unsafe { type_object(object::borrow(class.cast())) })
}
