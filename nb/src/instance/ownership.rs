//! What the record of a class knows about owning its values: how one is dropped in place, in a box, and in an `Arc`.

use crate::instance::ext::ext;
use crate::instance::header::{Inst, Storage};
use crate::instance::lock::{Lock, lock_of};
use std::mem::ManuallyDrop;
use std::sync::Arc;

impl Storage {
    /// Whether the value is the object's own, alone or together with native code, and not a part of another one's or a static.
    #[inline(always)]
    pub(crate) fn owns(self) -> bool {
        matches!(self, Storage::Inline | Storage::Boxed | Storage::Shared | Storage::Locked)
    }
}

/// How the values of a class end, are cloned and are shared.
pub(crate) struct Ownership {
    /// `None` where there is nothing to drop.
    pub(crate) drop_value: Option<unsafe fn(*mut u8)>,
    pub(crate) drop_box: unsafe fn(*mut u8),
    /// Writes a clone of the first value to the second place; `None` where the type is not `Clone`.
    pub(crate) clone_value: Option<unsafe fn(*const u8, *mut u8)>,
    pub(crate) sharing: &'static Sharing,
    /// The annotation `nb::never_destruct()`: nothing here drops a value then, and counts of an `Arc` are kept.
    pub(crate) never_destruct: bool,
}

impl Ownership {
    /// Gives up a value that an instance owns outside of itself.
    ///
    /// # Safety
    /// It is that of the instance's record, which names it no more or will not be asked again.
    pub(crate) unsafe fn release(&self, value: Outside) {
        // SAFETY: caller's contract.
        unsafe {
            match value {
                Outside::Shared(_) | Outside::Locked(_) if self.never_destruct => {}
                Outside::Shared(address) => (self.sharing.release)(address as *mut u8),
                Outside::Locked(lock) => (lock.ops.release)(lock.handle),
                Outside::Boxed(address) => (self.drop_box)(address as *mut u8),
            }
        }
    }
}

/// What an instance owns outside of itself.
#[derive(Clone, Copy)]
pub(crate) enum Outside {
    /// A value in a box.
    Boxed(usize),
    /// A count of an `Arc`.
    Shared(usize),
    /// A count of a lock in an `Arc`.
    Locked(Lock),
}

impl Outside {
    /// That of an instance.
    ///
    /// # Safety
    /// `inst` is live and `Boxed`, `Shared` or `Locked`.
    pub(crate) unsafe fn of(inst: *mut Inst) -> Outside {
        // SAFETY: caller's contract.
        unsafe {
            match (*inst).storage() {
                Storage::Shared => Outside::Shared(ext(inst).address),
                Storage::Locked => Outside::Locked(lock_of(inst)),
                _ => Outside::Boxed(ext(inst).address),
            }
        }
    }
}

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
    /// # Safety
    /// As [`Sharing::release`], for values of type `T`.
    unsafe fn release<T>(address: *mut u8) {
        // SAFETY: caller's contract.
        unsafe { drop(Arc::from_raw(address.cast::<T>())) }
    }
    /// # Safety
    /// As [`Sharing::retain`], for values of type `T`.
    unsafe fn retain<T>(address: *mut u8) {
        // SAFETY: caller's contract.
        unsafe { Arc::increment_strong_count(address.cast::<T>()) }
    }
    /// # Safety
    /// As [`Sharing::is_unique`], for values of type `T`.
    unsafe fn is_unique<T>(address: *mut u8) -> bool {
        // SAFETY: caller's contract; the count stays with the instance.
        let mut arc = ManuallyDrop::new(unsafe { Arc::from_raw(address.cast::<T>()) });
        Arc::get_mut(&mut arc).is_some()
    }
    const { &Sharing { release: release::<T>, retain: retain::<T>, is_unique: is_unique::<T> } }
}
