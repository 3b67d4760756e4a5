//! The marks themselves: one number in each root, which says how many references to its value there are.
//!
//! Only [`Loans`](crate::instance::loans::Loans), [`BorrowGuard`](crate::instance::borrow_guard::BorrowGuard) and
//! [`lend_for_good`](crate::instance::intrusive::lend_for_good) change them.

use crate::ffi;
use crate::instance::class_record::data_of;
use crate::instance::ext::ext;
use crate::instance::header::{EXCLUSIVE, Inst, Life, MAX_SHARED, Storage};
use crate::instance::lock::locked_root;

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
    unsafe { (*root).set_mark(if exclusive { 0 } else { (*root).mark() - 1 }) };
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
            !(data.ownership.sharing.is_unique)(ext(root).address as *mut u8)
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
