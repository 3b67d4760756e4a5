//! [`Error::what`]: the text of an exception with its traceback. Also the other parts of a Python exception.

use crate::ffi;
use crate::python::aside::Aside;
use crate::python::attach::Attached;
use crate::python::error::{Error, Kind};
use crate::python::object::{check_attached, object};
use crate::python::{attributes, messages};
use std::fmt::Write;

impl Error {
    /// The text of the error, of a Python exception with its traceback: nanobind's `what()`.
    ///
    /// That of a Python exception is made when it is asked for first, by Python code, and kept: the frames from the outermost on, without
    /// lines of source, then what `to_string()` gives. A detached thread is attached for it, so do not ask while you hold a lock that an
    /// attached thread waits for. After the end of the interpreter a text says so. Other errors give their message.
    ///
    /// ```no_run
    /// fn log(error: &nb::Error) {
    ///     eprintln!("{}", error.what());
    /// }
    /// ```
    pub fn what(&self) -> &str {
        match &*self.0 {
            Kind::Python(value, text) => {
                if let Some(text) = text.get() {
                    return text;
                }
                let Some(_attached) = Attached::new() else { return messages::DETACHED_ERROR };
                let made = with_traceback(value);
                // What Python code has asked for meanwhile was there first.
                text.get_or_init(|| made)
            }
            Kind::Builtin(_, message) | Kind::Cast(message) => message,
            Kind::Native(error) => &error.message,
            Kind::NextOverload => messages::NEXT_OVERLOAD,
        }
    }

    /// The class of an exception that Python has raised: nanobind's `type()`. `None` where [`value`](Self::value) is.
    ///
    /// Panics when the thread is not attached.
    ///
    /// ```no_run
    /// fn class_name(error: &nb::Error) -> nb::Result<String> {
    ///     error.type_().map_or(Ok(String::new()), |class| class.attr("__name__").get()?.cast())
    /// }
    /// ```
    pub fn type_(&self) -> Option<object> {
        check_attached();
        // SAFETY: a live object has a live type; attached.
        self.value().map(|value| unsafe { object::borrow(ffi::Py_TYPE(value.as_ptr()).cast()) })
    }

    /// The traceback of an exception that Python has raised: nanobind's `traceback()`. `None` if there is none.
    ///
    /// Panics when the thread is not attached.
    ///
    /// ```no_run
    /// fn line(error: &nb::Error) -> nb::Result<Option<i32>> {
    ///     error.traceback().map(|traceback| traceback.attr("tb_lineno").get()?.cast()).transpose()
    /// }
    /// ```
    pub fn traceback(&self) -> Option<object> {
        check_attached();
        self.value().and_then(traceback_of)
    }
}

fn traceback_of(value: &object) -> Option<object> {
    // SAFETY: an exception instance; a new reference or null, without an exception; attached.
    unsafe { object::from_owned(ffi::PyException_GetTraceback(value.as_ptr())) }
}

/// Runs Python code; attached. What is raised meanwhile stays raised.
fn with_traceback(value: &object) -> String {
    let _aside = Aside::now();
    let mut text = String::new();
    let mut next = traceback_of(value);
    if next.is_some() {
        text.push_str("Traceback (most recent call last):\n");
    }
    // The frames that have called the one where the exception was caught.
    let mut callers = Vec::new();
    let mut frame = next.as_ref().and_then(|first| get(first, c"tb_frame")).and_then(|frame| get(&frame, c"f_back"));
    while let Some(caller) = frame {
        frame = get(&caller, c"f_back");
        callers.push(caller);
    }
    for caller in callers.iter().rev() {
        write_frame(&mut text, caller, get(caller, c"f_lineno"));
    }
    while let Some(traceback) = next {
        if let Some(frame) = get(&traceback, c"tb_frame") {
            write_frame(&mut text, &frame, get(&traceback, c"tb_lineno"));
        }
        next = get(&traceback, c"tb_next");
    }
    text.push_str(&value.class_name());
    match value.to_str_lossy() {
        None => text.push_str(messages::EXCEPTION_STR_FAILED),
        Some(said) if said.is_empty() => {}
        Some(said) => {
            text.push_str(": ");
            text.push_str(&said);
        }
    }
    text
}

/// An attribute that is not `None`.
fn get(value: &object, name: &std::ffi::CStr) -> Option<object> {
    attributes::get(value, name).filter(|found| !found.is_none())
}

fn write_frame(text: &mut String, frame: &object, line: Option<object>) {
    let code = get(frame, c"f_code");
    let of_code = |name| code.as_ref().and_then(|code| get(code, name)).and_then(|found| found.to_str_lossy());
    let (file, name) = (of_code(c"co_filename").unwrap_or_default(), of_code(c"co_name").unwrap_or_default());
    let line = line.and_then(|line| line.to_str_lossy()).unwrap_or_default();
    _ = writeln!(text, "  File \"{file}\", line {line}, in {name}");
}
