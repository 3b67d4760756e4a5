//! Calls of bound classes: `T(..)` runs the bound `__init__` or `__new__` itself, without CPython's detour.
//!
//! A class with a `__new__` of its own never runs `__init__` when it is called, as in nanobind: what that gives is the result.
//! Python subclasses take CPython's way, which runs both.

use crate::call::given::Given;
use crate::call::nb_func::{self, FuncData};
use crate::call::outcome::not_fit_ptr;
use crate::call::record::{FuncFlags, Record};
use crate::call::refused::mismatch;
use crate::call::{attempt, dispatch, record};
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::{allocation, new};
use crate::interpreter::{panic, recursion};
use crate::python::object::{StrongRef, object};
use crate::python::{attach, error, messages};
use smallvec::SmallVec;
use std::ptr;
use std::sync::Arc;

/// `__init__` was bound: from now on the class constructs without going through `tp_new` and `tp_init`.
pub(crate) fn install_constructor(class: &object, function: object) {
    let ty = class.as_ptr().cast::<ffi::PyTypeObject>();
    // SAFETY: the scope of a constructor is the class; Python classes get no shortcut.
    unsafe {
        if ffi::PyType_Check(class.as_ptr()) == 0 {
            return;
        }
        let Some(data) = class_record::data_of(ty).filter(|data| data.ty == ty && !data.constructor.has_new()) else {
            return;
        };
        // SAFETY: live function of ours.
        let named_init = nb_func::data_of(function.as_ptr()).is_some_and(|f| f.name == "__init__");
        if named_init {
            data.constructor.set(Some(function));
            (*ty).tp_vectorcall = match &data.raw {
                Some(raw) if raw.constructs() => raw.vectorcall,
                _ => Some(vectorcall_constructor),
            };
        }
    }
}

/// `__new__` was bound: from now on calls of the class run that.
///
/// # Safety
/// `data` is the record of a live class, whose attribute `new` is; attached.
pub(crate) unsafe fn install_new(data: &TypeData, new: object) {
    data.constructor.set_new(new);
    // SAFETY: caller's contract.
    unsafe { (*data.ty).tp_vectorcall = Some(vectorcall_class) };
}

/// `T(...)`: allocates and runs the bound `__init__` directly.
///
/// # Safety
/// The vectorcall protocol, of a class whose `__init__` is a function object of ours; attached.
unsafe extern "C" fn vectorcall_constructor(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: vectorcall protocol; this entry is installed only while the class's `__init__` is ours, and the
        // function is kept alive here in case the call replaces it.
        unsafe {
            let ty = callable.cast::<ffi::PyTypeObject>();
            let data = class_record::data_of(ty).expect("installed on bound classes");
            let init = StrongRef::borrow(data.constructor.function());
            let function = nb_func::function_data(init.as_ptr());
            let Some(instance) = object::from_owned(allocation::alloc_of(data).cast()) else { return ptr::null_mut() };
            // What follows may unwind.
            let instance = StrongRef::of(instance);
            let mut done = not_fit_ptr();
            if let [record] = &function.records[..]
                && record.quick.stateless
                && kwnames.is_null()
                && ffi::PyVectorcall_NARGS(nargsf) as usize + 1 == record.arity
                && attach::needs_no_note()
            {
                // Classes are called without a look at how deep calls are nested.
                done = match recursion::nested() {
                    Some(_nested) => attempt::run_stateless(record, instance.as_ptr(), args),
                    None => ptr::null_mut(),
                };
            }
            if done == not_fit_ptr() {
                let mut given = Given::by_vectorcall(args, nargsf, kwnames);
                given.receiver = instance.as_ptr();
                done = dispatch::call(function, &given);
            }
            if done.is_null() {
                return ptr::null_mut();
            }
            ffi::Py_DECREF(done);
            instance.into_object().into_ptr()
        }
    })
}

/// Whether the factory can be called without arguments.
pub(crate) fn is_nullary(record: &Record) -> bool {
    let optional = |(index, arg): (usize, &record::ArgRecord)| arg.default.is_some() || record.rest.contains(index);
    record.args.iter().enumerate().skip(1).all(optional)
}

/// Whether a `__new__` takes its class as the receiver.
fn is_factory(function: &FuncData) -> bool {
    function.records.first().is_some_and(|record| record.flags.contains(FuncFlags::FACTORY))
}

/// Whether these are factories that all need arguments: then `T.__new__(T)` makes an empty instance, for `__setstate__`.
pub(crate) fn makes_empty(overloads: &[Arc<Record>]) -> bool {
    overloads.first().is_some_and(|record| record.flags.contains(FuncFlags::FACTORY) && !is_nullary(record))
}

/// `T(..)` for a class with a bound `__new__`.
///
/// # Safety
/// The vectorcall protocol, of a class whose `__new__` was bound; attached.
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
            let new = StrongRef::borrow(data.constructor.function());
            let mut given = Given::by_vectorcall(args, nargsf, kwnames);
            match nb_func::data_of(new.as_ptr()).filter(|new| is_factory(new)) {
                Some(function) if given.nargs == 0 && kwnames.is_null() && makes_empty(&function.records) => {
                    mismatch(function, &given, Default::default())
                }
                Some(function) => {
                    let class = StrongRef::borrow(callable);
                    given.receiver = class.as_ptr();
                    dispatch::call(function, &given)
                }
                None => call_with_class(new.as_ptr(), callable, &given),
            }
        }
    })
}

/// Calls a `__new__` that takes the class as any other argument.
///
/// # Safety
/// Live objects; `given` is what CPython has passed; attached.
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

/// Entry of the function object `T.__new__`.
///
/// # Safety
/// The vectorcall protocol, of the function object of a `__new__`; attached.
pub(crate) unsafe extern "C" fn vectorcall_new(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: vectorcall protocol.
        unsafe {
            let callable = StrongRef::borrow(callable);
            let function = nb_func::function_data(callable.as_ptr());
            let mut given = Given::by_vectorcall(args, nargsf, kwnames);
            if given.nargs == 0 {
                return mismatch(function, &given, Default::default());
            }
            let class = StrongRef::borrow(*args);
            let class = class.as_ptr();
            if !derives(class, function) {
                let wanted = function.qualname.strip_suffix(".__new__").unwrap_or(&function.qualname);
                error::type_error(messages::new_of_other(wanted, &new::name_of(class))).restore();
                return ptr::null_mut();
            }
            if given.nargs == 1 && kwnames.is_null() && makes_empty(&function.records) {
                return new::new_instance(class.cast());
            }
            given.take_receiver();
            dispatch::call(function, &given)
        }
    })
}

/// Whether `class` is the class that the function was bound in, or derives from it.
///
/// # Safety
/// `class` is live; attached.
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
