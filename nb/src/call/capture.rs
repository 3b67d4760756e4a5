//! Rust functions put away behind a pointer, as a record keeps them.

use crate::call::entry;
use std::ptr::{self, NonNull};

/// # Safety
/// Called once, with what `Box::into_raw` has returned for an `F`.
unsafe fn drop_capture<F>(capture: *mut u8) {
    // SAFETY: called once with what Box::into_raw returned for an `F`.
    unsafe { drop(Box::from_raw(capture.cast::<F>())) }
}

/// # Safety
/// None; it stands where [`drop_capture`] could.
pub(crate) unsafe fn drop_nothing(_capture: *mut u8) {}

/// A capture for a record; a function without captured state needs no memory.
pub(crate) fn put<F>(function: F) -> (*mut u8, unsafe fn(*mut u8)) {
    if const { entry::is_stateless::<F>() } {
        std::mem::forget(function);
        return (ptr::dangling_mut(), drop_nothing);
    }
    (Box::into_raw(Box::new(function)).cast(), drop_capture::<F>)
}

/// The function that [`put`] has put away, or that an entry names.
///
/// # Safety
/// `address` comes from there and is still held. A function without captured state was forgotten, so that there is a value
/// of it wherever its type is aligned; the pointer is that of no type then.
#[inline(always)]
pub(crate) unsafe fn function<'a, F>(address: *const u8) -> &'a F {
    // SAFETY: caller's contract; a value without size that is aligned, or the box of `put`.
    unsafe {
        if const { entry::is_stateless::<F>() } {
            return NonNull::<F>::dangling().as_ref();
        }
        &*address.cast::<F>()
    }
}
