//! `Arc<T>`: a value that Python objects and native code own together, nanobind's `std::shared_ptr<T>`.
//!
//! A Python object that is passed as `Arc<T>` for the first time gets its value moved into an `Arc`, of which it keeps one
//! count. While there are others, its value is read only: `&T` is all that an `Arc` gives. As `Arc<RwLock<T>>` or `Arc<Mutex<T>>` it is
//! moved into the lock as well, which both sides lock from then on (`arc_of_lock.rs`). What is converted is not shared (`owning.rs`).

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::arc_of_lock::{self, unlock_in_place};
use crate::cast::bound::{ByMark, find};
use crate::cast::child::is_garbage_child;
use crate::cast::class_trait::Class;
use crate::cast::member_by_value;
use crate::cast::new_instance::record;
use crate::cast::owning::{Give, Take};
use crate::cast::sharable::Sharable;
use crate::cast::traits::{Param, Ret};
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{self, Ext, Roots};
use crate::instance::header::{EXCLUSIVE, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::instance::marks::is_shared;
use crate::python::error::{Builtin, set_error};
use crate::python::messages;
use crate::{ffi, rv_policy};
use std::any::TypeId;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::{Arc, Weak};

/// An argument that native code will own together with its object.
#[doc(hidden)]
pub struct Share<S> {
    inst: *mut Inst,
    arc: Option<Arc<S>>,
}

/// Puts a shared value into an instance without one.
///
/// # Safety
/// `inst` is a live instance of the class `T` or a Python subclass, and empty.
pub(crate) unsafe fn adopt<T: 'static>(inst: *mut Inst, arc: Arc<T>) {
    // SAFETY: caller's contract; the record owns the count.
    unsafe {
        adopt_count(inst, class_record::native_data(ffi::Py_TYPE(inst.cast())), Arc::into_raw(arc) as usize);
    }
}

/// As [`adopt`], for the count whose address is given.
///
/// # Safety
/// As `adopt`; `Arc::into_raw` has returned the address, for a value of the class with the record `data`.
pub(crate) unsafe fn adopt_count(inst: *mut Inst, data: &TypeData, address: usize) {
    // SAFETY: caller's contract; the record owns the count.
    unsafe {
        ext::adopt_ext(inst, Storage::Shared, Ext::child(address, address, Roots::new()));
        data.state.identities.enter(address, data, inst);
    }
}

/// Makes an instance whose value has come back to it the one for its `Arc` again.
///
/// # Safety
/// `inst` is a live instance of `data`'s class, no reference to its record is in use, and it owns a count if it is
/// `Shared`.
pub(crate) unsafe fn enter_again(inst: *mut Inst, data: &TypeData) {
    // SAFETY: caller's contract.
    unsafe {
        if (*inst).storage() == Storage::Shared {
            let ext = ext::ext_mut(inst);
            ext.registered = ext.address;
            data.state.identities.enter(ext.address, data, inst);
        }
    }
}

/// Moves the value of an object into an `Arc`, if it lies elsewhere and nobody uses it.
///
/// Runs no code of anybody. Places in the value are found from their root, derived references end here.
///
/// # Safety
/// `inst` is a live instance of the class of `T`, which owns its value; attached.
unsafe fn share<T: 'static>(inst: *mut Inst) {
    // SAFETY: a live instance; without a mark there is no reference to its value, which it owns. A stage of the running
    // call that has looked at it asks again for the address when it takes its mark.
    unsafe {
        let data = class_record::native_data(ffi::Py_TYPE(inst.cast()));
        if (*inst).life() != Life::Ready || (*inst).mark() != 0 || data.key != TypeId::of::<T>() {
            return;
        }
        unlock_in_place(inst, data);
        let address = match (*inst).storage() {
            Storage::Inline | Storage::Boxed if (*inst).destructs() => ext::owned_address(inst, data),
            _ => return,
        };
        (*inst).move_epoch();
        let arc = if (*inst).storage() == Storage::Boxed {
            ext::drop_ext(inst);
            Arc::from(Box::from_raw(address as *mut T))
        } else {
            Arc::new((address as *mut T).read())
        };
        adopt(inst, arc);
    }
}

/// Another count of the value of a shared instance.
///
/// # Safety
/// `inst` is a live and ready instance of the class `T` that holds an `Arc`.
unsafe fn count<T>(inst: *mut Inst) -> Arc<T> {
    // SAFETY: the address is what `Arc::into_raw` returned; the instance keeps its own count.
    unsafe {
        let own = ManuallyDrop::new(Arc::from_raw(ext::ext(inst).address as *const T));
        Arc::clone(&own)
    }
}

/// Takes a share of the value itself, without a lock.
///
/// # Safety
/// The stage is that of an argument of the call; attached.
unsafe fn acquire_plain<T: 'static>(inst: *mut Inst, cx: &mut Cx<'_>) -> Option<Arc<T>> {
    // SAFETY: the instance is an argument of the call.
    unsafe {
        share::<T>(inst);
        let data = class_record::native_data(ffi::Py_TYPE(inst.cast()));
        if (*inst).life() == Life::Ready && (data.key != TypeId::of::<T>() || (*inst).storage() != Storage::Shared) {
            set_error(Builtin::RuntimeError.class(), &refusal::<T>(inst, data, None, cx));
            return None;
        }
        // What was made of `&mut T` must not be used beside the new owner. While the value is in use, nobody can say
        // whether there are other owners already.
        let ends = (*inst).mark() != 0 || !is_shared(inst);
        cx.lend(inst, data, false)?;
        if ends {
            (*inst).move_epoch();
        }
        Some(count(inst))
    }
}

/// Why native code cannot get a share, in a lock of this name or in none.
///
/// # Safety
/// `inst` is a live instance of `data`'s class; attached.
#[cold]
pub(super) unsafe fn refusal<T: 'static>(inst: *mut Inst, data: &TypeData, lock: Option<&str>, cx: &Cx<'_>) -> String {
    let (function, argument) = (cx.function_name(), cx.argument_name());
    // SAFETY: the instance is an argument of the call.
    let (storage, destructs, mark) = unsafe { ((*inst).storage(), (*inst).destructs(), (*inst).mark()) };
    if !destructs || !storage.owns() {
        return messages::not_sharable(&function, &argument, &data.name());
    }
    if data.key != TypeId::of::<T>() {
        let wanted = cx.state().type_of(TypeId::of::<T>()).map(TypeData::name).unwrap_or_default();
        return messages::derived_share(&function, &argument, &data.name(), &wanted);
    }
    // SAFETY: as above.
    unsafe {
        if intrusive::is_counted(inst, data) {
            return messages::counted(&function, &argument, &data.name());
        }
        let is = match storage {
            Storage::Locked => Some(crate::instance::lock::lock_of(inst).ops.name),
            _ => None,
        };
        if storage == Storage::Locked || (storage == Storage::Shared && lock.is_some()) {
            let [is, wanted] = [is, lock].map(messages::arc_of);
            return messages::other_lock(&function, &argument, &data.name(), &is, &wanted);
        }
    }
    messages::busy(&function, &argument, &data.name(), mark == EXCLUSIVE)
}

// SAFETY: a count of its own, taken while the instance was marked, or of a lock, which needs none.
unsafe impl<D, S: Sharable<D, Value: Class<D>>> Take<D, Arc<S>> for ByMark {
    type Stage = Share<S>;

    fn describe(text: &mut SigText<'_>) {
        text.class::<S::Value>();
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Share<S>> {
        // SAFETY: caller's contract. No implicit conversion: native code would share a temporary, not what was passed.
        unsafe {
            let inst = find::<S::Value>(src, 0, cx)?.inst;
            // Before any argument of the call is marked, so that the order of arguments does not matter.
            match S::LOCK {
                Some(ops) => arc_of_lock::share::<D, S>(inst, ops),
                None => share::<S::Value>(inst),
            }
            Some(Share { inst, arc: None })
        }
    }

    fn acquire(stage: &mut Share<S>, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument of the call. Without a lock, `S` is the class itself (`Sharable`).
        unsafe {
            stage.arc = match S::LOCK {
                Some(ops) => arc_of_lock::acquire::<D, S>(stage.inst, ops, cx),
                None => {
                    acquire_plain::<S::Value>(stage.inst, cx).map(|arc| Arc::from_raw(Arc::into_raw(arc).cast::<S>()))
                }
            };
        }
        stage.arc.is_some()
    }

    unsafe fn lend(stage: &mut Share<S>, _cx: &Cx<'_>) -> Arc<S> {
        stage.arc.take().expect("set by `acquire`")
    }
}

// SAFETY: the object owns a count.
unsafe impl<D, P: rv_policy::Policy, S: Sharable<D, Value: Class<D>>> Give<D, P, Arc<S>> for ByMark {
    fn describe(text: &mut SigText<'_>) {
        text.class::<S::Value>();
    }

    unsafe fn put(value: Arc<S>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(data) = record::<S::Value>(cx) else { return ptr::null_mut() };
        if let Some(ops) = S::LOCK {
            // SAFETY: attached.
            return unsafe { arc_of_lock::put::<S>(value, ops, data, P::MAKES, cx) };
        }
        let address = Arc::as_ptr(&value) as usize;
        // SAFETY: attached; the count is given away.
        unsafe {
            match known(address, data, cx) {
                Some(known) => known,
                None if !P::MAKES => ptr::null_mut(),
                None => {
                    let _ = Arc::into_raw(value);
                    new_shared_at(address, data)
                }
            }
        }
    }
}

/// A share that does not keep the value alive. The object does while it lives.
// SAFETY: as for `Arc`.
unsafe impl<D, S: Sharable<D, Value: Class<D>, By = ByMark>> Param<D> for Weak<S> {
    type Item<'a> = Weak<S>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Option<Share<S>>;
    const NULLABLE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;
    const HOLDS: bool = true;

    fn describe(text: &mut SigText<'_>) {
        <Option<Arc<S>> as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { <Option<Arc<S>> as Param<D>>::convert(src, flags, cx) }
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        <Option<Arc<S>> as Param<D>>::acquire(stage, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Weak<S> {
        // SAFETY: caller's contract.
        let arc = unsafe { <Option<Arc<S>> as Param<D>>::lend(stage, cx) };
        arc.as_ref().map_or_else(Weak::new, Arc::downgrade)
    }
}

/// None when the value has ended.
// SAFETY: as for `Arc`.
unsafe impl<D, P: rv_policy::Policy, S: Sharable<D, Value: Class<D>, By = ByMark>> Ret<D, P> for Weak<S> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        <Option<Arc<S>> as Ret<D, P>>::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <Option<Arc<S>> as Ret<D, P>>::put(value.upgrade(), cx) }
    }
}

/// The object that owns a count of the `Arc` at this address; a new reference.
///
/// # Safety
/// The caller owns a count of that `Arc`, which holds a value of `data`'s class; attached.
pub(crate) unsafe fn known(address: usize, data: &TypeData, cx: &Cx<'_>) -> Option<*mut ffi::PyObject> {
    // SAFETY: a child in the identity map is live, and one that holds an `Arc` at this address holds this one.
    unsafe {
        let known = cx.state().identities.find(address, data)?;
        let holds = !is_garbage_child(known) && (*known).storage() == Storage::Shared && (*known).life() == Life::Ready;
        holds.then(|| ffi::Py_NewRef(known.cast()))
    }
}

/// An instance that owns a count.
///
/// # Safety
/// `Arc::into_raw` has returned the address, for a value of `data`'s class; attached. The count is given away.
pub(crate) unsafe fn new_shared_at(address: usize, data: &TypeData) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        match ext::alloc_ext(data, Storage::Shared, Ext::child(address, address, Roots::new())) {
            Ok(inst) => {
                data.state.identities.enter(address, data, inst);
                inst.cast()
            }
            Err(error) => {
                data.ownership.release_share(address);
                error.restore();
                ptr::null_mut()
            }
        }
    }
}

member_by_value! {
    [S] Arc<S>;
    [S] Weak<S>;
}
