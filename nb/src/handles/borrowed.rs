//! [`Lent`] and [`LentMut`]: the value behind a [`handle_t`](crate::handle_t) while its borrow mark is held.

use crate::instance::loans::Loans;
use crate::python::attach::Attached;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// The mark of one value; given back when dropped, on a thread that is attached for it.
struct Marked(Loans);

impl Drop for Marked {
    fn drop(&mut self) {
        match Attached::new() {
            Some(_attached) => self.0.release(),
            // The interpreter is ending: nobody can ask for the value any more, so the mark may stay.
            None => std::mem::forget(std::mem::take(&mut self.0)),
        }
    }
}

/// A value that is read outside of a call's arguments; made by [`handle_t::borrow`](crate::handle_t::borrow).
///
/// Modifying the object raises a `RuntimeError` until this is dropped: for ever, if it is forgotten (`std::mem::forget`).
///
/// ```no_run
/// # struct Dog { age: i32 }
/// fn older(a: nb::handle_t<Dog>, b: nb::handle_t<Dog>) -> nb::Result<bool> {
///     // Both may be the same object: each takes a shared mark.
///     Ok(a.borrow()?.age > b.borrow()?.age)
/// }
/// ```
pub struct Lent<'h, T> {
    value: NonNull<T>,
    _marks: Marked,
    handle: PhantomData<&'h T>,
}

impl<T> Lent<'_, T> {
    /// # Safety
    /// `loans` holds a shared loan of `value`, whose object lives for `'h`.
    pub(super) unsafe fn new(loans: Loans, value: NonNull<T>) -> Self {
        Lent { value, _marks: Marked(loans), handle: PhantomData }
    }
}

impl<T> Deref for Lent<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the mark keeps everybody from modifying or moving the value, the object keeps it alive (see `new`).
        unsafe { self.value.as_ref() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Lent<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// A value that is modified outside of a call's arguments; made by
/// [`handle_t::borrow_mut`](crate::handle_t::borrow_mut).
///
/// Every other use of the object raises a `RuntimeError` until this is dropped: for ever, if it is forgotten (`std::mem::forget`).
///
/// ```no_run
/// # struct Dog { age: i32 }
/// fn grow(dog: nb::handle_t<Dog>) -> nb::Result<()> {
///     dog.borrow_mut()?.age += 1;
///     Ok(())
/// }
/// ```
pub struct LentMut<'h, T> {
    value: NonNull<T>,
    _marks: Marked,
    handle: PhantomData<&'h mut T>,
}

impl<T> LentMut<'_, T> {
    /// # Safety
    /// `loans` holds an exclusive loan of `value`, whose object lives for `'h`.
    pub(super) unsafe fn new(loans: Loans, value: NonNull<T>) -> Self {
        LentMut { value, _marks: Marked(loans), handle: PhantomData }
    }
}

impl<T> Deref for LentMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the mark keeps everybody else from the value, the object keeps it alive (see `new`).
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for LentMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`; `self` is borrowed exclusively.
        unsafe { self.value.as_mut() }
    }
}

impl<T: fmt::Debug> fmt::Debug for LentMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
