//! The marks themselves: one number in each root, which says how many references to its value there are.
//!
//! Only [`Loans`](crate::instance::loans::Loans), [`BorrowGuard`](crate::instance::borrow_guard::BorrowGuard) and
//! [`lend_for_good`](crate::instance::intrusive::lend_for_good) change them.

use crate::ffi;
use crate::instance::class_record::{TypeData, data_of, native_data};
use crate::instance::ext::{ext, owned_address, place_address};
use crate::instance::header::{EXCLUSIVE, Inst, Life, MAX_SHARED, Storage, inline_address};
use crate::instance::intrusive;
use crate::instance::lock::locked_root;
use crate::instance::path::element_address;
use std::ptr::NonNull;

/// Whether the value of `inst` lies in the object, and its mark allows one more loan.
///
/// # Safety
/// `inst` is live.
#[inline(always)]
pub(crate) unsafe fn is_free_inline(inst: *mut Inst, exclusive: bool) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        let mark = (*inst).mark();
        (*inst).is_ready_inline() && (if exclusive { mark == 0 } else { mark < MAX_SHARED })
    }
}

/// Whether the value of `inst` lies in the object, and may be read at once, without a mark: nobody changes it, and no reference into it ends by
/// that.
///
/// # Safety
/// `inst` is live.
#[inline(always)]
pub(crate) unsafe fn is_readable_inline(inst: *mut Inst) -> bool {
    // SAFETY: caller's contract.
    unsafe { (*inst).is_firm_inline() && (*inst).mark() < MAX_SHARED }
}

/// Gives one loan's share of a root's mark back.
///
/// # Safety
/// `root` is live, and was marked for the loan.
#[inline(always)]
pub(crate) unsafe fn unmark_root(root: *mut Inst, exclusive: bool) {
    // SAFETY: caller's contract.
    unsafe { (*root).give_back(exclusive) };
}

/// Marks a root for one more loan, which its mark allows.
///
/// # Safety
/// `root` is live.
#[inline(always)]
pub(crate) unsafe fn mark_root(root: *mut Inst, exclusive: bool) {
    // SAFETY: caller's contract.
    unsafe {
        if exclusive {
            (*root).set_mark(EXCLUSIVE);
            (*root).move_epoch();
        } else {
            if (*root).is_fragile() {
                (*root).move_epoch();
            }
            (*root).set_mark((*root).mark() + 1);
        }
    }
}

/// As [`mark_anywhere`], for a field of a value that lies in its object. `Err` says that there is more to try.
///
/// # Safety
/// `inst` is a live instance of a bound class or of a derived one; attached.
#[inline(always)]
pub(crate) unsafe fn mark_place(inst: *mut Inst, exclusive: bool) -> Result<Option<(NonNull<Inst>, usize)>, ()> {
    // SAFETY: caller's contract; a place owns a reference to its root.
    unsafe {
        if !(*inst).is_plain_place(exclusive) {
            return Err(());
        }
        let ext = ext(inst);
        // A place has one.
        let root = (*ext.roots.as_ptr()).inst;
        let free = match exclusive {
            true => native_data(ffi::Py_TYPE(inst.cast())).counted.is_empty() && (*root).try_claim(),
            false => (*root).try_share(),
        };
        if !free {
            // What is behind a lock has to be locked.
            return if (*root).storage() == Storage::Locked { Ok(None) } else { Err(()) };
        }
        let align = native_data(ffi::Py_TYPE(root.cast())).align;
        Ok(Some((NonNull::new_unchecked(root), inline_address(root, align) + ext.address)))
    }
}

/// Lends a value where that means to count and no more, wherever the value is; gives what carries the mark,
/// and the address. Runs no code; `None` says nothing.
///
/// # Safety
/// `inst` is a live instance of the class with the record `data`; attached.
pub(crate) unsafe fn mark_anywhere(inst: *mut Inst, data: &TypeData, exclusive: bool) -> Option<(*mut Inst, usize)> {
    // SAFETY: caller's contract; a place owns a reference to its root, of whose class the record is found by its type.
    unsafe {
        if !(*inst).is_plainly_ready() || (exclusive && ((*inst).is_read_only() || intrusive::is_counted(inst, data))) {
            return None;
        }
        let storage = (*inst).storage();
        let root = match storage {
            Storage::Inline | Storage::Boxed | Storage::Shared => inst,
            Storage::Place | Storage::Element => ext(inst).roots[0].inst,
            Storage::Derived | Storage::Static | Storage::Locked => return None,
        };
        if (*root).life() != Life::Ready || (*root).storage() == Storage::Locked {
            return None;
        }
        let free = if exclusive { (*root).mark() == 0 && !is_shared(root) } else { (*root).mark() < MAX_SHARED };
        if !free {
            return None;
        }
        let address = match storage {
            Storage::Place => place_address(ext(inst)),
            Storage::Element => element_address(ext(inst), exclusive)?,
            _ => owned_address(inst, data),
        };
        // Nothing runs between the look at the mark and the mark.
        mark_root(root, exclusive);
        Some((root, address))
    }
}

/// Whether native code has a share in the value of `root`: then nobody may modify it.
///
/// # Safety
/// `root` is live and ready, and nobody has a reference to its value.
pub(crate) unsafe fn is_shared(root: *mut Inst) -> bool {
    // SAFETY: caller's contract; a shared value is in the `Arc` that the record names. While the mark is taken, nobody
    // can get another count from this root, and without one there is nobody else to get it from.
    unsafe {
        (*root).storage() == Storage::Shared && {
            let data = data_of(ffi::Py_TYPE(root.cast())).expect("roots are bound instances");
            !data.ownership.is_only_share(ext(root).address)
        }
    }
}

/// Whether an exclusive loan of `inst` would be granted now; takes nothing.
///
/// # Safety
/// `inst` is live and attached.
pub(crate) unsafe fn is_writable(inst: *mut Inst) -> bool {
    // SAFETY: caller's contract; places and derived references own references to their roots.
    unsafe {
        if (*inst).life() != Life::Ready || (*inst).is_read_only() {
            return false;
        }
        let free = |root: *mut Inst| (*root).life() == Life::Ready && (*root).mark() == 0 && !is_shared(root);
        match (*inst).storage() {
            Storage::Inline | Storage::Boxed | Storage::Shared => free(inst),
            Storage::Locked | Storage::Static => false,
            // Whether the lock is free is found out by taking it.
            _ if locked_root(inst).is_some() => false,
            Storage::Place | Storage::Element => ext(inst).roots.iter().all(|r| free(r.inst)),
            Storage::Derived => ext(inst).roots.iter().all(|r| (*r.inst).epoch_holds(r.epoch) && free(r.inst)),
        }
    }
}
