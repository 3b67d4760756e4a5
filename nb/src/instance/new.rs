//! How instances of bound classes come into being: `tp_new`, `tp_init` and their kin of a class, and what it shows as `__new__` and
//! `__init__` until a constructor is bound.

use crate::ffi;
use crate::instance::{allocation, class_record, metatype};
use crate::interpreter::panic;
use crate::python::error::{self, Error, Result};
use crate::python::object::{StrongRef, object};
use crate::python::{messages, text, type_name};
use std::ffi::c_int;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// What `T(...)` runs.
#[derive(Default)]
pub(crate) struct Constructor {
    /// The function object; owned reference or null.
    function: AtomicPtr<ffi::PyObject>,
    /// That is a bound `__new__`, and no `__init__`.
    is_new: AtomicBool,
}

impl Constructor {
    /// From here on it is a `__new__`.
    pub(crate) fn set_new(&self, new: object) {
        self.is_new.store(true, Ordering::Relaxed);
        self.set(Some(new));
    }

    /// The function object, or null; borrowed.
    pub(crate) fn function(&self) -> *mut ffi::PyObject {
        self.function.load(Ordering::Acquire)
    }

    /// Whether the class was given a `__new__` by native code.
    pub(crate) fn has_new(&self) -> bool {
        self.is_new.load(Ordering::Relaxed)
    }

    /// Replaces the constructor entry, dropping the old reference.
    pub(crate) fn set(&self, function: Option<object>) {
        let new = function.map_or(std::ptr::null_mut(), object::into_ptr);
        let old = self.function.swap(new, Ordering::AcqRel);
        // SAFETY: an owned reference stored by an earlier call, or null; attached, as all callers are.
        drop(unsafe { object::from_owned(old) });
    }
}

struct Methods([ffi::PyMethodDef; 2]);
// SAFETY: a constant table without interior mutability.
unsafe impl Sync for Methods {}
static METHODS: Methods = Methods([
    ffi::PyMethodDef {
        ml_name: c"__new__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionWithKeywords: new_method },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ml_doc: c"Create and return a new object.  See help(type) for accurate signature.".as_ptr(),
    },
    ffi::PyMethodDef {
        ml_name: c"__init__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionWithKeywords: init_method },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        // What `object.__init__` says.
        ml_doc:
            c"__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature."
                .as_ptr(),
    },
]);

/// Puts `__new__` and, until a constructor is bound, a refusing `__init__` into the class.
///
/// CPython's own `__new__` function refuses to work while the class has a `__new__` written in Python, which would
/// therefore have no way to make an instance; and without an `__init__` in the namespace, subclasses would find that of
/// `object`.
///
/// For stub generators, a class without constructor has no `__init__`.
///
/// # Safety
/// `ty` is a new class of ours; attached.
pub(crate) unsafe fn add_construction(ty: &object, for_stubs: bool) -> Result<()> {
    // SAFETY: a live type; the table entries are statics.
    unsafe {
        let class = ty.as_ptr().cast::<ffi::PyTypeObject>();
        let [new, init] = [&raw const METHODS.0[0], &raw const METHODS.0[1]].map(<*const _>::cast_mut);
        let new = object::steal(ffi::PyCFunction_NewEx(new, ty.as_ptr(), ptr::null_mut()))?;
        let init = object::steal(ffi::PyDescr_NewMethod(class, init))?;
        // Straight into the namespace: assignment would replace the slots.
        let shown = if for_stubs { 1 } else { 2 };
        for (name, value) in [(c"__new__", new), (c"__init__", init)].into_iter().take(shown) {
            if ffi::PyDict_SetItemString((*class).tp_dict, name.as_ptr(), value.as_ptr()) != 0 {
                return Err(Error::fetch());
            }
        }
        Ok(())
    }
}

/// `Class.__new__(cls, ..)`: an empty instance of a subclass of the class.
///
/// # Safety
/// CPython calls the function object that was made with its class; `args` is a live tuple; attached.
unsafe extern "C" fn new_method(
    class: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: the function was made with its class as `self`; `args` is a live tuple.
        unsafe {
            let name = || type_name::of_type(class.cast());
            if ffi::PyTuple_Size(args) == 0 {
                error::type_error(messages::new_without_class(&name())).restore();
                return ptr::null_mut();
            }
            let wanted = ffi::PyTuple_GetItem(args, 0);
            if ffi::PyType_Check(wanted) == 0 || ffi::PyType_IsSubtype(wanted.cast(), class.cast()) == 0 {
                error::type_error(messages::new_of_other(&name(), &name_of(wanted))).restore();
                return ptr::null_mut();
            }
            // Making it may run the collector, or what was written by hand.
            let _classes = (StrongRef::borrow(class), StrongRef::borrow(wanted));
            let own = (*metatype::data_slot(class.cast())).as_ref();
            let Some(new) = own.and_then(|data| data.raw.as_ref()?.new) else { return new_instance(wanted.cast()) };
            let Some(rest) = object::from_owned(ffi::PyTuple_GetSlice(args, 1, ffi::PyTuple_Size(args))) else {
                return ptr::null_mut();
            };
            new(wanted.cast(), rest.as_ptr(), kwargs)
        }
    })
}

/// The name of a class, or that of the class of anything else.
///
/// # Safety
/// `given` is live; attached.
pub(crate) unsafe fn name_of(given: *mut ffi::PyObject) -> String {
    // SAFETY: caller's contract.
    unsafe { type_name::of_type(if ffi::PyType_Check(given) == 0 { ffi::Py_TYPE(given) } else { given.cast() }) }
}

/// Lets a Python subclass without a `__new__` of its own allocate without looking that up on each call.
///
/// CPython takes the shortcut back when `__new__` is assigned to the class or to one of its bases.
///
/// # Safety
/// `ty` is a class of our metatype that nobody else uses yet; attached.
pub(crate) unsafe fn shortcut_new(ty: *mut ffi::PyTypeObject) {
    // SAFETY: caller's contract.
    unsafe {
        let Ok(name) = text::new("__new__") else { return ffi::PyErr_Clear() };
        let Some(found) = object::from_owned(metatype::lookup(ty, name.as_ptr())) else { return };
        let ours = ffi::PyCFunction_Check(found.as_ptr()) != 0
            && ffi::PyCFunction_GetFunction(found.as_ptr())
                .is_some_and(|f| f as usize == new_method as *const () as usize);
        if ours {
            let owner = ffi::PyCFunction_GetSelf(found.as_ptr());
            let by_hand = class_record::data_of(owner.cast()).and_then(|data| data.raw.as_ref()?.new);
            (*ty).tp_new = by_hand.or(Some(inst_new));
        }
    }
}

/// `Class.__init__(self, ..)` of a class without constructors.
///
/// # Safety
/// CPython passes a live instance; attached.
unsafe extern "C" fn init_method(
    ob: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a live instance.
    unsafe {
        if inst_init(ob, args, kwargs) == 0 {
            return ffi::Py_NewRef(ffi::Py_None());
        }
    }
    ptr::null_mut()
}

/// # Safety
/// CPython calls this with a class of ours or a Python subclass; attached.
pub(crate) unsafe extern "C" fn inst_new(
    ty: *mut ffi::PyTypeObject,
    _args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with a class of ours or a Python subclass.
    unsafe { new_instance(ty) }
}

/// What `object.__new__` calls, which CPython lets through once the class has a `__new__` of its own.
///
/// # Safety
/// CPython calls this with a class of ours or a Python subclass; attached.
pub(crate) unsafe extern "C" fn inst_alloc(ty: *mut ffi::PyTypeObject, _items: ffi::Py_ssize_t) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with a class of ours or a Python subclass.
    unsafe { new_instance(ty) }
}

/// An empty instance; refused for a class that native code has not finished.
///
/// # Safety
/// `ty` is a live class of ours or a Python subclass; attached.
pub(crate) unsafe fn new_instance(ty: *mut ffi::PyTypeObject) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        // A class without a record is being made: by Python code, which may use it, or by native code, which has yet to
        // give it its size. Python code sees the latter in an `__init_subclass__` that was put into a base.
        if (*metatype::data_slot(ty)).is_null()
            && class_record::data_of(ty).is_none_or(|base| base.state.is_making_class())
        {
            return panic::guard(ptr::null_mut(), || {
                error::type_error(messages::unfinished(&type_name::of_type(ty.cast()))).restore();
                ptr::null_mut()
            });
        }
        allocation::alloc(ty).cast()
    }
}

/// Reached when neither the class nor a Python subclass defines `__init__`: raises, unless a `tp_new` written by hand has made
/// the value.
///
/// # Safety
/// CPython passes a live instance; attached.
pub(crate) unsafe extern "C" fn inst_init(
    ob: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> c_int {
    panic::guard(-1, || {
        // SAFETY: a live instance.
        let name = unsafe {
            let data = class_record::data_of(ffi::Py_TYPE(ob));
            if data.and_then(|data| data.raw.as_ref()?.new).is_some() {
                // The value was made there.
                return 0;
            }
            type_name::of_type(ffi::Py_TYPE(ob))
        };
        error::type_error(messages::no_constructor(&name)).restore();
        -1
    })
}

/// # Safety
/// CPython passes a live type; attached.
pub(crate) unsafe extern "C" fn no_init_vectorcall(
    ty: *mut ffi::PyObject,
    _args: *const *mut ffi::PyObject,
    _nargsf: usize,
    _kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: a live type.
        let name = unsafe { type_name::of_type(ty.cast()) };
        error::type_error(messages::no_constructor(&name)).restore();
        ptr::null_mut()
    })
}
