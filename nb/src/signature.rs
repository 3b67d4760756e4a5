//! Signatures and docstrings, rendered when somebody asks, so that types bound later appear by their Python names.

use crate::ffi;
use crate::function::{FuncData, METHOD, Record};
use crate::obj::object;
use crate::state::State;
use crate::typename::short_rust_name;
use std::any::TypeId;
use std::fmt::Write;

/// Collects the text of one signature.
pub struct SigText<'s> {
    out: String,
    state: Option<&'s State>,
}

impl<'s> SigText<'s> {
    pub(crate) fn new(state: Option<&'s State>) -> SigText<'s> {
        SigText { out: String::new(), state }
    }

    /// Appends a piece of text, such as `int` or `dict[`.
    pub fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Appends the Python name of a bound class, or the short Rust name while it is not bound.
    pub fn class<T: 'static>(&mut self) {
        match self.state.and_then(|state| state.type_of(TypeId::of::<T>())) {
            Some(data) => self.out.push_str(&data.full_name),
            None => self.out.push_str(&short_rust_name(std::any::type_name::<T>())),
        }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }
}

/// The text of one type.
pub(crate) fn describe(describe: fn(&mut SigText<'_>), state: Option<&State>) -> String {
    let mut text = SigText::new(state);
    describe(&mut text);
    text.finish()
}

/// `name(a: int, b: int = 1) -> int`.
pub(crate) fn signature(data: &FuncData, record: &Record) -> String {
    of_record(&data.state, record)
}

/// As [`signature`], without the function object.
pub(crate) fn of_record(state: &State, record: &Record) -> String {
    if let Some(custom) = &record.signature {
        return custom.strip_prefix("def ").unwrap_or(custom).to_string();
    }
    let state = Some(state);
    let method = record.flags & METHOD != 0;
    let skip = usize::from(method);
    let count = record.params.len() - skip;
    let mut out = format!("{}(", record.name);
    for (index, param) in record.params.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        if index < skip {
            out.push_str("self");
            continue;
        }
        let arg = record.args.get(index);
        match arg.and_then(|a| a.name.as_deref()) {
            Some(name) => out.push_str(name),
            None if count == 1 => out.push_str("arg"),
            None => write!(out, "arg{}", index - skip).expect("writing to a String"),
        }
        out.push_str(": ");
        out.push_str(&describe(*param, state));
        let Some(arg) = arg else { continue };
        if let Some(text) = &arg.default_text {
            out.push_str(" = ");
            out.push_str(text);
        } else if let Some(text) = arg.default.as_ref().and_then(repr) {
            out.push_str(" = ");
            out.push_str(&text);
        }
    }
    if count > 0 && !record.annotated {
        out.push_str(", /");
    }
    out.push_str(") -> ");
    out.push_str(&describe(record.result, state));
    out
}

/// `repr(value)`; `None` when it raises, which is not reported.
fn repr(value: &object) -> Option<String> {
    // SAFETY: a live object; the indicator is cleared on failure.
    unsafe {
        let text = object::from_owned(ffi::PyObject_Repr(value.as_ptr()));
        let text = text.and_then(|text| crate::typename::text(text.as_ptr()));
        if text.is_none() {
            ffi::PyErr_Clear();
        }
        text
    }
}

/// The text that is reported for a record's signature, one line each, with the overloads' docs below.
pub(crate) fn docstring(data: &FuncData) -> String {
    let signatures: Vec<String> = data.records.iter().map(|r| signature(data, r)).collect();
    let mut out = signatures.join("\n");
    let docs: Vec<&str> = data
        .records
        .iter()
        .map(|r| r.doc.as_deref().map_or("", |doc| doc.strip_prefix('\n').unwrap_or(doc)))
        .collect();
    if docs.iter().all(|doc| doc.is_empty()) {
        return out;
    }
    out.push_str("\n\n");
    let uniform = docs.windows(2).all(|pair| pair[0] == pair[1]);
    if uniform {
        out.push_str(docs[0]);
        return out;
    }
    out.push_str("Overloaded function.");
    for (index, (text, doc)) in signatures.iter().zip(&docs).enumerate() {
        write!(out, "\n\n{}. ``{text}``", index + 1).expect("writing to a String");
        if !doc.is_empty() {
            write!(out, "\n\n{doc}").expect("writing to a String");
        }
    }
    out
}

/// What `inspect.signature` parses; `None` for overloaded functions, which have no single signature.
pub(crate) fn text_signature(data: &FuncData) -> Option<String> {
    let [record] = data.records.as_slice() else { return None };
    let skip = usize::from(record.flags & METHOD != 0);
    let count = record.params.len() - skip;
    let mut parts: Vec<String> = Vec::new();
    for index in 0..record.params.len() {
        if index < skip {
            parts.push("$self".into());
            continue;
        }
        let arg = record.args.get(index);
        let mut part = match arg.and_then(|a| a.name.clone()) {
            Some(name) => name,
            None if count == 1 => "arg".into(),
            None => format!("arg{}", index - skip),
        };
        if let Some(value) = arg.and_then(|a| a.default.as_ref()) {
            part.push('=');
            part.push_str(&literal(value).unwrap_or_else(|| "...".into()));
        }
        parts.push(part);
    }
    if !record.annotated && (count > 0 || skip > 0) {
        parts.push("/".into());
    } else if skip > 0 {
        parts.insert(1, "/".into());
    }
    Some(format!("({})", parts.join(", ")))
}

/// The repr of values that Python can read back: what `inspect` accepts as a default.
fn literal(value: &object) -> Option<String> {
    // SAFETY: a live object and live builtin types.
    let simple = unsafe {
        let ty = ffi::Py_TYPE(value.as_ptr());
        value.is_none()
            || [
                &raw mut ffi::PyLong_Type,
                &raw mut ffi::PyFloat_Type,
                &raw mut ffi::PyBool_Type,
                &raw mut ffi::PyUnicode_Type,
                &raw mut ffi::PyBytes_Type,
            ]
            .contains(&ty)
    };
    let text = simple.then(|| repr(value)).flatten()?;
    (!text.contains("inf") && !text.contains("nan") || text.starts_with(['\'', '"', 'b'])).then_some(text)
}

/// `__nb_signature__`: a tuple of `(signature, doc, defaults)` per overload, as nanobind's stub generator reads it.
pub(crate) fn nb_signature(data: &FuncData) -> *mut ffi::PyObject {
    let build = || -> crate::Result<object> {
        // SAFETY: attached; every created object is owned by a wrapper or stolen by the tuple.
        unsafe {
            let all = object::steal(ffi::PyTuple_New(data.records.len() as ffi::Py_ssize_t))?;
            for (index, record) in data.records.iter().enumerate() {
                let mut defaults = Vec::new();
                let text = nb_signature_text(data, record, &mut defaults);
                let entry = object::steal(ffi::PyTuple_New(if defaults.is_empty() { 2 } else { 3 }))?;
                let text = object::steal(ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize))?;
                ffi::PyTuple_SetItem(entry.as_ptr(), 0, text.into_ptr());
                let doc = match &record.doc {
                    Some(doc) => object::steal(ffi::PyUnicode_FromStringAndSize(doc.as_ptr().cast(), doc.len() as isize))?,
                    None => object::borrow(ffi::Py_None()),
                };
                ffi::PyTuple_SetItem(entry.as_ptr(), 1, doc.into_ptr());
                if !defaults.is_empty() {
                    let values = object::steal(ffi::PyTuple_New(defaults.len() as ffi::Py_ssize_t))?;
                    for (place, value) in defaults.into_iter().enumerate() {
                        ffi::PyTuple_SetItem(values.as_ptr(), place as ffi::Py_ssize_t, value.into_ptr());
                    }
                    ffi::PyTuple_SetItem(entry.as_ptr(), 2, values.into_ptr());
                }
                ffi::PyTuple_SetItem(all.as_ptr(), index as ffi::Py_ssize_t, entry.into_ptr());
            }
            Ok(all)
        }
    };
    match build() {
        Ok(value) => value.into_ptr(),
        Err(error) => {
            error.restore();
            std::ptr::null_mut()
        }
    }
}

/// The stub generator's form: `def` in front, `\N` in place of the N-th default value.
fn nb_signature_text(data: &FuncData, record: &Record, defaults: &mut Vec<object>) -> String {
    if let Some(custom) = &record.signature {
        return custom.clone();
    }
    let mut text = signature(data, record);
    // Defaults were rendered in order; replace each by its index, keeping overridden texts.
    for arg in &record.args {
        if arg.default_text.is_some() {
            continue;
        }
        if let Some(value) = &arg.default {
            if let Some(shown) = repr(value) {
                let name = arg.name.as_deref().unwrap_or("");
                let from = text.find(&format!("{name}: ")).unwrap_or(0);
                if let Some(at) = text[from..].find(&format!(" = {shown}")) {
                    let at = from + at + 3;
                    text.replace_range(at..at + shown.len(), &format!("\\{}", defaults.len()));
                    defaults.push(value.clone());
                }
            }
        }
    }
    format!("def {text}")
}
