//! [`opaque`]: a container that is a class of its own in Python.

use crate::instance::traverse::{Traverse, Visit};
use std::ops::{Deref, DerefMut};

/// A container that Python meets as an object of a bound class, not as a new list or dict each time: what C++ gets by
/// `NB_MAKE_OPAQUE(T)`.
///
/// `Vec<i32>` crosses as a `list`, which is a copy. `opaque<Vec<i32>>` is bound with `nb::bind_vector`, `opaque<HashMap<K, V>>` with
/// `nb::bind_map`: then Python and native code look at the same container. It derefs to what is inside. Mostly, it gets a name as in C++:
///
/// ```
/// use nb::prelude::*;
///
/// // using IntVector = std::vector<int>; NB_MAKE_OPAQUE(IntVector)
/// type IntVector = nb::opaque<Vec<i32>>;
///
/// fn double_it(numbers: &mut IntVector) {
///     for number in numbers {
///         *number *= 2;
///     }
/// }
///
/// nb_module!(vectors, m, {
///     nb::bind_vector<IntVector>(m, "IntVector");
///     m.def("double_it", &double_it);
/// });
/// ```
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct opaque<C>(pub C);

impl<C> opaque<C> {
    /// A container that lies elsewhere, as an opaque one.
    pub fn from_ref(container: &C) -> &opaque<C> {
        // SAFETY: both have one layout (`repr(transparent)`), and the same rules.
        unsafe { &*std::ptr::from_ref(container).cast() }
    }

    /// As [`from_ref`](Self::from_ref).
    pub fn from_mut(container: &mut C) -> &mut opaque<C> {
        // SAFETY: as in `from_ref`.
        unsafe { &mut *std::ptr::from_mut(container).cast() }
    }

    /// What is inside.
    pub fn into_inner(self) -> C {
        self.0
    }
}

impl<C> Deref for opaque<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<C> DerefMut for opaque<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.0
    }
}

impl<C> From<C> for opaque<C> {
    fn from(container: C) -> opaque<C> {
        opaque(container)
    }
}

impl<T, C: FromIterator<T>> FromIterator<T> for opaque<C> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> opaque<C> {
        opaque(all.into_iter().collect())
    }
}

impl<T, C: Extend<T>> Extend<T> for opaque<C> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, all: I) {
        self.0.extend(all);
    }
}

impl<C: IntoIterator> IntoIterator for opaque<C> {
    type Item = C::Item;
    type IntoIter = C::IntoIter;

    fn into_iter(self) -> C::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, C> IntoIterator for &'a opaque<C>
where
    &'a C: IntoIterator,
{
    type Item = <&'a C as IntoIterator>::Item;
    type IntoIter = <&'a C as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, C> IntoIterator for &'a mut opaque<C>
where
    &'a mut C: IntoIterator,
{
    type Item = <&'a mut C as IntoIterator>::Item;
    type IntoIter = <&'a mut C as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

// SAFETY: shows what the container shows.
unsafe impl<C: Traverse> Traverse for opaque<C> {
    fn traverse(&self, visit: &mut Visit<'_>) {
        self.0.traverse(visit);
    }
}
