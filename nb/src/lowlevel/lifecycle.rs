//! The two flags of an instance, and the functions that end or begin its value.

use super::{bound, idle, inst_alloc};
use crate::cast::arc::enter_again;
use crate::instance::class_record::TypeData;
use crate::instance::dealloc::leave_children;
use crate::instance::ext;
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::instance::ownership::Outside;
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::python::object::object;

/// Whether the object is a bound instance that has a value: nanobind's `nb::inst_ready`.
///
/// ```no_run
/// fn has_value(value: nb::object) -> bool {
///     nb::inst_ready(&value)
/// }
/// ```
pub fn inst_ready(value: &object) -> bool {
    // SAFETY: a live instance.
    bound("inst_ready", value).is_ok_and(|(inst, _)| unsafe { (*inst).life() == Life::Ready })
}

/// The flags (ready, destruct) of an instance: nanobind's `nb::inst_state`.
///
/// An instance that is not ready has no value, and bound functions refuse it. One that does not destruct leaves its value
/// alone when it dies: references into other objects never do.
///
/// # Errors
/// `TypeError` when the object is not a bound instance.
///
/// ```no_run
/// fn is_reference(value: nb::object) -> nb::Result<bool> {
///     Ok(nb::inst_state(&value)? == (true, false))
/// }
/// ```
pub fn inst_state(value: &object) -> Result<(bool, bool)> {
    let (inst, data) = bound("inst_state", value)?;
    // SAFETY: a live instance.
    unsafe {
        Ok((
            (*inst).life() == Life::Ready,
            (*inst).storage().owns() && (*inst).destructs() && !data.ownership.never_destruct,
        ))
    }
}

/// Declares that an instance has a value, which it owns: nanobind's `nb::inst_mark_ready`.
///
/// Bound functions accept it from now on, and its destructor will run. A reference into another object gets ready, but still
/// does not destruct.
///
/// # Errors
/// `TypeError` when the object is not a bound instance; `RuntimeError` while a call uses it.
///
/// # Safety
/// There is a value of the instance's class at [`inst_ptr`](super::inst_ptr()), which nobody else will drop.
///
/// Example at [`inst_alloc`](super::inst_alloc()).
pub unsafe fn inst_mark_ready(value: &object) -> Result<()> {
    let (inst, data) = bound("inst_mark_ready", value)?;
    // SAFETY: a live instance; the rest is the caller's contract.
    unsafe {
        set_state("inst_mark_ready", inst, data, true, (*inst).storage().owns() && !data.ownership.never_destruct)
    }
}

/// Sets the flags of an instance: nanobind's `nb::inst_set_state`.
///
/// A value that lies outside of the instance is freed as by `Box` or `Arc` if it destructs. Instances that are not ready but
/// destruct, or whose value lies elsewhere, are reported as relinquished ones, and their `__init__` refuses to run.
/// References that were made into the value end when it stops being ready.
///
/// # Errors
/// `TypeError` when the object is not a bound instance; `RuntimeError` while a call uses it, and for a destructor that is
/// not the instance's to run: of a part of another object, or of a class with [`never_destruct`](crate::never_destruct).
///
/// # Safety
/// If `ready` or `destruct`, there is a value at [`inst_ptr`](super::inst_ptr()); if `destruct`, nobody else drops it, and
/// one outside of the instance is a box's, or the count of an `Arc` that was there before.
///
/// ```no_run
/// fn forget(value: nb::object) -> nb::Result<()> {
///     // SAFETY: an instance with a value keeps it; not to drop a value is always allowed.
///     unsafe { nb::inst_set_state(&value, nb::inst_ready(&value), false) }
/// }
/// ```
pub unsafe fn inst_set_state(value: &object, ready: bool, destruct: bool) -> Result<()> {
    let (inst, data) = bound("inst_set_state", value)?;
    // SAFETY: a live instance; the rest is the caller's contract.
    unsafe { set_state("inst_set_state", inst, data, ready, destruct) }
}

/// # Safety
/// The argument is a live instance of `data`'s class, whose value is in use by nobody (`idle`); attached.
unsafe fn set_state(function: &str, inst: *mut Inst, data: &TypeData, ready: bool, destruct: bool) -> Result<()> {
    // SAFETY: a live instance of `data`'s class, whose value is in use by nobody (`idle`).
    unsafe {
        idle(function, inst, data)?;
        let owner = (*inst).storage().owns();
        if destruct && !owner {
            return Err(runtime_error(messages::not_owner(function, messages::THE_INSTANCE, &data.name())));
        }
        if destruct && data.ownership.never_destruct {
            return Err(runtime_error(messages::never_destructed(function, &data.name())));
        }
        if !ready {
            (*inst).end_references();
            leave_children(inst, data);
        }
        let gone = (*inst).life() == Life::Relinquished && !(*inst).destructs();
        (*inst).set_life(match ready {
            true => Life::Ready,
            // A constructor would write over a value that is still to be dropped, over the pointer to the record, or over
            // a value that native code has taken and that may still lie here.
            false if destruct || gone || (*inst).storage() != Storage::Inline => Life::Relinquished,
            false => Life::Uninitialized,
        });
        (*inst).set_destructs(if owner { destruct } else { ready });
        if ready {
            enter_again(inst, data);
        }
        if intrusive::is_counted(inst, data) {
            intrusive::expose(inst, data);
        }
        Ok(())
    }
}

/// Takes the value away from an instance, whose flags are both unset afterwards: nanobind's `nb::inst_destruct`.
///
/// The destructor runs if the instance's flag says so, the memory can be used for a new value. A reference into another
/// object only stops referring to it. Nothing happens when there is no value.
///
/// # Errors
/// `TypeError` when the object is not a bound instance. `RuntimeError` where nanobind ends the process: when the value was
/// moved into native code, and for a class with [`never_destruct`](crate::never_destruct); and besides while a call uses the
/// instance, which is why this is no `unsafe fn`.
///
/// ```no_run
/// fn close(file: nb::object) -> nb::Result<()> {
///     nb::inst_destruct(&file)
/// }
/// ```
pub fn inst_destruct(value: &object) -> Result<()> {
    const NAME: &str = "inst_destruct";
    let (inst, data) = bound(NAME, value)?;
    // SAFETY: a live instance, whose value is in use by nobody (`idle`).
    unsafe {
        idle(NAME, inst, data)?;
        let relinquished = (*inst).life() == Life::Relinquished && !(*inst).destructs();
        if relinquished && (*inst).storage() == Storage::Inline {
            return Err(runtime_error(messages::destruct_relinquished(&data.name())));
        }
        if relinquished || (*inst).life() == Life::Uninitialized {
            return Ok(());
        }
        if data.ownership.never_destruct && (*inst).storage().owns() {
            return Err(runtime_error(messages::never_destructed(NAME, &data.name())));
        }
        end_value(inst, data);
        Ok(())
    }
}

/// Ends the value of an instance that has one.
///
/// # Safety
/// `inst` is a live instance of `data`'s class, whose value is in use by nobody.
unsafe fn end_value(inst: *mut Inst, data: &TypeData) {
    /// The instance is empty now, also after a panic.
    struct Empty(*mut Inst);
    impl Drop for Empty {
        fn drop(&mut self) {
            // SAFETY: the caller of `end_value` keeps the instance alive.
            unsafe { (*self.0).set_life(Life::Uninitialized) }
        }
    }
    // SAFETY: caller's contract. The destructor may run any code, which finds the instance under construction: nothing
    // can be written over the value before it is gone.
    unsafe {
        let (destructs, storage) = ((*inst).destructs(), (*inst).storage());
        (*inst).end_references();
        leave_children(inst, data);
        if storage != Storage::Inline && !(destructs && storage.owns()) {
            (*inst).set_life(Life::Relinquished);
            (*inst).set_destructs(false);
            return;
        }
        (*inst).set_life(Life::Constructing);
        (*inst).set_destructs(false);
        let _empty = Empty(inst);
        if storage != Storage::Inline {
            let value = Outside::of(inst);
            ext::drop_ext(inst);
            data.ownership.release(value);
        } else if destructs && let Some(drop_value) = data.ownership.drop_value {
            drop_value(header::inline_address(inst, data.align) as *mut u8);
        }
    }
}

/// Fills an instance with zero bytes and makes it ready: nanobind's `nb::inst_zero`.
///
/// A value that it had is dropped before.
///
/// # Errors
/// `TypeError` when the object is not a bound instance; `RuntimeError` while a call uses it, when its value was moved into
/// native code, or when it refers to a value that is not its own.
///
/// # Safety
/// Zero bytes are a value of the instance's class.
pub unsafe fn inst_zero(value: &object) -> Result<()> {
    const NAME: &str = "inst_zero";
    let (inst, data) = bound(NAME, value)?;
    // SAFETY: a live instance; empty ones are inline, with room for a value.
    unsafe {
        if !(*inst).storage().owns() || ((*inst).storage() != Storage::Inline && !(*inst).destructs()) {
            return Err(runtime_error(messages::not_owner(NAME, messages::THE_INSTANCE, &data.name())));
        }
        inst_destruct(value)?;
        // The destructor of an old value may have run code that has put another one here.
        idle(NAME, inst, data)?;
        if (*inst).life() != Life::Uninitialized {
            return Err(runtime_error(messages::initialized_twice(&data.name())));
        }
        (header::inline_address(inst, data.align) as *mut u8).write_bytes(0, data.size);
        (*inst).set_life(Life::Ready);
        intrusive::expose(inst, data);
        Ok(())
    }
}

/// A new instance of zero bytes, ready for use: nanobind's `nb::inst_alloc_zero`.
///
/// # Errors
/// `TypeError` when the object is not a bound class.
///
/// # Safety
/// As for [`inst_zero`].
///
/// ```no_run
/// #[repr(C)]
/// struct Point { x: f64, y: f64 }
/// fn origin() -> nb::Result<nb::object> {
///     let class = nb::type_::<Point>().ok_or_else(|| nb::type_error("Point is not bound"))?;
///     // SAFETY: zero is a value of `f64`.
///     unsafe { nb::inst_alloc_zero(&class) }
/// }
/// ```
pub unsafe fn inst_alloc_zero(class: &object) -> Result<object> {
    let made = inst_alloc(class)?;
    // SAFETY: caller's contract.
    unsafe { inst_zero(&made)? };
    Ok(made)
}
