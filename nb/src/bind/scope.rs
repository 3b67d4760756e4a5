//! Puts functions into scopes: builds the record of an overload and adds it to the chain under its name.

use crate::bind::annotations::{FuncExtra, FuncSpec};
use crate::bind::checks::{self, Shape};
use crate::bind::erased::{Annotations, Thunk};
use crate::call::builtin::{Entry, Kind, Owner};
use crate::call::call_policies::{self, Policies};
use crate::call::callable_traits::Func;
use crate::call::nb_func::{self, ArgRecord, CONSTRUCTOR, FACTORY, FuncData, METHOD, Record, Running, STATIC};
use crate::call::signature;
use crate::class::factory;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::interpreter::state::{State, StateRef};
use crate::python::attributes;
use crate::python::error::{Error, Result, import_error};
use crate::python::messages;
use crate::python::object::object;
use crate::python::text;
use crate::rv_policy;
use std::sync::Arc;

/// Where functions are put, and what they report as their home.
pub(crate) struct Home<'s> {
    pub scope: &'s object,
    pub state: &'s StateRef,
    /// `__module__` of what is bound here.
    pub module: Option<object>,
    /// `Outer.Inner` for classes, empty for modules.
    pub qualname: String,
    /// Keeps native functions; a scope that is not ours has none.
    pub owner: Option<&'s Owner>,
    /// The record of the class that is the scope, if it is one of ours.
    pub class: Option<&'s TypeData>,
}

impl<'s> Home<'s> {
    /// Any object as a scope: a class, a module, or something else with attributes.
    pub(crate) fn of(scope: &'s object, state: &'s StateRef) -> Home<'s> {
        state.check_here();
        // SAFETY: a live object; attached.
        if unsafe { ffi::PyModule_Check(scope.as_ptr()) } != 0 {
            return Home {
                scope,
                state,
                module: attributes::get(scope, c"__name__"),
                qualname: String::new(),
                owner: crate::interpreter::module_state::owner_of(scope),
                class: None,
            };
        }
        // SAFETY: as above.
        let qualname = unsafe { attributes::get_text(scope.as_ptr(), c"__qualname__") }.unwrap_or_default();
        // SAFETY: as above; the record of a class lives as long as the class.
        let class = unsafe {
            let ty = scope.as_ptr().cast::<ffi::PyTypeObject>();
            let class = if ffi::PyType_Check(scope.as_ptr()) != 0 { class_record::data_of(ty) } else { None };
            // A Python class that derives from a bound one finds that one's record.
            class.filter(|data| data.ty == ty)
        };
        let owner = class.map(|data| &data.natives);
        Home { scope, state, module: attributes::get(scope, c"__module__"), qualname, owner, class }
    }
}

/// The policy that a function with the annotations `E` uses, `Default` when they name none.
pub(crate) type PolicyOf<D, E, Default> = <E as FuncExtra<D>>::Policy<Default>;
/// The call guard that the annotations `E` ask for.
pub(crate) type GuardOf<D, E> = <E as FuncExtra<D>>::Guard<crate::interpreter::gil::no_guard>;

/// Checks the annotations `E` of a function, of whose arguments the first `implicit` (`self`) are not annotated.
///
/// For a `const` block directly in the method that users call: the compiler shows the call which instantiates the
/// failing block, and none further out.
#[track_caller]
pub(crate) const fn check<D, S, F, E, Default>(implicit: usize)
where
    F: Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
    E: FuncExtra<D>,
{
    let shape = shape_of::<D, S, F, E, Default>();
    let implicit = if implicit == 0 && E::MARKS.is_method() { 1 } else { implicit };
    checks::receiver(shape.arguments, implicit);
    if let Some(reason) = <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::REFUSED {
        panic!("{}", reason);
    }
    checks::not_implicit(E::MARKS);
    checks::function::<D, E>(implicit, shape);
}

/// What the type of a function says, bound with the annotations `E`.
pub(crate) const fn shape_of<D, S, F, E, Default>() -> Shape
where
    F: Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
    E: FuncExtra<D>,
{
    Shape {
        arguments: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::N,
        nullable: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::NULLABLE,
        rest: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::REST,
        nothing: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::NOTHING,
    }
}

/// Binds one overload, in the scope and under the name that its annotations may replace.
pub(crate) fn define(home: &Home<'_>, name: &str, mut thunk: Thunk, extra: Option<&mut dyn Annotations>) -> Result<()> {
    let mut spec = FuncSpec::collect(home.state, name, extra);
    let renamed = spec.name.take();
    let moved = spec.scope.take();
    if (renamed.is_some() || moved.is_some()) && thunk.flags & METHOD != 0 {
        // The class's own methods of these names make its values; a function of another scope does not.
        let constructs = moved.is_none() && renamed.as_deref().is_some_and(is_constructor);
        thunk.flags = if constructs { thunk.flags | CONSTRUCTOR } else { thunk.flags & !CONSTRUCTOR };
    }
    let name = renamed.as_deref().unwrap_or(name);
    let entry = thunk.entry;
    let record = build(name, name, thunk, spec)?;
    crate::bind::collected_classes::note(home.state, &record);
    match moved {
        None => attach(home, name, record, entry),
        Some(scope) => attach(&Home::of(&scope, home.state), name, record, entry),
    }
}

/// Whether methods of this name fill the instance that they are called with.
pub(crate) fn is_constructor(name: &str) -> bool {
    name == "__init__" || name == "__setstate__"
}

/// A function object that is not put into a scope, for property getters and setters.
pub(crate) fn lone(home: &Home<'_>, name: &str, thunk: Thunk, spec: FuncSpec<'_>) -> Result<object> {
    let is_method = thunk.flags & METHOD != 0;
    let record = build("", name, thunk, spec)?;
    crate::bind::collected_classes::note(home.state, &record);
    let data = FuncData {
        records: vec![Arc::new(record)],
        name: name.to_string(),
        qualname: qualified(home, name),
        module: home.module.clone(),
        scope: home.scope.as_ptr(),
        state: home.state.clone(),
        running: Running::default(),
    };
    nb_func::new_function(data, is_method)
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
    crate::bind::collected_classes::note(&state, &record);
    let is_method = record.flags & METHOD != 0;
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

pub(crate) fn build(name: &str, label: &str, thunk: Thunk, spec: FuncSpec<'_>) -> Result<Record> {
    let mut record = Record {
        invoke: thunk.invoke,
        capture: thunk.capture,
        drop_capture: thunk.drop_capture,
        annotated: !spec.args.is_empty(),
        args: spec.args,
        converts: 0,
        accepts_none: 0,
        first: 0,
        params: thunk.types,
        arity: usize::MAX,
        positional: 0,
        rest: thunk.rest,
        flags: thunk.flags | spec.flags,
        keep_alive: spec.keep_alive,
        doc: spec.doc.filter(|doc| !doc.is_empty()),
        signature: spec.signature,
        policies: None,
        name: name.to_string(),
        label: label.to_string(),
    };
    if let Some(error) = spec.error {
        return Err(error);
    }
    if !spec.policies.is_empty() {
        record.policies = Some(Box::new(Policies { hooks: spec.policies, invoke: record.invoke }));
        record.invoke = call_policies::run;
    }
    // Without annotations every argument, with them `self`: their number was checked by the compiler.
    let implicit = record.params.len() - record.args.len();
    for _ in 0..implicit {
        let free = ArgRecord { flags: crate::call::context::CONVERT, ..ArgRecord::default() };
        record.args.insert(0, free);
    }
    if record.flags & METHOD != 0 {
        // An unbound call `Cls.method(5)` does not convert its receiver (`DSP-20`).
        if let Some(receiver) = record.args.first_mut() {
            receiver.flags = 0;
        }
    }
    for (index, arg) in record.args.iter_mut().enumerate() {
        if thunk.nullable >> index & 1 == 1 {
            arg.flags |= crate::call::context::ACCEPT_NONE;
        }
    }
    for (index, arg) in record.args.iter().enumerate() {
        let twice = arg.name.is_some() && record.args[..index].iter().any(|other| other.name == arg.name);
        if twice {
            let shown = arg.name.as_deref().unwrap_or_default();
            return Err(import_error(messages::name_used_twice(name, shown)));
        }
    }
    for (index, arg) in record.args.iter().enumerate() {
        record.converts |= u32::from(arg.flags & crate::call::context::CONVERT != 0) << index;
        record.accepts_none |= u32::from(arg.flags & crate::call::context::ACCEPT_NONE != 0) << index;
    }
    let receiver = usize::from(record.flags & (METHOD | FACTORY) != 0);
    if record.params.len() > receiver {
        record.first = record.params.code(receiver);
    }
    let keyword_only = spec.kw_only.map(|before| before + implicit);
    divide(&mut record, keyword_only);
    refuse(&record, label)?;
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

fn qualified(home: &Home<'_>, name: &str) -> String {
    if home.qualname.is_empty() { name.to_string() } else { format!("{}.{name}", home.qualname) }
}

/// Adds the overload to the function of that name in the scope's own namespace, or makes a new function.
///
/// Calls of a class with a bound `__new__` go there.
pub(crate) fn attach(home: &Home<'_>, name: &str, record: Record, entry: Option<Entry>) -> Result<()> {
    attach_overload(home, name, record, entry)?;
    if is_construction(name) { factory::installed(home, name) } else { Ok(()) }
}

/// Whether methods of this name are run by calls of the class.
fn is_construction(name: &str) -> bool {
    name == "__new__" || name == "__init__"
}

/// As [`attach`].
///
/// A function without captured state becomes a native callable of CPython where its scope can own one; overloads are then
/// added to that very object. Otherwise it is a function object of ours, replaced when an overload is added.
fn attach_overload(home: &Home<'_>, name: &str, record: Record, entry: Option<Entry>) -> Result<()> {
    let is_static = record.flags & STATIC != 0;
    let is_init = record.flags & CONSTRUCTOR != 0;
    let kind = match (is_static, record.flags & METHOD != 0) {
        (true, _) => Kind::Static,
        (false, true) => Kind::Method,
        (false, false) => Kind::Function,
    };
    let mut data = Box::new(FuncData {
        records: Vec::new(),
        name: name.to_string(),
        qualname: qualified(home, name),
        module: home.module.clone(),
        scope: home.scope.as_ptr(),
        state: home.state.clone(),
        running: Running::default(),
    });
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
                let mixed = known.records.iter().any(|r| (r.flags & STATIC != 0) != is_static);
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
    if is_construction(name) {
        factory::admit(home, name, &record, &data.records)?;
    }
    // SAFETY: a live object.
    let in_class = unsafe { ffi::PyType_Check(home.scope.as_ptr()) } != 0;
    data.records.push(Arc::new(record));
    if let Some(owner) = home.owner {
        if let Some((native, callable)) = extended {
            // SAFETY: found in this owner.
            match unsafe { owner.extend(native, &callable, data) } {
                Ok(()) => return Ok(()),
                Err(refused) => data = refused,
            }
        } else if let Some(entry) = entry.filter(|_| first && !is_init && (kind != Kind::Method || in_class)) {
            match owner.make(home.scope, entry, data, kind)? {
                Ok(callable) => {
                    put(home, "function", name, &wrap_static(callable.clone(), kind)?)?;
                    if kind == Kind::Method
                        && let Some(native) = owner.find(&callable)
                        // SAFETY: the scope of a native method is a live class of ours.
                        && let Some(data) = unsafe { crate::instance::class_record::data_of(home.scope.as_ptr().cast()) }
                    {
                        // SAFETY: found in the class's own functions.
                        unsafe { crate::class::operator_slots::install(data, name, native) };
                    }
                    return Ok(());
                }
                Err(refused) => data = refused,
            }
        }
    }
    let function = nb_func::new_function(*data, kind == Kind::Method)?;
    put(home, "function", name, &wrap_static(function.clone(), kind)?)?;
    if is_init {
        // It is no part of what a class offers, and so not for stubs.
        if name == "__setstate__" && home.class.is_some() && !home.state.is_stub_run() {
            crate::class::pickle::add_reduce(home.scope)?;
        }
        crate::class::create::install_constructor(home.scope, function);
    }
    Ok(())
}

fn wrap_static(function: object, kind: Kind) -> Result<object> {
    match kind {
        // SAFETY: a live function.
        Kind::Static => unsafe { object::steal(ffi::PyStaticMethod_New(function.as_ptr())) },
        _ => Ok(function),
    }
}

/// The function inside a `staticmethod`, or the object itself.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn unwrap_static(value: &object) -> object {
    // SAFETY: live object and builtin type.
    unsafe {
        if ffi::Py_TYPE(value.as_ptr()) == &raw mut ffi::PyStaticMethod_Type
            && let Some(inner) = attributes::get(value, c"__func__")
        {
            return inner;
        }
        value.clone()
    }
}

/// An entry of the scope's own `__dict__`, so that inherited attributes do not count.
pub(crate) fn own_attribute(scope: &object, name: &str) -> Result<Option<object>> {
    let name = text::new(name)?;
    // SAFETY: live objects; GetItemWithError returns a borrowed reference.
    unsafe {
        let dict = if ffi::PyType_Check(scope.as_ptr()) != 0 {
            crate::instance::metatype::type_dict(scope.as_ptr().cast())?
        } else {
            match attributes::get(scope, c"__dict__") {
                Some(dict) => dict,
                None => return Ok(None),
            }
        };
        let found = ffi::PyObject_GetItem(dict.as_ptr(), name.as_ptr());
        if found.is_null() {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_KeyError) == 0 {
                return Err(Error::fetch());
            }
            ffi::PyErr_Clear();
            return Ok(None);
        }
        Ok(object::from_owned(found))
    }
}

/// As [`attributes::set`], in a scope that may refuse the name: of a class or module of ours, the error says which it is and which
/// statement.
pub(crate) fn put(home: &Home<'_>, kind: &str, name: &str, value: &object) -> Result<()> {
    attributes::set(home.scope, name, value).map_err(|error| {
        if home.owner.is_none() {
            return error;
        }
        // SAFETY: attached; a live object.
        let module = home.module.as_ref().and_then(|module| unsafe { text::read(module.as_ptr()) });
        let parts = module.into_iter().chain((!home.qualname.is_empty()).then(|| home.qualname.clone()));
        let scope = parts.collect::<Vec<_>>().join(".");
        import_error(messages::name_refused(&scope, kind, name, &error.to_string()))
    })
}

/// Default policy of functions and methods.
pub(crate) type FunctionPolicy = rv_policy::automatic;
/// Default policy of property getters.
pub(crate) type GetterPolicy = rv_policy::reference_internal;
