//! `serde_json::Value`: `None`, `bool`, `int`, `float`, `str`, lists, and dicts whose keys are texts, as the module `json` has them. A tuple is
//! taken for a list.
//!
//! Numbers keep their kind. An `int` of more than 64 bits is refused, and so are nan and infinity, which JSON has not. Containers inside of each other
//! are as many as `serde_json` reads from a text: so one that contains itself is refused too.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::elements::{Protocol, for_each};
use crate::cast::map::{dict_of, items};
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::put_list_with;
use crate::ffi;
use crate::python::error::set_error;
use crate::python::object::{StrongRef, object};
use crate::python::{messages, text};
use serde_json::{Map, Number, Value};
use std::ffi::CString;
use std::ptr;

/// Containers inside of each other.
const MOST: u32 = 128;

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read(src: *mut ffi::PyObject, room: u32, cx: &mut Cx<'_>) -> Option<Value> {
    // SAFETY: caller's contract; the two objects live as long as the interpreter.
    unsafe {
        if src == ffi::Py_None() {
            return Some(Value::Null);
        }
        if src == ffi::Py_True() || src == ffi::Py_False() {
            return Some(Value::Bool(src == ffi::Py_True()));
        }
        if ffi::PyUnicode_Check(src) != 0 {
            return <String as Param<()>>::convert(src, 0, cx).map(Value::String);
        }
        if ffi::PyLong_Check(src) != 0 {
            let whole = <i128 as Param<()>>::convert(src, CONVERT, cx)?;
            let number = i64::try_from(whole).map(Number::from).or_else(|_| u64::try_from(whole).map(Number::from));
            return number.ok().or_else(|| cx.refuse(Reason::Range)).map(Value::Number);
        }
        if ffi::PyFloat_Check(src) != 0 {
            let number = Number::from_f64(ffi::PyFloat_AS_DOUBLE(src));
            return number.or_else(|| cx.refuse(Reason::NotFinite)).map(Value::Number);
        }
        let is_list = ffi::PyList_Check(src) != 0 || ffi::PyTuple_Check(src) != 0;
        if !is_list && ffi::PyDict_Check(src) == 0 {
            return None;
        }
        let Some(room) = room.checked_sub(1) else { return cx.refuse(Reason::TooDeep) };
        cx.enter_container();
        if is_list { read_list(src, room, cx) } else { read_dict(src, room, cx) }
    }
}

/// # Safety
/// As [`read`].
unsafe fn read_list(src: *mut ffi::PyObject, room: u32, cx: &mut Cx<'_>) -> Option<Value> {
    let mut all = Vec::new();
    // SAFETY: caller's contract; each element is owned while it is read.
    unsafe {
        for_each(src, cx, Protocol::Sequence, |element, cx, _| match read(element.as_ptr(), room, cx) {
            Some(value) => {
                all.push(value);
                Some(())
            }
            None => cx.refuse_element(all.len()),
        })?;
    }
    Some(Value::Array(all))
}

/// # Safety
/// As [`read`].
unsafe fn read_dict(src: *mut ffi::PyObject, room: u32, cx: &mut Cx<'_>) -> Option<Value> {
    let mut all = Map::new();
    let mut count = 0;
    // SAFETY: caller's contract; the list of items belongs to us, its pairs own keys and values.
    unsafe {
        let items = items(src, cx)?;
        for_each(items.as_ptr(), cx, Protocol::Sequence, |pair, cx, _| {
            if ffi::PyTuple_Check(pair.as_ptr()) == 0 || ffi::PyTuple_Size(pair.as_ptr()) != 2 {
                return None;
            }
            let key = <String as Param<()>>::convert(ffi::PyTuple_GetItem(pair.as_ptr(), 0), 0, cx);
            let value = match &key {
                Some(_) => read(ffi::PyTuple_GetItem(pair.as_ptr(), 1), room, cx),
                None => None,
            };
            let Some((key, value)) = key.zip(value) else { return cx.refuse_element(count) };
            // Two texts that Python tells apart by an `__eq__` of their own.
            if all.insert(key, value).is_some() {
                return cx.refuse(Reason::TwiceInDict);
            }
            count += 1;
            Some(())
        })?;
    }
    Some(Value::Object(all))
}

/// # Safety
/// Attached.
unsafe fn put(value: Value, room: u32) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; temporaries are owned.
    unsafe {
        match value {
            Value::Null => ffi::Py_NewRef(ffi::Py_None()),
            Value::Bool(value) => ffi::Py_NewRef(if value { ffi::Py_True() } else { ffi::Py_False() }),
            Value::Number(value) => put_number(&value),
            Value::String(value) => text::new_ptr(&value),
            Value::Array(_) | Value::Object(_) if room == 0 => {
                set_error(ffi::PyExc_RecursionError, messages::NESTED_TOO_DEEP);
                ptr::null_mut()
            }
            Value::Array(all) => put_list_with(all.into_iter(), |value| put(value, room - 1)),
            Value::Object(all) => {
                let mut made = Vec::with_capacity(all.len());
                for (key, value) in all {
                    let Some(key) = object::from_owned(text::new_ptr(&key)) else { return ptr::null_mut() };
                    let key = StrongRef::of(key);
                    let Some(value) = object::from_owned(put(value, room - 1)) else { return ptr::null_mut() };
                    made.push((key, StrongRef::of(value)));
                }
                dict_of(&made)
            }
        }
    }
}

/// # Safety
/// Attached.
unsafe fn put_number(value: &Number) -> *mut ffi::PyObject {
    // SAFETY: attached; a text that ends with a null character.
    unsafe {
        if let Some(value) = value.as_i64() {
            return ffi::PyLong_FromLongLong(value);
        }
        if let Some(value) = value.as_u64() {
            return ffi::PyLong_FromUnsignedLongLong(value);
        }
        match value.as_f64() {
            Some(float) if value.is_f64() => ffi::PyFloat_FromDouble(float),
            // With the feature `arbitrary_precision` of `serde_json`, an integer may have any number of digits.
            _ => {
                let digits = CString::new(value.to_string()).unwrap_or_default();
                ffi::PyLong_FromString(digits.as_ptr(), ptr::null_mut(), 10)
            }
        }
    }
}

/// What the type is called.
const TYPES: &str = "dict | list | str | float | int | bool | None";

// SAFETY: an owned value.
unsafe impl<D> Param<D> for Value {
    type Item<'a> = Value;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Value;
    const OWNED: bool = true;
    const NULLABLE: bool = true;
    const ASKS_FLAGS: bool = false;
    const VALUE: bool = true;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text(TYPES);
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Value> {
        // SAFETY: caller's contract; a caller whose argument calls out owns it.
        unsafe { read(src, MOST, cx) }
    }

    unsafe fn lend<'a>(stage: &'a mut Value, _cx: &Cx<'_>) -> Value {
        stage.take()
    }
}

// SAFETY: a new reference, or null.
unsafe impl<D, P> Ret<D, P> for Value {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text(TYPES);
    }

    unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put(value, MOST) }
    }
}

member_by_value! { [] Value; }
