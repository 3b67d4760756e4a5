//! Modules of ours as CPython sees them: the definition, and what an import runs.

use crate::bind::core::Core;
use crate::bind::dialect::Dialect;
use crate::bind::module::module_;
use crate::bind::register::{self, Part};
use crate::cast::time::steady_time;
use crate::ffi;
use crate::interpreter::state::{State, StateRef};
use crate::interpreter::{module_state, panic};
use crate::python::error::{Builtin, Result, chain_cause, restore_raised, set_error, take_raised};
use crate::python::object::object;
use crate::python::{attach, attributes, messages};
use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int};
use std::path::Path;
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::Ordering;

/// An extension module; implemented by [`nb_module!`](crate::nb_module) for its domain type.
pub trait Module: Sized + 'static {
    /// Name as in `import name`.
    const NAME: &'static CStr;
    /// Rust path of the `nb_module!` invocation.
    const MODULE_PATH: &'static str;
    /// Parts that have to be there.
    const PARTS: &'static [Part];
    /// Whether the statements are in pybind11's dialect, as those of `nanobind-rs-compat` are.
    #[doc(hidden)]
    const PYBIND11: bool = false;
    /// The statements between the braces.
    ///
    /// # Errors
    /// What the body returns: the import fails with it.
    fn body(m: &module_<Self>) -> Result<()>;
}

/// The static that `PyInit_name` hands to the interpreter.
#[doc(hidden)]
pub struct ModuleDef {
    def: UnsafeCell<ffi::PyModuleDef>,
    slots: UnsafeCell<[ffi::PyModuleDef_Slot; 3]>,
}

// SAFETY: written by CPython under the import lock only; we never touch it after `init`.
unsafe impl Sync for ModuleDef {}

impl ModuleDef {
    /// The definition of the module with domain `D`.
    #[allow(clippy::new_without_default)]
    pub const fn new<D: Module>() -> ModuleDef {
        let exec: unsafe extern "C" fn(*mut ffi::PyObject) -> c_int = exec::<D>;
        ModuleDef {
            def: UnsafeCell::new(module_state::definition(D::NAME)),
            slots: UnsafeCell::new([
                ffi::PyModuleDef_Slot { slot: ffi::Py_mod_exec, value: exec as *mut std::ffi::c_void },
                #[cfg(Py_3_12)]
                ffi::PyModuleDef_Slot {
                    slot: ffi::Py_mod_multiple_interpreters,
                    value: ffi::Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED,
                },
                #[cfg(not(Py_3_12))]
                ffi::PyModuleDef_Slot { slot: 0, value: ptr::null_mut() },
                ffi::PyModuleDef_Slot { slot: 0, value: ptr::null_mut() },
            ]),
        }
    }

    /// The body of `PyInit_name`.
    ///
    /// # Safety
    /// Called by the importing interpreter, attached, on a static.
    pub unsafe fn init(&'static self) -> *mut ffi::PyObject {
        // SAFETY: the import lock is held, and CPython copies or keeps pointers to statics only.
        unsafe {
            (*self.def.get()).m_slots = self.slots.get().cast();
            ffi::PyModuleDef_Init(self.def.get())
        }
    }
}

/// Whether a stub generator imports the module, which wants functions of ours: the environment says so, or nanobind's generator
/// runs, as a module that was imported or as the main program.
fn is_stub_run() -> bool {
    if std::env::var_os("NB_STUBGEN").is_some() {
        return true;
    }
    // SAFETY: attached; borrowed references to live objects, which are looked at before any Python code runs. Looking up a text
    // in a dict and an attribute of a module may fail, with an exception that says nothing here.
    unsafe {
        let modules = ffi::PyImport_GetModuleDict();
        let found = |name: &CStr| ffi::PyDict_GetItemString(modules, name.as_ptr());
        if !found(c"nanobind.stubgen").is_null() {
            return true;
        }
        let main = found(c"__main__");
        let file = if main.is_null() { None } else { attributes::get_text(main, c"__file__") };
        ffi::PyErr_Clear();
        file.is_some_and(|file| Path::new(&file).file_name().is_some_and(|name| name == "stubgen.py"))
    }
}

/// Runs the module's body in a fresh module object.
///
/// # Safety
/// CPython passes a live module that was made from our definition; attached.
unsafe extern "C" fn exec<D: Module>(module: *mut ffi::PyObject) -> c_int {
    let own = |state: &StateRef| {
        // SAFETY: caller's contract.
        unsafe { module_state::attach(module, state) };
        Ok(())
    };
    let body = |m: &module_<D>| {
        let _body = if D::PYBIND11 { Dialect::PYBIND11 } else { Dialect::NANOBIND }.of_body();
        register::run_parts::<D>(m).and_then(|()| D::body(m)).and_then(|()| register::check_trampolines::<D>(m))
    };
    // SAFETY: caller's contract.
    if unsafe { initialise::<D>(module, own, body) } { 0 } else { -1 }
}

/// Binds in a module that is made by other means than [`nb_module!`](crate::nb_module): nanobind's `nb::register_module(m)`, together with the
/// statements that follow it there.
///
/// For the `Py_mod_exec` slot of a definition that you write yourself. Like nanobind's it throws nothing: it gives false with an exception raised
/// when `body` fails or panics, or when a statement in it is wrong, as an import of an `nb_module!` does. `D` is the domain of the crate,
/// [`nb_domain!`](crate::nb_domain). Items that register themselves (`nb_class!` and its kin) belong to `nb_module!` alone: such a module's body
/// calls functions made with [`nb_bind!`](crate::nb_bind). What the library keeps for the interpreter lives as long as the module does.
///
/// # Safety
/// `module` is a live module, and the thread is attached. Its definition says neither that the module works in interpreters with a lock of their own
/// (`Py_MOD_PER_INTERPRETER_GIL_SUPPORTED`) nor that it does without the lock (`Py_MOD_GIL_NOT_USED`).
///
/// ```no_run
/// use nb::ffi;
/// use nb::prelude::*;
/// nb_domain!();
/// nb_bind!(fn bind_all(m) -> nb::Result<()> {
///     m.def("answer", || 42);
///     Ok(())
/// });
///
/// unsafe extern "C" fn exec(module: *mut ffi::PyObject) -> std::ffi::c_int {
///     // SAFETY: CPython passes the module that it has made of the definition that names this function.
///     if unsafe { nb::register_module::<NbDomain>(module, bind_all) } { 0 } else { -1 }
/// }
/// # fn main() {}
/// ```
pub unsafe fn register_module<D: 'static>(
    module: *mut ffi::PyObject,
    body: impl FnOnce(&module_<D>) -> Result<()>,
) -> bool {
    // SAFETY: caller's contract.
    unsafe { initialise::<D>(module, |state| module_state::anchor(module, state), body) }
}

/// Runs `body` on the module, which then owns the state by `own`; false with an exception raised.
///
/// # Safety
/// A live module; attached.
unsafe fn initialise<D: 'static>(
    module: *mut ffi::PyObject,
    own: impl FnOnce(&StateRef) -> Result<()>,
    body: impl FnOnce(&module_<D>) -> Result<()>,
) -> bool {
    // First: what runs below notes the thread state if it has to.
    attach::look_at_interpreter();
    panic::install_hook();
    steady_time::start();
    let done = panic::guard(false, || {
        // SAFETY: caller's contract.
        unsafe {
            let result = State::get_or_create().and_then(|state| {
                own(&state)?;
                state.stub_run.store(is_stub_run(), Ordering::Relaxed);
                let core = Rc::new(Core::new::<D>(state));
                let m = module_::<D>::new(object::borrow(module), core.clone());
                let result = body(&m);
                // A binding mistake came first; what the body returned may be its consequence.
                let result = core.take_error().map_or(result, Err);
                #[cfg(any(debug_assertions, feature = "stubs"))]
                let result = result.and_then(|()| crate::stubs::write(&object::borrow(module)));
                core.import.end(result.is_ok());
                if result.is_err() {
                    core.forget_classes();
                }
                result
            });
            match result {
                Ok(()) => true,
                Err(error) => {
                    error.restore_for_import();
                    false
                }
            }
        }
    });
    if !done {
        // SAFETY: attached (caller's contract).
        let _noted = unsafe { attach::note() };
        into_import_error();
    }
    done
}

/// A failed import is an `ImportError`: with the message of a native error, or with the Python exception as its cause.
fn into_import_error() {
    let Some(raised) = take_raised() else { return };
    // SAFETY: live objects.
    unsafe {
        if ffi::PyErr_GivenExceptionMatches(raised.as_ptr(), ffi::PyExc_ImportError) != 0
            || ffi::PyErr_GivenExceptionMatches(raised.as_ptr(), ffi::PyExc_Exception) == 0
        {
            restore_raised(raised);
            return;
        }
    }
    set_error(Builtin::ImportError.class(), messages::INIT_FAILED);
    chain_cause(raised);
}
