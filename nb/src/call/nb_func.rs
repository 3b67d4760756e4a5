//! `nanobind.nb_func` and `nanobind.nb_method`: Python objects that hold a chain of overloads.

use crate::call::attempt::Run;
use crate::call::record::{FuncFlags, Record};
use crate::ffi;
use crate::instance::metatype::slot;
use crate::interpreter::state::StateRef;
use crate::interpreter::trashcan;
use crate::python::error::Result;
use crate::python::object::object;
use std::ffi::{c_int, c_void};
use std::mem::{offset_of, size_of};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What a function object owns.
pub(crate) struct FuncData {
    /// Shared with the function object that a later overload replaced.
    pub records: Vec<Arc<Record>>,
    pub name: String,
    pub qualname: String,
    /// `__module__`; `None` for scopes that have none.
    pub module: Option<object>,
    /// Scope the function was bound in: a function of another scope is hidden, not extended.
    pub scope: *mut ffi::PyObject,
    pub state: StateRef,
    pub running: Running,
}

/// How many calls use the overloads of a function. The interpreter's lock guards it; without one, it is atomic.
#[derive(Default)]
pub(crate) struct Running(AtomicUsize);

/// One of them.
pub(crate) struct RunningCall<'d>(&'d Running);

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

impl Drop for RunningCall<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.add(-1);
    }
}

impl FuncData {
    /// Until the result is dropped, the collector does not empty the overloads.
    #[inline(always)]
    pub(crate) fn enter(&self) -> RunningCall<'_> {
        self.running.add(1);
        RunningCall(&self.running)
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
    /// Of a method with a lone overload, which it still has: how it is called without a context as a getter, and as a setter.
    accessors: [Option<Accessor>; 2],
}

/// A function of a property, and what it has captured.
pub(crate) type Accessor = (Run, *const u8);

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
        let is_factory = data.records[0].flags.contains(FuncFlags::FACTORY);
        (*func).vectorcall = Some(match (is_method, is_factory) {
            (true, _) => crate::call::dispatch::method_vectorcall,
            (false, true) => crate::call::class_call::vectorcall_new,
            (false, false) => crate::call::dispatch::vectorcall,
        });
        let name = crate::interpreter::leaks::tracks().then(|| data.records[0].name.clone());
        (*func).accessors = [1, 2].map(|arity| match &data.records[..] {
            [record] if is_method && record.arity == arity => {
                Some((record.quick.as_accessor()?, record.capture.cast_const()))
            }
            _ => None,
        });
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

/// How a function of a property is called without a context: with a receiver, and with as many other arguments as `others` says.
///
/// # Safety
/// `ob` is null or live.
#[inline(always)]
pub(crate) unsafe fn accessor(ob: *mut ffi::PyObject, others: usize) -> Option<Accessor> {
    // SAFETY: caller's contract.
    unsafe { if !ob.is_null() && is_function(ob) { (*ob.cast::<Func>()).accessors[others] } else { None } }
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

/// # Safety
/// `ob` is live.
#[inline(always)]
unsafe fn is_function(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller passes a live object.
    unsafe { (*ffi::Py_TYPE(ob)).tp_dealloc.is_some_and(|f| f as usize == func_dealloc as *const () as usize) }
}

/// # Safety
/// CPython calls this once, with a dead function object; attached.
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
///
/// # Safety
/// Called once for each function object that reaches `func_dealloc`, untracked and without weak references; attached.
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

/// # Safety
/// The collector passes a live function object and its own callback.
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

/// # Safety
/// The collector passes a function object that it has found unreachable, and holds; attached.
unsafe extern "C" fn func_clear(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector found the object unreachable, and holds it. Somebody may have found it since, who is calling it on
    // another thread: then it has to wait.
    unsafe {
        let _noted = crate::python::attach::note();
        let data = (*ob.cast::<Func>()).data;
        if data.is_null() || (*data).is_running() {
            return 0;
        }
        // What they run has lost what it captured.
        (*ob.cast::<Func>()).accessors = [None; 2];
        let records = std::mem::take(&mut (*data).records);
        drop(records);
    }
    0
}

/// # Safety
/// Live objects from the descriptor protocol; `instance` is null for the class; attached.
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
