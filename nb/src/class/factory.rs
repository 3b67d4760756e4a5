//! `nb::new_`: factories bound as `__new__`, and calls of the classes that have one.
//!
//! The class arrives as the receiver of the call, which the Rust function does not get. A class with a `__new__` of its own
//! never runs `__init__` when it is called, as in nanobind: what the factory gives is the result. Only Python subclasses
//! take CPython's way, which runs both; for them there is an `__init__` that takes the same arguments and does nothing.

use crate::bind::annotations::{FuncExtra, FuncSpec};
use crate::bind::checks::{self, Shape};
use crate::bind::erased::{Annotations, Thunk};
use crate::bind::scope::{self, FunctionPolicy, GuardOf, Home, PolicyOf};
use crate::call::callable_traits::{Func, OfClass};
use crate::call::context::{Cx, is_object};
use crate::call::dispatch;
use crate::call::given::Given;
use crate::call::nb_func::{self, CONSTRUCTOR, FACTORY, FuncData, METHOD, Record};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::class::create;
use crate::class::fit_subclass;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::interpreter::panic;
use crate::python::error::{self, Result, import_error};
use crate::python::messages;
use crate::python::object::Held;
use smallvec::SmallVec;
use std::ptr;
use std::sync::Arc;

/// The types of `__new__`, whose first parameter is the class, and of the `__init__` beside it.
pub(crate) const fn shapes<D, S, P, G, F: Func<D, S, P, G>>() -> [Types; 2] {
    let mut codes = [0; type_codes::MOST];
    let mut index = 0;
    while index < F::N {
        codes[index + 1] = F::TYPES.code(index);
        index += 1;
    }
    let codes = codes.split_at(F::N + 1).0;
    [
        Types::new(codes, F::TYPES.code(RESULT), describe::<D, S, P, G, F>),
        Types::new(codes, type_codes::NONE, describe::<D, S, P, G, F>),
    ]
}

fn describe<D, S, P, G, F: Func<D, S, P, G>>(index: usize, text: &mut SigText<'_>) {
    match index {
        0 => text.text("object"),
        RESULT => F::TYPES.write(RESULT, text),
        _ => F::TYPES.write(index - 1, text),
    }
}

/// As [`bind::check`], for factories: the class goes before their arguments.
#[track_caller]
pub(crate) const fn check<D, S, F, E>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
{
    let shape = scope::shape_of::<D, S, F, E, FunctionPolicy>();
    assert!(!shape.nothing, "nb: a factory has to return the new object, but this function returns nothing");
    if let Some(reason) = F::REFUSED {
        panic!("{}", reason);
    }
    checks::static_function(E::MARKS);
    checks::not_implicit(E::MARKS);
    checks::factory::<D, E>(Shape {
        arguments: shape.arguments + 1,
        nullable: shape.nullable << 1,
        rest: shape.rest << 1,
        nothing: false,
    });
}

/// Calls the factory, and has its result be an instance of the Python subclass that was called.
///
/// # Safety
/// As [`Func::run`], with the class as the receiver.
pub(crate) unsafe fn run<D, S, P, G, F: Func<D, S, P, G>>(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; what is an object is a new reference.
    unsafe {
        let made = F::run::<OfClass>(function, cx);
        if is_object(made) { fit_subclass::fit(made, cx.receiver) } else { made }
    }
}

/// Binds the factory and the `__init__` that does nothing.
pub(crate) fn define(home: &Home<'_>, thunk: Thunk, init: Types, extra: Option<&mut dyn Annotations>) -> Result<()> {
    let spec = FuncSpec::collect(home.state, "__new__", extra);
    let mut record = scope::build("__new__", "__new__", thunk, spec)?;
    if record.annotated {
        record.args[0].name = Some("cls".to_string());
    }
    crate::bind::collected_classes::note(home.state, &record);
    let init = does_nothing(&record, init);
    scope::attach(home, "__new__", record, None)?;
    scope::attach(home, "__init__", init, None)
}

/// The `__init__` beside a factory. It looks at number and names of its arguments, and converts none: the factory has done
/// so, and may have taken the value of an argument away.
fn does_nothing(factory: &Record, params: Types) -> Record {
    unsafe fn nothing(_function: *const u8, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
    unsafe fn drop_nothing(_capture: *mut u8) {}
    let mut args = factory.args.clone();
    args[0].name = None;
    Record {
        invoke: nothing,
        capture: ptr::dangling_mut(),
        drop_capture: drop_nothing,
        args,
        annotated: factory.annotated,
        converts: factory.converts,
        accepts_none: factory.accepts_none,
        first: 0,
        params,
        arity: factory.arity,
        positional: factory.positional,
        rest: factory.rest,
        flags: METHOD,
        keep_alive: Vec::new(),
        doc: factory.doc.clone(),
        signature: None,
        policies: None,
        name: "__init__".to_string(),
        label: "__init__".to_string(),
    }
}

/// Whether the factory can be called without arguments.
fn is_nullary(record: &Record) -> bool {
    let optional = |(index, arg): (usize, &nb_func::ArgRecord)| arg.default.is_some() || record.rest.contains(index);
    record.args.iter().enumerate().skip(1).all(optional)
}

/// Whether a `__new__` takes its class as the receiver.
fn is_factory(function: &FuncData) -> bool {
    function.records.first().is_some_and(|record| record.flags & FACTORY != 0)
}

/// Whether these are factories that all need arguments: then `T.__new__(T)` makes an empty instance, for `__setstate__`.
fn makes_empty(overloads: &[Arc<Record>]) -> bool {
    overloads.first().is_some_and(|record| record.flags & FACTORY != 0 && !is_nullary(record))
}

/// Whether the constructors of a class fit together; asked before `record` is added to the overloads of `name`.
///
/// Calling a class runs either `__new__` or `__init__`.
pub(crate) fn admit(home: &Home<'_>, name: &str, record: &Record, others: &[Arc<Record>]) -> Result<()> {
    let Some(class) = home.class else { return Ok(()) };
    match name {
        "__new__" if record.flags & METHOD == 0 => {
            if !class.has_new() && has_constructor(class) {
                return Err(import_error(messages::mixed_construction(&class.name())));
            }
            if others.iter().any(|other| other.flags & FACTORY != record.flags & FACTORY) {
                return Err(import_error(messages::mixed_new(&class.name())));
            }
            if makes_empty(others) && is_nullary(record) {
                return Err(import_error(messages::nullary_new(&class.name())));
            }
            Ok(())
        }
        "__init__" if class.has_new() && fills_instance(record) => {
            Err(import_error(messages::mixed_construction(&class.name())))
        }
        _ => Ok(()),
    }
}

/// Whether the class has an `__init__` that makes its values.
fn has_constructor(class: &TypeData) -> bool {
    let init = class.init_function();
    // SAFETY: null, or a live function that the class owns.
    let known = unsafe { if init.is_null() { None } else { nb_func::data_of(init) } };
    known.is_some_and(|init| init.records.iter().any(|record| fills_instance(record)))
}

/// Whether the function is a constructor that writes a value into its instance, as opposed to an `__init__` that comes
/// after a `__new__`.
fn fills_instance(record: &Record) -> bool {
    // A constructor has at least the instance as its parameter.
    record.flags & CONSTRUCTOR != 0 && {
        let mut text = SigText::new(None);
        record.params.write(0, &mut text);
        text.fills()
    }
}

/// A function was added to the class: restores the entry of calls that its `__new__` needs.
pub(crate) fn installed(home: &Home<'_>, name: &str) -> Result<()> {
    let Some(class) = home.class else { return Ok(()) };
    if name == "__new__" || (name == "__init__" && class.has_new()) {
        // A method of that name is not what makes instances.
        if let Some(found) = scope::own_attribute(home.scope, "__new__")? {
            // SAFETY: attached; a live class and its own attribute.
            unsafe {
                let new = scope::unwrap_static(&found);
                if !new.is(&found) {
                    create::install_new(class, new, vectorcall_class);
                }
            }
        }
    }
    Ok(())
}

/// `T(..)` for a class with a bound `__new__`.
unsafe extern "C" fn vectorcall_class(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: vectorcall protocol; the entry is installed only while the class's `__new__` is ours. The function is kept
        // alive here in case the call replaces it.
        unsafe {
            let data = class_record::data_of(callable.cast()).expect("installed on bound classes");
            let new = Held::borrow(data.init_function());
            let mut given = Given::by_vectorcall(args, nargsf, kwnames);
            match nb_func::data_of(new.as_ptr()).filter(|new| is_factory(new)) {
                Some(function) if given.nargs == 0 && kwnames.is_null() && makes_empty(&function.records) => {
                    dispatch::mismatch(function, &given, Default::default())
                }
                Some(function) => {
                    let class = Held::borrow(callable);
                    given.receiver = class.as_ptr();
                    dispatch::call(function, &given)
                }
                None => call_with_class(new.as_ptr(), callable, &given),
            }
        }
    })
}

/// Calls a `__new__` that takes the class as any other argument.
unsafe fn call_with_class(new: *mut ffi::PyObject, class: *mut ffi::PyObject, given: &Given) -> *mut ffi::PyObject {
    // SAFETY: vectorcall protocol, see `vectorcall_class`.
    unsafe {
        let count = given.nargs + given.nkw();
        let mut all: SmallVec<[*mut ffi::PyObject; 8]> = SmallVec::with_capacity(count + 1);
        all.push(class);
        all.extend((0..count).map(|index| *given.args().add(index)));
        ffi::PyObject_Vectorcall(new, all.as_ptr(), given.nargs + 1, given.kwnames)
    }
}

/// `tp_vectorcall` of the function object `T.__new__`.
pub(crate) unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: vectorcall protocol.
        unsafe {
            let callable = Held::borrow(callable);
            let function = nb_func::function_data(callable.as_ptr());
            let mut given = Given::by_vectorcall(args, nargsf, kwnames);
            if given.nargs == 0 {
                return dispatch::mismatch(function, &given, Default::default());
            }
            let class = Held::borrow(*args);
            let class = class.as_ptr();
            if !derives(class, function) {
                let wanted = function.qualname.strip_suffix(".__new__").unwrap_or(&function.qualname);
                error::type_error(messages::new_of_other(wanted, &create::name_of(class))).restore();
                return ptr::null_mut();
            }
            if given.nargs == 1 && kwnames.is_null() && makes_empty(&function.records) {
                return create::new_instance(class.cast());
            }
            given.take_receiver();
            dispatch::call(function, &given)
        }
    })
}

/// Whether `class` is the class that the function was bound in, or derives from it.
unsafe fn derives(class: *mut ffi::PyObject, function: &FuncData) -> bool {
    // SAFETY: a live object; a class keeps its bases alive. The function may outlive its class, whose address is compared only.
    unsafe {
        if ffi::PyType_Check(class) == 0 {
            return false;
        }
        let mut found: *const TypeData = class_record::data_of(class.cast()).map_or(ptr::null(), ptr::from_ref);
        while let Some(data) = found.as_ref() {
            if ptr::eq(data.ty.cast(), function.scope) {
                return true;
            }
            found = data.base;
        }
        false
    }
}
