//! Signatures and docstrings, rendered when somebody asks, so that types bound later appear by their Python names.

use crate::call::context::ACCEPT_NONE;
use crate::call::nb_func::FuncData;
use crate::call::record::{ArgRecord, FuncFlags, Record};
use crate::call::type_codes::RESULT;
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use crate::python::{messages, text, tuple};
use std::any::TypeId;
use std::fmt::Write;

/// Collects the text of one signature.
pub struct SigText<'s> {
    out: String,
    state: Option<&'s State>,
    /// Put quotes around types without a Python name, for the stub generator.
    quotes: bool,
    /// A type without a Python name was met.
    unbound: bool,
    /// An instance that a constructor fills was met.
    fills: bool,
    /// The bound classes met, and whether what stands there refers to a value inside another object.
    classes: Vec<(TypeId, bool)>,
}

impl<'s> SigText<'s> {
    pub(crate) fn new(state: Option<&'s State>) -> SigText<'s> {
        SigText { out: String::new(), state, quotes: false, unbound: false, fills: false, classes: Vec::new() }
    }

    /// Appends a piece of text, such as `int` or `dict[`.
    pub fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Appends the Python name of a bound class, or the short Rust name while it is not bound.
    pub fn class<T: 'static>(&mut self) {
        self.class_of(const { &TypeId::of::<T>() }, std::any::type_name::<T>());
    }

    #[inline(never)]
    fn class_of(&mut self, key: &'static TypeId, rust_name: &str) {
        self.classes.push((*key, false));
        match self.state.and_then(|state| state.type_of(*key)) {
            Some(data) => self.out.push_str(&data.full_name),
            None => self.unbound_name(rust_name),
        }
    }

    /// Appends the Python name of an enumeration, or the short Rust name while it is not bound.
    pub fn enumeration<T: 'static>(&mut self) {
        match self.state.and_then(|state| state.enums.find(TypeId::of::<T>())) {
            Some(data) => self.out.push_str(&data.full_name),
            None => self.unbound_name(std::any::type_name::<T>()),
        }
    }

    fn unbound_name(&mut self, rust_name: &str) {
        self.unbound = true;
        let quote = if self.quotes { "\"" } else { "" };
        self.out.push_str(quote);
        self.out.push_str(&short_rust_name(rust_name));
        self.out.push_str(quote);
    }

    /// As [`class`](Self::class), for a value inside another object to which the new Python object refers.
    pub fn child<T: 'static>(&mut self) {
        self.class::<T>();
        self.classes.last_mut().expect("entered above").1 = true;
    }

    /// As [`class`](Self::class), for the instance that a constructor fills.
    pub(crate) fn filled<T: 'static>(&mut self) {
        self.class::<T>();
        self.fills = true;
    }

    /// Whether the type is that of an instance to be filled.
    pub(crate) fn fills(&self) -> bool {
        self.fills
    }

    pub(crate) fn classes(&self) -> &[(TypeId, bool)] {
        &self.classes
    }

    /// Appends the name of a type that stands between brackets, where `Ellipsis` is written `...`.
    pub(crate) fn type_argument(&mut self, describe: fn(&mut SigText<'_>)) {
        let start = self.out.len();
        describe(self);
        if &self.out[start..] == "types.EllipsisType" {
            self.out.truncate(start);
            self.out.push_str("...");
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
        let shown = definition(custom).unwrap_or(custom);
        return shown.strip_prefix("def ").unwrap_or(shown).to_string();
    }
    render(state, record, false, &mut |arg| match &arg.default_text {
        Some(text) => Some(text.clone()),
        None => arg.default.as_ref().and_then(repr),
    })
}

/// The part of a replaced signature that follows its decorators.
fn definition(custom: &str) -> Option<&str> {
    let mut rest = custom;
    while rest.starts_with('@') {
        rest = rest.split_once('\n')?.1;
    }
    Some(rest)
}

/// Whether a replaced signature reads `def name(..) -> ..`, with decorators in front; else the message.
pub(crate) fn check(custom: &str, name: &str) -> Result<(), String> {
    let fits = definition(custom).is_some_and(|shown| {
        let parameters = shown.strip_prefix("def ").and_then(|rest| rest.strip_prefix(name));
        // `def f[T](x: T) -> T` has type parameters.
        parameters.is_some_and(|rest| rest.starts_with(['(', '[']) && rest.contains('(') && rest.contains(')'))
            && !shown.ends_with([':', '\n'])
    });
    if fits { Ok(()) } else { Err(crate::python::messages::bad_signature(name, custom)) }
}

/// Whether the header of a class reads `class Name(..)` or `class Name[..]`, with decorators in front; else the message.
pub(crate) fn check_class(custom: &str, name: &str) -> Result<(), String> {
    let shown = custom.rsplit('\n').next().unwrap_or(custom);
    let rest = shown.strip_prefix("class ").and_then(|rest| rest.strip_prefix(name));
    let fits = rest.is_some_and(|rest| rest.starts_with(['(', '[']) && rest.ends_with([')', ']']));
    if fits { Ok(()) } else { Err(crate::python::messages::bad_class_signature(name, custom)) }
}

/// Writes the signature; `default` gives the text of a default value, `None` to leave it out. `quotes` as in [`SigText`].
fn render(
    state: &State,
    record: &Record,
    quotes: bool,
    default: &mut dyn FnMut(&ArgRecord) -> Option<String>,
) -> String {
    let type_text = |index: usize| {
        let mut text = SigText {
            out: String::new(),
            state: Some(state),
            quotes,
            unbound: false,
            fills: false,
            classes: Vec::new(),
        };
        record.params.write(index, &mut text);
        text.finish()
    };
    let skip = own_places(record);
    // Where the `/` stands that ends the unnamed arguments; it is shown only when no named one stands before.
    let unnamed = record.positional > skip && record.args[skip..record.positional].iter().all(|arg| arg.name.is_none());
    let slash = if unnamed { record.positional } else { usize::MAX };
    let mut out = format!("{}(", record.name);
    for index in 0..record.params.len() {
        if index > 0 {
            out.push_str(", ");
        }
        if index < skip {
            out.push_str("self");
            continue;
        }
        let arg = &record.args[index];
        if index == slash {
            out.push_str("/, ");
        }
        if index == record.positional && !record.rest.contains(index) {
            out.push_str("*, ");
        }
        out.push_str(&shown_name(record, index));
        if record.rest.contains(index) {
            continue;
        }
        out.push_str(": ");
        let ty = type_text(index);
        out.push_str(&ty);
        if arg.flags & ACCEPT_NONE != 0 && ty != "None" && !ty.ends_with(" | None") {
            out.push_str(" | None");
        }
        if let Some(text) = arg.default.as_ref().and_then(|_| default(arg)) {
            out.push_str(" = ");
            out.push_str(&text);
        }
    }
    if slash == record.params.len() {
        out.push_str(", /");
    }
    out.push_str(") -> ");
    out.push_str(&type_text(RESULT));
    out
}

/// How many arguments are `self`, which `nb::args` may collect with the others.
fn own_places(record: &Record) -> usize {
    usize::from(record.flags.contains(FuncFlags::METHOD) && record.rest.args() != Some(0))
}

/// The argument's name, with its stars; `arg` or `arg0` for one that has none.
fn shown_name(record: &Record, index: usize) -> String {
    let skip = own_places(record);
    let name = record.args[index].name.as_deref();
    if record.rest.args() == Some(index) {
        return format!("*{}", name.unwrap_or("args"));
    }
    if record.rest.kwargs() == Some(index) {
        return format!("**{}", name.unwrap_or("kwargs"));
    }
    match name {
        Some(name) => name.to_string(),
        None if record.params.len() - skip == 1 => "arg".to_string(),
        None => format!("arg{}", index - skip),
    }
}

/// `repr(value)`; `None` when it raises or is no UTF-8, which is not reported.
fn repr(value: &object) -> Option<String> {
    shown_by(ffi::PyObject_Repr, value)
}

/// As [`repr`], by that function or its like.
fn shown_by(show: unsafe extern "C" fn(*mut ffi::PyObject) -> *mut ffi::PyObject, value: &object) -> Option<String> {
    // SAFETY: a live object; `show` gives a text, which keeps its UTF-8; the indicator is cleared on failure.
    unsafe {
        let shown = object::from_owned(show(value.as_ptr())).and_then(|text| {
            let mut size = 0;
            let data = ffi::PyUnicode_AsUTF8AndSize(text.as_ptr(), &mut size);
            let bytes = (!data.is_null()).then(|| std::slice::from_raw_parts(data.cast::<u8>(), size as usize));
            bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        });
        if shown.is_none() {
            ffi::PyErr_Clear();
        }
        shown
    }
}

/// The docstring without the line break that a raw string usually starts with.
fn shown_doc(record: &Record) -> Option<&str> {
    record.doc.as_deref().map(|doc| doc.strip_prefix('\n').unwrap_or(doc))
}

/// The text that is reported for a record's signature, one line each, with the overloads' docs below.
pub(crate) fn docstring(data: &FuncData) -> String {
    let signatures: Vec<String> = data.records.iter().map(|r| signature(data, r)).collect();
    let mut out = signatures.join("\n");
    let docs: Vec<&str> = data.records.iter().map(|r| shown_doc(r).unwrap_or("")).collect();
    if docs.iter().all(|doc| doc.is_empty()) {
        return out;
    }
    out.push_str("\n\n");
    let uniform = docs.windows(2).all(|pair| pair[0] == pair[1]);
    if uniform {
        out.push_str(docs[0]);
        return out;
    }
    out.push_str(messages::OVERLOADED);
    for (index, (text, doc)) in signatures.iter().zip(&docs).enumerate() {
        write!(out, "\n\n{}. ``{text}``\n", index + 1).expect("writing to a String");
        if !doc.is_empty() {
            write!(out, "\n{doc}").expect("writing to a String");
        }
    }
    out
}

/// The docstring of a native callable in CPython's form, which gives `__text_signature__` and `__doc__`; and whether it names
/// a type that is not bound yet.
pub(crate) fn native_doc(data: &FuncData) -> (String, bool) {
    let docstring = docstring(data);
    let mut types = SigText::new(Some(&data.state));
    for record in &data.records {
        record.params.all().for_each(|index| record.params.write(index, &mut types));
    }
    let unbound = types.unbound;
    let text = match text_signature(data) {
        Some(signature) => format!("{}{signature}\n--\n\n{docstring}", data.name),
        None => docstring,
    };
    (text, unbound)
}

/// Whether the text of a default value cannot change after it was written down.
pub(crate) fn has_fixed_text(value: &object) -> bool {
    literal(value).is_some()
}

/// What `inspect.signature` parses; `None` where it has no words: for overloads, for an argument without a default
/// after one that has it, and for names that are no identifiers in ASCII, which is all that it reads.
pub(crate) fn text_signature(data: &FuncData) -> Option<String> {
    let [record] = data.records.as_slice() else { return None };
    let skip = own_places(record);
    let has_default = |arg: &ArgRecord| arg.default.is_some();
    if record.positional > skip && !record.args[skip..record.positional].iter().is_sorted_by_key(has_default) {
        return None;
    }
    // What has no name can be given by position only, and so can what stands before it.
    let by_position = &record.args[..record.positional];
    let unnamed = by_position.iter().rposition(|arg| arg.name.is_none()).map_or(skip, |last| last + 1);
    let names: Vec<String> = (skip..record.args.len()).map(|index| shown_name(record, index)).collect();
    let bare = |name: &String| name.trim_start_matches('*').to_string();
    let known: Vec<String> = names.iter().map(bare).collect();
    let distinct = known.iter().enumerate().all(|(place, name)| !known[..place].contains(name));
    if !distinct || !known.iter().all(|name| is_python_name(name)) {
        return None;
    }
    let receiver = if known.iter().any(|name| name == "self") { "$_self" } else { "$self" };
    let mut parts: Vec<String> = Vec::new();
    for (index, arg) in record.args.iter().enumerate() {
        if index == record.positional && !record.rest.contains(index) {
            parts.push("*".into());
        }
        let mut part = if index < skip { receiver.to_string() } else { names[index - skip].clone() };
        if let Some(value) = &arg.default {
            part.push('=');
            part.push_str(&literal(value).unwrap_or_else(|| "...".into()));
        }
        parts.push(part);
    }
    if unnamed > 0 {
        parts.insert(unnamed, "/".into());
    }
    Some(format!("({})", parts.join(", ")))
}

/// Words that are no names in Python.
const KEYWORDS: [&str; 36] = [
    "False",
    "None",
    "True",
    "__debug__",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
];

/// Whether a text is a name in Python, in ASCII.
fn is_python_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&text)
}

/// The repr of values that Python can read back, in ASCII: what `inspect` accepts as a default.
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
    let text = simple.then(|| shown_by(ffi::PyObject_ASCII, value)).flatten()?;
    (!text.contains("inf") && !text.contains("nan") || text.starts_with(['\'', '"', 'b'])).then_some(text)
}

/// `__nb_signature__`: per overload `(signature, doc or None, defaults or None)`, as nanobind's stub generator reads it.
pub(crate) fn nb_signature(data: &FuncData) -> *mut ffi::PyObject {
    let entries = || -> crate::Result<object> {
        let entries: crate::Result<Vec<object>> =
            data.records.iter().map(|record| entry(&data.state, record)).collect();
        tuple(entries?)
    };
    match entries() {
        Ok(value) => value.into_ptr(),
        Err(error) => {
            error.restore();
            std::ptr::null_mut()
        }
    }
}

/// In the text, `\N` stands for the N-th default value and `\=N` for one that is given as text.
fn entry(state: &State, record: &Record) -> crate::Result<object> {
    // SAFETY: attached (an attribute is being read).
    let none = || unsafe { object::borrow(ffi::Py_None()) };
    let mut defaults = Vec::new();
    let mut failed = None;
    let text = match &record.signature {
        Some(custom) => custom.clone(),
        None => {
            let text = render(state, record, true, &mut |arg| {
                let place = defaults.len();
                match &arg.default_text {
                    Some(text) => {
                        match text::new(text) {
                            Ok(text) => defaults.push(text),
                            Err(error) => failed = Some(error),
                        }
                        Some(format!("\\={place}"))
                    }
                    None => {
                        defaults.extend(arg.default.clone());
                        Some(format!("\\{place}"))
                    }
                }
            });
            format!("def {text}")
        }
    };
    if let Some(error) = failed {
        return Err(error);
    }
    let doc = shown_doc(record).map_or_else(|| Ok(none()), text::new)?;
    let defaults = if defaults.is_empty() { none() } else { tuple(defaults)? };
    tuple(vec![text::new(&text)?, doc, defaults])
}

fn tuple(items: Vec<object>) -> crate::Result<object> {
    // SAFETY: attached.
    unsafe { tuple::of_items(items.into_iter()) }
}
