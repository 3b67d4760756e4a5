//! Trait objects with a trampoline: `&dyn Trait`, `&mut dyn Trait`, `Box<dyn Trait>`, `Arc<dyn Trait>`.
//!
//! As an argument, an instance of a native class is lent itself, one of a Python class gets a trampoline. As a result, a value becomes
//! an object of the class of its own type, and a trampoline the object behind it.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::bound::ready_after_all;
use crate::cast::reference_internal::internal;
use crate::cast::sharable::{Guarding, fat_lock};
use crate::cast::{arc_of_lock, child, new_instance};
use crate::instance::borrow_guard::BorrowGuard;
use crate::instance::class_record::{self, TypeData};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::loans::Loans;
use crate::instance::lock::{Lock, all_held, lock_of, locked_root};
use crate::instance::traverse::{Traverse, Visit};
use crate::interpreter::interpreters::Interpreter;
use crate::interpreter::lock_wait::LockWait;
use crate::python::error::{runtime_error, type_error};
use crate::python::messages;
use crate::trampolines::{Link, Term, Trampoline, Upcast, name_hash, trampoline};
use crate::{ffi, rv_policy};
use std::any::{Any, TypeId};
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

/// Trait objects that become objects of the classes of their values.
///
/// # Safety
/// `any` is the plain conversion to [`Any`], and `own_object` as its default, or as for a trampoline.
#[doc(hidden)]
pub unsafe trait Downcast {
    /// What signatures show.
    type Base: 'static;
    /// The trait, as `dyn Trait`.
    type Virtual: ?Sized + 'static;

    fn any(value: &Self::Virtual) -> &dyn Any;

    /// The object that the value stands for, if it is that of Python.
    ///
    /// # Safety
    /// Attached.
    unsafe fn own_object(_value: &Self::Virtual) -> Option<*mut ffi::PyObject> {
        None
    }
}

// SAFETY: that is what `Trampoline` promises.
unsafe impl<X: Trampoline> Downcast for X {
    type Base = X::Base;
    type Virtual = X::Virtual;

    fn any(value: &X::Virtual) -> &dyn Any {
        <X as Trampoline>::any(value)
    }

    unsafe fn own_object(value: &X::Virtual) -> Option<*mut ffi::PyObject> {
        // SAFETY: caller's contract.
        unsafe { own_object::<X>(value) }
    }
}

/// The object behind a value that is a trampoline, a new reference; null with an exception raised if it is that of another
/// interpreter.
///
/// # Safety
/// Attached.
unsafe fn own_object<X: Trampoline>(value: &X::Virtual) -> Option<*mut ffi::PyObject> {
    let link = <X as Trampoline>::any(value).downcast_ref::<X>()?.inner().link();
    if let Err(error) = link.interpreter().check() {
        error.restore();
        return Some(ptr::null_mut());
    }
    // SAFETY: the link keeps the object alive, and this is its interpreter.
    Some(unsafe { ffi::Py_NewRef(link.object()) })
}

/// The record of the value's own type; raises if it is not bound.
fn record_of<'c, X: Downcast>(value: &X::Virtual, cx: &Cx<'c>) -> Option<&'c TypeData> {
    record_of_type::<X>(X::any(value).type_id(), cx)
}

/// As [`record_of`], of the type that the value has said.
fn record_of_type<'c, X: Downcast>(class: TypeId, cx: &Cx<'c>) -> Option<&'c TypeData> {
    let found = cx.state().type_of(class);
    if found.is_none() {
        let name = crate::python::type_name::short_rust_name(std::any::type_name::<X::Virtual>());
        let base = cx.state().type_of(TypeId::of::<X::Base>()).map(TypeData::name);
        type_error(messages::unbound_implementation(&name, base.as_deref())).restore();
    }
    found
}

/// A returned `Box<dyn Trait>`.
///
/// # Safety
/// As [`Ret::put`](crate::Ret::put).
pub unsafe fn put_box<X: Downcast>(value: Box<X::Virtual>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: attached; the box was made for a value of the class's type, to which the thin pointer leads.
    unsafe {
        if let Some(known) = X::own_object(&value) {
            return known;
        }
        let Some(data) = record_of::<X>(&value, cx) else { return ptr::null_mut() };
        new_instance::new_boxed_at(Box::into_raw(value).cast::<u8>() as usize, data, cx)
    }
}

/// A returned `Arc<dyn Trait>`.
///
/// # Safety
/// As [`Ret::put`](crate::Ret::put).
pub unsafe fn put_arc<X: Downcast>(value: Arc<X::Virtual>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: attached; the `Arc` was made for a value of the class's type, to which the thin pointer leads.
    unsafe {
        if let Some(known) = X::own_object(&value) {
            return known;
        }
        let Some(data) = record_of::<X>(&value, cx) else { return ptr::null_mut() };
        let address = Arc::as_ptr(&value).cast::<u8>() as usize;
        match crate::cast::arc::known(address, data, cx) {
            Some(known) => known,
            None => {
                let _ = Arc::into_raw(value);
                crate::cast::arc::new_shared_at(address, data)
            }
        }
    }
}

/// A returned `Arc` of a lock around a trait object.
///
/// # Safety
/// As [`Ret::put`](crate::Ret::put).
pub unsafe fn put_lock<X: Downcast, L>(value: Arc<L>, makes: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject
where
    L: Guarding<Value = X::Virtual> + ?Sized,
{
    let address = Arc::as_ptr(&value).cast::<u8>() as usize;
    let wait = LockWait::begin();
    loop {
        // The value says what it is; nothing else is done while it is locked.
        // SAFETY: attached.
        let seen = value.try_read().map(|value| unsafe { X::own_object(&value).ok_or(X::any(&value).type_id()) });
        if let Some(seen) = seen {
            let class = match seen {
                Ok(known) => return known,
                Err(class) => class,
            };
            let Some(data) = record_of_type::<X>(class, cx) else { return ptr::null_mut() };
            // SAFETY: attached; the lock is around a value of the class, and the count is given away.
            return unsafe { arc_of_lock::put_lock(address, move || fat_lock(value), data, makes, cx) };
        }
        let what = || messages::result_of(&cx.function_name());
        // The object that this call is about may be the one that is locked.
        // SAFETY: attached.
        if let Some(known) = unsafe { arc_of_lock::known_lock(address, cx) } {
            return known;
        }
        if value.is_held(false) {
            runtime_error(messages::locked_further_up(&what())).restore();
            return ptr::null_mut();
        }
        if let Err(stop) = wait.until_free(address, all_held(), &what, &|| value.try_read().is_some()) {
            stop.raise(&what);
            return ptr::null_mut();
        }
    }
}

/// A policy for returned `&dyn Trait`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for a returned reference to a trait object",
    label = "returns a reference to a trait object",
    note = "a reference is copied (`rv_policy::copy`, the default), or kept with its owner (`rv_policy::reference_internal`); to pass ownership return a `Box`"
)]
pub trait PartPolicy {
    /// What becomes of a value that Python does not know.
    const PART: Part;
}

/// See [`PartPolicy`].
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub enum Part {
    Copied,
    Referred,
    Refused,
}

impl PartPolicy for rv_policy::automatic {
    const PART: Part = Part::Copied;
}
impl PartPolicy for rv_policy::automatic_reference {
    const PART: Part = Part::Copied;
}
impl PartPolicy for rv_policy::copy {
    const PART: Part = Part::Copied;
}
impl PartPolicy for rv_policy::reference_internal {
    const PART: Part = Part::Referred;
}
impl PartPolicy for rv_policy::none {
    const PART: Part = Part::Refused;
}

#[diagnostic::do_not_recommend]
impl PartPolicy for internal<'_> {
    const PART: Part = Part::Referred;
}

/// A policy for a `&'x dyn Trait`.
///
/// # Safety
/// If the policy refers to the value, the function has been asked whether it borrows from bound objects alone (`Keeps`).
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for a returned reference to a trait object",
    label = "returns a reference to a trait object",
    note = "a reference is copied (`rv_policy::copy`, the default), or kept with its owner (`rv_policy::reference_internal`); to pass ownership return a `Box`"
)]
pub unsafe trait PartOf<'x>: PartPolicy {}

macro_rules! parts {
    ($($policy:ident)*) => { $(
        // SAFETY: `reference_internal` is asked, the others do not refer to the value.
        unsafe impl PartOf<'_> for rv_policy::$policy {}
    )* };
}
parts!(automatic automatic_reference copy reference_internal none);

// SAFETY: it is what the function is asked with.
#[diagnostic::do_not_recommend]
unsafe impl<'object, 'x: 'object> PartOf<'x> for internal<'object> {}

/// A returned `&dyn Trait`.
///
/// # Safety
/// As [`Ret::put`](crate::Ret::put); the value was reached through `&mut` if it is `mutable`.
pub unsafe fn put_part<X: Downcast, P: PartPolicy>(
    value: &X::Virtual,
    mutable: bool,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: attached; the function's result is valid here, with the arguments' marks still held.
    unsafe {
        if let Some(known) = X::own_object(value) {
            return known;
        }
        let Some(data) = record_of::<X>(value, cx) else { return ptr::null_mut() };
        let address = ptr::from_ref(value).cast::<u8>() as usize;
        match P::PART {
            Part::Referred => child::derived(address, data, mutable, cx),
            Part::Refused => child::known_object(address, data, mutable, cx).unwrap_or(ptr::null_mut()),
            Part::Copied => {
                if let Some(argument) = child::known(address, data, mutable, cx) {
                    return argument;
                }
                let Some(clone) = data.ownership.clone_value else {
                    type_error(messages::not_copyable(&data.name())).restore();
                    return ptr::null_mut();
                };
                new_instance::new_clone(address, data, clone)
            }
        }
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
