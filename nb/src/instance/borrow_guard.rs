//! [`BorrowGuard`]: the mark of one value, lent by itself and given back before or after the call's others.

use crate::instance::header::Inst;
use crate::instance::loans::Loans;
use crate::instance::marks::{is_free_inline, mark_root, unmark_root};

/// The mark of one value that is lent apart from a call's arguments.
pub(crate) enum BorrowGuard {
    /// None.
    Nothing,
    /// That of a value in its own object, and whether it is exclusive.
    Own(*mut Inst, bool),
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
                BorrowGuard::Own(inst, exclusive)
            })
        }
    }

    /// Gives the mark back. Attached.
    pub(crate) fn release(&mut self) {
        match std::mem::replace(self, BorrowGuard::Nothing) {
            BorrowGuard::Nothing => {}
            // SAFETY: whoever has the mark keeps the object alive until here.
            BorrowGuard::Own(inst, exclusive) => unsafe { unmark_root(inst, exclusive) },
            BorrowGuard::Any(mut loans) => loans.release(),
        }
    }

    /// Keeps the mark, and forgets it: for values that nobody can ask for any more.
    pub(crate) fn forget(&mut self) {
        std::mem::forget(std::mem::replace(self, BorrowGuard::Nothing));
    }
}
