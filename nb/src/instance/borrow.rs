//! Borrow marks: what lets safe Rust functions take `&T` and `&mut T` from Python objects.
//!
//! The mark is on the *root* object, which owns the storage. All marks of one call are taken after every argument is
//! converted and released together when its [`Cx`](crate::call::context::Cx) is dropped, so no path can forget one. Within one
//! call, two places in one root may be lent at once when their bytes do not overlap, as Rust allows for two fields.
//!

use crate::ffi;
use crate::instance::again;
use crate::instance::class_record::{TypeData, data_of};
use crate::instance::ext::{ext, owned_address};
use crate::instance::header::{EXCLUSIVE, Inst, Life, MAX_SHARED, Storage, inline_address};
use crate::instance::intrusive;
use crate::instance::loans::{LoanFlags, Loans, span};
use crate::instance::lock::locked_root;
use crate::instance::marks::{is_free_inline, is_shared, mark_anywhere, mark_root};
use crate::instance::path::{apart, element_address};
use crate::python::error::{Builtin, Error, Result, restore_raised, runtime_error, set_error};
use crate::python::messages;
use crate::python::object::StrongRef;
use std::cell::Cell;

/// Who asks for a loan, for messages.
pub(crate) struct Asker<'a> {
    pub function: &'a dyn Fn() -> String,
    pub argument_name: &'a dyn Fn(u16) -> String,
    pub argument: u16,
    pub patience: Patience<'a>,
}

impl Asker<'_> {
    /// Why a value of `data`'s class is not to be had that another call uses, or changes.
    pub(super) fn busy(&self, data: &TypeData, changes: bool) -> String {
        messages::busy(&(self.function)(), &(self.argument_name)(self.argument), &data.name(), changes)
    }
}

/// What becomes of a loan whose lock another thread has.
pub(crate) enum Patience<'a> {
    /// It waits, without the interpreter.
    Waits,
    /// It fails without an exception, and says so here: whoever asks has to own the arguments before any other code runs.
    Says(&'a Cell<bool>),
}

/// What came of one try.
pub(super) enum Try {
    /// The address of the value.
    Lent(usize),
    /// An exception is raised.
    Refused,
    /// A lock is not free: of this root, wanted for writing or not.
    Busy(*mut Inst),
}

impl Loans {
    /// Lends the value of `inst` where that means to count and no more: it lies in the object, and no other loan is in
    /// the way. `false` means that [`lend_slow`](Self::lend_slow) has to look.
    ///
    /// # Safety
    /// `inst` is live; attached.
    #[inline(always)]
    pub(crate) unsafe fn lend_inline(&mut self, inst: *mut Inst, exclusive: bool, argument: u16) -> bool {
        // SAFETY: caller's contract.
        unsafe {
            if !is_free_inline(inst, exclusive) {
                return false;
            }
            self.take(inst, inst, exclusive, LoanFlags::PLACE, argument);
            true
        }
    }

    /// Lends a value that lies anywhere where that means to count and no more; `None` means that
    /// [`lend_slow`](Self::lend_slow) has to look.
    ///
    /// # Safety
    /// As [`lend_slow`](Self::lend_slow).
    #[inline(always)]
    pub(crate) unsafe fn lend_counted(
        &mut self,
        inst: *mut Inst,
        data: &TypeData,
        exclusive: bool,
        argument: u16,
    ) -> Option<usize> {
        // SAFETY: caller's contract; the mark is noted as it was taken.
        unsafe {
            let (root, address) = mark_anywhere(inst, data, exclusive)?;
            self.note_mark(root, inst, exclusive, LoanFlags::PLACE, argument);
            Some(address)
        }
    }

    /// Lends the value of `inst` (an instance of `data`'s class or a subclass), or raises and returns `None`.
    ///
    /// # Safety
    /// As [`lend_inline`](Self::lend_inline); `data` is the record of its native class.
    #[cold]
    pub(crate) unsafe fn lend_slow(
        &mut self,
        inst: *mut Inst,
        data: &TypeData,
        exclusive: bool,
        asker: &Asker<'_>,
    ) -> Option<usize> {
        let (mut wait, mut held) = (None, None);
        loop {
            // SAFETY: caller's contract. The object may have changed whenever this thread has waited, so everything is looked at
            // anew.
            unsafe {
                let root = match self.try_lend(inst, data, exclusive, asker) {
                    Try::Lent(address) => return Some(address),
                    Try::Refused => return None,
                    Try::Busy(root) => root,
                };
                if let Patience::Says(blocked) = asker.patience {
                    blocked.set(true);
                    return None;
                }
                // Others run while this thread waits, and the caller may not own the object.
                held.get_or_insert_with(|| StrongRef::borrow(inst.cast()));
                self.wait_for(root, exclusive, asker, data, &mut wait)?;
            }
        }
    }

    /// # Safety
    /// As [`lend_slow`](Self::lend_slow).
    unsafe fn try_lend(&mut self, inst: *mut Inst, data: &TypeData, exclusive: bool, asker: &Asker<'_>) -> Try {
        // SAFETY: caller's contract of `lend`; places and derived references own references to their roots.
        unsafe {
            let raise = |text: String| {
                set_error(Builtin::RuntimeError.class(), &text);
                Try::Refused
            };
            let name = || (asker.argument_name)(asker.argument);
            if (*inst).life() != Life::Ready {
                return raise(match self.argument_of(inst) {
                    Some(other) => {
                        let other = (asker.argument_name)(other);
                        messages::aliased(&(asker.function)(), &other, &name(), &data.name())
                    }
                    None => messages::moved_during_call(&(asker.function)(), &name(), &data.name()),
                });
            }
            if exclusive && intrusive::is_counted(inst, data) {
                return raise(messages::counted(&(asker.function)(), &name(), &data.name()));
            }
            if exclusive && ((*inst).is_read_only() || (*inst).storage() == Storage::Static) {
                let text = match (*inst).storage() {
                    Storage::Inline | Storage::Boxed | Storage::Shared | Storage::Locked => messages::read_only_box,
                    _ => messages::read_only,
                };
                return raise(text(&(asker.function)(), &name(), &data.name()));
            }
            if let Some(root) = locked_root(inst)
                && (*root).life() == Life::Ready
            {
                return self.lend_locked(root, inst, exclusive, asker, data);
            }
            let (root, address, place) = match (*inst).storage() {
                Storage::Inline | Storage::Boxed | Storage::Shared | Storage::Locked => {
                    (inst, owned_address(inst, data), true)
                }
                Storage::Static => (std::ptr::null_mut(), ext(inst).address, false),
                Storage::Place | Storage::Element => {
                    let root = ext(inst).roots[0].inst;
                    if (*root).life() != Life::Ready {
                        let owner = data_of(ffi::Py_TYPE(root.cast())).map(TypeData::name).unwrap_or_default();
                        let text = messages::moved_during_call(&(asker.function)(), &name(), &data.name());
                        // Last, since it may run any code: nothing of the arguments is looked at any more.
                        crate::python::error::warn(&messages::relinquished(&owner));
                        return raise(text);
                    }
                    // An element is looked up under the mark.
                    let place = (*inst).storage() == Storage::Place;
                    (root, if place { crate::instance::ext::place_address(ext(inst)) } else { 0 }, true)
                }
                Storage::Derived => {
                    for root in &ext(inst).roots {
                        if (*root.inst).life() != Life::Ready || !(*root.inst).epoch_holds(root.epoch) {
                            let owner = data_of(ffi::Py_TYPE(root.inst.cast())).map(TypeData::name).unwrap_or_default();
                            let used = !(*inst).is_read_only();
                            return raise(messages::stale(&(asker.function)(), &name(), &data.name(), &owner, used));
                        }
                    }
                    (ext(inst).roots[0].inst, ext(inst).address, false)
                }
            };
            if root.is_null() {
                self.push(root, inst, asker.argument, LoanFlags::empty());
                return Try::Lent(address);
            }
            // While a reference that was made of a `&mut` is in use, nobody else may look at its owner.
            let fragile = !place && ext(inst).roots.iter().any(|other| (*other.inst).is_fragile());
            if fragile && !exclusive && self.all().iter().any(|loan| loan.inst == inst && loan.is(LoanFlags::READS)) {
                // Twice in one call, to read. One that is lent to be changed conflicts below.
                self.push(root, inst, asker.argument, LoanFlags::empty());
                return Try::Lent(address);
            }
            let reads = if fragile && !exclusive { LoanFlags::READS } else { LoanFlags::empty() };
            let exclusive = exclusive || fragile;
            // A derived reference may point into any of several roots: all of them are marked alike.
            if !place {
                for other in ext(inst).roots.iter().skip(1) {
                    if self.mark(other.inst, inst, exclusive, reads, asker, data).is_none() {
                        return Try::Refused;
                    }
                }
            }
            let flags = if place { LoanFlags::PLACE } else { reads };
            if self.mark(root, inst, exclusive, flags, asker, data).is_none() {
                return Try::Refused;
            }
            if (*inst).storage() == Storage::Element {
                return self.found(inst, exclusive, asker, data);
            }
            if !place && exclusive {
                // The use went through this very reference, which therefore stays good.
                for root in &mut crate::instance::ext::ext_mut(inst).roots {
                    root.epoch = (*root.inst).share_epoch();
                    (*root.inst).set_fragile();
                }
            }
            Try::Lent(address)
        }
    }

    /// Where an element or a locked value is, now that its root is lent; raises for an element that has gone.
    ///
    /// # Safety
    /// The last loan is that of `inst`; attached.
    pub(super) unsafe fn found(&self, inst: *mut Inst, exclusive: bool, asker: &Asker<'_>, data: &TypeData) -> Try {
        // SAFETY: caller's contract.
        unsafe {
            if (*inst).storage() != Storage::Element {
                return Try::Lent(span(inst).0);
            }
            if let Some(address) = element_address(ext(inst), exclusive) {
                return Try::Lent(address);
            }
            let owner = data_of(ffi::Py_TYPE(ext(inst).roots[0].inst.cast())).map(TypeData::name).unwrap_or_default();
            let name = (asker.argument_name)(asker.argument);
            let text = messages::element_gone(&(asker.function)(), &name, &data.name(), &owner);
            set_error(Builtin::RuntimeError.class(), &text);
            Try::Refused
        }
    }

    /// # Safety
    /// `root` is live: it is `inst` or `inst` owns a reference to it; attached.
    unsafe fn mark(
        &mut self,
        root: *mut Inst,
        inst: *mut Inst,
        exclusive: bool,
        place: LoanFlags,
        asker: &Asker<'_>,
        data: &TypeData,
    ) -> Option<()> {
        // SAFETY: `root` is live: it is `inst` or `inst` owns a reference to it.
        unsafe {
            let mark = (*root).mark();
            let raise_shared = || {
                let name = (asker.argument_name)(asker.argument);
                let text = messages::shared(&(asker.function)(), &name, &data.name());
                set_error(Builtin::RuntimeError.class(), &text);
                None
            };
            if mark == 0 || (!exclusive && mark < MAX_SHARED) {
                if exclusive && is_shared(root) {
                    return raise_shared();
                }
                self.take(root, inst, exclusive, place, asker.argument);
                return Some(());
            }
            // A list may name one object more often than a mark can count. That all counts are ours was seen before then.
            let latest = || self.all().iter().rev().find(|loan| loan.root == root);
            if !exclusive && mark == MAX_SHARED && latest().is_some_and(|loan| !loan.is(LoanFlags::COUNTED)) {
                self.push(root, inst, asker.argument, place);
                return Some(());
            }
            let mut ours = 0u16;
            for loan in self.all().iter().filter(|loan| loan.root == root) {
                let disjoint = place.contains(LoanFlags::PLACE) && loan.is(LoanFlags::PLACE) && apart(inst, loan.inst);
                if (exclusive || loan.is(LoanFlags::CHANGES)) && !disjoint {
                    let text = messages::aliased(
                        &(asker.function)(),
                        &(asker.argument_name)(loan.argument),
                        &(asker.argument_name)(asker.argument),
                        &data.name(),
                    );
                    set_error(Builtin::RuntimeError.class(), &text);
                    return None;
                }
                ours += u16::from(loan.is(LoanFlags::COUNTED));
            }
            // `ours == mark` for shared loans: nobody else reads. An exclusive mark with one of our loans is ours.
            let only_ours = if mark == EXCLUSIVE { ours == 1 } else { ours == mark };
            if !only_ours {
                if data.state.exports.count(root as usize) > 0 {
                    let name = (asker.argument_name)(asker.argument);
                    let text = messages::exported(&(asker.function)(), &name, &data.name(), exclusive);
                    set_error(Builtin::BufferError.class(), &text);
                } else {
                    set_error(Builtin::RuntimeError.class(), &asker.busy(data, mark == EXCLUSIVE));
                }
                return None;
            }
            let argument = asker.argument;
            if exclusive && mark != EXCLUSIVE {
                // The loans that there are have not become references yet.
                if is_shared(root) {
                    return raise_shared();
                }
                for loan in self.all_mut().iter_mut().filter(|loan| loan.root == root) {
                    loan.flags.remove(LoanFlags::COUNTED);
                }
                (*root).set_mark(EXCLUSIVE);
                (*root).move_epoch();
                self.push(root, inst, argument, place | LoanFlags::CHANGES | LoanFlags::COUNTED);
            } else {
                if exclusive {
                    (*root).move_epoch();
                }
                self.push(root, inst, argument, if exclusive { place | LoanFlags::CHANGES } else { place });
            }
            Some(())
        }
    }

    /// # Safety
    /// Both are live; attached.
    #[inline(always)]
    unsafe fn take(&mut self, root: *mut Inst, inst: *mut Inst, exclusive: bool, place: LoanFlags, argument: u16) {
        // SAFETY: both are live.
        unsafe {
            mark_root(root, exclusive);
            self.note_mark(root, inst, exclusive, place, argument);
        }
    }

    /// Notes a mark that was taken.
    ///
    /// # Safety
    /// Both are live, and `root` is marked for this loan; attached.
    #[inline(always)]
    unsafe fn note_mark(&mut self, root: *mut Inst, inst: *mut Inst, exclusive: bool, place: LoanFlags, argument: u16) {
        let flags = place | LoanFlags::COUNTED;
        // SAFETY: caller's contract.
        unsafe { self.push(root, inst, argument, if exclusive { flags | LoanFlags::CHANGES } else { flags }) }
    }
}

/// Lends a value outside of a call's arguments, to `function`; gives its address besides.
///
/// # Safety
/// `inst` is a live instance of a class with the record `data`; attached, as whoever releases the loans has to be.
pub(crate) unsafe fn lend_outside(
    inst: *mut Inst,
    data: &TypeData,
    exclusive: bool,
    function: &str,
) -> Result<(Loans, usize)> {
    // SAFETY: caller's contract.
    unsafe {
        if (*inst).is_renewable()
            && let Some(raised) = again::renew(inst)
        {
            restore_raised(raised);
            return Err(Error::fetch());
        }
        if (*inst).life() != Life::Ready {
            return Err(runtime_error(messages::no_value(&data.name())));
        }
        let mut loans = Loans::default();
        if loans.lend_inline(inst, exclusive, 0) {
            return Ok((loans, inline_address(inst, data.align)));
        }
        let asker = Asker {
            function: &|| function.to_string(),
            argument_name: &|_| messages::THE_OBJECT.to_string(),
            argument: 0,
            patience: Patience::Waits,
        };
        match loans.lend_slow(inst, data, exclusive, &asker) {
            Some(address) => Ok((loans, address)),
            None => Err(Error::fetch()),
        }
    }
}
