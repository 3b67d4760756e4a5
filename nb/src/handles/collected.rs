//! Python's containers as targets of Rust's iterators: `collect`, `extend`, and `for` over any object.
//!
//! These traits have no place for an error. As with the operators, the exception leaves the bound function.

use crate::cast::into_object::{IntoObject, to_python};
use crate::handles::dicts::dict;
use crate::handles::iterators::{iterable, iterator};
use crate::handles::lists::list;
use crate::handles::protocols::{any, mapping, sequence};
use crate::handles::results::must;
use crate::handles::sets::{frozenset, set};
use crate::handles::tuples::tuple;
use crate::python::object::{check_attached, object};
use crate::python::tuple::of_items;

macro_rules! by_adding {
    ($($name:ident: $add:ident;)*) => { $(
        /// Leaves the bound function with the exception of an element that cannot be added.
        impl<V: IntoObject> Extend<V> for $name {
            fn extend<I: IntoIterator<Item = V>>(&mut self, values: I) {
                for value in values {
                    must(self.$add(value));
                }
            }
        }

        /// Leaves the bound function with the exception of an element that cannot be added.
        ///
        /// ```no_run
        #[doc = concat!("let squares: nb::", stringify!($name), " = (0..10).map(|n| n * n).collect();")]
        /// ```
        impl<V: IntoObject> FromIterator<V> for $name {
            fn from_iter<I: IntoIterator<Item = V>>(values: I) -> $name {
                let mut made = $name::new();
                Extend::extend(&mut made, values);
                made
            }
        }
    )* };
}
by_adding! {
    list: append;
    set: add;
}

/// Leaves the bound function with the exception of an entry that cannot be added.
impl<K: IntoObject, V: IntoObject> Extend<(K, V)> for dict {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, values: I) {
        for (key, value) in values {
            must(self.set(key, value));
        }
    }
}

/// Leaves the bound function with the exception of an entry that cannot be added.
///
/// ```no_run
/// let lengths: nb::dict = ["one", "three"].into_iter().map(|word| (word, word.len())).collect();
/// ```
impl<K: IntoObject, V: IntoObject> FromIterator<(K, V)> for dict {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(values: I) -> dict {
        let mut made = dict::new();
        made.extend(values);
        made
    }
}

/// Leaves the bound function with the exception of an element that has no Python form.
impl<V: IntoObject> FromIterator<V> for tuple {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> tuple {
        let values: Vec<object> = values.into_iter().map(|value| must(to_python::<(), V>(value))).collect();
        check_attached();
        // SAFETY: attached.
        must(unsafe { of_items(values.into_iter()).map(tuple) })
    }
}

/// Leaves the bound function with the exception of an element that cannot be added.
impl<V: IntoObject> FromIterator<V> for frozenset {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> frozenset {
        must(frozenset::from_object(&set::from_iter(values)))
    }
}

/// The elements of any iterable in a `for` loop, nanobind's `for (nb::handle h : o)`. What the iterable raises leaves the bound
/// function; [`object::iter`] gives it as a `Result`.
pub struct ObjectIter(iterator);

impl Iterator for ObjectIter {
    type Item = object;

    fn next(&mut self) -> Option<object> {
        self.0.next().map(must)
    }
}

macro_rules! loops {
    ($($name:ident)*) => { $(
        /// Leaves the bound function with what the iterable raises; [`object::iter`] gives it as a `Result`.
        ///
        /// ```no_run
        #[doc = concat!("fn total(values: nb::", stringify!($name), ") -> nb::Result<i64> {")]
        ///     let mut sum = 0;
        ///     for value in &values {
        ///         sum += value.cast::<i64>()?;
        ///     }
        ///     Ok(sum)
        /// }
        /// ```
        impl IntoIterator for &$name {
            type Item = object;
            type IntoIter = ObjectIter;

            fn into_iter(self) -> ObjectIter {
                ObjectIter(must(object::iter(self)))
            }
        }
    )* };
}
loops! { object any iterable sequence mapping set frozenset }
