//! `()` as `None` both ways, and what never returns.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::call::type_codes::NONE;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::object::object;
use std::convert::Infallible;

// SAFETY: nothing is borrowed.
unsafe impl<D> Param<D> for () {
    type Item<'a> = ();
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = ();
    const OWNED: bool = true;
    const NULLABLE: bool = true;
    const CODE: u8 = NONE;
    const VALUE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<()> {
        // SAFETY: None lives as long as the interpreter.
        (src == unsafe { ffi::Py_None() }).then_some(())
    }

    unsafe fn lend<'a>((): &'a mut (), _cx: &Cx<'_>) {}

    fn of_callback(returned: crate::Result<object>, _state: Option<&State>) -> crate::Result<()> {
        returned.map(|_| ())
    }
}

// SAFETY: returns None.
unsafe impl<D, P> Ret<D, P> for () {
    const NOTHING: bool = true;
    const CODE: u8 = NONE;
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn put((): Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
}

// SAFETY: there is no value.
unsafe impl<D, P> Ret<D, P> for Infallible {
    const NOTHING: bool = true;
    const CODE: u8 = NONE;
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        match value {}
    }
}
