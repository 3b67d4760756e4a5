//! Loans of values that are behind a lock, and of parts of them: how the lock takes the place of the mark.
//!
//! A thread never waits for the interpreter while it has a lock that it just got: whoever has the interpreter may be in native code
//! that waits for that lock. So it waits, without the interpreter, until the lock is free, and tries again when it has the interpreter
//! back. While it waits it has given back the other locks of its call, in which there are no references yet, so that two calls which
//! lock the same objects in different order come past each other. An element that was looked up under one of them is looked up again, and
//! has to be where it was. The locks of calls further up, whose references live, are kept; should threads wait for each other because of these,
//! the limit ends it.

use crate::instance::borrow::{Asker, Try};
use crate::instance::class_record::TypeData;
use crate::instance::ext::{ext, ext_mut};
use crate::instance::header::{Inst, Life, MAX_SHARED, Storage};
use crate::instance::loans::{Loan, LoanFlags, Loans};
use crate::instance::lock::{Lock, OfLock, all_held, lock_of, record_of};
use crate::instance::path::{apart, element_address};
use crate::interpreter::lock_wait::LockWait;
use crate::python::error::{Builtin, set_error};
use crate::python::messages;
use std::sync::atomic::Ordering::Relaxed;

/// Gives back what a loan has of a lock.
///
/// # Safety
/// The loan has the flag `LOCKED` or `LOCK`, and owns its objects; attached.
#[inline(never)]
pub(super) unsafe fn give_back(loan: &Loan) {
    // SAFETY: caller's contract. A root that is lent keeps its lock. If a wait has ended in vain, the call has given it back before.
    // Who gets the lock itself does not keep the object from getting another one.
    unsafe {
        if loan.is(LoanFlags::LOCKED) {
            release_lock(loan.root);
        } else if (*loan.inst).storage() == Storage::Locked {
            let given = &record_of(loan.inst).given;
            // Not below: this may be another lock than the one that was noted.
            let _ = given.fetch_update(Relaxed, Relaxed, |count| count.checked_sub(1));
        }
    }
}

/// A lock that a call has, or had before it waited. The record is that of an object that is lent, and stays.
struct Own {
    root: *mut Inst,
    of: &'static OfLock,
    exclusive: bool,
    users: u32,
}

impl Own {
    /// Gives it back, which the call has.
    fn give_back(&self) {
        (0..self.users).for_each(|_| self.of.lock.give_back(&self.of.place));
    }

    /// Takes it again if that is possible at once, for all its users; also for writing if that is `wanted` by now. A signal handler that ran
    /// during the wait may have left it in the hands of something else on this thread.
    ///
    /// # Safety
    /// The call has given it back; the object is live and keeps the lock meanwhile; attached.
    unsafe fn try_take(&self, wanted: bool) -> Result<(), Missing> {
        let exclusive = self.exclusive || wanted;
        let OfLock { lock, place, .. } = self.of;
        // SAFETY: caller's contract.
        unsafe {
            let value = match lock.held(place) {
                None => lock.try_take(place, exclusive),
                Some((written, _)) => (!written && !exclusive).then(|| lock.share(place)),
            };
            let Some(value) = value else { return Err((*lock, exclusive)) };
            ext_mut(self.root).address = value;
        }
        for _ in 1..self.users {
            lock.share(place);
        }
        Ok(())
    }
}

/// A lock that was not to be had, and whether for writing.
type Missing = (Lock, bool);

/// An element that is lent to the call.
struct LentElement {
    inst: *mut Inst,
    argument: u16,
    exclusive: bool,
    address: Option<usize>,
}

/// Takes the lock around a value, and marks its object, where that means no more: nobody uses the object, and this thread has no lock. Gives the
/// address of the value.
///
/// # Safety
/// `inst` is live; attached.
#[inline]
pub(crate) unsafe fn take_first(inst: *mut Inst, exclusive: bool) -> Option<usize> {
    // SAFETY: caller's contract.
    unsafe {
        if (*inst).storage() != Storage::Locked
            || (*inst).life() != Life::Ready
            || (*inst).mark() != 0
            || (exclusive && (*inst).is_read_only())
        {
            return None;
        }
        let of = record_of(inst);
        if of.given.load(Relaxed) != 0 {
            return None;
        }
        let value = of.lock.take_first(exclusive)?;
        ext_mut(inst).address = value;
        (*inst).set_mark(1);
        Some(value)
    }
}

/// Gives back what a loan of a locked value, or [`take_first`], has of the lock and the mark.
///
/// # Safety
/// Once after that; the object is live, and attached.
pub(crate) unsafe fn release_lock(inst: *mut Inst) {
    // SAFETY: caller's contract. What is lent keeps its lock.
    unsafe {
        (*inst).set_mark((*inst).mark() - 1);
        let of = record_of(inst);
        of.lock.give_back(&of.place);
    }
}

impl Loans {
    /// Lends a value behind a lock where that means to take the lock and no more, see [`take_first`].
    /// `None` means that [`lend_slow`](Self::lend_slow) has to look.
    ///
    /// # Safety
    /// As [`lend_slow`](Self::lend_slow).
    #[inline]
    pub(crate) unsafe fn lend_first_lock(&mut self, inst: *mut Inst, exclusive: bool, argument: u16) -> Option<usize> {
        // SAFETY: caller's contract.
        unsafe {
            let value = take_first(inst, exclusive)?;
            let flags = LoanFlags::PLACE | LoanFlags::LOCKED;
            self.push(inst, inst, argument, if exclusive { flags | LoanFlags::CHANGES } else { flags });
            Some(value)
        }
    }

    /// Lends the value of `root`, which is behind a lock, or a part of it.
    ///
    /// # Safety
    /// `root` is live, ready, `Locked`, and `inst` or its root; attached.
    pub(super) unsafe fn lend_locked(
        &mut self,
        root: *mut Inst,
        inst: *mut Inst,
        exclusive: bool,
        asker: &Asker<'_>,
        data: &TypeData,
    ) -> Try {
        // SAFETY: caller's contract; loans own their roots.
        unsafe {
            let OfLock { lock, place, given } = record_of(root);
            let refuse = |text: String| {
                set_error(Builtin::RuntimeError.class(), &text);
                Try::Refused
            };
            let busy = |changed: bool| refuse(asker.busy(data, changed));
            let held = lock.held(place);
            // Who reads beside readers need not look who they are, and whoever comes first has nobody beside him.
            let looks = match held {
                Some((written, _)) => written || exclusive,
                None => exclusive && (*root).mark() != 0,
            };
            let mut ours = 0u32;
            if looks || given.load(Relaxed) != 0 {
                for loan in self.all() {
                    let same = if loan.is(LoanFlags::LOCK) { loan.inst == root } else { loan.root == root };
                    if !same {
                        continue;
                    }
                    // A function that has a reference into a lock must not get the lock besides, for which it could only wait for ever.
                    let conflict = loan.is(LoanFlags::LOCK)
                        || (exclusive || loan.is(LoanFlags::CHANGES)) && !apart(inst, loan.inst);
                    if conflict {
                        let [one, other] = [loan.argument, asker.argument].map(|index| (asker.argument_name)(index));
                        let text = if loan.is(LoanFlags::LOCK) { messages::lock_and_value } else { messages::aliased };
                        return refuse(text(&(asker.function)(), &one, &other, &data.name()));
                    }
                    ours += u32::from(loan.is(LoanFlags::LOCKED));
                }
            }
            let (has_written, users) = held.unwrap_or((exclusive, ours));
            if (has_written || exclusive) && users != ours {
                return busy(has_written);
            }
            let upgrade = exclusive && !has_written;
            let of_ours = |loan: &&Loan| loan.root == root && (*loan.inst).storage() == Storage::Element;
            if upgrade && let Some(element) = self.all().iter().find(of_ours) {
                let [one, other] = [element.argument, asker.argument].map(|index| (asker.argument_name)(index));
                return refuse(messages::element_first(&(asker.function)(), &one, &other));
            }
            if upgrade {
                // For writing instead: no loan of this call has become a reference yet.
                (0..ours).for_each(|_| lock.give_back(place));
            }
            if upgrade || held.is_none() {
                let Some(value) = lock.try_take(place, exclusive) else { return Try::Busy(root) };
                ext_mut(root).address = value;
                for _ in 0..ours {
                    lock.share(place);
                }
            } else {
                // Another object may stand for the same lock, and be the one that has taken it.
                ext_mut(root).address = lock.share(place);
            }
            let flags = LoanFlags::PLACE | if exclusive { LoanFlags::CHANGES } else { LoanFlags::empty() };
            let mark = (*root).mark();
            if mark >= MAX_SHARED {
                // More than a mark can count: what another loan of this very call holds need not be counted twice.
                lock.give_back(place);
                if !self.all().iter().any(|loan| loan.root == root && loan.is(LoanFlags::LOCKED)) {
                    return busy(exclusive);
                }
                self.push(root, inst, asker.argument, flags);
            } else {
                (*root).set_mark(mark + 1);
                self.push(root, inst, asker.argument, flags | LoanFlags::LOCKED);
            }
            self.found(inst, exclusive, asker, data)
        }
    }

    /// The locks that this call alone has on its thread, or had, and may give back.
    ///
    /// # Safety
    /// Attached.
    unsafe fn own_locks(&self) -> Vec<Own> {
        let mut all: Vec<Own> = Vec::new();
        for loan in self.all().iter().filter(|loan| loan.is(LoanFlags::LOCKED)) {
            let exclusive = loan.is(LoanFlags::CHANGES);
            match all.iter_mut().find(|own| own.root == loan.root) {
                Some(own) => {
                    own.users += 1;
                    own.exclusive |= exclusive;
                }
                // SAFETY: loans own their objects.
                None => all.push(Own { root: loan.root, of: unsafe { record_of(loan.root) }, exclusive, users: 1 }),
            }
        }
        all.retain(|own| own.of.lock.held(&own.of.place).is_none_or(|(_, users)| users == own.users));
        all
    }

    /// Waits until the lock of `root` is free; `None` with an exception raised when that took too long, or when a signal handler
    /// raised.
    ///
    /// # Safety
    /// `root` is live and `Locked`, and `inst`, which the caller keeps alive, is a part of it or itself; attached, and whatever the call
    /// refers to is owned.
    pub(super) unsafe fn wait_for(
        &mut self,
        root: *mut Inst,
        exclusive: bool,
        asker: &Asker<'_>,
        data: &TypeData,
        wait: &mut Option<LockWait>,
    ) -> Option<()> {
        let describe = || messages::wanted(&(asker.function)(), &(asker.argument_name)(asker.argument), &data.name());
        // SAFETY: caller's contract; loans own their roots. The instances keep counts of their `Arc`s.
        unsafe {
            let lock = lock_of(root);
            if (lock.ops.is_held)(lock.handle, exclusive) {
                set_error(Builtin::RuntimeError.class(), &messages::locked_further_up(&describe()));
                self.forget_locks(&[]);
                return None;
            }
            // The root may lose its value while others run, and with it the lock.
            let Some(_kept) = Kept::of(root) else {
                set_error(Builtin::RuntimeError.class(), &asker.busy(data, exclusive));
                self.forget_locks(&[]);
                return None;
            };
            let own = self.own_locks();
            let elements = self.elements_of(&own);
            own.iter().for_each(Own::give_back);
            let wait = wait.get_or_insert_with(LockWait::begin);
            let mut missing = (lock, exclusive);
            let stop = loop {
                // The instances keep the locks.
                let free = || missing.0.is_free(missing.1);
                if let Err(stop) = wait.until_free(missing.0.address, all_held(), &describe, &free) {
                    break stop;
                }
                let mut taken = 0;
                let all = own.iter().try_for_each(|one| {
                    one.try_take(exclusive && one.root == root)?;
                    taken += 1;
                    Ok(())
                });
                match all {
                    Ok(()) => return self.still_there(&elements, asker),
                    Err(lock) => missing = lock,
                }
                own[..taken].iter().for_each(Own::give_back);
            };
            self.forget_locks(&own);
            stop.raise(&describe);
            None
        }
    }

    /// The elements that were looked up under these locks, and where they are.
    ///
    /// # Safety
    /// The locks are held; attached.
    unsafe fn elements_of(&self, own: &[Own]) -> Vec<LentElement> {
        let mut found = Vec::new();
        for loan in self.all().iter().filter(|loan| loan.is(LoanFlags::LOCKED)) {
            // SAFETY: loans own their objects. Nothing is looked up in a lock that is to become one for writing: then there is no element
            // (see `lend_locked`).
            unsafe {
                if (*loan.inst).storage() == Storage::Element && own.iter().any(|one| one.root == loan.root) {
                    let exclusive = loan.is(LoanFlags::CHANGES);
                    let address = element_address(ext(loan.inst), exclusive);
                    found.push(LentElement { inst: loan.inst, argument: loan.argument, exclusive, address });
                }
            }
        }
        found
    }

    /// Whether elements are where they were before the call has waited; else an exception is raised.
    ///
    /// # Safety
    /// Their locks are held again; attached.
    unsafe fn still_there(&self, elements: &[LentElement], asker: &Asker<'_>) -> Option<()> {
        // SAFETY: caller's contract; loans own their objects.
        let moved = elements.iter().find(|one| unsafe { element_address(ext(one.inst), one.exclusive) } != one.address);
        let Some(moved) = moved else { return Some(()) };
        let text = messages::element_moved(&(asker.function)(), &(asker.argument_name)(moved.argument));
        set_error(Builtin::RuntimeError.class(), &text);
        None
    }

    /// Notes that loans have lost their locks; the call is about to fail.
    ///
    /// # Safety
    /// The locks are given back; attached.
    unsafe fn forget_locks(&mut self, lost: &[Own]) {
        for loan in self.all_mut().iter_mut().filter(|loan| loan.is(LoanFlags::LOCKED)) {
            // SAFETY: loans own their roots.
            let of = unsafe { record_of(loan.root) };
            let gone = of.lock.held(&of.place).is_none();
            if gone || lost.iter().any(|own| own.root == loan.root) {
                loan.flags.remove(LoanFlags::LOCKED);
                // SAFETY: as above.
                unsafe { (*loan.root).set_mark((*loan.root).mark() - 1) };
            }
        }
    }
}

/// Keeps the lock of an instance, whatever becomes of the value.
struct Kept(*mut Inst);

impl Kept {
    /// `None` if the instance is in use so often that nobody more can be counted.
    ///
    /// # Safety
    /// `root` is live and `Locked`, and stays alive; attached.
    unsafe fn of(root: *mut Inst) -> Option<Kept> {
        // SAFETY: caller's contract. A mark keeps everybody from taking the value out.
        unsafe {
            let mark = (*root).mark();
            if mark >= MAX_SHARED {
                return None;
            }
            (*root).set_mark(mark + 1);
        }
        Some(Kept(root))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // SAFETY: the caller of `of` keeps the instance alive; attached again.
        unsafe { (*self.0).set_mark((*self.0).mark() - 1) };
    }
}
