//! [`set`] and [`frozenset`].

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::results::{done, must, truth};
use crate::handles::wrapper::wrapper;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::ptr;

wrapper! {
    /// A Python `set`, nanobind's `nb::set`; loop with [`object::iter`].
    ///
    /// ```no_run
    /// fn unique(words: Vec<String>) -> nb::Result<nb::set> {
    ///     let out = nb::set::new();
    ///     for word in &words {
    ///         out.add(word)?;
    ///     }
    ///     Ok(out)
    /// }
    /// ```
    set, "set", |ptr| ffi::PySet_Check(ptr) != 0
}

wrapper! {
    /// A Python `frozenset`, nanobind's `nb::frozenset`; loop with [`object::iter`].
    ///
    /// ```no_run
    /// fn frozen(values: nb::set) -> nb::Result<nb::frozenset> {
    ///     nb::frozenset::from_object(&values)
    /// }
    /// ```
    frozenset, "frozenset", |ptr| ffi::PyFrozenSet_Check(ptr) != 0
}

macro_rules! common {
    ($($name:ident, $new:ident, $python:literal;)*) => { $(
        impl $name {
            #[doc = concat!("An empty ", $python, ". Raises `MemoryError` out of the bound function when there is no ")]
            #[doc = "memory."]
            pub fn new() -> $name {
                check_attached();
                // SAFETY: attached; a new object or null with an exception.
                must(unsafe { $name::steal(ffi::$new(ptr::null_mut())) })
            }

            #[doc = concat!("`", $python, "(values)`: the elements of any iterable.")]
            ///
            /// # Errors
            /// `TypeError` for elements that cannot be hashed; whatever the iterator raises.
            pub fn from_object(values: &object) -> Result<$name> {
                check_attached();
                // SAFETY: a live object; a new object or null with an exception.
                unsafe { $name::steal(ffi::$new(values.as_ptr())) }
            }

            /// Number of elements.
            pub fn len(&self) -> usize {
                check_attached();
                // SAFETY: a live set.
                unsafe { ffi::PySet_Size(self.as_ptr()) as usize }
            }

            /// Number of elements, as nanobind spells it.
            pub fn size(&self) -> usize {
                self.len()
            }

            /// Whether there is no element.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// `value in self`.
            ///
            /// # Errors
            /// `TypeError` for a value that cannot be hashed.
            pub fn contains(&self, value: impl IntoObject) -> Result<bool> {
                let value = to_python::<(), _>(value)?;
                // SAFETY: live objects.
                truth(unsafe { ffi::PySet_Contains(self.as_ptr(), value.as_ptr()) })
            }
        }

        impl Default for $name {
            fn default() -> $name {
                $name::new()
            }
        }
    )* };
}

common! {
    set, PySet_New, "set";
    frozenset, PyFrozenSet_New, "frozenset";
}

impl set {
    /// Adds an element.
    ///
    /// # Errors
    /// `TypeError` for one that cannot be hashed.
    pub fn add(&self, value: impl IntoObject) -> Result<()> {
        let value = to_python::<(), _>(value)?;
        // SAFETY: live objects; takes a reference of its own.
        done(unsafe { ffi::PySet_Add(self.as_ptr(), value.as_ptr()) })
    }

    /// Removes an element; whether it was there.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn discard(&self, value: impl IntoObject) -> Result<bool> {
        let value = to_python::<(), _>(value)?;
        // SAFETY: live objects.
        truth(unsafe { ffi::PySet_Discard(self.as_ptr(), value.as_ptr()) })
    }

    /// Removes all elements.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn clear(&self) -> Result<()> {
        check_attached();
        // SAFETY: a live set.
        done(unsafe { ffi::PySet_Clear(self.as_ptr()) })
    }
}
