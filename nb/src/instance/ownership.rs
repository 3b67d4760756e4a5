//! What the record of a class knows about owning its values: how one is dropped in place, in a box, and in an `Arc`.

use std::mem::ManuallyDrop;
use std::sync::Arc;

/// Drops a value in place.
///
/// # Safety
/// The address is that of a live `T` that nobody uses any more.
pub(crate) unsafe fn drop_value<T>(address: *mut u8) {
    // SAFETY: caller's contract.
    unsafe { std::ptr::drop_in_place(address.cast::<T>()) }
}

/// In place of [`drop_box`], for values that are never destroyed.
///
/// # Safety
/// None; it stands where [`drop_box`] could.
pub(crate) unsafe fn keep_box(_address: *mut u8) {}

/// Drops a boxed value.
///
/// # Safety
/// `Box::<T>::into_raw` returned the address, and nobody uses the value any more.
pub(crate) unsafe fn drop_box<T>(address: *mut u8) {
    // SAFETY: caller's contract.
    unsafe { drop(Box::from_raw(address.cast::<T>())) }
}

/// What can be done with a value in an `Arc`, of which the argument is what `Arc::into_raw` returned.
pub(crate) struct Sharing {
    /// Gives up one strong count.
    pub(crate) release: unsafe fn(*mut u8),
    /// Adds one. Nobody may have a `&mut` to the value.
    pub(crate) retain: unsafe fn(*mut u8),
    /// Whether there is no other count, strong or weak. Nobody may have a reference to the value meanwhile.
    pub(crate) is_unique: unsafe fn(*mut u8) -> bool,
}

/// The functions for values of type `T`.
pub(crate) const fn sharing<T>() -> &'static Sharing {
    unsafe fn release<T>(address: *mut u8) {
        // SAFETY: caller's contract.
        unsafe { drop(Arc::from_raw(address.cast::<T>())) }
    }
    unsafe fn retain<T>(address: *mut u8) {
        // SAFETY: caller's contract.
        unsafe { Arc::increment_strong_count(address.cast::<T>()) }
    }
    unsafe fn is_unique<T>(address: *mut u8) -> bool {
        // SAFETY: caller's contract; the count stays with the instance.
        let mut arc = ManuallyDrop::new(unsafe { Arc::from_raw(address.cast::<T>()) });
        Arc::get_mut(&mut arc).is_some()
    }
    const { &Sharing { release: release::<T>, retain: retain::<T>, is_unique: is_unique::<T> } }
}
