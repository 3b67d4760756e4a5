//! Puts functions into scopes: builds the record of an overload and adds it to the chain under its name.

use crate::error::{Error, Result, import_error};
use crate::extras::{FuncExtra, FuncSpec};
use crate::ffi;
use crate::func::{Func, Sig};
use crate::function::{self, ArgRecord, CONSTRUCTOR, Describe, FuncData, Invoke, METHOD, Record, STATIC};
use crate::messages;
use crate::obj::object;
use crate::rv_policy;
use crate::state::StateRef;
use std::sync::Arc;

/// Where functions are put, and what they report as their home.
pub(crate) struct Home<'s> {
    pub scope: &'s object,
    pub state: &'s StateRef,
    /// `__module__` of what is bound here.
    pub module: Option<object>,
    /// `Outer.Inner` for classes, empty for modules.
    pub qualname: String,
}

/// The parts of a record that depend on the Rust function.
pub(crate) struct Thunk {
    pub invoke: Invoke,
    pub capture: *mut u8,
    pub drop_capture: unsafe fn(*mut u8),
    pub params: &'static [Describe],
    pub result: Describe,
    pub nullable: u64,
    pub flags: u16,
}

unsafe fn drop_capture<F>(capture: *mut u8) {
    // SAFETY: called once with what Box::into_raw returned for an `F`.
    unsafe { drop(Box::from_raw(capture.cast::<F>())) }
}

/// A capture for a record; a function without captured state needs no memory.
pub(crate) fn capture<F>(function: F) -> (*mut u8, unsafe fn(*mut u8)) {
    (Box::into_raw(Box::new(function)).cast(), drop_capture::<F>)
}

unsafe fn run<D, S, P, G, F: Func<D, S, P, G>>(
    record: &Record,
    cx: &mut crate::call::Cx<'_>,
    convert: bool,
) -> *mut ffi::PyObject {
    // SAFETY: `thunk` stored an `F`; the caller passes as many arguments as the record has parameters.
    unsafe { (*record.capture.cast::<F>()).run(record, cx, convert) }
}

/// The policy that a function with the annotations `E` uses, `Default` when they name none.
pub(crate) type PolicyOf<D, E, Default> = <E as FuncExtra<D>>::Policy<Default>;
/// The call guard that the annotations `E` ask for.
pub(crate) type GuardOf<D, E> = <E as FuncExtra<D>>::Guard<crate::guard::no_guard>;

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
    let arguments = <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::N;
    let nullable = <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::NULLABLE;
    assert!(
        arguments >= implicit,
        "nb: a method takes the instance as its first argument; use def_static for functions without one"
    );
    check_annotations::<D, E>(implicit, arguments, nullable);
}

/// Type-erases a function.
pub(crate) fn thunk<D, S, F, E, Default>(function: F, flags: u16) -> Thunk
where
    F: Sig<S> + Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
    E: FuncExtra<D>,
{
    let (capture, drop_capture) = capture(function);
    Thunk {
        invoke: run::<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>, F>,
        capture,
        drop_capture,
        params: F::PARAMS,
        result: F::RESULT,
        nullable: F::NULLABLE,
        flags,
    }
}

/// Compile-time checks of a binding with `arguments` arguments, of which the first `implicit` are not annotated.
#[track_caller]
pub(crate) const fn check_annotations<D, E: FuncExtra<D>>(implicit: usize, arguments: usize, nullable: u64) {
    if E::ARGS != 0 {
        assert!(
            E::ARGS + implicit == arguments,
            "nb: the number of nb::arg annotations must match the argument count (without `self`): annotate every argument or none"
        );
        assert!(
            E::NONE & !(nullable >> implicit) == 0,
            "nb: `.none()` needs an argument of type Option<..>, which is how Rust code receives None"
        );
    }
    assert!(
        E::KEEP_MAX <= arguments,
        "nb: keep_alive index out of range: 0 is the result, 1 the first argument (or `self`), and so on"
    );
    assert!(
        E::GUARDS <= 1,
        "nb: call_guard can only be given once: put several guards into one tuple, `nb::call_guard<(A, B)>()`"
    );
}

/// Binds one overload.
pub(crate) fn define<D, E: FuncExtra<D>>(home: &Home<'_>, name: &str, thunk: Thunk, extra: E) -> Result<()> {
    let spec = FuncSpec::collect::<D>(home.state, name, extra);
    let record = build(name, name, thunk, spec)?;
    attach(home, name, record)
}

/// A function object that is not put into a scope, for property getters and setters.
pub(crate) fn lone<D, E: FuncExtra<D>>(home: &Home<'_>, name: &str, thunk: Thunk, extra: E) -> Result<object> {
    let spec = FuncSpec::collect::<D>(home.state, name, extra);
    let is_method = thunk.flags & METHOD != 0;
    let record = build("", name, thunk, spec)?;
    let data = FuncData {
        records: vec![Arc::new(record)],
        name: name.to_string(),
        qualname: qualified(home, name),
        module: home.module.clone(),
        scope: home.scope.as_ptr(),
        state: home.state.clone(),
    };
    function::new_function(data, is_method)
}

fn build(name: &str, label: &str, thunk: Thunk, spec: FuncSpec<'_>) -> Result<Record> {
    let mut record = Record {
        invoke: thunk.invoke,
        capture: thunk.capture,
        drop_capture: thunk.drop_capture,
        annotated: !spec.args.is_empty(),
        args: spec.args,
        arg_flags: [0; function::MAX_PARAMS],
        params: thunk.params,
        result: thunk.result,
        flags: thunk.flags | spec.flags,
        keep_alive: spec.keep_alive,
        doc: spec.doc.filter(|doc| !doc.is_empty()),
        signature: spec.signature,
        name: name.to_string(),
        label: label.to_string(),
    };
    if let Some(error) = spec.error {
        return Err(error);
    }
    // Without annotations every argument, with them `self`: their number was checked by the compiler.
    let implicit = record.params.len() - record.args.len();
    for _ in 0..implicit {
        let free = ArgRecord { flags: crate::call::CONVERT, ..ArgRecord::default() };
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
            arg.flags |= crate::call::ACCEPT_NONE;
        }
    }
    for (index, arg) in record.args.iter().enumerate() {
        let twice = arg.name.is_some() && record.args[..index].iter().any(|other| other.name == arg.name);
        if twice {
            let shown = arg.name.as_deref().unwrap_or_default();
            return Err(import_error(format!("{name}(): the argument name '{shown}' is used twice")));
        }
    }
    for (flags, arg) in record.arg_flags.iter_mut().zip(&record.args) {
        *flags = arg.flags;
    }
    Ok(record)
}

fn qualified(home: &Home<'_>, name: &str) -> String {
    if home.qualname.is_empty() { name.to_string() } else { format!("{}.{name}", home.qualname) }
}

/// Adds the overload to the function of that name in the scope's own namespace, or makes a new function.
fn attach(home: &Home<'_>, name: &str, record: Record) -> Result<()> {
    let key = name.to_string();
    let is_static = record.flags & STATIC != 0;
    let is_method = record.flags & METHOD != 0;
    let is_init = record.flags & CONSTRUCTOR != 0;
    let mut records = Vec::new();
    if let Some(existing) = own_attribute(home.scope, &key)? {
        // SAFETY: a live object.
        let inner = unsafe { unwrap_static(&existing) };
        // SAFETY: a live object; the borrowed data is used before anything can free it.
        match unsafe { function::data_of(inner.as_ptr()) } {
            Some(data) if data.scope == home.scope.as_ptr() => {
                let mixed = data.records.iter().any(|r| (r.flags & STATIC != 0) != is_static);
                if mixed {
                    return Err(import_error(messages::mixed_static(name)));
                }
                records.extend(data.records.iter().cloned());
            }
            // A function of another scope (a base class, another module) is hidden, not extended.
            Some(_) => {}
            None if name.starts_with('_') => {}
            None => return Err(import_error(messages::name_taken(name))),
        }
    }
    records.push(Arc::new(record));
    let data = FuncData {
        records,
        name: name.to_string(),
        qualname: qualified(home, name),
        module: home.module.clone(),
        scope: home.scope.as_ptr(),
        state: home.state.clone(),
    };
    let function = function::new_function(data, is_method && !is_static)?;
    let value = if is_static {
        // SAFETY: a live function.
        unsafe { object::steal(ffi::PyStaticMethod_New(function.as_ptr()))? }
    } else {
        function.clone()
    };
    set_attribute(home.scope, name, &value)?;
    if is_init {
        crate::class_type::install_constructor(home.scope, function);
    }
    Ok(())
}

/// The function inside a `staticmethod`, or the object itself.
unsafe fn unwrap_static(value: &object) -> object {
    // SAFETY: live object and builtin type.
    unsafe {
        if ffi::Py_TYPE(value.as_ptr()) == &raw mut ffi::PyStaticMethod_Type {
            if let Some(inner) = object::from_owned(ffi::PyObject_GetAttrString(value.as_ptr(), c"__func__".as_ptr())) {
                return inner;
            }
            ffi::PyErr_Clear();
        }
        value.clone()
    }
}

/// An entry of the scope's own `__dict__`, so that inherited attributes do not count.
fn own_attribute(scope: &object, name: &str) -> Result<Option<object>> {
    let name = text(name)?;
    // SAFETY: live objects; GetItemWithError returns a borrowed reference.
    unsafe {
        let dict = if ffi::PyType_Check(scope.as_ptr()) != 0 {
            crate::metatype::type_dict(scope.as_ptr().cast())?
        } else {
            match object::from_owned(ffi::PyObject_GetAttrString(scope.as_ptr(), c"__dict__".as_ptr())) {
                Some(dict) => dict,
                None => {
                    ffi::PyErr_Clear();
                    return Ok(None);
                }
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

pub(crate) fn text(value: &str) -> Result<object> {
    // SAFETY: attached; valid UTF-8.
    unsafe { object::steal(ffi::PyUnicode_FromStringAndSize(value.as_ptr().cast(), value.len() as ffi::Py_ssize_t)) }
}

pub(crate) fn set_attribute(scope: &object, name: &str, value: &object) -> Result<()> {
    let name = text(name)?;
    // SAFETY: live objects.
    if unsafe { ffi::PyObject_SetAttr(scope.as_ptr(), name.as_ptr(), value.as_ptr()) } != 0 {
        return Err(Error::fetch());
    }
    Ok(())
}

/// Default policy of functions and methods.
pub(crate) type FunctionPolicy = rv_policy::automatic;
/// Default policy of property getters.
pub(crate) type GetterPolicy = rv_policy::reference_internal;
