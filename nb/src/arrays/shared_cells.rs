//! [`cell`]: numbers inside of bound objects that arrays show to Python.

use crate::arrays::claims::{Claim, Region, Use};
use crate::arrays::dtype::dtype_traits;
use crate::python::error::Result;
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A number that Python may write to while native code has a `&` to it: what a field is made of whose memory a method shows as an array.
///
/// An array that [`ndarray_ref::from_cells`](crate::ndarray_ref::from_cells) makes of a `&[nb::cell<f32>]` can be written to from Python. Of a `&[f32]`
/// it could not: such numbers do not change while a reference to them lives.
///
/// A cell takes turns with the views of arrays over its memory: [`get`](Self::get) and [`set`](Self::set) claim it for a moment, which costs some tens of
/// nanoseconds. A loop claims all of a slice at once, with [`all`](Self::all).
///
/// ```
/// let numbers = [const { nb::cell::new(0.0f32) }; 4];
/// numbers[2].set(1.5);
/// assert_eq!(numbers[2].get(), 1.5);
/// let sum: f32 = nb::cell::all(&numbers).iter().map(|number| number.get()).sum();
/// assert_eq!(sum, 1.5);
/// ```
#[repr(transparent)]
pub struct cell<T>(UnsafeCell<T>);

// SAFETY: whoever reads or writes has claimed the memory, so that threads take turns; within a thread, a value is read or written at once.
unsafe impl<T: dtype_traits> Sync for cell<T> {}

impl<T> cell<T> {
    /// A cell with this value.
    pub const fn new(value: T) -> cell<T> {
        cell(UnsafeCell::new(value))
    }
}

impl<T: dtype_traits> cell<T> {
    /// The cells of a slice, for loops, until the result is dropped.
    ///
    /// Raises a `RuntimeError` where the memory is in use in a way that excludes this one, see [`ndarray::try_view`](crate::ndarray::try_view).
    pub fn all(slice: &[cell<T>]) -> cells<'_, T> {
        cell::try_all(slice).unwrap_or_else(|error| error.raise())
    }

    /// As [`all`](Self::all).
    ///
    /// # Errors
    /// As [`ndarray::try_view`](crate::ndarray::try_view).
    pub fn try_all(slice: &[cell<T>]) -> Result<cells<'_, T>> {
        let claim = claim(slice, Use::Writes)?;
        // SAFETY: both are transparent over the same type; the claim is for one thread, which the result does not leave.
        let slice = unsafe { &*(std::ptr::from_ref(slice) as *const [Cell<T>]) };
        Ok(cells { slice, claim, stays: PhantomData })
    }

    /// The value. Raises as [`all`](Self::all).
    pub fn get(&self) -> T {
        let _claim = claim(std::slice::from_ref(self), Use::Reads).unwrap_or_else(|error| error.raise());
        // SAFETY: nobody else writes while the memory is claimed.
        unsafe { self.0.get().read() }
    }

    /// Writes the value. Raises as [`all`](Self::all).
    pub fn set(&self, value: T) {
        let _claim = claim(std::slice::from_ref(self), Use::Writes).unwrap_or_else(|error| error.raise());
        // SAFETY: nobody else uses the memory while it is claimed.
        unsafe { self.0.get().write(value) }
    }
}

fn claim<T>(slice: &[cell<T>], usage: Use) -> Result<Claim> {
    Claim::of_region(Region::of_slice(slice), usage)
}

/// The cells of a slice while a loop uses them: what [`cell::all`] gives.
pub struct cells<'a, T> {
    slice: &'a [Cell<T>],
    #[expect(dead_code, reason = "kept for its drop")]
    claim: Claim,
    stays: PhantomData<*mut ()>,
}

impl<T> Deref for cells<'_, T> {
    type Target = [Cell<T>];
    fn deref(&self) -> &[Cell<T>] {
        self.slice
    }
}

impl<T: dtype_traits> Clone for cell<T> {
    fn clone(&self) -> cell<T> {
        cell::new(self.get())
    }
}

impl<T: dtype_traits + Default> Default for cell<T> {
    fn default() -> cell<T> {
        cell::new(T::default())
    }
}

impl<T: dtype_traits> From<T> for cell<T> {
    fn from(value: T) -> cell<T> {
        cell::new(value)
    }
}

impl<T: dtype_traits + fmt::Debug> fmt::Debug for cell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
