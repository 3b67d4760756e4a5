//! Puts functions into scopes: adds an overload to the chain under its name.

use crate::bind::annotations::FuncSpec;
use crate::bind::collected_classes;
use crate::bind::construction::{is_construction, is_constructor};
use crate::bind::erased::{Annotations, Thunk};
use crate::bind::in_class;
use crate::bind::record::build;
use crate::bind::scope::{Home, own_attribute, put, unwrap_static};
use crate::call::builtin::CallableKind;
use crate::call::entry::Entry;
use crate::call::nb_func::{self, FuncData, Running};
use crate::call::record::{FuncFlags, Record};
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::error::{Result, import_error};
use crate::python::object::object;
use crate::python::{messages, text};
use std::sync::Arc;

/// Binds one overload, in the scope and under the name that its annotations may replace.
pub(crate) fn define(home: &Home<'_>, name: &str, mut thunk: Thunk, extra: Option<&mut dyn Annotations>) -> Result<()> {
    let mut spec = FuncSpec::collect(home.state, name, extra);
    let renamed = spec.name.take();
    let moved = spec.scope.take();
    if (renamed.is_some() || moved.is_some()) && thunk.flags.contains(FuncFlags::METHOD) {
        // The class's own methods of these names make its values; a function of another scope does not.
        let constructs = moved.is_none() && renamed.as_deref().is_some_and(is_constructor);
        thunk.flags =
            if constructs { thunk.flags | FuncFlags::CONSTRUCTOR } else { thunk.flags & !FuncFlags::CONSTRUCTOR };
    }
    let name = renamed.as_deref().unwrap_or(name);
    let entry = thunk.entry;
    let record = build(name, name, thunk, spec)?;
    collected_classes::note(home.state, &record);
    match moved {
        None => attach(home, name, record, entry),
        Some(scope) => attach(&Home::of(&scope, home.state), name, record, entry),
    }
}

/// What a function object of the scope owns, but for the overloads.
fn without_overloads(home: &Home<'_>, name: &str) -> FuncData {
    FuncData {
        records: Vec::new(),
        name: name.to_string(),
        qualname: home.qualified(name),
        module: home.module.clone(),
        scope: home.scope.as_ptr(),
        state: home.state.clone(),
        running: Running::default(),
    }
}

/// A function object for a getter or setter, which the property has and no scope.
pub(crate) fn of_property(home: &Home<'_>, name: &str, thunk: Thunk, spec: FuncSpec<'_>) -> Result<object> {
    let is_method = thunk.flags.contains(FuncFlags::METHOD);
    let record = build("", name, thunk, spec)?;
    collected_classes::note(home.state, &record);
    nb_func::new_function(FuncData { records: vec![Arc::new(record)], ..without_overloads(home, name) }, is_method)
}

/// A function object without a home, unless its annotations name one.
pub(crate) fn anonymous(thunk: Thunk, extra: Option<&mut dyn Annotations>) -> Result<object> {
    let state = State::get_or_create()?;
    let mut spec = FuncSpec::collect(&state, "", extra);
    let name = spec.name.take().unwrap_or_default();
    if let Some(scope) = spec.scope.take() {
        // Put there as well, among the overloads that the scope has under that name.
        let record = build(&name, &name, thunk, spec)?;
        attach(&Home::of(&scope, &state), &name, record, None)?;
        let key = text::new(&name)?;
        // SAFETY: live objects; a new reference.
        return unsafe { object::steal(ffi::PyObject_GetAttr(scope.as_ptr(), key.as_ptr())) };
    }
    let record = build(&name, &name, thunk, spec)?;
    collected_classes::note(&state, &record);
    let is_method = record.flags.contains(FuncFlags::METHOD);
    let data = FuncData {
        records: vec![Arc::new(record)],
        qualname: name.clone(),
        name,
        module: None,
        scope: std::ptr::null_mut(),
        state,
        running: Running::default(),
    };
    nb_func::new_function(data, is_method)
}

/// Adds the overload to the function of that name in the scope's own namespace, or makes a new function.
///
/// Calls of a class with a bound `__new__` go there.
pub(crate) fn attach(home: &Home<'_>, name: &str, record: Record, entry: Option<Entry>) -> Result<()> {
    attach_overload(home, name, record, entry)?;
    match in_class::steps().filter(|_| is_construction(name)) {
        Some(steps) => (steps.installed)(home, name),
        None => Ok(()),
    }
}

/// As [`attach`].
///
/// A function without captured state becomes a native callable of CPython where its scope can own one; overloads are then
/// added to that very object. Otherwise it is a function object of ours, replaced when an overload is added.
fn attach_overload(home: &Home<'_>, name: &str, record: Record, entry: Option<Entry>) -> Result<()> {
    let is_static = record.flags.contains(FuncFlags::STATIC);
    let is_init = record.flags.contains(FuncFlags::CONSTRUCTOR);
    let kind = match (is_static, record.flags.contains(FuncFlags::METHOD)) {
        (true, _) => CallableKind::Static,
        (false, true) => CallableKind::Method,
        (false, false) => CallableKind::Function,
    };
    let mut data = Box::new(without_overloads(home, name));
    let mut extended = None;
    if let Some(existing) = own_attribute(home.scope, name)? {
        // SAFETY: a live object.
        let inner = unsafe { unwrap_static(&existing) };
        let native = home.owner.and_then(|owner| owner.find(&inner));
        let known = match native {
            // SAFETY: the owner's functions are alive; the borrowed data is used before anything can free it.
            Some(native) => Some(unsafe { (*native).data() }),
            // SAFETY: as above, for a live function object of ours.
            None => unsafe { nb_func::data_of(inner.as_ptr()) },
        };
        match known {
            Some(known) if known.scope == home.scope.as_ptr() => {
                let mixed = known.records.iter().any(|r| r.flags.contains(FuncFlags::STATIC) != is_static);
                if mixed {
                    return Err(import_error(messages::mixed_static(name)));
                }
                data.records.extend(known.records.iter().cloned());
                extended = native.map(|native| (native, inner));
            }
            // A function of another scope (a base class, another module) is hidden, not extended.
            Some(_) => {}
            None if name.starts_with('_') => {}
            None => return Err(import_error(messages::name_taken(name))),
        }
    }
    let first = data.records.is_empty();
    if let Some(steps) = in_class::steps().filter(|_| is_construction(name)) {
        (steps.admit)(home, name, &record, &data.records)?;
    }
    // SAFETY: a live object.
    let in_class = unsafe { ffi::PyType_Check(home.scope.as_ptr()) } != 0;
    let yields = record.flags.contains(FuncFlags::YIELDS);
    let before = data.records.iter().position(|other| !yields && other.flags.contains(FuncFlags::YIELDS));
    data.records.insert(before.unwrap_or(data.records.len()), Arc::new(record));
    if let Some(owner) = home.owner {
        if let Some((native, callable)) = extended {
            // SAFETY: found in this owner.
            match unsafe { owner.extend(native, &callable, data) } {
                Ok(()) => return Ok(()),
                Err(refused) => data = refused,
            }
        } else if let Some(entry) = entry.filter(|_| first && !is_init && (kind != CallableKind::Method || in_class)) {
            match owner.make(home.scope, entry, data, kind)? {
                Ok(callable) => {
                    put(home, "function", name, &wrap_static(callable.clone(), kind)?)?;
                    if kind == CallableKind::Method
                        && let Some(steps) = in_class::steps()
                        && let Some(native) = owner.find(&callable)
                    {
                        // SAFETY: found in the class's own functions; the scope of a native method is a live class.
                        unsafe { (steps.method)(home, name, native) };
                    }
                    return Ok(());
                }
                Err(refused) => data = refused,
            }
        }
    }
    let function = nb_func::new_function(*data, kind == CallableKind::Method)?;
    put(home, "function", name, &wrap_static(function.clone(), kind)?)?;
    match in_class::steps().filter(|_| is_init) {
        Some(steps) => (steps.constructor)(home, name, function),
        None => Ok(()),
    }
}

fn wrap_static(function: object, kind: CallableKind) -> Result<object> {
    match kind {
        // SAFETY: a live function.
        CallableKind::Static => unsafe { object::steal(ffi::PyStaticMethod_New(function.as_ptr())) },
        _ => Ok(function),
    }
}
