//! Conversion of enumerations, for the impls that the macros write next to [`Enum`].

use super::pybind11::instance;
use super::{Bits, Enum};
use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::cast::int::{index, read_i128};
use crate::ffi;
use crate::python::error::{Builtin, Error, set_error};
use crate::python::messages;
use crate::python::object::object;
use std::any::TypeId;
use std::mem::MaybeUninit;
use std::ptr;

/// What stands for a value that is not given by its member.
enum Found {
    Value(Bits),
    /// Flags that have no name together.
    Number(i128),
}

/// # Safety
/// As [`Param::convert`](crate::Param::convert).
#[inline]
pub unsafe fn convert<D, T: Enum<D>>(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<T> {
    // SAFETY: caller's contract; the values of a record are of the type that it is registered for.
    unsafe {
        match cx.state().enums.find(TypeId::of::<T>())?.value_of(src) {
            Some(bits) => Some(bits.get::<D, T>()),
            None => other::<D, T>(src, flags, cx),
        }
    }
}

/// # Safety
/// As [`Param::read`](crate::Param::read).
#[inline]
pub unsafe fn read<D, T: Enum<D>>(place: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<T>) {
    // SAFETY: as in `convert`.
    unsafe {
        if let Some(data) = cx.state().enums.find(TypeId::of::<T>())
            && let Some(bits) = data.value_of(*place)
        {
            stage.write(bits.get::<D, T>());
        } else if let Some(value) = cx.read(place, |src, flags, cx| other::<D, T>(src, flags, cx)) {
            stage.write(value);
        }
    }
}

/// What is no member.
///
/// # Safety
/// `src` is live for the call; attached.
#[inline(never)]
unsafe fn other<D, T: Enum<D>>(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<T> {
    // SAFETY: as in `convert`.
    unsafe {
        match find(src, flags, TypeId::of::<T>(), cx)? {
            Found::Value(bits) => Some(bits.get::<D, T>()),
            Found::Number(number) => {
                T::FROM_NUMBER.and_then(|make| make(number)).or_else(|| cx.refuse(Reason::NoMember))
            }
        }
    }
}

/// # Safety
/// `src` is live for the call; attached.
unsafe fn find(src: *mut ffi::PyObject, flags: u8, key: TypeId, cx: &mut Cx<'_>) -> Option<Found> {
    // SAFETY: caller's contract; the record is not used any more once Python code may have run.
    unsafe {
        cx.own_arguments();
        let enums = &cx.state().enums;
        let data = enums.find(key)?;
        if data.style.pybind11 {
            // No member, but made by `Kind(1)`, copied or unpickled. Numbers are no arguments.
            let number = instance::number_of(src, &data.class)?;
            return Some(data.value_numbered(number).map_or(Found::Number(number), Found::Value));
        }
        if data.style.flag && ffi::Py_TYPE(src).cast() == data.class.as_ptr() {
            let value = object::from_owned(ffi::PyObject_GetAttr(src, enums.value_name()));
            let Some(value) = value else {
                cx.mismatch_raised();
                return None;
            };
            if ffi::PyLong_Check(value.as_ptr()) == 0 {
                return None;
            }
            return read_i128(value.as_ptr()).map(Found::Number);
        }
        if flags & CONVERT == 0 || data.style.native {
            return None;
        }
        if data.style.text {
            if ffi::PyUnicode_Check(src) == 0 {
                return None;
            }
            // The methods of a subclass are nobody's business: a copy is a plain `str`.
            let text = object::from_owned(ffi::PyUnicode_FromObject(src));
            let Some(text) = text else {
                cx.mismatch_raised();
                return None;
            };
            return data.value_spelled(&text).map(Found::Value).or_else(|| cx.refuse(Reason::NoMember));
        }
        let number = index(src, cx)?;
        let known = read_i128(number.as_ptr()).and_then(|number| enums.find(key)?.value_numbered(number));
        known.map(Found::Value).or_else(|| cx.refuse(Reason::NoMember))
    }
}

/// # Safety
/// As [`Ret::put`](crate::Ret::put).
#[inline]
pub unsafe fn put<D, T: Enum<D>>(value: &T, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { put_number(T::number(value), TypeId::of::<T>(), cx) }
}

/// # Safety
/// Attached.
#[inline(never)]
unsafe fn put_number(number: i128, key: TypeId, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let Some(data) = cx.state().enums.find(key) else { return ptr::null_mut() };
    if data.is_garbage() {
        return ptr::null_mut();
    }
    match data.member(number) {
        Some(member) => member.into_ptr(),
        None if data.style.pybind11 && data.accepts.is_some() => {
            // SAFETY: attached; a class of this kind. Making an object may run any code, which must not free the class meanwhile.
            let made = unsafe { instance::make(&data.class.clone(), number) };
            made.map_or_else(raised, object::into_ptr)
        }
        // SAFETY: caller's contract.
        None => unsafe { unnamed(number, data.style.flag.then(|| data.class.clone()), &data.name) },
    }
}

/// Flags without a name together; other values are an error.
///
/// # Safety
/// Attached.
#[cold]
unsafe fn unnamed(number: i128, flags: Option<object>, name: &str) -> *mut ffi::PyObject {
    let Some(class) = flags else {
        set_error(Builtin::ValueError.class(), &messages::no_member(number, name));
        return ptr::null_mut();
    };
    let make = || class.getattr("__new__")?.call((class.clone(), number));
    make().map_or_else(raised, object::into_ptr)
}

#[cold]
fn raised(error: Error) -> *mut ffi::PyObject {
    error.restore();
    ptr::null_mut()
}
