//! A Python callable in Rust's hands: called, dropped and moved on any thread.

use crate::call::Cx;
use crate::convert::Param;
use crate::error::{Error, Result, runtime_error, set_error};
use crate::ffi;
use crate::guard::{self, Attached};
use crate::messages;
use crate::obj::{is_attached, object};
use crate::panic::raise;
use crate::state::State;
use smallvec::{SmallVec, smallvec};
use std::cell::Cell;
use std::mem::ManuallyDrop;

/// What a closure made of a Python callable holds; `C` is the pointer of the function that converts and calls.
pub(super) struct Callback<C> {
    python: ManuallyDrop<object>,
    call: C,
}

impl<C: Copy> Callback<C> {
    pub(super) fn new(python: object, call: C) -> Callback<C> {
        Callback { python: ManuallyDrop::new(python), call }
    }

    pub(super) fn python(&self) -> &object {
        &self.python
    }

    pub(super) fn call(&self) -> C {
        self.call
    }
}

impl<C> Drop for Callback<C> {
    fn drop(&mut self) {
        // SAFETY: taken once.
        let python = unsafe { ManuallyDrop::take(&mut self.python) };
        if is_attached() {
            // A callable may hold a callback in turn, and a long chain of them must not end in a deep recursion.
            // SAFETY: an owned reference, and attached.
            unsafe { crate::nurse::release_patients(vec![python.into_ptr()]) };
        }
    }
}

// SAFETY: the object is touched by attached threads only: `invoke` attaches, and so does the drop of an `object`, which
// does the rest of the drop above.
unsafe impl<C: Send> Send for Callback<C> {}
// SAFETY: as above; nothing in it changes.
unsafe impl<C: Sync> Sync for Callback<C> {}

/// The values of a call; the first is the spare slot that the callee may use (PEP 590).
type Values = SmallVec<[Option<object>; 8]>;

/// Calls `python` with what `give` puts into the list, on any thread.
pub(super) fn invoke<D, R>(python: &object, give: impl FnOnce(&mut Cx<'_>, &mut Values) -> Result<()>) -> R
where
    R: for<'a> Param<D, Item<'a> = R>,
{
    let result = match Attached::new() {
        Some(_attached) => match State::get_or_create() {
            Ok(state) => R::of_callback(call(python, &state, give), Some(&state)),
            Err(error) => R::of_callback(Err(error), None),
        },
        None => R::of_callback(Err(runtime_error(messages::NO_INTERPRETER)), None),
    };
    result.unwrap_or_else(|error| raise(error))
}

fn call(python: &object, state: &State, give: impl FnOnce(&mut Cx<'_>, &mut Values) -> Result<()>) -> Result<object> {
    let _nested = Nested::enter()?;
    let mut values: Values = smallvec![None];
    give(&mut Cx::new(state), &mut values)?;
    // SAFETY: attached (`invoke`); `Option<object>` is a pointer; the arguments, all there, live during the call.
    unsafe {
        let first = values.as_mut_ptr().cast::<*mut ffi::PyObject>().add(1);
        let flags = (values.len() - 1) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        let result = guard::call_python(python.as_ptr(), first, flags);
        object::from_owned(result).ok_or_else(Error::fetch)
    }
}

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// A call within a call. A chain of native functions makes no Python frames, by which the interpreter would notice that it
/// has no end.
pub(crate) struct Nested;

impl Nested {
    pub(crate) fn enter() -> Result<Nested> {
        // SAFETY: attached; the text is a constant.
        unsafe {
            let depth = DEPTH.get() + 1;
            if depth > ffi::Py_GetRecursionLimit() as usize {
                set_error(ffi::PyExc_RecursionError, messages::TOO_DEEP);
                return Err(Error::fetch());
            }
            if ffi::Py_EnterRecursiveCall(c" in a callback".as_ptr()) != 0 {
                return Err(Error::fetch());
            }
            DEPTH.set(depth);
        }
        Ok(Nested)
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        // SAFETY: attached; pairs with `enter`.
        unsafe { ffi::Py_LeaveRecursiveCall() };
    }
}
