//! The `TypeError` of a call that no overload took.
//!
//! Python code that tries what fits gets many of them and reads none. So the text is written into one buffer, and the arguments are owned only
//! where writing it may run code.

use crate::call::given::Given;
use crate::call::mismatch::Refusals;
use crate::call::nb_func::FuncData;
use crate::call::pybind11_texts;
use crate::call::record::{FuncFlags, Record};
use crate::call::signature;
use crate::ffi;
use crate::python::error::{Builtin, add_notes, chain_cause, set_error};
use crate::python::type_name;
use crate::python::{messages, text};
use std::ptr;

/// Room for the usual text of one overload.
const ROOM: usize = 256;

/// Nothing fitted: `NotImplemented` for operators, else the `TypeError` that lists the overloads.
///
/// # Safety
/// As [`call`](crate::call::dispatch::call); the arguments are alive.
#[cold]
pub(crate) unsafe fn mismatch(data: &FuncData, given: &Given, mut refusals: Refusals) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `call`. Until the arguments are owned, no code runs; if they never are, none runs until they have been
    // looked at for the last time.
    unsafe {
        // A warning that was turned into an error stands on its own.
        if !ffi::PyErr_Occurred().is_null() {
            return ptr::null_mut();
        }
        if data.records.iter().any(|r| r.flags.contains(FuncFlags::OPERATOR)) {
            return ffi::Py_NewRef(ffi::Py_NotImplemented());
        }
        let pybind11 = pybind11_texts::apply(data);
        if pybind11
            || !(refusals.are_empty() && data.records.iter().all(|record| is_quiet(record)) && has_fixed_types(given))
        {
            given.own();
        }
        let text = match pybind11 {
            true => pybind11_texts::refusal(data, given, &|value| refusals.given(value)),
            false => Some(refusal(data, given, &refusals)),
        };
        let Some(text) = text else { return ptr::null_mut() };
        // Notes are an invention of Python 3.11.
        let notes = if cfg!(Py_3_11) { refusals.explain(data, given) } else { Some(Vec::new()) };
        let Some(notes) = notes else { return ptr::null_mut() };
        set_error(Builtin::TypeError.class(), &text);
        if let Some(cause) = refusals.take_cause() {
            chain_cause(cause);
        }
        add_notes(&notes);
        ptr::null_mut()
    }
}

/// The text: the overloads, and the types of what was given.
///
/// # Safety
/// As [`write_given`].
unsafe fn refusal(data: &FuncData, given: &Given, refusals: &Refusals) -> String {
    let mut text = String::with_capacity(ROOM);
    messages::no_overload(&mut text, data.records.first().map_or("", |record| &record.name), "function");
    for (index, record) in data.records.iter().enumerate() {
        messages::overload_line(&mut text, index + 1, |text| signature::write(&data.state, record, text));
    }
    text.push_str(messages::INVOKED_WITH);
    // SAFETY: caller's contract.
    unsafe { write_given(given, refusals, &mut text) };
    text
}

/// Whether writing the signature of an overload runs no code: neither that of a default value's `repr` nor that of a user's caster.
fn is_quiet(record: &Record) -> bool {
    record.params.are_plain() && record.args.iter().all(|arg| arg.default.is_none())
}

/// Whether naming the types of the arguments runs no code, as that of a metaclass.
///
/// # Safety
/// Live arguments; attached.
unsafe fn has_fixed_types(given: &Given) -> bool {
    // SAFETY: caller's contract; the values of keywords come after the others.
    unsafe {
        let is_fixed = |value: *mut ffi::PyObject| type_name::is_fixed(ffi::Py_TYPE(value));
        (given.receiver.is_null() || is_fixed(given.receiver))
            && (0..given.nargs + given.nkw()).all(|index| is_fixed(*given.args().add(index)))
    }
}

/// Writes the types of what a call has passed.
///
/// # Safety
/// Live arguments, which are owned if naming their types may run code; attached.
unsafe fn write_given(given: &Given, refusals: &Refusals, text: &mut String) {
    // SAFETY: caller's contract; `kwnames` is a tuple of texts, whose values come after the others.
    unsafe {
        let of = |value, text: &mut String| type_name::write_of_type(ffi::Py_TYPE(refusals.given(value)), text);
        let has_receiver = !given.receiver.is_null();
        if has_receiver {
            of(given.receiver, text);
        }
        for index in 0..given.nargs {
            if has_receiver || index > 0 {
                text.push_str(", ");
            }
            of(*given.args().add(index), text);
        }
        let nkw = given.nkw();
        if nkw == 0 {
            return;
        }
        if has_receiver || given.nargs > 0 {
            text.push_str(", ");
        }
        messages::keywords_given(text, |text| {
            for index in 0..nkw {
                if index > 0 {
                    text.push_str(", ");
                }
                let name = text::read(ffi::PyTuple_GetItem(given.kwnames, index as ffi::Py_ssize_t));
                text.push_str(name.as_deref().unwrap_or("?"));
                text.push_str(": ");
                of(*given.args().add(given.nargs + index), text);
            }
        });
    }
}
