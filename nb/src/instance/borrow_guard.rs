//! [`Apart`]: the mark of one value, lent by itself and given back before or after the call's others.

use crate::instance::borrow::{Loans, is_free_inline, mark_root, unmark_root};
use crate::instance::header::Inst;

/// The mark of one value that is lent apart from a call's arguments.
pub(crate) enum Apart {
    /// None.
    Nothing,
    /// That of a value in its own object, and whether it is exclusive.
    Own(*mut Inst, bool),
    Any(Box<Loans>),
}

impl Apart {
    /// As [`Loans::lend_inline`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    pub(crate) unsafe fn lend_inline(inst: *mut Inst, exclusive: bool) -> Option<Apart> {
        // SAFETY: caller's contract.
        unsafe {
            is_free_inline(inst, exclusive).then(|| {
                mark_root(inst, exclusive);
                Apart::Own(inst, exclusive)
            })
        }
    }

    /// Gives the mark back. Attached.
    pub(crate) fn release(&mut self) {
        match std::mem::replace(self, Apart::Nothing) {
            Apart::Nothing => {}
            // SAFETY: whoever has the mark keeps the object alive until here.
            Apart::Own(inst, exclusive) => unsafe { unmark_root(inst, exclusive) },
            Apart::Any(mut loans) => loans.release(),
        }
    }

    /// Keeps the mark, and forgets it: for values that nobody can ask for any more.
    pub(crate) fn forget(&mut self) {
        std::mem::forget(std::mem::replace(self, Apart::Nothing));
    }
}
