//! [`tuple`](struct@tuple) and `nb::make_tuple`.

use crate::call::context::Cx;
use crate::ffi;
use crate::handles::call::Values;
use crate::handles::lists::position;
use crate::handles::results::must;
use crate::handles::wrapper::wrapper;
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use crate::python::tuple::of_items;

wrapper! {
    /// A Python `tuple`, nanobind's `nb::tuple`; made by [`make_tuple`].
    ///
    /// ```no_run
    /// fn swapped(pair: nb::tuple) -> nb::Result<nb::tuple> {
    ///     nb::make_tuple((pair.get(1)?, pair.get(0)?))
    /// }
    /// ```
    tuple, "tuple", |ptr| ffi::PyTuple_Check(ptr) != 0
}

/// A Python tuple of the elements of a Rust tuple: nanobind's `nb::make_tuple(a, b)`.
///
/// # Errors
/// Whatever Python raises.
///
/// ```no_run
/// # fn main() -> nb::Result<()> {
/// let pair = nb::make_tuple((1, "one"))?;
/// # Ok(()) }
/// ```
pub fn make_tuple(values: impl Values) -> Result<tuple> {
    check_attached();
    let state = State::get_or_create()?;
    let mut all: smallvec::SmallVec<[object; 8]> = smallvec::SmallVec::new();
    values.put_all(&mut Cx::new(&state), &mut |value| all.push(value))?;
    // SAFETY: attached.
    unsafe { of_items(all.into_iter()).map(tuple) }
}

impl tuple {
    /// The empty tuple.
    pub fn new() -> tuple {
        check_attached();
        // SAFETY: attached; a new reference or null with an exception.
        must(unsafe { tuple::steal(ffi::PyTuple_New(0)) })
    }

    /// `tuple(values)`: the elements of any iterable.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(values: &object) -> Result<tuple> {
        check_attached();
        // SAFETY: a live object; a new reference or null with an exception.
        unsafe { tuple::steal(ffi::PySequence_Tuple(values.as_ptr())) }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        check_attached();
        // SAFETY: a live tuple.
        unsafe { ffi::PyTuple_Size(self.as_ptr()) as usize }
    }

    /// Number of elements, as nanobind spells it.
    pub fn size(&self) -> usize {
        self.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`; negative ones count from the end.
    ///
    /// # Errors
    /// `IndexError` when there is none.
    pub fn get(&self, index: impl TryInto<isize>) -> Result<object> {
        let index = position(index)?;
        let index = if index < 0 { index + self.len() as isize } else { index };
        // SAFETY: a live tuple; the borrowed element stays in it while we take a reference.
        unsafe {
            let found = ffi::PyTuple_GetItem(self.as_ptr(), index);
            if found.is_null() { Err(crate::python::error::Error::fetch()) } else { Ok(object::borrow(found)) }
        }
    }

    /// The elements, one after the other.
    pub fn iter(&self) -> TupleIter<'_> {
        TupleIter { tuple: self, next: 0 }
    }
}

impl Default for tuple {
    fn default() -> tuple {
        tuple::new()
    }
}

/// The elements of a [`struct@tuple`] as owned objects.
pub struct TupleIter<'t> {
    tuple: &'t tuple,
    next: usize,
}

impl Iterator for TupleIter<'_> {
    type Item = object;

    #[inline]
    fn next(&mut self) -> Option<object> {
        check_attached();
        // SAFETY: attached, to a live tuple, whose size never changes, nor its elements once they are there.
        unsafe {
            if self.next as ffi::Py_ssize_t >= ffi::PyTuple_GET_SIZE(self.tuple.as_ptr()) {
                return None;
            }
            let found = ffi::PyTuple_GET_ITEM(self.tuple.as_ptr(), self.next as ffi::Py_ssize_t);
            // One that is being made may have places without an element.
            if found.is_null() {
                return None;
            }
            self.next += 1;
            Some(object::borrow(found))
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let rest = self.tuple.len() - self.next;
        (rest, Some(rest))
    }
}

impl ExactSizeIterator for TupleIter<'_> {}

impl<'t> IntoIterator for &'t tuple {
    type Item = object;
    type IntoIter = TupleIter<'t>;

    fn into_iter(self) -> TupleIter<'t> {
        self.iter()
    }
}
