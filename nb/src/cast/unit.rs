//! `()` and `PhantomData<T>` as `None` both ways, and what never returns.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::call::type_codes::NONE;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::object::object;
use std::convert::Infallible;
use std::marker::PhantomData;

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

    const AT_ONCE: bool = true;

    #[inline(always)]
    unsafe fn give((): Self) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
}

// SAFETY: nothing is borrowed.
unsafe impl<D, T: ?Sized> Param<D> for PhantomData<T> {
    type Item<'a> = PhantomData<T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = PhantomData<T>;
    const OWNED: bool = true;
    const NULLABLE: bool = true;
    const CODE: u8 = NONE;
    const VALUE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        <() as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<PhantomData<T>> {
        // SAFETY: caller's contract.
        unsafe { <() as Param<D>>::convert(src, flags, cx) }.map(|()| PhantomData)
    }

    unsafe fn lend<'a>(_stage: &'a mut PhantomData<T>, _cx: &Cx<'_>) -> PhantomData<T> {
        PhantomData
    }
}

// SAFETY: returns None.
unsafe impl<D, P, T: ?Sized> Ret<D, P> for PhantomData<T> {
    const CODE: u8 = NONE;
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        <() as Ret<D, P>>::describe(text);
    }

    unsafe fn put(_value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <() as Ret<D, P>>::put((), cx) }
    }
}

member_by_value! { [] (); [T: ?Sized] PhantomData<T>; }

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
