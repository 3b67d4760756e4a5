//! [`tuple_builder`] and [`list_builder`]: a tuple or list of a known size, put together one element at a time.

use crate::cast::into_object::{IntoObject, to_python};
use crate::cast::vec::put_list_with;
use crate::handles::lists::list;
use crate::handles::tuples::tuple;
use crate::python::error::{Result, index_error, runtime_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use crate::python::tuple::of_items;

/// The elements that are there, and how many there will be.
struct Elements {
    made: Vec<object>,
    size: usize,
}

impl Elements {
    fn new(size: usize) -> Elements {
        check_attached();
        // What is asked for may be any number, which only fails once the elements come.
        Elements { made: Vec::with_capacity(size.min(1 << 16)), size }
    }

    fn put(&mut self, value: impl IntoObject) -> Result<()> {
        let value = to_python::<(), _>(value)?;
        if self.made.len() == self.size {
            return Err(index_error(messages::builder_is_full(self.size)));
        }
        self.made.push(value);
        Ok(())
    }

    fn complete(self) -> Result<Vec<object>> {
        check_attached();
        match self.made.len() == self.size {
            true => Ok(self.made),
            false => Err(runtime_error(messages::builder_is_incomplete(self.made.len(), self.size))),
        }
    }
}

macro_rules! builders {
    ($($(#[$meta:meta])* $name:ident: $made:ident, |$elements:ident| $commit:expr;)*) => { $(
        $(#[$meta])*
        pub struct $name(Elements);

        impl $name {
            /// For so many elements.
            pub fn new(size: usize) -> $name {
                $name(Elements::new(size))
            }

            /// Adds the next element; the value becomes a Python object as a function's result would.
            ///
            /// # Errors
            /// `IndexError` when all elements are there, and what the conversion raises. Nothing is added then.
            pub fn put(&mut self, value: impl IntoObject) -> Result<()> {
                self.0.put(value)
            }

            /// What has been put together.
            ///
            /// # Errors
            /// `RuntimeError` when elements are missing. Those that are there are released.
            pub fn commit(self) -> Result<$made> {
                let $elements = self.0.complete()?.into_iter();
                // SAFETY: `complete` has checked that the thread is attached.
                unsafe { $commit }
            }
        }
    )* };
}
builders! {
    /// Makes a tuple of a known size, nanobind's `nb::tuple_builder`.
    ///
    /// Python code sees the tuple when it is complete. A builder that is dropped releases what it has.
    ///
    /// ```no_run
    /// fn squares(count: usize) -> nb::Result<nb::tuple> {
    ///     let mut all = nb::tuple_builder::new(count);
    ///     for n in 0..count {
    ///         all.put(n * n)?;
    ///     }
    ///     all.commit()
    /// }
    /// ```
    tuple_builder: tuple, |elements| of_items(elements).map(tuple);

    /// Makes a list of a known size, nanobind's `nb::list_builder`.
    ///
    /// Python code sees the list when it is complete. A builder that is dropped releases what it has.
    ///
    /// ```no_run
    /// fn names(count: usize) -> nb::Result<nb::list> {
    ///     let mut all = nb::list_builder::new(count);
    ///     for n in 0..count {
    ///         all.put(format!("item {n}"))?;
    ///     }
    ///     all.commit()
    /// }
    /// ```
    list_builder: list, |elements| list::steal(put_list_with(elements, object::into_ptr));
}
