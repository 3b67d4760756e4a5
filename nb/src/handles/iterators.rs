//! [`iterator`] and [`iterable`].

use crate::ffi;
use crate::handles::wrapper::wrapper;
use crate::python::error::{Error, Result, type_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};

wrapper! {
    /// A Python iterator, nanobind's `nb::iterator`; a Rust [`Iterator`] over `Result<object>`.
    ///
    /// Made by [`object::iter`]. After an exception the iterator is asked again, as in Python: leave the loop with `?`.
    ///
    /// ```no_run
    /// fn first(mut values: nb::iterator) -> nb::Result<Option<nb::object>> {
    ///     values.next().transpose()
    /// }
    /// ```
    iterator, "collections.abc.Iterator", |ptr| ffi::PyIter_Check(ptr) != 0
}

impl Iterator for iterator {
    type Item = Result<object>;

    fn next(&mut self) -> Option<Result<object>> {
        check_attached();
        // Assigning to `__class__` can turn an iterator into something else, which PyIter_Next would not survive.
        if !iterator::check(&self.0) {
            return Some(Err(type_error(messages::wrong_type("collections.abc.Iterator", &self.class_name()))));
        }
        // SAFETY: a live iterator; a new reference, or null at the end and with an exception.
        unsafe {
            match object::from_owned(ffi::PyIter_Next(self.0.as_ptr())) {
                Some(value) => Some(Ok(value)),
                None if ffi::PyErr_Occurred().is_null() => None,
                None => Some(Err(Error::fetch())),
            }
        }
    }
}

wrapper! {
    /// Anything that a `for` loop accepts, nanobind's `nb::iterable`; loop with [`object::iter`].
    ///
    /// ```no_run
    /// fn count(values: nb::iterable) -> nb::Result<usize> {
    ///     Ok(values.iter()?.count())
    /// }
    /// ```
    iterable, "collections.abc.Iterable",
    |ptr| (*ffi::Py_TYPE(ptr)).tp_iter.is_some() || ffi::PySequence_Check(ptr) != 0
}
