//! What a module object of ours owns besides its namespace, and submodules.

use crate::call::builtin::Owner;
use crate::ffi;
use crate::interpreter::panic;
use crate::interpreter::state::StateRef;
use crate::python::error::{Error, Result};
use crate::python::object::object;
use crate::python::text;
use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int, c_void};
use std::ptr;

/// Kept by CPython as the module's state: a pointer to a box.
pub(crate) struct ModuleState {
    natives: Owner,
    /// The tables of the interpreter exist while a module does.
    _state: StateRef,
}

/// The definition of a module whose state is a [`ModuleState`].
pub(crate) const fn definition(name: &'static CStr) -> ffi::PyModuleDef {
    ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        m_name: name.as_ptr(),
        m_doc: ptr::null(),
        m_size: size_of::<*mut ModuleState>() as ffi::Py_ssize_t,
        m_methods: ptr::null_mut(),
        m_slots: ptr::null_mut(),
        m_traverse: Some(traverse),
        m_clear: Some(clear),
        m_free: Some(free),
    }
}

/// Gives a fresh module its state.
///
/// # Safety
/// `module` was made from a [`definition`] and has no state yet; attached.
pub(crate) unsafe fn attach(module: *mut ffi::PyObject, state: &StateRef) {
    // SAFETY: CPython has made room for one pointer.
    unsafe {
        let slot = ffi::PyModule_GetState(module).cast::<*mut ModuleState>();
        *slot = Box::into_raw(Box::new(ModuleState { natives: Owner::default(), _state: state.clone() }));
    }
}

/// Under which a module that is not made from a [`definition`] keeps what owns the state.
const ANCHOR: &CStr = c"__nb_state__";

/// Has a module of somebody else's own the state: by a capsule in its namespace.
///
/// # Safety
/// A live module; attached.
pub(crate) unsafe fn anchor(module: *mut ffi::PyObject, state: &StateRef) -> Result<()> {
    /// # Safety
    /// CPython calls this once, with a capsule that `anchor` has made; attached.
    unsafe extern "C" fn end(capsule: *mut ffi::PyObject) {
        // SAFETY: the pointer is that of the box.
        let state = unsafe { Box::from_raw(ffi::PyCapsule_GetPointer(capsule, ANCHOR.as_ptr()).cast::<StateRef>()) };
        panic::guard_unraisable(ptr::null_mut(), || drop(state));
    }
    // SAFETY: live objects; the box is the capsule's as soon as there is one.
    unsafe {
        let known = ffi::PyDict_GetItemString(ffi::PyModule_GetDict(module), ANCHOR.as_ptr());
        if !known.is_null() && ffi::PyCapsule_IsValid(known, ANCHOR.as_ptr()) != 0 {
            return Ok(());
        }
        let state = Box::into_raw(Box::new(state.clone()));
        let capsule = ffi::PyCapsule_New(state.cast(), ANCHOR.as_ptr(), Some(end));
        let capsule = object::steal(capsule).inspect_err(|_| drop(Box::from_raw(state)))?;
        match ffi::PyModule_AddObjectRef(module, ANCHOR.as_ptr(), capsule.as_ptr()) {
            0 => Ok(()),
            _ => Err(Error::fetch()),
        }
    }
}

/// The state of a module of ours, once it has one.
///
/// # Safety
/// `module` was made from a [`definition`]. The result lives as long as the module.
unsafe fn state_of<'a>(module: *mut ffi::PyObject) -> Option<&'a ModuleState> {
    // SAFETY: caller's contract; CPython zeroes the room for the pointer.
    unsafe { ffi::PyModule_GetState(module).cast::<*mut ModuleState>().as_ref()?.as_ref() }
}

/// Where the native functions of a scope are kept, if it is a module of ours.
pub(crate) fn owner_of(scope: &object) -> Option<&Owner> {
    // SAFETY: a live object; a module whose definition frees it as ours do is one of ours.
    unsafe {
        if ffi::PyModule_Check(scope.as_ptr()) == 0 {
            return None;
        }
        let def = ffi::PyModule_GetDef(scope.as_ptr()).as_ref()?;
        let ours = def.m_free.is_some_and(|f| f as usize == free as *const () as usize);
        if ours { Some(&state_of(scope.as_ptr())?.natives) } else { None }
    }
}

/// `m_traverse`: default values of functions may refer back to the module.
///
/// # Safety
/// The collector passes a live module of ours and its own callback.
unsafe extern "C" fn traverse(module: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the collector passes a live module of ours and its own callback.
    unsafe { state_of(module).map_or(0, |state| state.natives.traverse(visit, arg)) }
}

/// # Safety
/// The collector passes a module of ours that it has found unreachable; attached.
unsafe extern "C" fn clear(module: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector found the module unreachable, so none of its functions is running.
    panic::guard_unraisable(ptr::null_mut(), || unsafe {
        if let Some(state) = state_of(module) {
            state.natives.clear();
        }
    });
    0
}

/// # Safety
/// CPython calls this once, with a dying module of ours; attached.
unsafe extern "C" fn free(module: *mut c_void) {
    // SAFETY: called once with a dying module of ours; the slot is null when `attach` never ran.
    unsafe {
        let slot = ffi::PyModule_GetState(module.cast()).cast::<*mut ModuleState>();
        if !slot.is_null() && !(*slot).is_null() {
            let state = Box::from_raw(std::mem::replace(&mut *slot, ptr::null_mut()));
            panic::guard_unraisable(ptr::null_mut(), || drop(state));
        }
    }
}

/// The definition that all submodules share.
struct Submodule(UnsafeCell<ffi::PyModuleDef>);

// SAFETY: CPython writes to it while it makes the first submodule, with the interpreter attached; we never touch it.
unsafe impl Sync for Submodule {}

static SUBMODULE: Submodule = Submodule(UnsafeCell::new(definition(c"nanobind submodule")));

/// Makes a module named `full`, known to `import`.
pub(crate) fn submodule(full: &str, state: &StateRef) -> Result<object> {
    let name = text::new(full)?;
    // SAFETY: attached; the definition is a static, and each new reference has an owner.
    unsafe {
        let types = object::steal(ffi::PyImport_ImportModule(c"importlib.machinery".as_ptr()))?;
        let spec = object::steal(ffi::PyObject_GetAttrString(types.as_ptr(), c"ModuleSpec".as_ptr()))?;
        let spec = object::steal(ffi::PyObject_CallFunctionObjArgs(
            spec.as_ptr(),
            name.as_ptr(),
            ffi::Py_None(),
            ptr::null_mut::<ffi::PyObject>(),
        ))?;
        let def = SUBMODULE.0.get();
        let module = object::steal(ffi::PyModule_FromDefAndSpec(def, spec.as_ptr()))?;
        if ffi::PyModule_ExecDef(module.as_ptr(), def) != 0 {
            return Err(Error::fetch());
        }
        attach(module.as_ptr(), state);
        if ffi::PyDict_SetItem(ffi::PyImport_GetModuleDict(), name.as_ptr(), module.as_ptr()) != 0 {
            return Err(Error::fetch());
        }
        Ok(module)
    }
}
