//! Implicit conversions: which objects a bound class is made from, how it is done, and what is said when it fails.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::record::FuncFlags;
use crate::cast::traits::Param;
use crate::ffi;
use crate::instance::class_record::{self, Accepts, Implicit, TypeData};
use crate::interpreter::state::State;
use crate::python::messages;
use crate::python::object::{StrongRef, object};
use std::any::TypeId;
use std::ffi::CStr;
use std::io::Write;
use std::ptr;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// Switches the lines about failed implicit conversions on standard error on or off: nanobind's function of this name.
///
/// It holds for all modules of this library image in the current interpreter; they are on at first.
pub fn set_implicit_cast_warnings(value: bool) {
    crate::python::object::check_attached();
    if let Some(state) = State::current() {
        state.implicit_cast_warnings.store(value, Ordering::Relaxed);
    }
}

/// Whether failed implicit conversions are reported on standard error.
pub fn implicit_cast_warnings() -> bool {
    crate::python::object::check_attached();
    State::current().is_none_or(|state| state.implicit_cast_warnings.load(Ordering::Relaxed))
}

/// Makes the class a target of conversions from what an `A` accepts.
pub(crate) fn add<D, A: Param<D>>(target: &TypeData) {
    add_when(target, accepts::<D, A>);
}

/// Makes the class a target of conversions from what the function says.
pub(crate) fn add_when(target: &TypeData, accepts: Accepts) {
    let mut known = target.implicit.lock().unwrap_or_else(PoisonError::into_inner);
    // A module that is imported again says it again.
    if !known.iter().any(|one| ptr::fn_addr_eq(one.accepts, accepts)) {
        known.push(Implicit { accepts });
    }
}

/// Whether `src` converts to `A`. Numbers and containers convert as in a call; bound classes are taken as they are, so
/// that conversions do not chain.
///
/// # Safety
/// `src` is a live argument of the call that asks; attached.
pub(crate) unsafe fn accepts<D, A: Param<D>>(src: *mut ffi::PyObject, caller: &mut Cx<'_>) -> bool {
    let mut cx = Cx::probing(caller.state());
    cx.adopt_drained(caller.take_drained());
    // SAFETY: `src` is a live argument of the call that asks.
    let fits = unsafe { A::convert(src, CONVERT, &mut cx) }.is_some();
    caller.adopt_drained(cx.take_drained());
    if cx.fatal {
        // What must not be swallowed stays raised, and ends the call that asks.
        caller.fatal = true;
        return false;
    }
    if !fits {
        caller.adopt(&mut cx);
    }
    fits
}

/// Calls the class with the object, if one of its implicit conversions accepts it.
///
/// # Safety
/// `src` is live; attached.
#[cold]
pub(super) unsafe fn convert_implicitly(src: *mut ffi::PyObject, key: TypeId, cx: &mut Cx<'_>) -> Option<object> {
    // SAFETY: `src` is live; the class is registered, so its type object is alive.
    unsafe {
        if copy_constructs(key, cx) {
            return None;
        }
        cx.own_arguments();
        let data = cx.state().type_of(key)?;
        // What runs below may take the class away.
        let _class = StrongRef::borrow(data.ty.cast());
        let accepted = {
            let implicit = data.implicit.lock().unwrap_or_else(PoisonError::into_inner);
            implicit.iter().map(|i| i.accepts).collect::<Vec<_>>()
        };
        // What must not be swallowed ends the search.
        if !accepted.into_iter().any(|accepts| accepts(src, cx) || cx.fatal) || cx.fatal {
            return None;
        }
        // An iterator that was read to see whether it fits is no more what it was.
        let again = match cx.drained(src).filter(|&elements| elements != ffi::Py_None()) {
            Some(elements) => {
                let again = object::from_owned(ffi::PyObject_GetIter(elements));
                if again.is_none() {
                    cx.mismatch_raised();
                    return None;
                }
                again
            }
            None => None,
        };
        let made = object::from_owned(ffi::PyObject_CallFunctionObjArgs(
            data.ty.cast(),
            again.as_ref().map_or(src, object::as_ptr),
            ptr::null_mut::<ffi::PyObject>(),
        ));
        if made.is_none() {
            cx.mismatch_raised();
            if !cx.fatal {
                cx.refuse::<()>(Reason::Implicit);
                warn_failed(src, data);
            }
        }
        made
    }
}

/// Whether the running overload makes a value of the class `key` from one other value of it.
///
/// Its source must not be converted: the conversion would call the class again, with the same object.
fn copy_constructs(key: TypeId, cx: &Cx<'_>) -> bool {
    let Some(record) = cx.record().filter(|record| record.params.len() == 2) else { return false };
    // SAFETY: a constructor has a receiver, which is live: the instance, or for a factory the class.
    let made = unsafe {
        match record.flags & (FuncFlags::CONSTRUCTOR | FuncFlags::FACTORY) {
            FuncFlags::CONSTRUCTOR => class_record::data_of(ffi::Py_TYPE(cx.receiver)),
            FuncFlags::FACTORY => class_record::data_of(cx.receiver.cast()),
            _ => None,
        }
    };
    made.is_some_and(|data| data.key == key)
}

/// Reports that the class could not be made from `src`.
///
/// # Safety
/// `src` is live; attached.
#[cold]
unsafe fn warn_failed(src: *mut ffi::PyObject, target: &TypeData) {
    if !target.state.implicit_cast_warnings.load(Ordering::Relaxed) {
        return;
    }
    // SAFETY: caller's contract; a type's name lives as long as the type.
    let source = unsafe {
        let ty = ffi::Py_TYPE(src);
        match class_record::data_of(ty).filter(|data| data.ty == ty) {
            Some(data) => data.name(),
            None => CStr::from_ptr((*ty).tp_name).to_string_lossy().into_owned(),
        }
    };
    let line = messages::failed_implicit_conversion(&source, &target.name());
    // Nobody can be told that standard error is closed.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
