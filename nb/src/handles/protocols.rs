//! Wrappers for what an object can do, rather than for one type: [`callable`], [`sequence`], [`mapping`], [`any`],
//! [`fallback`], [`handle`].

use crate::call::context::CONVERT;
use crate::cast::into_object::IntoObject;
use crate::ffi;
use crate::handles::lists::list;
use crate::handles::type_args::Subscript;
use crate::handles::wrapper::{crosses, references, wrapper};
use crate::python::error::{Builtin, Result};
use crate::python::object::{check_attached, object};
use std::fmt;
use std::ops::Deref;

/// nanobind's `nb::handle`. There it is a reference that does not count; here every wrapper owns its reference, so that
/// it cannot dangle.
pub type handle = object;

wrapper! {
    /// Anything that can be called, nanobind's `nb::callable`.
    ///
    /// ```no_run
    /// fn twice(f: nb::callable, x: i64) -> nb::Result<i64> {
    ///     f.call((f.call((x,))?,))?.cast()
    /// }
    /// ```
    callable, "collections.abc.Callable", |ptr| ffi::PyCallable_Check(ptr) != 0
}

wrapper! {
    /// Anything with the sequence protocol, nanobind's `nb::sequence`.
    ///
    /// ```no_run
    /// fn last(values: nb::sequence) -> nb::Result<nb::object> {
    ///     values.item(-1).get()
    /// }
    /// ```
    sequence, "collections.abc.Sequence", |ptr| ffi::PySequence_Check(ptr) != 0
}

wrapper! {
    /// Anything with the mapping protocol, nanobind's `nb::mapping`; lists and texts pass the check as well.
    ///
    /// ```no_run
    /// fn names(values: nb::mapping) -> nb::Result<nb::list> {
    ///     values.keys()
    /// }
    /// ```
    mapping, "collections.abc.Mapping", |ptr| ffi::PyMapping_Check(ptr) != 0
}

impl mapping {
    /// Whether the mapping has the key, found by asking for its value: nanobind's `m.contains(key)`.
    ///
    /// # Errors
    /// What the lookup raises other than `KeyError`, such as `TypeError` for a key that cannot be hashed.
    pub fn contains(&self, key: impl IntoObject) -> Result<bool> {
        match self.item(key).get() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == Some(Builtin::KeyError) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A new list of the keys.
    ///
    /// # Errors
    /// `AttributeError` for objects without `keys()`, such as lists.
    pub fn keys(&self) -> Result<list> {
        check_attached();
        // SAFETY: a live object; a new list or null with an exception.
        unsafe { list::steal(ffi::PyMapping_Keys(self.as_ptr())) }
    }

    /// A new list of the values.
    ///
    /// # Errors
    /// `AttributeError` for objects without `values()`, such as lists.
    pub fn values(&self) -> Result<list> {
        check_attached();
        // SAFETY: a live object; a new list or null with an exception.
        unsafe { list::steal(ffi::PyMapping_Values(self.as_ptr())) }
    }

    /// A new list of `(key, value)` tuples.
    ///
    /// # Errors
    /// `AttributeError` for objects without `items()`, such as lists.
    pub fn items(&self) -> Result<list> {
        check_attached();
        // SAFETY: a live object; a new list or null with an exception.
        unsafe { list::steal(ffi::PyMapping_Items(self.as_ptr())) }
    }
}

wrapper! {
    /// A module, as an argument or a result: nanobind's `nb::module_` in those places.
    ///
    /// ```no_run
    /// fn version(module: nb::module_object) -> nb::Result<nb::object> {
    ///     module.attr("__version__").get()
    /// }
    /// ```
    module_object, "types.ModuleType", |ptr| ffi::PyModule_Check(ptr) != 0
}

/// An [`object`] that signatures show as `typing.Any`, nanobind's `nb::any`.
///
/// ```no_run
/// fn same(value: nb::any) -> nb::any {
///     value
/// }
/// ```
#[repr(transparent)]
#[derive(Clone)]
pub struct any(object);

crosses! {
    any, "typing.Any", |ptr, _flags| !ptr.is_null(), |taken| any(taken), |given| given.0
}
references! { any }

/// An [`object`] that is taken only when implicit conversions are allowed, nanobind's `nb::fallback`: an overload with
/// it comes after all others, also after those that have to convert.
///
/// ```no_run
/// fn describe(value: nb::fallback) -> String {
///     format!("something else: {value}")
/// }
/// ```
#[repr(transparent)]
#[derive(Clone)]
pub struct fallback(object);

crosses! {
    fallback, "object", |_ptr, flags| flags & CONVERT != 0, |taken| fallback(taken), |given| given.0
}
references! { fallback }

macro_rules! plain {
    ($($name:ident)*) => { $(
        impl Subscript for $name {}

        impl From<object> for $name {
            fn from(value: object) -> $name {
                $name(value)
            }
        }

        impl From<$name> for object {
            fn from(value: $name) -> object {
                value.0
            }
        }

        impl Deref for $name {
            type Target = object;

            fn deref(&self) -> &object {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )* };
}
plain!(any fallback);
