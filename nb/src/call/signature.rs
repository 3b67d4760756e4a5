//! Signatures and docstrings, rendered when somebody asks, so that types bound later appear by their Python names.

use crate::call::default_text::repr;
use crate::call::nb_func::FuncData;
use crate::call::parameters::{own_places, write_name, write_type};
use crate::call::pybind11_texts;
use crate::call::record::{ArgRecord, Record};
use crate::call::text_signature::text_signature;
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
    /// A stub generator reads it, which takes types without a Python name in quotes.
    for_stubs: bool,
    /// Numbers are shown as what may be converted to them, as in pybind11.
    pub(crate) shows_protocols: bool,
    /// The function was bound in pybind11's dialect.
    pub(crate) pybind11: bool,
    /// The Rust types met that have no Python name.
    unbound: Vec<String>,
    /// An instance that a constructor fills was met.
    fills: bool,
    /// The bound classes met, and whether what stands there refers to a value inside another object.
    classes: Vec<(TypeId, bool)>,
}

impl<'s> SigText<'s> {
    pub(crate) fn new(state: Option<&'s State>) -> SigText<'s> {
        SigText {
            out: String::new(),
            state,
            for_stubs: false,
            shows_protocols: false,
            pybind11: false,
            unbound: Vec::new(),
            fills: false,
            classes: Vec::new(),
        }
    }

    /// As [`new`](Self::new), for stubs.
    #[cfg(any(debug_assertions, feature = "stubs"))]
    pub(crate) fn for_stubs(state: &'s State) -> SigText<'s> {
        SigText { for_stubs: true, ..SigText::new(Some(state)) }
    }

    /// Whether a stub generator reads it.
    pub(crate) fn is_for_stubs(&self) -> bool {
        self.for_stubs
    }

    /// Appends a piece of text, such as `int` or `dict[`.
    pub fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Appends the type of a number that is an argument, or what is converted to it.
    pub(crate) fn number(&mut self, exact: &str, protocols: &str) {
        self.text(if self.shows_protocols && !self.for_stubs { protocols } else { exact });
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
        let name = short_rust_name(rust_name);
        let quote = if self.for_stubs { "\"" } else { "" };
        self.out.push_str(quote);
        self.out.push_str(&name);
        self.out.push_str(quote);
        self.unbound.push(name);
    }

    /// As [`class`](Self::class), for a value inside another object to which the new Python object refers.
    pub fn child<T: 'static>(&mut self) {
        self.class::<T>();
        self.classes.last_mut().expect("entered above").1 = true;
    }

    /// As [`class`](Self::class), for the instance that a constructor fills.
    pub(crate) fn filled<T: 'static>(&mut self) {
        self.class::<T>();
        self.set_fills();
    }

    /// Notes that the type just written was that of an instance to be filled.
    pub(crate) fn set_fills(&mut self) {
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

    /// How much was written so far.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    /// What was written since.
    pub(crate) fn since(&self, start: usize) -> &str {
        &self.out[start..]
    }

    /// The Rust types met that have no Python name.
    #[cfg(any(debug_assertions, feature = "stubs"))]
    pub(crate) fn unbound(&self) -> &[String] {
        &self.unbound
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
pub(crate) fn of_record(state: &State, record: &Record) -> String {
    let mut out = String::new();
    write(state, record, &mut out);
    out
}

/// As [`of_record`], at the end of a text.
pub(crate) fn write(state: &State, record: &Record, out: &mut String) {
    if let Some(custom) = &record.signature {
        let shown = definition(custom).unwrap_or(custom);
        return out.push_str(shown.strip_prefix("def ").unwrap_or(shown));
    }
    let mut text = SigText::new(Some(state));
    text.out = std::mem::take(out);
    render(record, Form::Named, &mut text, &mut shown_default);
    *out = text.finish();
}

/// `(self: m.Dog, a: int = 1) -> int`, as pybind11 writes it.
pub(crate) fn nameless(state: &State, record: &Record) -> String {
    if record.signature.is_some() {
        let shown = of_record(state, record);
        return shown.strip_prefix(&record.name).map(str::to_string).unwrap_or(shown);
    }
    let mut text = SigText::new(Some(state));
    render(record, Form::Nameless, &mut text, &mut shown_default);
    text.finish()
}

fn shown_default(arg: &ArgRecord) -> Option<String> {
    arg.default_text.clone().or_else(|| arg.default.as_ref().and_then(repr))
}

/// How a signature is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// nanobind's: the function's name, `self` alone, a `/` behind arguments without names.
    Named,
    /// pybind11's: no name, `self` with its type, a `/` where `pos_only()` stands.
    Nameless,
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

/// Writes the signature; `default` gives the text of a default value, `None` to leave it out.
fn render(record: &Record, form: Form, text: &mut SigText<'_>, default: &mut dyn FnMut(&ArgRecord) -> Option<String>) {
    let skip = own_places(record);
    // Where the `/` stands that ends the unnamed arguments; it is shown only when no named one stands before.
    let by_position = match form {
        Form::Named => record.positional,
        Form::Nameless => record.pos_only,
    };
    let unnamed = by_position > skip && record.args[skip..by_position].iter().all(|arg| arg.name.is_none());
    let slash = if unnamed { by_position } else { usize::MAX };
    if form == Form::Named {
        text.text(&record.name);
    }
    text.text("(");
    for index in 0..record.params.len() {
        if index > 0 {
            text.text(", ");
        }
        if index == slash {
            text.text("/, ");
        }
        if index == record.positional && !record.rest.contains(index) {
            text.text("*, ");
        }
        if index < skip {
            text.text("self");
        } else {
            write_name(record, index, &mut text.out);
        }
        if record.rest.contains(index) || (index < skip && form == Form::Named) {
            continue;
        }
        let arg = &record.args[index];
        text.text(": ");
        write_type(record, index, text);
        if let Some(value) = arg.default.as_ref().and_then(|_| default(arg)) {
            text.text(" = ");
            text.text(&value);
        }
    }
    if slash == record.params.len() {
        text.text(", /");
    }
    text.text(") -> ");
    write_type(record, RESULT, text);
}

/// The docstring without the line break that a raw string usually starts with.
pub(crate) fn shown_doc(record: &Record) -> Option<&str> {
    record.doc.as_deref().map(|doc| doc.strip_prefix('\n').unwrap_or(doc))
}

/// The text that is reported for a record's signature, one line each, with the overloads' docs below.
pub(crate) fn docstring(data: &FuncData) -> String {
    if pybind11_texts::apply(data) {
        return pybind11_texts::docstring(data);
    }
    let signatures: Vec<String> = data.records.iter().map(|r| of_record(&data.state, r)).collect();
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
    let unbound = !types.unbound.is_empty();
    let text = match text_signature(data) {
        Some(signature) => format!("{}{signature}\n--\n\n{docstring}", data.name),
        None => docstring,
    };
    (text, unbound)
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
            let mut text = SigText { for_stubs: true, ..SigText::new(Some(state)) };
            text.text("def ");
            render(record, Form::Named, &mut text, &mut |arg| {
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
            text.finish()
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
