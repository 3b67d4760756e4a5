//! A Python callable in Rust's hands: called, dropped and moved on any thread.

use crate::call::context::Cx;
use crate::cast::traits::Param;
use crate::ffi;
use crate::interpreter::gil;
use crate::interpreter::panic::raise;
use crate::interpreter::recursion::Nested;
use crate::interpreter::resident::Resident;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, runtime_error};
use crate::python::object::object;
use smallvec::{SmallVec, smallvec};

/// What a closure made of a Python callable holds; `C` is the pointer of the function that converts and calls.
pub(super) struct Callback<C> {
    python: Resident,
    call: C,
}

impl<C: Copy> Callback<C> {
    /// The thread is attached.
    pub(super) fn new(python: object, call: C) -> Callback<C> {
        Callback { python: Resident::new(python), call }
    }

    pub(super) fn python(&self) -> &Resident {
        &self.python
    }

    pub(super) fn call(&self) -> C {
        self.call
    }
}

/// The values of a call; the first is the spare slot that the callee may use (PEP 590).
type Values = SmallVec<[Option<object>; 8]>;

/// Calls the callable with what `give` puts into the list, on any thread.
pub(super) fn invoke<D, R>(python: &Resident, give: impl FnOnce(&mut Cx<'_>, &mut Values) -> Result<()>) -> R
where
    R: for<'a> Param<D, Item<'a> = R>,
{
    let result = match python.attach() {
        Ok((_attached, python)) => match State::get_or_create() {
            Ok(state) => R::of_callback(call(python, &state, give), Some(&state)),
            Err(error) => R::of_callback(Err(error), None),
        },
        Err(text) => R::of_callback(Err(runtime_error(text)), None),
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
        let result = gil::call_python(python.as_ptr(), first, flags);
        object::from_owned(result).ok_or_else(Error::fetch)
    }
}
