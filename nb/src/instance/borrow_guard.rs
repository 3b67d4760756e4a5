//! [`BorrowGuard`]: the mark of one value, lent by itself and given back before or after the call's others.

use crate::instance::header::Inst;
use crate::instance::loans::Loans;
use crate::instance::marks::{is_free_inline, mark_root, unmark_root};

/// The mark of one value that is lent apart from a call's arguments.
pub(crate) enum BorrowGuard {
    /// None.
    Nothing,
    /// That of a value in its own object.
    Shared(*mut Inst),
    /// The same, to change it.
    Exclusive(*mut Inst),
    Any(Box<Loans>),
}

impl BorrowGuard {
    /// As [`Loans::lend_inline`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    pub(crate) unsafe fn lend_inline(inst: *mut Inst, exclusive: bool) -> Option<BorrowGuard> {
        // SAFETY: caller's contract.
        unsafe {
            is_free_inline(inst, exclusive).then(|| {
                mark_root(inst, exclusive);
                BorrowGuard::of(inst, exclusive)
            })
        }
    }

    /// As [`lend_inline`](Self::lend_inline), where that means to change the mark and no more; `None` says nothing.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub(crate) unsafe fn lend_at_once(inst: *mut Inst, exclusive: bool) -> Option<BorrowGuard> {
        // SAFETY: caller's contract.
        let lent = unsafe { if exclusive { (*inst).try_claim() } else { (*inst).try_share() } };
        lent.then(|| BorrowGuard::of(inst, exclusive))
    }

    /// That of a value in its own object, which was marked.
    #[inline(always)]
    fn of(inst: *mut Inst, exclusive: bool) -> BorrowGuard {
        if exclusive { BorrowGuard::Exclusive(inst) } else { BorrowGuard::Shared(inst) }
    }

    /// Gives the mark back. Attached.
    #[inline]
    pub(crate) fn release(&mut self) {
        match std::mem::replace(self, BorrowGuard::Nothing) {
            BorrowGuard::Nothing => {}
            // SAFETY: whoever has the mark keeps the object alive until here.
            BorrowGuard::Shared(inst) => unsafe { unmark_root(inst, false) },
            // SAFETY: as above.
            BorrowGuard::Exclusive(inst) => unsafe { unmark_root(inst, true) },
            BorrowGuard::Any(mut loans) => release_all(&mut loans),
        }
    }

    /// Keeps the mark, and forgets it: for values that nobody can ask for any more.
    pub(crate) fn forget(&mut self) {
        std::mem::forget(std::mem::replace(self, BorrowGuard::Nothing));
    }
}

/// Out of the way of the other kinds, which most are.
#[cold]
#[inline(never)]
fn release_all(loans: &mut Loans) {
    loans.release();
}
