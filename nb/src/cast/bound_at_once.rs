//! Bound instances as arguments of a call without a context: found by the address of their type, lent by counting.

use crate::cast::bound::{Bound, Found};
use crate::cast::class_trait::Class;
use crate::ffi;
use crate::instance::class_cell::ClassCell;
use crate::instance::class_record;
use crate::instance::header::{Inst, Storage};
use crate::instance::lend_locked;
use crate::instance::marks::{mark_anywhere, mark_place, unmark_root};
use crate::interpreter::panic;
use std::any::TypeId;
use std::ptr::NonNull;

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
        let cell = T::cell();
        // SAFETY: caller's contract; the cell is that of the class.
        unsafe {
            let mut bound = Bound::of_exact(src);
            if !cell.holds(src) {
                bound.known = look_up(src, cell, const { &TypeId::of::<T>() })?;
            }
            Some(bound)
        }
    }

    /// As [`mark`](Found::mark), wherever the value is.
    ///
    /// # Safety
    /// Made by [`of_any`](Self::of_any), and no code has run since; attached.
    #[inline(always)]
    pub(super) unsafe fn mark_anywhere(&mut self, exclusive: bool) -> bool {
        // SAFETY: a live instance of the class or of a derived one.
        unsafe {
            let place = if self.known { mark_place(self.inst, exclusive) } else { Err(()) };
            let found = match place {
                Ok(found) => found,
                Err(()) => {
                    let found = mark_apart(self.inst, self.known, const { &TypeId::of::<T>() }, exclusive);
                    self.locked = found.is_some_and(|(root, _)| root.as_ref().storage() == Storage::Locked);
                    found
                }
            };
            if let Some((root, address)) = found {
                (self.root, self.address) = (root.as_ptr(), address);
            }
            found.is_some()
        }
    }
}

/// What [`mark_anywhere`](Bound::mark_anywhere) does of a value that is no plain part of another; gives what carries the mark, and the
/// address of the value. The former is behind a lock only if that was taken.
///
/// # Safety
/// As there; `inst` is an instance of the class `key`, and `known` as in [`Found`].
#[inline(never)]
unsafe fn mark_apart(
    inst: *mut Inst,
    known: bool,
    key: &'static TypeId,
    exclusive: bool,
) -> Option<(NonNull<Inst>, usize)> {
    // SAFETY: caller's contract.
    unsafe {
        let (root, address) = if known && (*inst).storage() == Storage::Locked {
            (inst, lend_locked::take_first(inst, exclusive)?)
        } else {
            let (_, data, offset) = class_record::instance_of(inst.cast(), *key)?;
            let (root, address) = mark_anywhere(inst, data, exclusive)?;
            (root, address + offset)
        };
        Some((NonNull::new(root)?, address))
    }
}

/// Whether an instance of the class `key` that its cell does not know is of this very class, or of a Python class derived from it, so that the
/// cell may learn it; or of another derived one. `None` if it is neither.
///
/// # Safety
/// `src` is live; attached.
#[inline(never)]
unsafe fn look_up(src: *mut ffi::PyObject, cell: &'static ClassCell, key: &'static TypeId) -> Option<bool> {
    // SAFETY: caller's contract; the cell is that of the class.
    unsafe {
        let (_, data, _) = class_record::instance_of(src, *key)?;
        let known = data.key == *key;
        if known {
            cell.learn(src, key);
        }
        Some(known)
    }
}

impl Found {
    /// Takes the mark of a value that lies in its object, if that means to count and no more.
    ///
    /// # Safety
    /// Made by [`of_known`](Bound::of_known), and no code has run since; attached.
    #[inline(always)]
    pub(super) unsafe fn mark(&mut self, exclusive: bool) -> bool {
        // SAFETY: a live instance of the class.
        unsafe { if exclusive { (*self.inst).try_claim() } else { (*self.inst).try_share() } }
    }

    /// # Safety
    /// Once after [`mark`](Self::mark) with the same `exclusive`.
    #[inline(always)]
    pub(super) unsafe fn unmark(&self, exclusive: bool) {
        // SAFETY: caller's contract.
        unsafe { unmark_root(self.inst, exclusive) }
    }

    /// # Safety
    /// Once after [`mark_anywhere`](Bound::mark_anywhere) with the same `exclusive`.
    #[inline(always)]
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
    /// As [`own`](Self::own), after [`mark_anywhere`](Bound::mark_anywhere).
    #[inline(always)]
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
    #[inline(always)]
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
