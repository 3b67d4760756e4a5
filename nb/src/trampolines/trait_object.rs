//! Trait objects with a trampoline: `&dyn Trait`, `&mut dyn Trait`, `Box<dyn Trait>`, `Arc<dyn Trait>`.
//!
//! As an argument, an instance of a native class is lent itself, one of a Python class gets a trampoline. Results are in
//! `trait_result.rs`.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::arc_of_lock;
use crate::cast::bound::ready_after_all;
use crate::cast::sharable::Guarding;
use crate::ffi;
use crate::instance::borrow_guard::BorrowGuard;
use crate::instance::class_record::{self, TypeData};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::loans::Loans;
use crate::instance::lock::{Lock, lock_of, locked_root};
use crate::instance::traverse::{Traverse, Visit};
use crate::interpreter::interpreters::Interpreter;
pub use crate::trampolines::trait_result::*;
use crate::trampolines::{Link, Term, Trampoline, Upcast, name_hash, trampoline};
use std::any::TypeId;
use std::mem::ManuallyDrop;
use std::ptr::{self, NonNull};
use std::sync::Arc;

/// A trait object between conversion and loan.
#[doc(hidden)]
pub struct TraitArgument<X: Trampoline> {
    inst: *mut Inst,
    offset: usize,
    is_base: bool,
    upcast: Option<Upcast<X::Virtual>>,
    /// That of the call.
    interpreter: Interpreter,
    implementor: Implementor<X>,
    /// That of a native object, which the function gets.
    lock: Option<Lock>,
}

/// What the function gets.
enum Implementor<X: Trampoline> {
    /// Not decided yet.
    Unknown,
    /// The value itself.
    Value(NonNull<X::Virtual>),
    /// Something that finds the override. Ends with the argument.
    Trampoline(ManuallyDrop<X>),
}

/// Finds the implementation of the trait in a bound instance.
///
/// # Safety
/// As [`Param::convert`](crate::Param::convert).
pub unsafe fn find<X: Trampoline>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<TraitArgument<X>> {
    // SAFETY: `src` is live for the call.
    unsafe {
        let data = class_record::data_of(ffi::Py_TYPE(src))?;
        let inst = src.cast::<Inst>();
        let key = TypeId::of::<X::Virtual>();
        let of = |(data, offset): (&'_ TypeData, usize)| {
            let found = data.virtuals.iter().find(|one| one.key == key)?;
            Some((found.is_base, found.upcast(), offset))
        };
        // As a rule the class has the one trait that is asked for.
        let (is_base, upcast, offset) = match &data.virtuals[..] {
            [only] if only.key == key => (only.is_base, only.upcast(), 0),
            _ => data.levels().find_map(of)?,
        };
        if !(*inst).is_plainly_ready() && !ready_after_all(inst, cx) {
            return cx.refuse(Reason::Empty);
        }
        let interpreter = data.state.interpreter();
        Some(TraitArgument {
            inst,
            offset,
            is_base,
            upcast,
            interpreter,
            implementor: Implementor::Unknown,
            lock: None,
        })
    }
}

impl<X: Trampoline> Drop for TraitArgument<X> {
    #[cfg_attr(not(nb_small), inline(always))]
    fn drop(&mut self) {
        if let Implementor::Trampoline(trampoline) = &mut self.implementor {
            let link = trampoline.inner_mut().link_mut();
            // SAFETY: a call ends on the thread that it began on, which is attached, and native code has the trampoline no more. It may have
            // put another one in its place, which was kept in another interpreter: that has to look where it is. Otherwise nothing of the
            // trampoline is left.
            unsafe {
                if link.interpreter().is(self.interpreter) {
                    link.close();
                } else {
                    ManuallyDrop::drop(trampoline);
                }
            }
        }
    }
}

impl<X: Trampoline> TraitArgument<X> {
    /// Takes the marks for the time of the call.
    #[cfg_attr(not(nb_small), inline(always))]
    pub fn acquire(&mut self, exclusive: bool, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument of the call.
        unsafe {
            let ty = ffi::Py_TYPE(self.inst.cast());
            let data = class_record::native_data(ty);
            // As a rule it is one of a Python class: an instance of the class itself needs no trampoline.
            if self.upcast.is_some()
                && !ptr::eq(ty, data.ty)
                && let Some(loans) = BorrowGuard::lend_at_once(self.inst, exclusive)
            {
                let term = Term::Call(loans, header::inline_address(self.inst, data.align) + self.offset);
                self.implementor = Implementor::Trampoline(self.trampoline(exclusive, cx, term));
                return true;
            }
            self.acquire_other(exclusive, data, cx)
        }
    }

    /// As [`acquire`](Self::acquire), in any way.
    ///
    /// # Safety
    /// The instance, whose record is `data`, is an argument of the call.
    #[inline(never)]
    unsafe fn acquire_other(&mut self, exclusive: bool, data: &TypeData, cx: &mut Cx<'_>) -> bool {
        // SAFETY: caller's contract.
        unsafe {
            let Some(upcast) = self.upcast else {
                self.implementor = Implementor::Trampoline(self.trampoline(exclusive, cx, Term::Abstract));
                return true;
            };
            let value = |address: usize| NonNull::new_unchecked(upcast((address + self.offset) as *mut u8));
            if ptr::eq(ffi::Py_TYPE(self.inst.cast()), data.ty) {
                let Some(address) = cx.lend(self.inst, data, exclusive) else { return false };
                self.implementor = Implementor::Value(value(address));
                return true;
            }
            let (loans, address) = match BorrowGuard::lend_inline(self.inst, exclusive) {
                Some(loans) => (loans, header::inline_address(self.inst, data.align)),
                None if locked_root(self.inst).is_some() => {
                    // A lock belongs to the thread that takes it, a trampoline to any: each native function locks for itself.
                    self.implementor = Implementor::Trampoline(self.trampoline(exclusive, cx, Term::Owned));
                    return true;
                }
                None => {
                    let mut loans = Box::<Loans>::default();
                    let Some(address) = cx.lend_apart(&mut loans, self.inst, data, exclusive) else { return false };
                    (BorrowGuard::Any(loans), address)
                }
            };
            let term = Term::Call(loans, address + self.offset);
            self.implementor = Implementor::Trampoline(self.trampoline(exclusive, cx, term));
            true
        }
    }

    /// # Safety
    /// The instance is an argument of the call.
    #[inline(always)]
    unsafe fn trampoline(&self, exclusive: bool, cx: &Cx<'_>, term: Term) -> ManuallyDrop<X> {
        // The name of the method that runs, if this is its `self`.
        let is_receiver = cx.receiver == self.inst.cast();
        let record = if is_receiver { cx.record() } else { None };
        let passed = record.map_or(0, |record| name_hash(record.virtual_name()));
        // SAFETY: caller's contract.
        let link = unsafe { self.link(exclusive, passed, term) };
        ManuallyDrop::new(X::of(trampoline::new(link, self.upcast)))
    }

    /// # Safety
    /// The object is live; attached.
    #[inline(always)]
    unsafe fn link(&self, exclusive: bool, passed: u64, term: Term) -> Link {
        // SAFETY: caller's contract.
        unsafe { Link::new(self.inst.cast(), self.interpreter, (self.offset, self.is_base), exclusive, passed, term) }
    }

    /// # Safety
    /// `acquire` has succeeded, for a shared loan at least.
    pub unsafe fn shared(&self) -> &X::Virtual {
        match &self.implementor {
            // SAFETY: the mark is held until the context is dropped.
            Implementor::Value(value) => unsafe { value.as_ref() },
            Implementor::Trampoline(trampoline) => trampoline.shared(),
            Implementor::Unknown => unreachable!("`acquire` comes first"),
        }
    }

    /// # Safety
    /// `acquire` has succeeded, for an exclusive loan.
    pub unsafe fn exclusive(&mut self) -> &mut X::Virtual {
        match &mut self.implementor {
            // SAFETY: the mark is held until the context is dropped.
            Implementor::Value(value) => unsafe { value.as_mut() },
            Implementor::Trampoline(trampoline) => trampoline.exclusive(),
            Implementor::Unknown => unreachable!("`acquire` comes first"),
        }
    }

    /// The lock that a native object is behind already, of the kind `L`.
    ///
    /// # Safety
    /// The instance is an argument of the call; attached.
    unsafe fn lock_in<L: Guarding + ?Sized>(&self) -> Option<Lock> {
        // SAFETY: caller's contract.
        unsafe {
            let ty = ffi::Py_TYPE(self.inst.cast());
            let data = class_record::native_data(ty);
            let key = TypeId::of::<X::Virtual>();
            // Not that of a Python class, which may override, nor of one that leaves the trait to its base.
            let own = ptr::eq(ty, data.ty) && data.virtuals.iter().any(|one| one.key == key && one.upcast.is_some());
            let locked = (*self.inst).storage() == Storage::Locked && (*self.inst).life() == Life::Ready;
            (own && locked).then(|| lock_of(self.inst)).filter(|lock| lock.ops.family == TypeId::of::<L::Family>())
        }
    }

    /// Notes that the function gets the lock, if there is one.
    pub fn acquire_lock<L: Guarding + ?Sized>(&mut self, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument of the call.
        unsafe {
            let data = class_record::native_data(ffi::Py_TYPE(self.inst.cast()));
            // Decided here: while the call waits for another argument, others may put the object behind a lock. One that is claimed
            // stays where it is.
            self.lock = self.lock_in::<L>();
            self.lock.is_none() || arc_of_lock::claim(self.inst, data, cx)
        }
    }

    /// A count of the lock that a native object is behind.
    ///
    /// # Safety
    /// `acquire_lock` has succeeded, for a lock of this kind; `lock` is the plain conversion.
    pub unsafe fn counted_lock<L: Guarding + ?Sized>(&self, lock: fn(*mut X::Virtual) -> *const L) -> Option<Arc<L>> {
        // SAFETY: the `Arc` was made for a lock around a value of the very class, for which the pointer to the trait object is made; it
        // is turned into one to the lock, which keeps what it says of that class.
        unsafe {
            let address = self.lock?.address as *mut u8;
            let lock = lock(self.upcast?(address));
            Arc::increment_strong_count(lock);
            Some(Arc::from_raw(lock))
        }
    }

    /// A trampoline that owns a reference to the object, for native code to keep.
    ///
    /// # Safety
    /// The object is live; attached.
    pub unsafe fn keep(&self) -> X {
        // SAFETY: caller's contract.
        let link = unsafe { self.link(false, 0, Term::Owned) };
        X::of(trampoline::new(link, self.upcast))
    }
}

/// A trait object with a trampoline. Only the library can say of an `Arc` of one how it is shown.
///
/// # Safety
/// As [`Traverse`].
pub unsafe trait Shown {
    /// Shows the object behind a trampoline to the collector.
    fn show(&self, visit: &mut Visit<'_>);
}

// SAFETY: shows the one object that a trampoline owns, while the trampoline has no other owner. A single owner that nobody uses
// stays the only one.
#[diagnostic::do_not_recommend]
unsafe impl<V: Shown + ?Sized> Traverse for Arc<V> {
    fn traverse(&self, visit: &mut Visit<'_>) {
        if Arc::strong_count(self) == 1 && Arc::weak_count(self) == 0 {
            (**self).show(visit);
        }
    }
}

/// Shows the object behind a trampoline to the collector.
pub fn traverse<X: Trampoline>(value: &X::Virtual, visit: &mut Visit<'_>) {
    let link = <X as Trampoline>::any(value).downcast_ref::<X>().map(|trampoline| trampoline.inner().link());
    // The collector of another interpreter has no business with the object, which may be gone.
    if let Some(link) = link.filter(|link| link.interpreter().is_current()) {
        // SAFETY: the trampoline owns a reference to the live object.
        unsafe { visit.pointer(link.object()) }
    }
}
