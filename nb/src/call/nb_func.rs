//! `nanobind.nb_func` and `nanobind.nb_method`: Python objects that hold a chain of overloads.

use crate::call::call_policies::Policies;
use crate::call::context::Cx;
use crate::call::type_codes::{self, Types};
use crate::ffi;
use crate::instance::metatype::slot;
use crate::interpreter::state::StateRef;
use crate::interpreter::{panic, trashcan};
use crate::python::error::Result;
use crate::python::messages;
use crate::python::object::object;
use std::ffi::{c_int, c_void};
use std::mem::{offset_of, size_of};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Runs the function at the first address: converts, lends, calls, converts back. Null means an exception is raised,
/// [`next_overload_ptr`](crate::call::context::next_overload_ptr) that the arguments do not fit.
#[doc(hidden)]
pub type Invoke = unsafe fn(*const u8, &mut Cx<'_>) -> *mut ffi::PyObject;

/// The overload is bound as a method: its first argument is `self`.
pub(crate) const METHOD: u16 = 1;
/// A constructor: `self` is the instance to be filled.
pub(crate) const CONSTRUCTOR: u16 = 2;
/// Returns `NotImplemented` instead of raising when nothing fits.
pub(crate) const OPERATOR: u16 = 4;
/// Bound with `def_static`.
pub(crate) const STATIC: u16 = 8;

/// Bound with `nb::new_`: a static function whose first argument, the class, comes as the receiver.
pub(crate) const FACTORY: u16 = 16;

/// A function has up to twelve arguments, a constructor its instance besides.
pub(crate) const MAX_PARAMS: usize = 13;

/// One argument of an overload.
#[derive(Clone, Default)]
#[doc(hidden)]
pub struct ArgRecord {
    pub(crate) name: Option<String>,
    /// Interned, for comparison by address.
    pub(crate) key: Option<object>,
    pub(crate) default: Option<object>,
    /// Overrides the rendered default.
    pub(crate) default_text: Option<String>,
    /// `CONVERT`, `ACCEPT_NONE`.
    pub(crate) flags: u8,
}

/// Which arguments collect what others do not take.
#[derive(Clone, Copy)]
pub(crate) struct Rest {
    args: u8,
    kwargs: u8,
}

impl Rest {
    /// Stands for the number of an argument that there is not.
    const NOWHERE: u8 = u8::MAX;
    pub(crate) const NONE: Rest = Rest { args: Rest::NOWHERE, kwargs: Rest::NOWHERE };

    /// From the bits of [`Func::REST`](crate::call::callable_traits::Func::REST), whose number the compiler has checked.
    pub(crate) const fn from_bits(bits: u32) -> Rest {
        const fn place(half: u16) -> u8 {
            if half == 0 { Rest::NOWHERE } else { half.trailing_zeros() as u8 }
        }
        Rest { args: place(bits as u16), kwargs: place((bits >> 16) as u16) }
    }

    /// The `nb::args` tuple.
    pub(crate) fn args(self) -> Option<usize> {
        (self.args != Rest::NOWHERE).then_some(self.args.into())
    }

    /// The `nb::kwargs` dict.
    pub(crate) fn kwargs(self) -> Option<usize> {
        (self.kwargs != Rest::NOWHERE).then_some(self.kwargs.into())
    }

    pub(crate) fn is_empty(self) -> bool {
        self.args().is_none() && self.kwargs().is_none()
    }

    pub(crate) fn contains(self, index: usize) -> bool {
        self.args() == Some(index) || self.kwargs() == Some(index)
    }
}

/// One overload.
#[doc(hidden)]
pub struct Record {
    pub(crate) invoke: Invoke,
    pub(crate) capture: *mut u8,
    pub(crate) drop_capture: unsafe fn(*mut u8),
    pub(crate) args: Vec<ArgRecord>,
    /// Whether the binding names its arguments (then their number equals the function's).
    pub(crate) annotated: bool,
    /// Bit `i`: argument `i` may be converted implicitly, or given as `None`; the flags of `args` for the dispatcher.
    pub(crate) converts: u32,
    pub(crate) accepts_none: u32,
    /// Code of the first parameter besides the receiver, see [`admits`](Self::admits).
    pub(crate) first: u8,
    /// The types of its parameters and of its result.
    pub(crate) params: Types,
    /// How many arguments a call passes that gives all of them by position and needs nothing else; `usize::MAX` when
    /// there are arguments that cannot be given so.
    pub(crate) arity: usize,
    /// How many arguments can be given by position, without those that `rest` collects.
    pub(crate) positional: usize,
    pub(crate) rest: Rest,
    pub(crate) flags: u16,
    pub(crate) keep_alive: Vec<(u8, u8)>,
    pub(crate) doc: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) policies: Option<Box<Policies>>,
    /// Name in signatures; empty for the functions of a property.
    pub(crate) name: String,
    /// Name in messages about borrowed arguments.
    pub(crate) label: String,
}

// SAFETY: the captured function is `Send + Sync` (a bound of `Func`), and the Python objects in a record are used only by
// threads attached to their interpreter.
unsafe impl Send for Record {}
// SAFETY: as above; a record does not change after it was made.
unsafe impl Sync for Record {}

impl Record {
    /// The virtual function that it stands for, by name: for the getter of a property, the property's.
    pub(crate) fn virtual_name(&self) -> &str {
        if self.name.is_empty() && self.positional == 1 { &self.label } else { &self.name }
    }

    /// Whether the overload could take `first`, its first argument besides the receiver, without converting it.
    ///
    /// Spares attempts that the argument's type alone dooms. A type that looks closer than this is not asked.
    ///
    /// # Safety
    /// `first` is live.
    #[inline(always)]
    pub(crate) unsafe fn admits(&self, first: *mut ffi::PyObject) -> bool {
        // SAFETY: caller's contract.
        unsafe {
            match self.first {
                type_codes::INT => ffi::PyLong_CheckExact(first) != 0,
                type_codes::FLOAT => ffi::PyFloat_CheckExact(first) != 0,
                type_codes::BOOL => ffi::PyBool_Check(first) != 0,
                type_codes::STR => ffi::PyUnicode_Check(first) != 0,
                _ => true,
            }
        }
    }

    /// Name for messages.
    pub(crate) fn call_name(&self) -> String {
        self.label.clone()
    }

    /// It reads or writes a property or field, of which it has the name in messages only.
    fn is_accessor(&self) -> bool {
        self.name.is_empty() && !self.label.is_empty()
    }

    /// `argument 'a'`, `self`, `argument 2`, or `the value` of a setter.
    pub(crate) fn describe_argument(&self, index: u16) -> String {
        let index = index as usize;
        if index == 0 && self.flags & METHOD != 0 {
            return "self".to_string();
        }
        match self.args.get(index).and_then(|a| a.name.as_deref()) {
            Some(name) => messages::argument(name),
            None if index == 1 && self.is_accessor() => messages::THE_VALUE.to_string(),
            None => messages::nth_argument(index + usize::from(self.flags & (METHOD | FACTORY) == 0)),
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let (capture, drop_capture) = (self.capture, self.drop_capture);
        // SAFETY: the pointer came from Box::into_raw of the type that `drop_capture` drops, and is dropped here only.
        panic::guard_unraisable(ptr::null_mut(), || unsafe { drop_capture(capture) });
    }
}

/// What a function object owns.
pub(crate) struct FuncData {
    /// Shared with the function object that a later overload replaced.
    pub records: Vec<Arc<Record>>,
    pub name: String,
    pub qualname: String,
    /// `__module__`; `None` for scopes that have none.
    pub module: Option<object>,
    /// Scope the function was bound in: records of another scope are not extended (`fn-44`).
    pub scope: *mut ffi::PyObject,
    pub state: StateRef,
    pub running: Running,
}

/// How many calls use the overloads of a function. The interpreter's lock guards it; without one, it is atomic.
#[derive(Default)]
pub(crate) struct Running(AtomicUsize);

/// One of them.
pub(crate) struct Run<'d>(&'d Running);

impl Running {
    #[inline(always)]
    fn add(&self, change: isize) {
        if cfg!(Py_GIL_DISABLED) {
            self.0.fetch_add(change as usize, Relaxed);
        } else {
            self.0.store(self.0.load(Relaxed).wrapping_add(change as usize), Relaxed);
        }
    }
}

impl Drop for Run<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.add(-1);
    }
}

impl FuncData {
    /// Until the result is dropped, the collector does not empty the overloads.
    #[inline(always)]
    pub(crate) fn enter(&self) -> Run<'_> {
        self.running.add(1);
        Run(&self.running)
    }

    /// Whether the receiver can be given by name: other arguments have names.
    pub(crate) fn takes_named_receiver(&self) -> bool {
        self.records.iter().any(|record| record.annotated)
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.0.load(Relaxed) != 0
    }

    /// Calls the collector's callback for each default value; non-zero when it wants to end.
    ///
    /// # Safety
    /// Called while the collector visits the owner.
    pub(crate) unsafe fn visit_defaults(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        for value in self.records.iter().flat_map(|r| &r.args).filter_map(|a| a.default.as_ref()) {
            // SAFETY: a live object and the collector's own callback.
            let result = unsafe { visit(value.as_ptr(), arg) };
            if result != 0 {
                return result;
            }
        }
        0
    }
}

/// The Python object.
#[repr(C)]
pub(crate) struct Func {
    ob: ffi::PyObject,
    vectorcall: Option<ffi::vectorcallfunc>,
    weakrefs: *mut ffi::PyObject,
    data: *mut FuncData,
}

/// Creates `nb_func` and `nb_method` for one interpreter.
pub(crate) fn create_types() -> Result<(object, object)> {
    Ok((create_type(c"nanobind.nb_func", 0)?, create_type(c"nanobind.nb_method", ffi::Py_TPFLAGS_METHOD_DESCRIPTOR)?))
}

fn create_type(name: &'static std::ffi::CStr, extra: std::ffi::c_ulong) -> Result<object> {
    fn member(name: &'static std::ffi::CStr, offset: usize) -> ffi::PyMemberDef {
        ffi::PyMemberDef {
            name: name.as_ptr(),
            type_code: ffi::Py_T_PYSSIZET,
            offset: offset as ffi::Py_ssize_t,
            flags: ffi::Py_READONLY,
            doc: ptr::null(),
        }
    }
    // CPython copies the members, but keeps pointing at the method and getset tables, so these are leaked: two small
    // tables per interpreter.
    let mut members = [
        member(c"__vectorcalloffset__", offset_of!(Func, vectorcall)),
        member(c"__weaklistoffset__", offset_of!(Func, weakrefs)),
        // SAFETY: an all-zero entry ends the table.
        unsafe { std::mem::zeroed() },
    ];
    let getset = Box::leak(Box::new(crate::call::function_attrs::getset()));
    let methods = Box::leak(Box::new(crate::call::function_attrs::methods(extra == 0)));
    let mut slots = [
        slot(ffi::Py_tp_dealloc, func_dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, func_traverse as *mut c_void),
        slot(ffi::Py_tp_clear, func_clear as *mut c_void),
        slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(ffi::Py_tp_getset, getset.as_mut_ptr().cast()),
        slot(ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
        slot(ffi::Py_tp_getattro, crate::call::function_attrs::getattro as *mut c_void),
        slot(ffi::Py_tp_descr_get, func_descr_get as *mut c_void),
        ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() },
    ];
    if extra == 0 {
        // A plain function is not bound to instances. A slot that says so would let `classmethod` take it for one that binds the
        // class itself (before 3.13), and call it without.
        slots[8].slot = 0;
    }
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_HAVE_GC
        | ffi::Py_TPFLAGS_HAVE_VECTORCALL
        | ffi::Py_TPFLAGS_IMMUTABLETYPE
        | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION
        | extra;
    // SAFETY: the spec is valid and outlives the call.
    unsafe {
        let mut spec = ffi::PyType_Spec {
            name: name.as_ptr(),
            basicsize: size_of::<Func>() as c_int,
            itemsize: 0,
            flags: flags as u32,
            slots: slots.as_mut_ptr(),
        };
        object::steal(ffi::PyType_FromSpec(&mut spec))
    }
}

/// Makes a function object.
pub(crate) fn new_function(data: FuncData, is_method: bool) -> Result<object> {
    let ty = if is_method { data.state.method } else { data.state.func };
    // SAFETY: the state owns the type; the fields are filled before the collector may look (it cannot run in between).
    unsafe {
        let ob = ffi::PyType_GenericAlloc(ty, 0);
        let made = object::steal(ob)?;
        let func = ob.cast::<Func>();
        let is_factory = data.records[0].flags & FACTORY != 0;
        (*func).vectorcall = Some(match (is_method, is_factory) {
            (true, _) => crate::call::dispatch::method_vectorcall,
            (false, true) => crate::call::class_call::vectorcall_new,
            (false, false) => crate::call::dispatch::vectorcall,
        });
        let name = crate::interpreter::leaks::tracks().then(|| data.records[0].name.clone());
        (*func).data = Box::into_raw(Box::new(data));
        if let Some(name) = name {
            crate::interpreter::leaks::enter_function((*func).data, name);
        }
        Ok(made)
    }
}

/// The overloads behind a function object of ours.
///
/// # Safety
/// `ob` is live; attached. The reference is good while `ob` lives: adding an overload makes a new function object.
pub(crate) unsafe fn data_of<'a>(ob: *mut ffi::PyObject) -> Option<&'a FuncData> {
    // SAFETY: only our types have this `tp_dealloc`, and they cannot be subclassed.
    unsafe { is_function(ob).then(|| &*(*ob.cast::<Func>()).data) }
}

/// The overloads behind a function object that is known to be ours.
///
/// # Safety
/// `ob` is a live function object of ours; attached.
#[inline]
pub(crate) unsafe fn function_data<'a>(ob: *mut ffi::PyObject) -> &'a FuncData {
    // SAFETY: caller's contract.
    unsafe { &*(*ob.cast::<Func>()).data }
}

/// Whether the object is a `nb_method`, whose functions take the receiver separately.
///
/// # Safety
/// `ob` is live.
#[inline]
pub(crate) unsafe fn is_bound_method(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract; the entry is read from objects of ours only.
    unsafe {
        is_function(ob)
            && (*ob.cast::<Func>())
                .vectorcall
                .is_some_and(|f| f as usize == crate::call::dispatch::method_vectorcall as *const () as usize)
    }
}

unsafe fn is_function(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller passes a live object.
    unsafe { (*ffi::Py_TYPE(ob)).tp_dealloc.is_some_and(|f| f as usize == func_dealloc as *const () as usize) }
}

unsafe extern "C" fn func_dealloc(ob: *mut ffi::PyObject) {
    // SAFETY: called once with a dead function object.
    unsafe {
        ffi::PyObject_GC_UnTrack(ob.cast());
        let func = ob.cast::<Func>();
        if !(*func).weakrefs.is_null() {
            ffi::PyObject_ClearWeakRefs(ob);
        }
        // A closure may hold a closure, and so on.
        trashcan::take(ob.cast(), func_free);
    }
}

/// Releases all that a dead function object owns, and its memory.
unsafe fn func_free(ob: *mut c_void) {
    // SAFETY: called once for each function object that reaches `func_dealloc`, untracked and without weak references.
    unsafe {
        let (ty, func) = (ffi::Py_TYPE(ob.cast()), ob.cast::<Func>());
        if !(*func).data.is_null() {
            if crate::interpreter::leaks::tracks() {
                crate::interpreter::leaks::leave_function((*func).data);
            }
            let data = Box::from_raw((*func).data);
            crate::interpreter::panic::guard_unraisable(ptr::null_mut(), || drop(data));
        }
        ffi::PyObject_GC_Del(ob);
        ffi::Py_DECREF(ty.cast());
    }
}

unsafe extern "C" fn func_traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the collector passes a live function object and its own callback.
    unsafe {
        let result = visit(ffi::Py_TYPE(ob).cast(), arg);
        if result != 0 {
            return result;
        }
        let Some(data) = (*ob.cast::<Func>()).data.as_ref() else { return 0 };
        // A record shared with a replaced function object is visited by neither: its references count once only.
        let owned = data.records.iter().filter(|r| Arc::strong_count(r) == 1);
        let defaults = owned.flat_map(|r| &r.args).filter_map(|a| a.default.as_ref());
        for value in defaults.chain(data.module.as_ref()) {
            let result = visit(value.as_ptr(), arg);
            if result != 0 {
                return result;
            }
        }
    }
    0
}

unsafe extern "C" fn func_clear(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector found the object unreachable, and holds it. Somebody may have found it since, who is calling it on
    // another thread: then it has to wait.
    unsafe {
        let _noted = crate::python::attach::note();
        let data = (*ob.cast::<Func>()).data;
        if data.is_null() || (*data).is_running() {
            return 0;
        }
        let records = std::mem::take(&mut (*data).records);
        drop(records);
    }
    0
}

unsafe extern "C" fn func_descr_get(
    ob: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    _class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects; `instance` null when looked up on the class.
    unsafe {
        if instance.is_null() {
            ffi::Py_INCREF(ob);
            ob
        } else {
            PyMethod_New(ob, instance)
        }
    }
}

unsafe extern "C" {
    /// Missing from pyo3-ffi.
    fn PyMethod_New(function: *mut ffi::PyObject, instance: *mut ffi::PyObject) -> *mut ffi::PyObject;
}
