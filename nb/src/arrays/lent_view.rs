//! [`viewing`] and [`ndarray_view`]: elements for as long as their memory is claimed.

use crate::arrays::claims::Claim;
use crate::arrays::config::OrderSpec;
use crate::arrays::descriptor::Descriptor;
use crate::arrays::dtype::dtype_traits;
use crate::arrays::shapes::Ranked;
use crate::arrays::view::{Access, Elements, Frozen, Place, Unshared};
use std::marker::PhantomData;
use std::ops::Deref;

/// A view of an array, as a value that is copied: nanobind's `ndarray_view<Scalar, Dim, Order>`.
///
/// It is made by [`view()`](viewing::view) of what [`ndarray::view`](crate::ndarray::view) gives, and ends with that. A view stays on its thread,
/// except one of [`ndarray::view_shared`](crate::ndarray::view_shared), which other threads may read.
///
/// ```
/// use nb::{ndarray, ndim};
/// fn trace(a: ndarray<(f64, ndim<2>)>) -> f64 {
///     let lent = a.view();
///     let v = lent.view();
///     (0..v.shape(0).min(v.shape(1))).map(|i| v[[i, i]].get()).sum()
/// }
/// ```
pub struct ndarray_view<'v, T, S: Ranked, O, W> {
    place: Place<T, S>,
    lives: PhantomData<(&'v (), O, W)>,
}

impl<T, S: Ranked, O, W> ndarray_view<'_, T, S, O, W> {
    pub(crate) fn of(place: Place<T, S>) -> Self {
        ndarray_view { place, lives: PhantomData }
    }
}

impl<T, S: Ranked, O, W> Clone for ndarray_view<'_, T, S, O, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, S: Ranked, O, W> Copy for ndarray_view<'_, T, S, O, W> {}

// SAFETY: nobody writes while it lives.
unsafe impl<T: dtype_traits, S: Ranked, O> Send for ndarray_view<'_, T, S, O, Frozen> {}
// SAFETY: as above.
unsafe impl<T: dtype_traits, S: Ranked, O> Sync for ndarray_view<'_, T, S, O, Frozen> {}
// SAFETY: the contract of `assume_exclusive`.
unsafe impl<T: dtype_traits, S: Ranked, O> Send for ndarray_view<'_, T, S, O, Unshared> {}
// SAFETY: as above.
unsafe impl<T: dtype_traits, S: Ranked, O> Sync for ndarray_view<'_, T, S, O, Unshared> {}

impl<T, S: Ranked, O, W> Deref for ndarray_view<'_, T, S, O, W> {
    type Target = Elements<T, S, O, W>;
    #[inline(always)]
    fn deref(&self) -> &Elements<T, S, O, W> {
        // SAFETY: `Elements` is transparent; made for these markers.
        unsafe { &*(&raw const self.place).cast() }
    }
}

/// The memory of an array while a view uses it: what `a.view()` gives. It has the methods of [`Elements`], and ends the claim to the memory
/// when it is dropped.
#[must_use = "the view ends when this is dropped"]
pub struct viewing<'a, T, S: Ranked, O, W> {
    elements: Elements<T, S, O, W>,
    #[expect(dead_code, reason = "it is kept for its drop")]
    claim: Claim,
    /// Stays on its thread, as the claim does.
    lives: PhantomData<(&'a (), *mut ())>,
}

impl<'a, T: dtype_traits, S: Ranked, O: OrderSpec, W: Access> viewing<'a, T, S, O, W> {
    /// # Safety
    /// As [`Elements::new`]; the claim is one to this memory, and allows what `W` does.
    pub(crate) unsafe fn new(array: &'a Descriptor, claim: Claim) -> Self {
        // SAFETY: caller's contract.
        viewing { elements: unsafe { Elements::new(array) }, claim, lives: PhantomData }
    }

    /// A copy, for functions and closures: it may be used until this is dropped.
    #[inline(always)]
    pub fn view(&self) -> ndarray_view<'_, T, S, O, W> {
        ndarray_view { place: self.elements.place, lives: PhantomData }
    }
}

impl<T, S: Ranked, O, W> Deref for viewing<'_, T, S, O, W> {
    type Target = Elements<T, S, O, W>;
    #[inline(always)]
    fn deref(&self) -> &Elements<T, S, O, W> {
        &self.elements
    }
}
