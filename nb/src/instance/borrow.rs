//! Borrow marks: what lets safe Rust functions take `&T` and `&mut T` from Python objects.
//!
//! The mark is on the *root* object, which owns the storage. All marks of one call are taken after every argument is
//! converted and released together when its [`Cx`](crate::call::context::Cx) is dropped, so no path can forget one. Within one
//! call, two places in one root may be lent at once when their bytes do not overlap, as Rust allows for two fields.
//!
//! A loan owns its object, and its root: C code that calls a function need not own what it passes (`repr` of a list does
//! not own the items), and a child may lose its root to the collector.

use crate::ffi;
use crate::instance::class_record::{TypeData, data_of};
use crate::instance::header::{
    EXCLUSIVE, Inst, Life, MAX_SHARED, Root, Roots, Storage, ext, inline_address, owned_address,
};
use crate::instance::intrusive;
use crate::python::error::{Builtin, Error, Result, runtime_error, set_error};
use crate::python::messages;
use crate::util::thin_vec::Rare;

/// One value that is lent to the running call. What can be found out again is not stored: most loans are taken and given
/// back without anybody asking.
pub(crate) struct Loan {
    /// Carries the mark; null for statics, which need none. Owned.
    root: *mut Inst,
    /// The object that Python passed; owned. With the flag `HELD` it may be of any kind.
    pub(crate) inst: *mut Inst,
    argument: u16,
    flags: u8,
}

/// The value may be changed.
const CHANGES: u8 = 1;
/// A field of the root or the whole root, so that its byte range says all about what it aliases.
const PLACE: u8 = 2;
/// This loan's share of the root's mark has to be given back.
const COUNTED: u8 = 4;
/// The call moves the value out of the object.
const EMPTIES: u8 = 8;
/// Nothing is lent: the call refers to memory of the object that nobody changes.
const HELD: u8 = 16;

impl Loan {
    #[inline(always)]
    fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Address of the lent value, by the object's own class; `None` when the call has taken the value away.
    ///
    /// # Safety
    /// The loan is in force.
    pub(crate) unsafe fn address(&self) -> Option<usize> {
        // SAFETY: the caller of `lend` keeps the object alive; a value that is marked cannot leave it.
        unsafe { ((*self.inst).life() == Life::Ready).then(|| span(self.inst).0) }
    }

    /// Gives this loan's share of the mark back.
    #[inline(always)]
    fn give_back(&self) {
        if !self.is(COUNTED) {
            return;
        }
        // SAFETY: the loan owns its root.
        unsafe { unmark_root(self.root, self.is(CHANGES)) };
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
unsafe fn span(inst: *mut Inst) -> (usize, usize) {
    // SAFETY: the object is live and its value is in place, since it is lent; only bound objects are.
    unsafe {
        let data = data_of(ffi::Py_TYPE(inst.cast())).expect("only bound objects are lent");
        let address = match (*inst).storage() {
            Storage::Inline | Storage::Boxed | Storage::Shared => owned_address(inst, data),
            Storage::Place => crate::instance::header::place_address(ext(inst)),
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
    many: Rare<Loan>,
    /// The first of them, without a heap allocation.
    few: [std::mem::MaybeUninit<Loan>; FEW],
}

const FEW: usize = 4;

impl Default for Loans {
    #[inline(always)]
    fn default() -> Self {
        Self { count: 0, few: [const { std::mem::MaybeUninit::uninit() }; FEW], many: Rare::default() }
    }
}

/// Who asks for a loan, for messages.
pub(crate) struct Asker<'a> {
    pub function: &'a dyn Fn() -> String,
    pub argument_name: &'a dyn Fn(u16) -> String,
    pub argument: u16,
}

impl Loans {
    /// Objects lent to the call.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Loan> {
        self.all().iter().filter(|loan| !loan.is(HELD))
    }

    fn all(&self) -> &[Loan] {
        if self.count > FEW {
            return self.many.all();
        }
        // SAFETY: `push` has written the first `count`, which is at most FEW while `many` is unused.
        unsafe { std::slice::from_raw_parts(self.few.as_ptr().cast(), self.count) }
    }

    fn all_mut(&mut self) -> &mut [Loan] {
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
        unsafe { self.push(std::ptr::null_mut(), ob.cast(), 0, HELD) };
    }

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
            self.take(inst, inst, exclusive, PLACE, argument);
            true
        }
    }

    /// Lends a field of another object where that means to count and no more; `None` means that
    /// [`lend_slow`](Self::lend_slow) has to look.
    ///
    /// # Safety
    /// As [`lend_slow`](Self::lend_slow).
    #[inline(always)]
    pub(crate) unsafe fn lend_place(
        &mut self,
        inst: *mut Inst,
        data: &TypeData,
        exclusive: bool,
        argument: u16,
    ) -> Option<usize> {
        // SAFETY: caller's contract; a place owns a reference to its root.
        unsafe {
            if (*inst).storage() != Storage::Place || (*inst).life() != Life::Ready {
                return None;
            }
            let place = ext(inst);
            let root = place.roots[0].inst;
            let mark = (*root).mark();
            if (*root).life() != Life::Ready {
                return None;
            }
            let free = if exclusive {
                mark == 0 && !(*inst).is_read_only() && !intrusive::is_counted(inst, data) && !is_shared(root)
            } else {
                mark < MAX_SHARED
            };
            if !free {
                return None;
            }
            self.take(root, inst, exclusive, PLACE, argument);
            Some(crate::instance::header::place_address(place))
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
        // SAFETY: caller's contract of `lend`; places and derived references own references to their roots.
        unsafe {
            let raise = |text: String| {
                set_error(Builtin::RuntimeError.class(), &text);
                None
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
                    Storage::Inline | Storage::Boxed | Storage::Shared => messages::read_only_box,
                    _ => messages::read_only,
                };
                return raise(text(&(asker.function)(), &name(), &data.name()));
            }
            let (root, address, place) = match (*inst).storage() {
                Storage::Inline | Storage::Boxed | Storage::Shared => (inst, owned_address(inst, data), true),
                Storage::Static => (std::ptr::null_mut(), ext(inst).address, false),
                Storage::Place => {
                    let root = ext(inst).roots[0].inst;
                    if (*root).life() != Life::Ready {
                        let owner = data_of(ffi::Py_TYPE(root.cast())).map(TypeData::name).unwrap_or_default();
                        let text = messages::moved_during_call(&(asker.function)(), &name(), &data.name());
                        // Last, since it may run any code: nothing of the arguments is looked at any more.
                        crate::python::error::warn(&messages::relinquished(&owner));
                        return raise(text);
                    }
                    (root, crate::instance::header::place_address(ext(inst)), true)
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
                self.push(root, inst, asker.argument, 0);
                return Some(address);
            }
            // While a reference that was made of a `&mut` is in use, nobody else may look at its owner.
            let fragile = !place && ext(inst).roots.iter().any(|other| (*other.inst).is_fragile());
            if fragile && !exclusive && self.all().iter().any(|loan| loan.inst == inst && !loan.root.is_null()) {
                // Twice in one call, to read.
                self.push(root, inst, asker.argument, 0);
                return Some(address);
            }
            let exclusive = exclusive || fragile;
            // A derived reference may point into any of several roots: all of them are marked alike.
            if !place {
                for other in ext(inst).roots.iter().skip(1) {
                    self.mark(other.inst, inst, exclusive, 0, asker, data)?;
                }
            }
            self.mark(root, inst, exclusive, if place { PLACE } else { 0 }, asker, data)?;
            if !place && exclusive {
                // The use went through this very reference, which therefore stays good.
                for root in &mut crate::instance::header::ext_mut(inst).roots {
                    root.epoch = (*root.inst).share_epoch();
                    (*root.inst).set_fragile();
                }
            }
            Some(address)
        }
    }

    unsafe fn mark(
        &mut self,
        root: *mut Inst,
        inst: *mut Inst,
        exclusive: bool,
        place: u8,
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
            if !exclusive && mark == MAX_SHARED && latest().is_some_and(|loan| !loan.is(COUNTED)) {
                self.push(root, inst, asker.argument, place);
                return Some(());
            }
            let (address, size) = span(inst);
            let mut ours = 0u16;
            for loan in self.all().iter().filter(|loan| loan.root == root) {
                // Values without size overlap nothing, but a `&mut` to one may be the proof of exclusive access to
                // something else.
                let disjoint = place != 0 && loan.is(PLACE) && {
                    let (other, other_size) = span(loan.inst);
                    size != 0 && other_size != 0 && (address + size <= other || other + other_size <= address)
                };
                if (exclusive || loan.is(CHANGES)) && !disjoint {
                    let text = messages::aliased(
                        &(asker.function)(),
                        &(asker.argument_name)(loan.argument),
                        &(asker.argument_name)(asker.argument),
                        &data.name(),
                    );
                    set_error(Builtin::RuntimeError.class(), &text);
                    return None;
                }
                ours += u16::from(loan.is(COUNTED));
            }
            // `ours == mark` for shared loans: nobody else reads. An exclusive mark with one of our loans is ours.
            let only_ours = if mark == EXCLUSIVE { ours == 1 } else { ours == mark };
            if !only_ours {
                let text = messages::busy(
                    &(asker.function)(),
                    &(asker.argument_name)(asker.argument),
                    &data.name(),
                    mark == EXCLUSIVE,
                );
                set_error(Builtin::RuntimeError.class(), &text);
                return None;
            }
            let argument = asker.argument;
            if exclusive && mark != EXCLUSIVE {
                // The loans that there are have not become references yet.
                if is_shared(root) {
                    return raise_shared();
                }
                for loan in self.all_mut().iter_mut().filter(|loan| loan.root == root) {
                    loan.flags &= !COUNTED;
                }
                (*root).set_mark(EXCLUSIVE);
                (*root).move_epoch();
                self.push(root, inst, argument, place | CHANGES | COUNTED);
            } else {
                if exclusive {
                    (*root).move_epoch();
                }
                self.push(root, inst, argument, if exclusive { place | CHANGES } else { place });
            }
            Some(())
        }
    }

    #[inline(always)]
    unsafe fn take(&mut self, root: *mut Inst, inst: *mut Inst, exclusive: bool, place: u8, argument: u16) {
        // SAFETY: both are live.
        unsafe {
            mark_root(root, exclusive);
            self.push(root, inst, argument, if exclusive { place | CHANGES | COUNTED } else { place | COUNTED });
        }
    }

    /// # Safety
    /// `inst` is live, and so is `root` or it is null; attached.
    #[inline(always)]
    unsafe fn push(&mut self, root: *mut Inst, inst: *mut Inst, argument: u16, flags: u8) {
        // SAFETY: caller's contract; given back by `let_go`.
        unsafe {
            ffi::Py_INCREF(inst.cast());
            if root != inst && !root.is_null() {
                ffi::Py_INCREF(root.cast());
            }
        }
        let loan = Loan { root, inst, argument, flags };
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
        self.all().iter().filter(|loan| loan.is(EMPTIES)).map(|loan| loan.inst)
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
        unsafe { self.push(std::ptr::null_mut(), inst, argument, if empties { CHANGES | EMPTIES } else { CHANGES }) };
    }

    /// Whether the call may modify what the object with this mark holds.
    pub(crate) fn changes(&self, root: *mut Inst) -> bool {
        self.all().iter().any(|loan| loan.root == root && loan.is(CHANGES))
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
fn release_many(many: Rare<Loan>) {
    many.all().iter().for_each(Loan::give_back);
    many.all().iter().for_each(Loan::let_go);
}

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
        };
        match loans.lend_slow(inst, data, exclusive, &asker) {
            Some(address) => Ok((loans, address)),
            None => Err(Error::fetch()),
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
            !(data.sharing.is_unique)(ext(root).address as *mut u8)
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
            Storage::Static => false,
            Storage::Place => ext(inst).roots.iter().all(|r| free(r.inst)),
            Storage::Derived => ext(inst).roots.iter().all(|r| (*r.inst).epoch_holds(r.epoch) && free(r.inst)),
        }
    }
}

impl Drop for Loans {
    #[inline(always)]
    fn drop(&mut self) {
        self.release();
    }
}
