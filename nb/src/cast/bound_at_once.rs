//! Bound instances as arguments of a call without a context: found by the address of their type, lent by counting.

use crate::cast::bound::Bound;
use crate::cast::class_trait::Class;
use crate::ffi;
use crate::instance::class_record;
use crate::instance::header::{Inst, Storage};
use crate::instance::lend_locked;
use crate::instance::marks::{mark_anywhere, mark_place, unmark_root};
use crate::interpreter::panic;
use std::any::TypeId;

impl<T: 'static> Bound<T> {
    /// The instance, if its type is one that the cell of the class names. Whether there is a value in it is found out when it is
    /// marked.
    ///
    /// # Safety
    /// `src` is live; attached.
    #[inline(always)]
    pub(super) unsafe fn of_known<D>(src: *mut ffi::PyObject) -> Option<Bound<T>>
    where
        T: Class<D>,
    {
        // SAFETY: caller's contract; the cell is that of the class.
        unsafe { T::cell().holds(src).then(|| Bound::of_exact(src)) }
    }

    /// As [`of_known`](Self::of_known), for all instances of the class and of derived ones. Where the value is has to be found out by
    /// [`mark_anywhere`](Self::mark_anywhere).
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub(super) unsafe fn of_any<D>(src: *mut ffi::PyObject) -> Option<Bound<T>>
    where
        T: Class<D>,
    {
        let (cell, key) = (T::cell(), const { &TypeId::of::<T>() });
        // SAFETY: caller's contract; the cell is that of the class.
        unsafe {
            let mut bound = Bound::of_exact(src);
            if !cell.holds(src) {
                let (_, data, _) = class_record::instance_of(src, *key)?;
                bound.known = data.key == *key;
                if bound.known {
                    cell.learn(src, key);
                }
            }
            Some(bound)
        }
    }

    /// Takes the mark of a value that lies in its object, if that means to count and no more.
    ///
    /// # Safety
    /// Made by [`of_known`](Self::of_known), and no code has run since; attached.
    #[inline(always)]
    pub(super) unsafe fn mark(&mut self, exclusive: bool) -> bool {
        // SAFETY: a live instance of the class.
        unsafe { if exclusive { (*self.inst).try_claim() } else { (*self.inst).try_share() } }
    }

    /// As [`mark`](Self::mark), wherever the value is.
    ///
    /// # Safety
    /// Made by [`of_any`](Self::of_any), and no code has run since; attached.
    #[inline(always)]
    pub(super) unsafe fn mark_anywhere(&mut self, exclusive: bool) -> bool {
        // SAFETY: a live instance of the class or of a derived one.
        let found = unsafe {
            let place = if self.known { mark_place(self.inst, exclusive) } else { Err(()) };
            place.unwrap_or_else(|()| {
                if self.known && (*self.inst).storage() == Storage::Locked {
                    let value = lend_locked::take_first(self.inst, exclusive)?;
                    self.locked = true;
                    return Some((self.inst, value));
                }
                marked(self.inst, const { &TypeId::of::<T>() }, exclusive)
            })
        };
        if let Some((root, address)) = found {
            (self.root, self.address) = (root, address);
        }
        found.is_some()
    }

    /// # Safety
    /// Once after [`mark`](Self::mark) with the same `exclusive`.
    #[inline(always)]
    pub(super) unsafe fn unmark(&self, exclusive: bool) {
        // SAFETY: caller's contract.
        unsafe { unmark_root(self.inst, exclusive) }
    }

    /// # Safety
    /// Once after [`mark_anywhere`](Self::mark_anywhere) with the same `exclusive`.
    pub(super) unsafe fn unmark_anywhere(&self, exclusive: bool) {
        // SAFETY: caller's contract.
        unsafe { if self.locked { unlock(self.root) } else { unmark_root(self.root, exclusive) } }
    }

    /// Owns the object.
    ///
    /// # Safety
    /// Found, and no code has run since; attached.
    #[inline(always)]
    pub(super) unsafe fn own(&self) {
        // SAFETY: caller's contract.
        unsafe { ffi::Py_INCREF(self.inst.cast()) }
    }

    /// Owns the object and the one that carries its mark: a child may lose its root to the collector.
    ///
    /// # Safety
    /// As [`own`](Self::own), after [`mark_anywhere`](Self::mark_anywhere).
    pub(super) unsafe fn own_anywhere(&self) {
        // SAFETY: both are live.
        unsafe {
            ffi::Py_INCREF(self.inst.cast());
            ffi::Py_INCREF(self.root.cast());
        }
    }

    /// # Safety
    /// Once after [`own`](Self::own); attached.
    #[inline(always)]
    pub(super) unsafe fn let_go(&self) {
        // SAFETY: owned.
        unsafe { ffi::Py_DECREF(self.inst.cast()) }
    }

    /// # Safety
    /// Once after [`own_anywhere`](Self::own_anywhere); attached.
    pub(super) unsafe fn let_go_anywhere(&self) {
        // SAFETY: owned.
        unsafe {
            ffi::Py_DECREF(self.inst.cast());
            ffi::Py_DECREF(self.root.cast());
        }
    }
}

/// Gives a lock back. An `extern "C"` function, so that the compiler sees that no call unwinds for that.
///
/// # Safety
/// As [`release_lock`](lend_locked::release_lock).
#[cold]
#[inline(never)]
unsafe extern "C" fn unlock(inst: *mut Inst) {
    // SAFETY: caller's contract.
    panic::guard_unraisable(inst.cast(), || unsafe { lend_locked::release_lock(inst) });
}

/// Marks an instance of the class `key` or of a derived one; gives what carries the mark, and where the `key` in it is.
///
/// # Safety
/// `inst` is a live instance of such a class; attached.
#[inline(never)]
unsafe fn marked(inst: *mut Inst, key: &'static TypeId, exclusive: bool) -> Option<(*mut Inst, usize)> {
    // SAFETY: caller's contract.
    unsafe {
        let (_, data, offset) = class_record::instance_of(inst.cast(), *key)?;
        let (root, address) = mark_anywhere(inst, data, exclusive)?;
        Some((root, address + offset))
    }
}
