//! Builds the record of an overload.

use crate::bind::annotations::FuncSpec;
use crate::bind::dialect::Dialect;
use crate::bind::erased::Thunk;
use crate::call::attempt::Quick;
use crate::call::call_policies::{self, Policies};
use crate::call::context::{ACCEPT_NONE, CONVERT, REFUSE_NONE};
use crate::call::record::{ArgRecord, Fill, FuncFlags, Record};
use crate::call::signature;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::object::object;
use std::ptr;

/// The record of a function of which nothing else is known.
///
/// `name` is for signatures, `label` for messages.
pub(crate) fn plain(name: &str, label: &str, thunk: Thunk, args: Vec<ArgRecord>) -> Record {
    Record {
        invoke: thunk.invoke,
        quick: thunk.quick,
        capture: thunk.capture,
        drop_capture: thunk.drop_capture,
        annotated: !args.is_empty(),
        args,
        fills: None,
        converts: 0,
        accepts_none: 0,
        first: 0,
        second: 0,
        params: thunk.types,
        arity: usize::MAX,
        positional: 0,
        rest: thunk.rest,
        pos_only: 0,
        flags: thunk.flags,
        keep_alive: Vec::new(),
        doc: None,
        signature: None,
        policies: None,
        name: name.to_string(),
        label: label.to_string(),
    }
}

/// The record of a function with its annotations.
pub(crate) fn build(name: &str, label: &str, thunk: Thunk, spec: FuncSpec<'_>) -> Result<Record> {
    let nullable = thunk.nullable;
    let mut record = plain(name, label, thunk, spec.args);
    record.flags |= spec.flags;
    record.keep_alive = spec.keep_alive;
    if !record.keep_alive.is_empty() {
        record.flags |= FuncFlags::LOOKS_BACK;
    }
    if record.flags.contains(FuncFlags::LOOKS_BACK) {
        record.quick = Quick::NEVER;
    }
    let dialect = Dialect::current();
    record.flags |= dialect.flags();
    record.doc = spec.doc.filter(|doc| !doc.is_empty() && dialect.docstrings);
    record.signature = spec.signature;
    if let Some(error) = spec.error {
        return Err(error);
    }
    if !spec.policies.is_empty() {
        record.policies = Some(Box::new(Policies { hooks: spec.policies, invoke: record.invoke }));
        record.invoke = call_policies::run;
        record.quick = Quick::NEVER;
    }
    // Without annotations every argument, with them `self`: their number was checked by the compiler.
    let implicit = record.params.len() - record.args.len();
    for _ in 0..implicit {
        let free = ArgRecord { flags: CONVERT, ..ArgRecord::default() };
        record.args.insert(0, free);
    }
    if record.flags.contains(FuncFlags::METHOD) {
        // An unbound call `Cls.method(5)` does not convert its receiver.
        if let Some(receiver) = record.args.first_mut() {
            receiver.flags = 0;
        }
    }
    for (index, arg) in record.args.iter_mut().enumerate() {
        if nullable >> index & 1 == 1 {
            arg.flags |= ACCEPT_NONE;
        }
    }
    for (index, arg) in record.args.iter().enumerate() {
        let twice = arg.name.is_some() && record.args[..index].iter().any(|other| other.name == arg.name);
        if twice {
            let shown = arg.name.as_deref().unwrap_or_default();
            return Err(import_error(messages::name_used_twice(name, shown)));
        }
    }
    if let Some(before) = spec.pos_only {
        record.pos_only = before + implicit;
        for arg in &mut record.args[..before + implicit] {
            arg.shown = arg.name.take();
            arg.key = None;
        }
    }
    for (index, arg) in record.args.iter().enumerate() {
        record.converts |= u32::from(arg.flags & CONVERT != 0) << index;
        record.accepts_none |= u32::from(arg.flags & ACCEPT_NONE != 0) << index;
    }
    if dialect.pybind11 {
        // What cannot be None refuses it by itself.
        let refuses = |(index, arg): (usize, &ArgRecord)| u32::from(arg.flags & REFUSE_NONE != 0) << index;
        record.accepts_none = !record.args.iter().enumerate().map(refuses).sum::<u32>();
    }
    let receiver = usize::from(record.flags.intersects(FuncFlags::METHOD | FuncFlags::FACTORY));
    let code = |index: usize| if record.params.len() > index { dialect.code(record.params.code(index)) } else { 0 };
    (record.first, record.second) = (code(receiver), code(receiver + 1));
    let keyword_only = spec.kw_only.map(|before| before + implicit);
    divide(&mut record, keyword_only);
    refuse(&record, label)?;
    if record.rest.is_empty() {
        let address = |ob: &Option<object>| ob.as_ref().map_or(ptr::null_mut(), object::as_ptr);
        let fill = |arg: &ArgRecord| Fill { key: address(&arg.key), default: address(&arg.default) };
        record.fills = Some(record.args.iter().skip(receiver).map(fill).collect());
    }
    Ok(record)
}

/// Says which arguments can be given by position; those from `keyword_only` on cannot.
fn divide(record: &mut Record, keyword_only: Option<usize>) {
    let all = record.params.len();
    let ends = [record.rest.args(), record.rest.kwargs(), keyword_only];
    record.positional = ends.into_iter().flatten().fold(all, usize::min);
    if record.positional == all {
        record.arity = all;
    }
}

/// What only shows when the texts of the annotations are known.
fn refuse(record: &Record, name: &str) -> Result<()> {
    for (index, arg) in record.args.iter().enumerate() {
        if record.rest.contains(index) {
            if arg.default.is_some() {
                return Err(import_error(messages::default_of_rest(name)));
            }
        } else if index >= record.positional && arg.name.is_none() {
            return Err(import_error(messages::unnamed_keyword(name)));
        }
    }
    match &record.signature {
        Some(custom) => signature::check(custom, name).map_err(import_error),
        None => Ok(()),
    }
}
