//! What the record of a class knows about owning its values: how one is dropped in place, in a box, and in an `Arc`.

use crate::instance::ext::ext;
use crate::instance::header::{Inst, Storage};
use crate::instance::lock::{Lock, lock_of};
use std::alloc::{self, Layout};
use std::mem::{ManuallyDrop, MaybeUninit};
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
    /// That of the type, for a box of it.
    pub(crate) layout: Layout,
    /// Writes a clone of the first value to the second place; `None` where the type is not `Clone`.
    pub(crate) clone_value: Option<unsafe fn(*const u8, *mut u8)>,
    pub(crate) share: Share,
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
                Outside::Shared(address) => self.release_share(address),
                Outside::Locked(lock) => (lock.ops.release)(lock.handle),
                Outside::Boxed(address) => self.drop_box(address),
            }
        }
    }

    /// Drops a value in a box, and the box; keeps both where values are never destroyed.
    ///
    /// # Safety
    /// `Box::into_raw` returned the address, for a value of the class, and nobody uses it any more.
    pub(crate) unsafe fn drop_box(&self, address: usize) {
        /// The memory of a box, which goes also if dropping the value panics.
        struct Room(*mut u8, Layout);
        impl Drop for Room {
            fn drop(&mut self) {
                if self.1.size() != 0 {
                    // SAFETY: that of a box is the global allocator's, with the layout of the type; of one without size there is none.
                    unsafe { alloc::dealloc(self.0, self.1) }
                }
            }
        }
        if self.never_destruct {
            return;
        }
        let room = Room(address as *mut u8, self.layout);
        if let Some(drop_value) = self.drop_value {
            // SAFETY: caller's contract; `drop_value` is that of the class.
            unsafe { drop_value(room.0) }
        }
    }

    /// Gives up one count of an `Arc`, of which the argument is what `Arc::into_raw` returned.
    ///
    /// # Safety
    /// It was for a value of the class, and the caller owns the count.
    pub(crate) unsafe fn release_share(&self, address: usize) {
        // SAFETY: caller's contract.
        unsafe { (self.share)(address as *mut u8, ShareOp::Release) };
    }

    /// Adds one.
    ///
    /// # Safety
    /// As [`release_share`](Self::release_share), of a count that stays. Nobody may have a `&mut` to the value.
    pub(crate) unsafe fn retain_share(&self, address: usize) {
        // SAFETY: caller's contract.
        unsafe { (self.share)(address as *mut u8, ShareOp::Retain) };
    }

    /// Whether there is no other count, strong or weak.
    ///
    /// # Safety
    /// As [`retain_share`](Self::retain_share). Nobody may have a reference to the value meanwhile.
    pub(crate) unsafe fn is_only_share(&self, address: usize) -> bool {
        // SAFETY: caller's contract.
        unsafe { (self.share)(address as *mut u8, ShareOp::IsOnly) }
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

/// What [`share`] does.
#[derive(Clone, Copy)]
pub(crate) enum ShareOp {
    /// Gives up one strong count.
    Release,
    /// Adds one.
    Retain,
    /// Says whether there is no other count.
    IsOnly,
}

/// See [`share`].
pub(crate) type Share = unsafe fn(*mut u8, ShareOp) -> bool;

/// What can be done with a value of type `T` in an `Arc`: one function for all of it, since each class has its own.
///
/// # Safety
/// As the functions of [`Ownership`] that call it.
pub(crate) unsafe fn share<T>(address: *mut u8, op: ShareOp) -> bool {
    // SAFETY: caller's contract; the count stays with the instance unless it is given up.
    let mut arc = unsafe { ManuallyDrop::new(Arc::from_raw(address.cast::<T>())) };
    match op {
        ShareOp::Release if std::mem::needs_drop::<T>() => drop(ManuallyDrop::into_inner(arc)),
        // The same for a value that has nothing to drop, without the code that would do so.
        // SAFETY: as above; a `MaybeUninit<T>` has the size and the alignment of a `T`.
        ShareOp::Release => drop(Arc::into_inner(unsafe { Arc::from_raw(address.cast::<MaybeUninit<T>>()) })),
        ShareOp::Retain => std::mem::forget(Arc::clone(&arc)),
        ShareOp::IsOnly => return Arc::get_mut(&mut arc).is_some(),
    }
    true
}
