//! [`Apart`]: the mark of one value, lent by itself and given back before or after the call's others.

use crate::borrow::{Loans, mark_root};
use crate::instance::{Inst, MAX_SHARED};

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
            let mark = (*inst).mark();
            if !(*inst).is_ready_inline() || (if exclusive { mark != 0 } else { mark >= MAX_SHARED }) {
                return None;
            }
            mark_root(inst, exclusive);
            Some(Apart::Own(inst, exclusive))
        }
    }

    /// Gives the mark back. Attached.
    pub(crate) fn release(&mut self) {
        match std::mem::replace(self, Apart::Nothing) {
            Apart::Nothing => {}
            // SAFETY: whoever has the mark keeps the object alive until here.
            Apart::Own(inst, exclusive) => unsafe {
                (*inst).set_mark(if exclusive { 0 } else { (*inst).mark() - 1 });
            },
            Apart::Any(mut loans) => loans.release(),
        }
    }

    /// Keeps the mark, and forgets it: for values that nobody can ask for any more.
    pub(crate) fn forget(&mut self) {
        std::mem::forget(std::mem::replace(self, Apart::Nothing));
    }
}
