//! [`Loans`]: what one call has borrowed, and how it is given back.
//!
//! A loan owns its object, and its root: C code that calls a function need not own what it passes (`repr` of a list does
//! not own the items), and a child may lose its root to the collector. What may be lent is decided in
//! [`borrow`](crate::instance::borrow).

use crate::ffi;
use crate::instance::class_record::data_of;
use crate::instance::ext::{Root, Roots, ext, owned_address};
use crate::instance::header::{Inst, Life, Storage};
use crate::instance::marks::unmark_root;
use crate::util::thin_vec::ThinVec;
use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering::Relaxed;

/// One value that is lent to the running call. What can be found out again is not stored: most loans are taken and given
/// back without anybody asking.
pub(crate) struct Loan {
    /// Carries the mark; null for statics, which need none. Owned.
    pub(crate) root: *mut Inst,
    /// The object that Python passed; owned. With the flag `HELD` it may be of any kind.
    pub(crate) inst: *mut Inst,
    pub(crate) argument: u16,
    pub(crate) flags: LoanFlags,
}

bitflags::bitflags! {
    /// What a loan is.
    #[derive(Clone, Copy)]
    pub(crate) struct LoanFlags: u8 {
        /// The value may be changed.
        const CHANGES = 1;
        /// A field of the root or the whole root, so that its byte range says all about what it aliases.
        const PLACE = 2;
        /// This loan's share of the root's mark has to be given back.
        const COUNTED = 4;
        /// The call moves the value out of the object.
        const EMPTIES = 8;
        /// Nothing is lent: the call refers to memory of the object that nobody changes.
        const HELD = 16;
        /// This loan is one user of the lock around the root's value, and counts in the root's mark.
        const LOCKED = 32;
        /// With `HELD`: the function gets the lock itself, and may lock it.
        const LOCK = 64;
        /// The function only reads, although nobody else may use the root meanwhile.
        const READS = 128;
    }
}

impl Loan {
    #[inline(always)]
    pub(crate) fn is(&self, flags: LoanFlags) -> bool {
        self.flags.intersects(flags)
    }

    /// Address of the lent value, by the object's own class; `None` when the call has taken the value away.
    ///
    /// # Safety
    /// The loan is in force.
    pub(crate) unsafe fn address(&self) -> Option<usize> {
        // SAFETY: the caller of `lend` keeps the object alive; a value that is marked cannot leave it.
        unsafe { ((*self.inst).life() == Life::Ready).then(|| span(self.inst).0) }
    }

    /// Gives this loan's share of the mark, or of the lock, back.
    #[inline(always)]
    fn give_back(&self) {
        if !self.is(LoanFlags::COUNTED) {
            if self.is(LoanFlags::LOCKED.union(LoanFlags::LOCK)) {
                // SAFETY: the loan owns its objects.
                unsafe { crate::instance::lend_locked::give_back(self) }
            }
            return;
        }
        // SAFETY: the loan owns its root.
        unsafe { unmark_root(self.root, self.is(LoanFlags::CHANGES)) };
    }

    /// Owns the objects, until [`let_go`](Self::let_go).
    ///
    /// # Safety
    /// They are live; attached.
    #[inline(always)]
    unsafe fn own(&self) {
        // SAFETY: caller's contract.
        unsafe {
            let (root, inst) = (self.root, self.inst);
            ffi::Py_INCREF(inst.cast());
            if root != inst && !root.is_null() {
                ffi::Py_INCREF(root.cast());
            }
        }
    }

    /// Lets go of the objects. May run any code, hence not before all marks of the call are given back.
    #[inline(always)]
    fn let_go(&self) {
        // SAFETY: owned since `push`; attached, as whoever lends is.
        unsafe {
            let (root, inst) = (self.root, self.inst);
            ffi::Py_DECREF(inst.cast());
            if root != inst && !root.is_null() {
                ffi::Py_DECREF(root.cast());
            }
        }
    }
}

/// Address and size of the value of a lent object.
///
/// # Safety
/// The object is live and its value is in place, since it is lent; attached.
pub(crate) unsafe fn span(inst: *mut Inst) -> (usize, usize) {
    // SAFETY: the object is live and its value is in place, since it is lent; only bound objects are.
    unsafe {
        let data = data_of(ffi::Py_TYPE(inst.cast())).expect("only bound objects are lent");
        let address = match (*inst).storage() {
            Storage::Inline | Storage::Boxed | Storage::Shared | Storage::Locked => owned_address(inst, data),
            Storage::Place => crate::instance::ext::place_address(ext(inst)),
            // One that has gone was not lent.
            Storage::Element => crate::instance::path::element_address(ext(inst), false).unwrap_or_default(),
            Storage::Derived | Storage::Static => ext(inst).address,
        };
        (address, data.size)
    }
}

/// The loans of one call.
#[repr(C)]
pub(crate) struct Loans {
    count: usize,
    /// All of them, once there are more than `few`.
    many: ThinVec<Loan>,
    /// The first of them, without a heap allocation.
    few: [std::mem::MaybeUninit<Loan>; FEW],
}

const FEW: usize = 4;

impl Default for Loans {
    #[inline(always)]
    fn default() -> Self {
        Self { count: 0, few: [const { std::mem::MaybeUninit::uninit() }; FEW], many: ThinVec::default() }
    }
}

impl Loans {
    /// Objects lent to the call.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Loan> {
        self.all().iter().filter(|loan| !loan.is(LoanFlags::HELD))
    }

    pub(crate) fn all(&self) -> &[Loan] {
        if self.count > FEW {
            return self.many.all();
        }
        // SAFETY: `push` has written the first `count`, which is at most FEW while `many` is unused.
        unsafe { std::slice::from_raw_parts(self.few.as_ptr().cast(), self.count) }
    }

    pub(crate) fn all_mut(&mut self) -> &mut [Loan] {
        if self.count > FEW {
            return self.many.all_mut();
        }
        // SAFETY: as in `all`.
        unsafe { std::slice::from_raw_parts_mut(self.few.as_mut_ptr().cast(), self.count) }
    }

    #[cold]
    #[inline(never)]
    fn push_many(&mut self, loan: Loan) {
        if self.count == FEW {
            // SAFETY: the first `count` are written; they are plain data, moved out by the copy.
            self.many.extend(self.few.iter().map(|one| unsafe { one.assume_init_read() }));
        }
        self.many.extend([loan]);
        self.count += 1;
    }

    /// Keeps an object alive until the loans are released, for what the call refers to inside it.
    ///
    /// # Safety
    /// `ob` is live; attached.
    #[inline(always)]
    pub(crate) unsafe fn hold(&mut self, ob: *mut ffi::PyObject) {
        // SAFETY: caller's contract.
        unsafe { self.push(std::ptr::null_mut(), ob.cast(), 0, LoanFlags::HELD) };
    }

    /// Keeps an object alive whose lock the function gets, and notes that it may lock it.
    ///
    /// # Safety
    /// `inst` is live and `Locked`; attached.
    pub(crate) unsafe fn note_lock(&mut self, inst: *mut Inst, argument: u16) {
        // SAFETY: caller's contract.
        unsafe {
            let given = &crate::instance::lock::record_of(inst).given;
            given.fetch_add(1, Relaxed);
            self.push(std::ptr::null_mut(), inst, argument, LoanFlags::HELD | LoanFlags::LOCK);
        }
    }

    /// # Safety
    /// `inst` is live, and so is `root` or it is null; attached.
    #[inline(always)]
    pub(crate) unsafe fn push(&mut self, root: *mut Inst, inst: *mut Inst, argument: u16, flags: LoanFlags) {
        let loan = Loan { root, inst, argument, flags };
        // SAFETY: caller's contract; given back by `let_go`.
        unsafe { loan.own() };
        if self.count < FEW {
            self.few[self.count].write(loan);
            self.count += 1;
        } else {
            self.push_many(loan);
        }
    }

    /// The argument of this call that `inst`, or something inside it, was lent or given to.
    pub(crate) fn argument_of(&self, inst: *mut Inst) -> Option<u16> {
        self.iter().find(|loan| loan.root == inst || loan.inst == inst).map(|loan| loan.argument)
    }

    /// The objects whose values arguments of this call move out of them.
    pub(crate) fn emptied(&self) -> impl Iterator<Item = *mut Inst> {
        self.all().iter().filter(|loan| loan.is(LoanFlags::EMPTIES)).map(|loan| loan.inst)
    }

    /// Notes that an argument takes the value of `inst` away, for the messages about arguments that follow.
    ///
    /// `empties`: the value moves out of the object, instead of being kept there.
    ///
    /// # Safety
    /// `inst` is live; attached.
    pub(crate) unsafe fn note_claim(&mut self, inst: *mut Inst, argument: u16, empties: bool) {
        // No root, hence no mark.
        // SAFETY: caller's contract.
        unsafe {
            self.push(
                std::ptr::null_mut(),
                inst,
                argument,
                if empties { LoanFlags::CHANGES.union(LoanFlags::EMPTIES) } else { LoanFlags::CHANGES },
            )
        };
    }

    /// Shows the objects to the collector that loans own which outlive their call.
    ///
    /// # Safety
    /// `visit` and `arg` are those of a `tp_traverse`.
    pub(crate) unsafe fn visit(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        for loan in self.all() {
            let root = if loan.root == loan.inst { std::ptr::null_mut() } else { loan.root };
            for owned in [loan.inst, root].into_iter().filter(|owned| !owned.is_null()) {
                // SAFETY: caller's contract; the loan owns its objects.
                let result = unsafe { visit(owned.cast(), arg) };
                if result != 0 {
                    return result;
                }
            }
        }
        0
    }

    /// Whether the call takes the value of an object away.
    pub(crate) fn claims(&self) -> bool {
        self.all().iter().any(|loan| loan.root.is_null() && loan.is(LoanFlags::CHANGES))
    }

    /// Whether the call may modify what the object with this mark holds.
    pub(crate) fn changes(&self, root: *mut Inst) -> bool {
        self.all().iter().any(|loan| loan.root == root && loan.is(LoanFlags::CHANGES))
    }

    /// Roots that values of this call may point into, as they are now; the references are borrowed.
    #[inline]
    pub(crate) fn roots(&self) -> Roots {
        // SAFETY: the loan owns its root.
        let root = |loan: &Loan| unsafe { Root { inst: loan.root, epoch: (*loan.root).epoch() } };
        match self.all() {
            [one] if !one.root.is_null() => Roots::from_buf([root(one)]),
            all => {
                let mut roots = Roots::new();
                for loan in all {
                    if !loan.root.is_null() && roots.iter().all(|known| known.inst != loan.root) {
                        roots.push(root(loan));
                    }
                }
                roots
            }
        }
    }

    /// Nothing is lent.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Leaves the objects to somebody who owns them for as long as the loans are in force, and whom the collector can ask.
    ///
    /// # Safety
    /// The objects stay alive until [`take_back`](Self::take_back) is called; attached.
    pub(crate) unsafe fn entrust(&self) {
        self.all().iter().for_each(Loan::let_go);
    }

    /// Owns the objects again, to let go of them with the loans.
    ///
    /// # Safety
    /// After [`entrust`](Self::entrust), whose contract has been kept; attached.
    pub(crate) unsafe fn take_back(&self) {
        for loan in self.all() {
            // SAFETY: caller's contract; given back by `let_go`.
            unsafe { loan.own() };
        }
    }

    /// Gives every mark back, and lets go of the objects. The latter may run any code, which finds nothing lent.
    #[inline(always)]
    pub(crate) fn release(&mut self) {
        match std::mem::take(&mut self.count) {
            0 => {}
            1 => {
                // SAFETY: as in `all`.
                let loan = unsafe { self.few[0].assume_init_ref() };
                loan.give_back();
                loan.let_go();
            }
            count => self.release_several(count),
        }
    }

    #[inline(never)]
    fn release_several(&mut self, count: usize) {
        if count > FEW {
            return release_many(std::mem::take(&mut self.many));
        }
        // SAFETY: as in `all`. What `let_go` runs does not lend with this very list, which belongs to a call that ends.
        let few = unsafe { std::slice::from_raw_parts(self.few.as_ptr().cast::<Loan>(), count) };
        few.iter().for_each(Loan::give_back);
        few.iter().for_each(Loan::let_go);
    }
}

#[cold]
#[inline(never)]
fn release_many(many: ThinVec<Loan>) {
    many.all().iter().for_each(Loan::give_back);
    many.all().iter().for_each(Loan::let_go);
}

impl Drop for Loans {
    #[inline(always)]
    fn drop(&mut self) {
        self.release();
    }
}
