//! Trait objects with a trampoline as results: a value becomes an object of the class of its own type, and a trampoline the object behind it.

use crate::call::context::Cx;
use crate::cast::reference_internal::internal;
use crate::cast::sharable::{Guarding, fat_lock};
use crate::cast::{arc_of_lock, child, new_instance};
use crate::instance::class_record::TypeData;
use crate::instance::lock::all_held;
use crate::interpreter::lock_wait::LockWait;
use crate::python::error::{runtime_error, type_error};
use crate::python::messages;
use crate::trampolines::Trampoline;
use crate::{ffi, rv_policy};
use std::any::{Any, TypeId};
use std::ptr;
use std::sync::Arc;

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
