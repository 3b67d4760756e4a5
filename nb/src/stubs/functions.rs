//! Functions of ours, by their records.

use super::look;
use super::parameters::{Kind, Parameter, joined};
use super::stub::Stub;
use crate::call::nb_func::FuncData;
use crate::call::parameters::{own_places, shown_name, write_type};
use crate::call::record::{ArgRecord, FuncFlags, Record};
use crate::call::signature::{SigText, shown_doc};
use crate::call::type_codes::RESULT;
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::messages;

/// One overload as it is written.
pub(super) struct Overload {
    /// Comments on what could not be named.
    pub(super) notes: Vec<String>,
    pub(super) decorators: Vec<String>,
    /// `def name(..) -> ..`
    text: String,
    pub(super) doc: Option<String>,
}

impl Overload {
    /// `rest` is what follows the name.
    pub(super) fn new(name: &str, rest: &str) -> Overload {
        Overload { notes: Vec::new(), decorators: Vec::new(), text: format!("def {name}{rest}"), doc: None }
    }

    /// The same as a coroutine.
    pub(super) fn awaited(mut self) -> Overload {
        self.text.insert_str(0, "async ");
        self
    }

    fn halves(&self) -> (&str, &str) {
        self.text.rsplit_once(" -> ").unwrap_or((&self.text, "object"))
    }

    /// The type of the result.
    pub(super) fn result(&self) -> &str {
        self.halves().1
    }

    /// The type of the last argument.
    pub(super) fn value(&self) -> &str {
        let parameters = self.halves().0.trim_end_matches(')').trim_end_matches(", /");
        parameters.split_once(", ").and_then(|(_, last)| last.split_once(": ")).map_or("object", |(_, ty)| ty)
    }

    /// Whether it takes `int` where the other takes `float`, and differs in nothing else.
    fn is_narrower(&self, other: &Overload) -> bool {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_string).collect()
        };
        let (own, others) = (words(self.halves().0), words(other.halves().0));
        own != others
            && own.len() == others.len()
            && own.iter().zip(&others).all(|(own, other)| own == other || own == "int" && other == "float")
    }

    /// Whether callers cannot tell one from the other.
    fn is_same(&self, other: &Overload) -> bool {
        self.halves().0 == other.halves().0 && self.decorators == other.decorators
    }
}

impl Stub<'_> {
    /// A function with its overloads, those that callers cannot tell apart once.
    pub(super) fn function(&mut self, name: &str, data: &FuncData, is_static: bool) -> Result<()> {
        let mut all: Vec<Overload> = Vec::new();
        let last = data.records.len() - 1;
        for (index, record) in data.records.iter().enumerate() {
            // Python calls these with anything; `object` says so, and one of them has to.
            let compares = index == last && matches!(name, "__eq__" | "__ne__");
            let overload = self.overload(name, &data.state, record, compares)?;
            if all.iter().any(|known| known.is_same(&overload)) {
                continue;
            }
            // Python's `int` passes for a `float` with type checkers, not with functions that also take `int`.
            let at = all.iter().position(|known| overload.is_narrower(known)).unwrap_or(all.len());
            all.insert(at, overload);
        }
        let decorator = if is_static { Some(self.names.builtin("staticmethod")) } else { None };
        self.overloads(all, decorator.as_deref());
        Ok(())
    }

    /// Writes overloads; a text that all of them have stands under the last.
    pub(super) fn overloads(&mut self, mut all: Vec<Overload>, decorator: Option<&str>) {
        let several = all.len() > 1;
        if several && all.windows(2).all(|pair| pair[0].doc == pair[1].doc) {
            let last = all.len() - 1;
            all[..last].iter_mut().for_each(|overload| overload.doc = None);
        }
        let overload = if several { Some(self.names.typing("overload")) } else { None };
        for one in all {
            let decorators: Vec<&str> = overload.as_deref().into_iter().chain(decorator).collect();
            self.definition(one, &decorators);
        }
    }

    /// Writes one definition under these decorators.
    pub(super) fn definition(&mut self, overload: Overload, decorators: &[&str]) {
        for note in &overload.notes {
            self.out.line(&format!("# {note}"));
        }
        for decorator in decorators {
            self.out.line(&format!("@{decorator}"));
        }
        for decorator in &overload.decorators {
            self.out.line(decorator);
        }
        let text = overload.text;
        match overload.doc.filter(|doc| self.request.docs && !doc.trim().is_empty()) {
            None => self.out.line(&format!("{text}: ...")),
            Some(doc) => {
                self.out.line(&format!("{text}:"));
                self.out.indent();
                self.out.doc(&doc);
                self.out.dedent();
            }
        }
        self.out.blank();
    }

    /// One overload. `compares`: it takes whatever it is compared with.
    pub(super) fn overload(&mut self, name: &str, state: &State, record: &Record, compares: bool) -> Result<Overload> {
        let doc = shown_doc(record).map(str::to_string);
        let mut overload = match &record.signature {
            Some(custom) => self.given(name, custom)?,
            None => {
                let parameters = self.parameters(name, state, record, compares)?;
                let result = self.type_in(name, state, record, RESULT)?;
                Overload::new(name, &format!("({parameters}) -> {result}"))
            }
        };
        overload.doc = doc;
        overload.notes = self.names.take_notes();
        Ok(overload)
    }

    /// The signature that the user has given with `nb::sig`.
    fn given(&mut self, name: &str, custom: &str) -> Result<Overload> {
        let mut rest = custom;
        let mut decorators = Vec::new();
        while let Some((line, after)) = rest.split_once('\n').filter(|(line, _)| line.starts_with('@')) {
            decorators.push(self.names.given_types(line)?);
            rest = after;
        }
        // A property's function has no name there.
        let rest = rest.strip_prefix("def ").unwrap_or(rest);
        let rest = self.names.signature(&rest[rest.find(['(', '[']).unwrap_or(rest.len())..])?;
        Ok(Overload { decorators, ..Overload::new(name, &rest) })
    }

    fn parameters(&mut self, name: &str, state: &State, record: &Record, compares: bool) -> Result<String> {
        let skip = own_places(record);
        let mut all = Vec::new();
        for index in 0..record.params.len() {
            let shown = if index < skip { "self".to_string() } else { shown_name(record, index) };
            let arg = record.args.get(index);
            let kind = match index {
                _ if index < skip => Kind::Receiver,
                _ if record.rest.args() == Some(index) => Kind::Args,
                _ if record.rest.kwargs() == Some(index) => Kind::Kwargs,
                _ if index >= record.positional => Kind::Keyword,
                _ if arg.is_none_or(|arg| arg.name.is_none()) => Kind::Unnamed,
                _ => Kind::Positional,
            };
            let (name_shown, ty) = match kind {
                Kind::Receiver => (shown, String::new()),
                Kind::Args | Kind::Kwargs => (shown.trim_start_matches('*').to_string(), self.names.any()),
                _ if compares && index == skip => (shown, self.names.builtin("object")),
                _ => (shown, self.type_in(name, state, record, index)?),
            };
            let default = match arg {
                Some(arg) if kind != Kind::Receiver => self.default_of(arg)?,
                _ => None,
            };
            all.push(Parameter { kind, name: name_shown, ty, default });
        }
        let any = if all.iter().any(|one| one.kind == Kind::Keyword) { self.names.any() } else { String::new() };
        Ok(joined(all, &any))
    }

    fn default_of(&mut self, arg: &ArgRecord) -> Result<Option<String>> {
        let Some(value) = &arg.default else { return Ok(None) };
        Ok(Some(match &arg.default_text {
            Some(text) => self.given_value(text)?,
            None => self.shown_value(value)?.unwrap_or_else(|| "...".to_string()),
        }))
    }

    /// A default value that the user has written; `...` for what Python cannot read.
    fn given_value(&mut self, text: &str) -> Result<String> {
        let compile = look::of_module("builtins", "compile")?;
        match compile.call((text, "", "eval")) {
            Ok(_) => self.names.given_types(text),
            Err(_) => Ok("...".to_string()),
        }
    }

    /// The type of a parameter or of the result.
    fn type_in(&mut self, name: &str, state: &State, record: &Record, index: usize) -> Result<String> {
        let mut text = SigText::for_stubs(state);
        write_type(record, index, &mut text);
        let mut unnamed = Vec::new();
        for ty in text.unbound() {
            let shown = self.names.unknown(format!("`{ty}` is not bound"));
            unnamed.push((format!("\"{ty}\""), shown));
        }
        if !unnamed.is_empty() && !self.request.unbound {
            let argument = if index == RESULT { None } else { Some(shown_name(record, index)) };
            let function = self.qualified(name);
            self.unbound.push(messages::unbound_type_in_stub(&function, argument.as_deref(), text.unbound()));
        }
        let text = unnamed.into_iter().fold(text.finish(), |text, (quoted, shown)| text.replace(&quoted, &shown));
        self.names.types(&text)
    }

    /// A function of ours behind an object.
    pub(super) fn native<'a>(value: &'a crate::python::object::object) -> Option<&'a FuncData> {
        // SAFETY: a live object, which outlives the reference; attached.
        unsafe { crate::call::nb_func::data_of(value.as_ptr()) }
    }

    /// Whether a function of ours takes no receiver, so that in a class it is a static one.
    pub(super) fn is_static(data: &FuncData) -> bool {
        !data.records[0].flags.contains(FuncFlags::METHOD)
    }
}
