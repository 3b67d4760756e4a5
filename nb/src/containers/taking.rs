//! Arguments of methods of containers that become elements, or are compared with them.

use crate::call::context::Cx;
use crate::cast::traits::Param;
use crate::containers::access::*;
use crate::containers::element::{Owned, lend};
use crate::ffi;
use std::any::TypeId;

/// Lends the value of an object of exactly this class or of one that derives from it.
///
/// # Safety
/// The object is an argument of the call; attached.
pub(super) unsafe fn lent<T: 'static>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Given<usize> {
    // SAFETY: caller's contract.
    unsafe {
        match lend::<T>(src, cx) {
            Some(address) => Ok(address),
            None if ffi::PyErr_Occurred().is_null() => misfit(),
            None => raised(),
        }
    }
}

/// Converts one argument.
///
/// # Safety
/// The method has it; attached.
pub(super) unsafe fn one<D, T: Owned<D>>(number: u16, cx: &mut Cx<'_>) -> Given<<T as Param<D>>::Stage> {
    // SAFETY: caller's contract.
    unsafe {
        if const { <T as Param<D>>::CALLS_OUT } {
            cx.own_arguments();
        }
        cx.at(number);
        let flags = cx.flags(usize::from(number));
        match <T as Param<D>>::convert(argument(number, cx), flags, cx) {
            Some(stage) => Ok(stage),
            None => misfit(),
        }
    }
}

/// Makes the value of a converted argument, and lends the container; gives its address, and what `check` finds in it. A value that leaves
/// another object does that last, so that it is not lost where the container is not to be had.
///
/// # Safety
/// As [`one`], which gave the stage; the container is of that type.
pub(super) unsafe fn lent_last<D, T: Owned<D>, R>(
    stage: &mut <T as Param<D>>::Stage,
    number: u16,
    key: TypeId,
    cx: &mut Cx<'_>,
    check: impl Fn(usize, &mut Cx<'_>) -> Given<R>,
) -> Given<(T, usize, R)> {
    cx.at(number);
    if !<T as Param<D>>::acquire(stage, cx) {
        return raised();
    }
    // SAFETY: caller's contract; what is acquired stays so until the value is made.
    unsafe {
        if const { !<T as Param<D>>::VALUE } && cx.loans.claims() {
            let (_, address) = receiver(key, true, cx)?;
            let found = check(address, cx)?;
            return Ok((<T as Param<D>>::lend(stage, cx), address, found));
        }
        let value = <T as Param<D>>::lend(stage, cx);
        cx.loans.release();
        let (_, address) = receiver(key, true, cx)?;
        let found = check(address, cx)?;
        Ok((value, address, found))
    }
}

/// Makes the value of what is looked for, the first argument; `None` for one that would have to leave its object for that.
///
/// # Safety
/// As [`one`], which gave the stage.
pub(super) unsafe fn looked_for<D, T: Owned<D>>(
    stage: &mut <T as Param<D>>::Stage,
    cx: &mut Cx<'_>,
) -> Given<Option<T>> {
    cx.at(1);
    if !<T as Param<D>>::acquire(stage, cx) {
        return raised();
    }
    if const { !<T as Param<D>>::VALUE } && cx.loans.claims() {
        cx.loans.release();
        return Ok(None);
    }
    // SAFETY: caller's contract; what is acquired stays so until the value is made.
    let value = unsafe { <T as Param<D>>::lend(stage, cx) };
    cx.loans.release();
    Ok(Some(value))
}

#[cold]
pub(super) fn no_memory<T>() -> Given<T> {
    // SAFETY: attached, as all methods are.
    unsafe { ffi::PyErr_NoMemory() };
    raised()
}
