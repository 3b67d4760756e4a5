//! `Arc<RwLock<T>>` and its kin: a value that Python objects and native code own together, and both modify.
//!
//! The class is `T`, and nothing about its binding changes. An object that Python has made has its value moved into the lock the first
//! time it is passed as such an `Arc`; the lock takes the place of its mark from then on (`instance/lend_locked.rs`). An argument of this
//! type is a count and takes no lock, so that the function may.

use crate::call::context::Cx;
use crate::cast::arc::refusal;
use crate::cast::child::is_garbage_child;
use crate::cast::class_trait::Class;
use crate::cast::sharable::{Sharable, thin_lock};
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{self, Ext};
use crate::instance::header::{Inst, Life, Storage};
use crate::instance::lock::{Lock, LockOps, is_given, lock_of};
use crate::instance::marks::is_shared;
use crate::instance::{dealloc, intrusive};
use crate::python::error::{Builtin, set_error};
use crate::python::messages;
use std::any::TypeId;
use std::ptr;
use std::sync::Arc;

/// Puts a value behind a lock into an instance without one.
///
/// # Safety
/// `inst` is a live instance of `data`'s class or a Python subclass, and empty; the count is given away.
pub(crate) unsafe fn adopt(inst: *mut Inst, data: &TypeData, lock: Lock) {
    // SAFETY: caller's contract; the record owns the count.
    unsafe {
        ext::adopt_ext(inst, Storage::Locked, Ext::locked(lock));
        data.state.identities.enter(lock.address, data, inst);
    }
}

/// Moves the value of an object out of its lock into a box, if the object is the only owner, nobody uses the value, and no function runs
/// that was given the lock: what such a function may do is found out by that.
///
/// Runs no code of anybody. Places in the value are found from their root.
///
/// # Safety
/// `inst` is a live instance of `data`'s class; attached.
pub(crate) unsafe fn unlock_in_place(inst: *mut Inst, data: &TypeData) {
    // SAFETY: caller's contract. Without a mark no call uses the value, and with one count nobody else can lock it.
    unsafe {
        if (*inst).storage() != Storage::Locked || (*inst).life() != Life::Ready || (*inst).mark() != 0 {
            return;
        }
        let lock = lock_of(inst);
        if !(*inst).destructs() || is_given(inst) || !(lock.ops.is_sole)(lock.handle) {
            return;
        }
        let value = (lock.ops.take)(lock.handle);
        if value.is_null() {
            return;
        }
        dealloc::leave_children(inst, data);
        ext::drop_ext(inst);
        ext::adopt_ext(inst, Storage::Boxed, Ext::owned(value as usize));
        intrusive::expose(inst, data);
    }
}

/// Moves the value of an object into a lock in an `Arc`, if it lies elsewhere, the object is its only owner and nobody uses it.
///
/// Runs no code of anybody. Places in the value are found from their root, derived references end here.
///
/// # Safety
/// `inst` is a live instance of the class of `S::Value` or one that derives from it; attached.
pub(super) unsafe fn share<D, S: Sharable<D, Value: Class<D>>>(inst: *mut Inst, ops: &'static LockOps) {
    // SAFETY: caller's contract; without a mark there is no reference to the value, which the instance owns.
    unsafe {
        let data = class_record::native_data(ffi::Py_TYPE(inst.cast()));
        if (*inst).life() != Life::Ready || (*inst).mark() != 0 || data.key != TypeId::of::<S::Value>() {
            return;
        }
        if !(*inst).destructs() || intrusive::is_counted(inst, data) || lock_in(inst, ops).is_some() {
            return;
        }
        unlock_in_place(inst, data);
        let value = match (*inst).storage() {
            Storage::Inline => (ext::owned_address(inst, data) as *mut S::Value).read(),
            Storage::Boxed => {
                let address = ext::owned_address(inst, data);
                ext::drop_ext(inst);
                *Box::from_raw(address as *mut S::Value)
            }
            Storage::Shared if !is_shared(inst) => {
                let address = ext::owned_address(inst, data);
                dealloc::leave_children(inst, data);
                ext::drop_ext(inst);
                Arc::into_inner(Arc::from_raw(address as *const S::Value)).expect("the only count")
            }
            _ => return,
        };
        (*inst).end_references();
        adopt(inst, data, thin_lock(Arc::new(S::wrap(value)), ops));
    }
}

/// The lock of an instance, if it is of that kind.
///
/// # Safety
/// `inst` is live.
unsafe fn lock_in(inst: *mut Inst, ops: &'static LockOps) -> Option<Lock> {
    // SAFETY: a live instance.
    unsafe {
        let lock = ((*inst).storage() == Storage::Locked && (*inst).life() == Life::Ready).then(|| lock_of(inst))?;
        (lock.ops.family == ops.family).then_some(lock)
    }
}

/// A count of the lock, which the function may lock.
///
/// # Safety
/// The instance is an argument of the call; attached.
pub(super) unsafe fn acquire<D, S: Sharable<D, Value: Class<D>>>(
    inst: *mut Inst,
    ops: &'static LockOps,
    cx: &mut Cx<'_>,
) -> Option<Arc<S>> {
    // SAFETY: caller's contract. A lock of this family in an object of the very class is an `S`, also where its handle is that of a
    // trait object.
    unsafe {
        share::<D, S>(inst, ops);
        let data = class_record::native_data(ffi::Py_TYPE(inst.cast()));
        let raise = |text: String| {
            set_error(Builtin::RuntimeError.class(), &text);
            None
        };
        if (*inst).life() != Life::Ready {
            return raise(messages::moved_during_call(&cx.function_name(), &cx.argument_name(), &data.name()));
        }
        let Some(lock) = lock_in(inst, ops).filter(|_| data.key == TypeId::of::<S::Value>()) else {
            return raise(refusal::<S::Value>(inst, data, Some(ops.name), cx));
        };
        if !claim(inst, data, cx) {
            return None;
        }
        let address = lock.address as *const S;
        Arc::increment_strong_count(address);
        Some(Arc::from_raw(address))
    }
}

/// Notes that the function gets the lock of an argument; false with an exception raised when it gets a reference into the value besides,
/// since it could only wait for ever for the lock then.
///
/// # Safety
/// The instance is an argument of the call, of `data`'s class; attached.
pub(crate) unsafe fn claim(inst: *mut Inst, data: &TypeData, cx: &mut Cx<'_>) -> bool {
    if let Some(loan) = cx.loans.iter().find(|loan| loan.root == inst) {
        let [one, other] = [cx.name_argument(loan.argument), cx.argument_name()];
        let text = messages::lock_and_value(&cx.function_name(), &one, &other, &data.name());
        set_error(Builtin::RuntimeError.class(), &text);
        return false;
    }
    // SAFETY: caller's contract.
    unsafe { cx.loans.note_lock(inst, cx.spot().argument) };
    true
}

/// The object that owns a count of the lock, and one for a count that Python does not know if `makes` says so.
///
/// # Safety
/// `data` is the record of the class; attached.
pub(super) unsafe fn put<S: 'static>(
    value: Arc<S>,
    ops: &'static LockOps,
    data: &TypeData,
    makes: bool,
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: attached; the count is given away.
    unsafe { put_lock(Arc::as_ptr(&value) as usize, move || thin_lock(value, ops), data, makes, cx) }
}

/// The object of a lock whose class is not known; a new reference.
///
/// # Safety
/// Attached.
#[cold]
pub(crate) unsafe fn known_lock(address: usize, cx: &Cx<'_>) -> Option<*mut ffi::PyObject> {
    let of = |data: &&TypeData| cx.state().identities.find(address, data);
    // SAFETY: a child in the identity map is live.
    let holds = |known: &*mut Inst| unsafe { holds_lock(*known, address) };
    let known = cx.state().types().iter().find_map(|data| of(data).filter(holds))?;
    // SAFETY: as above.
    Some(unsafe { ffi::Py_NewRef(known.cast()) })
}

/// Whether an object holds the lock at this address.
///
/// # Safety
/// It is live; attached.
unsafe fn holds_lock(known: *mut Inst, address: usize) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        !is_garbage_child(known)
            && (*known).storage() == Storage::Locked
            && (*known).life() == Life::Ready
            && lock_of(known).address == address
    }
}

/// As [`put`], of the lock at this address, whose count `give` gives away.
///
/// # Safety
/// The lock is around a value of `data`'s class; attached.
pub(crate) unsafe fn put_lock(
    address: usize,
    give: impl FnOnce() -> Lock,
    data: &TypeData,
    makes: bool,
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract. A child in the identity map is live, and one that holds a lock at this address holds this one.
    unsafe {
        if let Some(known) = cx.state().identities.find(address, data).filter(|known| holds_lock(*known, address)) {
            return ffi::Py_NewRef(known.cast());
        }
        if !makes {
            return ptr::null_mut();
        }
        let lock = give();
        match ext::alloc_ext(data, Storage::Locked, Ext::locked(lock)) {
            Ok(inst) => {
                data.state.identities.enter(lock.address, data, inst);
                inst.cast()
            }
            Err(error) => {
                (lock.ops.release)(lock.handle);
                error.restore();
                ptr::null_mut()
            }
        }
    }
}
