//! [`iter_of`]: a Python iterable that the function goes through while it runs.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::from_object::cast_element;
use crate::cast::traits::Param;
use crate::ffi;
use crate::handles::iterators::{iterable, iterator};
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::iter::FusedIterator;
use std::ptr::NonNull;

/// A Python iterable as a Rust iterator: an argument whose elements are converted to `T` one at a time, when the function asks for them. No
/// list is made of them, and there may be no end.
///
/// It takes what a `for` loop takes, but no texts and bytes; the iterator is made when the function asks for the first element. An element that
/// does not fit is a `TypeError` that names its index, and an exception that the iterable raises is that one. Either comes out as
/// `Err`, once, and ends the iteration.
///
/// What an iterable runs for an element may be anybody's code. The values that the function was lent stay marked meanwhile, as during a
/// call of a callback: who touches one that is lent as `&mut` gets a `RuntimeError`, and the function gets that as an `Err` if the iterable
/// does not catch it. So elements are values (`i32`, `String`, `nb::object`, copies of a bound class), not references to bound
/// classes: one that was lent could be in the way of the next.
///
/// It owns its reference, so that it may be kept for longer than the call. Like all wrappers it stays on its thread.
///
/// ```no_run
/// use nb::prelude::*;
///
/// fn mean(values: nb::iter_of<f64>) -> nb::Result<f64> {
///     let (mut sum, mut count) = (0.0, 0.0);
///     for value in values {
///         sum += value?;
///         count += 1.0;
///     }
///     Ok(sum / count)
/// }
///
/// nb_module!(statistics, m, {
///     // mean(values: collections.abc.Iterable[float]) -> float
///     m.def("mean", &mean, "values"_a);
/// });
/// # fn main() {}
/// ```
pub struct iter_of<T> {
    from: From,
    /// Elements that were asked for.
    count: usize,
    flags: u8,
    /// The conversion of the domain in which the function is bound.
    convert: fn(object, usize, u8) -> Result<T>,
}

/// How far it has come.
enum From {
    Iterable(iterable),
    Iterator(iterator),
    End,
}

impl<T> iter_of<T> {
    fn step(&mut self) -> Result<Option<T>> {
        if let From::Iterable(all) = &self.from {
            self.from = From::Iterator(all.iter()?);
        }
        let From::Iterator(all) = &mut self.from else { return Ok(None) };
        let Some(value) = all.next() else { return Ok(None) };
        let index = self.count;
        self.count += 1;
        (self.convert)(value?, index, self.flags).map(Some)
    }
}

impl<T> Iterator for iter_of<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        check_attached();
        let next = self.step();
        if !matches!(next, Ok(Some(_))) {
            self.from = From::End;
        }
        next.transpose()
    }
}

impl<T> FusedIterator for iter_of<T> {}

// SAFETY: the stage is the source, or the elements that were read of it, which are kept alive until the call has ended (`BORROWS`, and the
// context). What is lent has a reference of its own.
unsafe impl<D, T: for<'a> Param<D, Item<'a> = T>> Param<D> for iter_of<T> {
    type Item<'a> = iter_of<T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = (NonNull<ffi::PyObject>, u8);
    const BORROWS: bool = true;
    const REFUSES_NONE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("collections.abc.Iterable[");
        T::describe(text);
        text.text("]");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe {
            if ffi::PyUnicode_Check(src) != 0 || ffi::PyBytes_Check(src) != 0 {
                return None;
            }
            let source = <iterable as Param<D>>::convert(src, flags, cx)?;
            // An earlier overload may have gone through an iterator.
            match cx.drained(src) {
                Some(nothing) if nothing == ffi::Py_None() => cx.refuse(Reason::Raised),
                Some(elements) => Some((NonNull::new(elements)?, flags)),
                None => Some((source, flags)),
            }
        }
    }

    unsafe fn lend<'a>(&mut (source, flags): &'a mut Self::Stage, _cx: &Cx<'_>) -> iter_of<T> {
        // SAFETY: alive until the context is dropped; `convert` has looked at its type, and a list is iterable.
        let from = From::Iterable(unsafe { iterable::borrow(source.as_ptr()) });
        iter_of { from, count: 0, flags, convert: cast_element::<D, T> }
    }
}
