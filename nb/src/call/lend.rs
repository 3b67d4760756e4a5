//! How a call borrows the values of bound instances, and what a refusal says.

use crate::call::context::{Cx, is_fatal};
use crate::call::record::Record;
use crate::instance::again;
use crate::instance::borrow::{Asker, Patience};
use crate::instance::class_record::TypeData;
use crate::instance::header::{Inst, inline_address};
use crate::instance::loans::Loans;
use crate::python::error::{chain_cause, restore_raised, take_raised};
use crate::python::messages;
use std::cell::Cell;

impl Cx<'_> {
    /// Lends a bound value to the call; `None` with an exception raised when Rust's aliasing rules forbid it.
    ///
    /// # Safety
    /// `inst` is live; `data` is the record of its native class.
    #[inline]
    pub(crate) unsafe fn lend(&mut self, inst: *mut Inst, data: &TypeData, exclusive: bool) -> Option<usize> {
        // SAFETY: caller's contract.
        unsafe {
            if self.lend_inline(inst, exclusive) {
                return Some(inline_address(inst, data.align));
            }
            self.lend_slow(inst, data, exclusive)
        }
    }

    /// Lends a value that lies in its object; `false` means that [`lend`](Self::lend) has to look closer.
    ///
    /// # Safety
    /// `inst` is live.
    #[inline(always)]
    pub(crate) unsafe fn lend_inline(&mut self, inst: *mut Inst, exclusive: bool) -> bool {
        // SAFETY: caller's contract.
        unsafe { self.loans.lend_inline(inst, exclusive, self.spot().argument) }
    }

    /// # Safety
    /// As [`lend`](Self::lend).
    #[cold]
    #[inline(never)]
    unsafe fn lend_slow(&mut self, inst: *mut Inst, data: &TypeData, exclusive: bool) -> Option<usize> {
        // SAFETY: caller's contract.
        let place = unsafe {
            self.loans
                .lend_counted(inst, data, exclusive, self.spot().argument)
                .or_else(|| self.loans.lend_first_lock(inst, exclusive, self.spot().argument))
        };
        if place.is_some() {
            return place;
        }
        let record = self.record();
        let blocked = Cell::new(false);
        let mut asker = Asker {
            function: &|| record.map_or_else(|| "nb::cast".to_string(), Record::call_name),
            argument_name: &|index| {
                record.map_or_else(|| messages::THE_VALUE.to_string(), |r| r.describe_argument(index))
            },
            argument: self.spot().argument,
            patience: Patience::Says(&blocked),
        };
        // SAFETY: caller's contract. While a thread waits for a lock, others may do anything: the arguments are owned before.
        let found = unsafe {
            self.loans.lend_slow(inst, data, exclusive, &asker).or_else(|| {
                if !blocked.get() {
                    return None;
                }
                self.own_arguments();
                asker.patience = Patience::Waits;
                self.loans.lend_slow(inst, data, exclusive, &asker)
            })
        };
        self.failed |= found.is_none();
        if found.is_none()
            && let Some(cause) = self.cause.take()
        {
            chain_cause(cause);
        }
        found
    }

    /// Has a derived reference that has ended made good, if the function that gave it can do that; see `instance/again.rs`. What that
    /// raises is chained to the exception for a reference that has ended.
    ///
    /// # Safety
    /// `inst` is live; attached.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn renew(&mut self, inst: *mut Inst) {
        self.own_arguments();
        // SAFETY: caller's contract; the context owns the arguments.
        let Some(raised) = (unsafe { again::renew(inst) }) else { return };
        // SAFETY: an exception; attached.
        unsafe { restore_raised(raised) };
        // SAFETY: an exception is raised; attached.
        if unsafe { is_fatal() } {
            self.fatal = true;
        } else {
            self.cause = take_raised();
        }
    }

    /// Lends a bound value apart from the context's loans, to be given back earlier.
    ///
    /// # Safety
    /// As [`lend`](Self::lend), for the loans.
    pub(crate) unsafe fn lend_apart(
        &mut self,
        loans: &mut Loans,
        inst: *mut Inst,
        data: &TypeData,
        exclusive: bool,
    ) -> Option<usize> {
        // SAFETY: caller's contract.
        unsafe {
            std::mem::swap(&mut self.loans, loans);
            let found = self.lend(inst, data, exclusive);
            std::mem::swap(&mut self.loans, loans);
            found
        }
    }

    /// Notes that the argument that is being lent takes the value of `inst` away.
    ///
    /// # Safety
    /// `inst` is live; attached.
    pub(crate) unsafe fn note_claim(&mut self, inst: *mut Inst, empties: bool) {
        // SAFETY: caller's contract.
        unsafe { self.loans.note_claim(inst, self.spot().argument, empties) };
    }

    pub(crate) fn function_name(&self) -> String {
        self.record().map_or_else(|| "nb::cast".to_string(), Record::call_name)
    }

    /// The argument that is being lent, for messages.
    pub(crate) fn argument_name(&self) -> String {
        self.name_argument(self.spot().argument)
    }

    pub(crate) fn name_argument(&self, index: u16) -> String {
        self.record().map_or_else(|| messages::THE_VALUE.to_string(), |r| r.describe_argument(index))
    }
}
