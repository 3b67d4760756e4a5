//! Signatures, docstrings and refusals as pybind11 writes them, for functions that were bound in its dialect.

use crate::call::context::is_fatal;
use crate::call::given::Given;
use crate::call::nb_func::FuncData;
use crate::call::record::{FuncFlags, Record};
use crate::call::signature;
use crate::ffi;
use crate::python::object::object;
use crate::python::{messages, text};
use std::cell::Cell;

/// Whether the overloads were bound in pybind11's dialect: the first says so for all.
pub(crate) fn apply(data: &FuncData) -> bool {
    data.records.first().is_some_and(|record| record.flags.contains(FuncFlags::PYBIND11))
}

/// The docstring: each overload's signature with its text below.
pub(crate) fn docstring(data: &FuncData) -> String {
    let several = data.records.len() > 1;
    let entry = |(index, record): (usize, &std::sync::Arc<Record>)| {
        let mut out = String::new();
        if !record.flags.contains(FuncFlags::NO_SIGNATURE) {
            if several {
                out.push_str(&format!("{}. ", index + 1));
            }
            out.push_str(&format!("{}{}\n", record.name, signature::nameless(&data.state, record)));
        }
        if let Some(doc) = signature::shown_doc(record) {
            let line = if out.is_empty() { "" } else { "\n" };
            out.push_str(&format!("{line}{doc}\n"));
        }
        out
    };
    let entries: Vec<String> = data.records.iter().enumerate().map(entry).collect();
    let all = entries.join("\n");
    let shown = data.records.iter().any(|record| !record.flags.contains(FuncFlags::NO_SIGNATURE));
    if several && shown { messages::pybind11_overloaded(&data.name, &all) } else { all }
}

/// The text of the `TypeError` for arguments that no overload takes; `None` with an exception raised that ends the call.
///
/// # Safety
/// `given` holds the arguments of the call, and owns them; attached, with no exception raised.
pub(crate) unsafe fn refusal(
    data: &FuncData,
    given: &Given,
    as_given: &dyn Fn(*mut ffi::PyObject) -> *mut ffi::PyObject,
) -> Option<String> {
    let constructs = data.records.iter().any(|record| record.flags.contains(FuncFlags::CONSTRUCTOR));
    let name = data.records.first().map_or("", |record| &record.name);
    let mut out = String::new();
    messages::no_overload(&mut out, name, if constructs { "constructor" } else { "function" });
    for (index, record) in data.records.iter().enumerate() {
        let mut line = signature::nameless(&data.state, record);
        if constructs {
            line = as_constructor(&line);
        }
        messages::overload_line(&mut out, index + 1, |text| text.push_str(&line));
    }
    out.push_str(messages::PYBIND11_INVOKED_WITH);
    // A constructor's own instance is not shown: there is nothing in it.
    let receiver = (!given.receiver.is_null() && !constructs).then_some(given.receiver);
    // SAFETY: caller's contract.
    unsafe {
        let positional = (0..given.nargs).map(|index| *given.args().add(index));
        let positional: Option<Vec<String>> =
            receiver.into_iter().chain(positional).map(|value| shown(as_given(value))).collect();
        out.push_str(&positional?.join(", "));
        let nkw = given.nkw();
        if nkw > 0 {
            let keyword = |index: usize| {
                let name = text::read(ffi::PyTuple_GetItem(given.kwnames, index as ffi::Py_ssize_t));
                let value = shown(as_given(*given.args().add(given.nargs + index)))?;
                Some(format!("{}={value}", name.unwrap_or_default()))
            };
            let keywords: Option<Vec<String>> = (0..nkw).map(keyword).collect();
            let separator = if given.nargs + usize::from(receiver.is_some()) > 0 { "; " } else { "" };
            out.push_str(&messages::pybind11_keywords(separator, &keywords?.join(", ")));
        }
    }
    Some(out)
}

/// `(self: m.Dog, name: str) -> None` as the call of a class, `m.Dog(name: str)`.
fn as_constructor(signature: &str) -> String {
    let call = signature.strip_suffix(" -> None").unwrap_or(signature);
    let Some(rest) = call.strip_prefix("(self: ") else { return call.to_string() };
    match rest.split_once(", ") {
        Some((class, rest)) => format!("{class}({rest}"),
        None => format!("{}()", rest.strip_suffix(')').unwrap_or(rest)),
    }
}

thread_local! {
    /// How many refusals are being written on this thread, one in the `repr` of the other's argument.
    static WRITTEN: Cell<u32> = const { Cell::new(0) };
}

/// A `repr` that is refused itself shows its object, by that `repr`: an instance without a value has no end of it. So far, and no farther.
const DEEPEST: u32 = 8;

/// The `repr`, or the plain one of any object where refusals are nested too deep; `None` with an exception raised that ends the call.
///
/// # Safety
/// `value` is live; attached, with no exception raised.
unsafe fn shown(value: *mut ffi::PyObject) -> Option<String> {
    struct Written;
    impl Drop for Written {
        fn drop(&mut self) {
            WRITTEN.set(WRITTEN.get() - 1);
        }
    }
    let depth = WRITTEN.get();
    WRITTEN.set(depth + 1);
    let _written = Written;
    // SAFETY: caller's contract; the slot of `object` is there, and looks at nothing but the type and the address.
    unsafe {
        let plain = &raw mut ffi::PyBaseObject_Type;
        let made = match (*plain).tp_repr {
            Some(plain) if depth >= DEEPEST => plain(value),
            _ => ffi::PyObject_Repr(value),
        };
        match object::from_owned(made) {
            Some(repr) => Some(text::read(repr.as_ptr()).unwrap_or_else(|| messages::PYBIND11_NO_REPR.to_string())),
            None if is_fatal() => None,
            None => {
                ffi::PyErr_Clear();
                Some(messages::PYBIND11_NO_REPR.to_string())
            }
        }
    }
}
