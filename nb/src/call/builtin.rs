//! Native callables: bound functions as `builtin_function_or_method` and `method_descriptor` objects of CPython.
//!
//! The specialising interpreter calls these without a detour, and they pickle, compare and can be weakly referenced as
//! every builtin. CPython hands a C function nothing but the module, class or instance it belongs to. Therefore each
//! bound function has its own entry, instantiated for its type, which names a [`Site`](crate::call::entry::Site); the record with names, defaults and
//! overloads is found by the site's key, and only when it is needed. That works for functions without captured state,
//! bound once: everything else is a `nb_func` or `nb_method` (see `bind/functions.rs`).
//!
//! A call by position tries the first overload without asking for the record. When all arguments are of the very types
//! that it takes, which overloads there are and what may be converted makes no difference.

use crate::call::default_text::has_fixed_text;
use crate::call::entry::{Entry, Key, ask};
use crate::call::nb_func::{FuncData, Running};
use crate::call::{named_receiver, signature};
use crate::ffi;
use crate::python::error::Result;
use crate::python::object::object;
use crate::util::gil_cell::GilCell;
use std::ffi::{CString, c_int, c_void};
use std::ptr;

/// One native callable with all that CPython's object points to.
///
/// Lives as long as its owner, the module or class whose namespace it was bound in; the callable holds a reference to that.
#[repr(C)]
pub(crate) struct Native {
    /// What CPython's object points to; changed in place when an overload is added.
    def: ffi::PyMethodDef,
    key: Key,
    name: CString,
    /// The last is shown; older ones may be being read by another thread.
    docs: Vec<CString>,
    /// Owned boxes. The last is in use; calls may be running on older ones.
    chains: Vec<*const FuncData>,
}

impl Native {
    /// The overloads.
    #[inline]
    pub(crate) fn data<'a>(&self) -> &'a FuncData {
        let last = self.chains.last().expect("a function has at least one overload");
        // SAFETY: the boxes live as long as the native function, which outlives all its calls (see `Native`).
        unsafe { &**last }
    }

    /// Whether a call uses one of the chains.
    fn is_running(&self) -> bool {
        // SAFETY: as in `data`.
        self.chains.iter().any(|&chain| unsafe { (*chain).is_running() })
    }

    /// The function that CPython calls.
    #[inline(always)]
    pub(crate) fn entry(&self) -> Entry {
        // SAFETY: every definition is made with an entry of this kind.
        unsafe { self.def.ml_meth.PyCFunctionFastWithKeywords }
    }

    /// Whether the definition of a builtin is this one.
    fn is(&self, def: *const ffi::PyMethodDef) -> bool {
        ptr::eq(&self.def, def)
    }

    /// Puts a new docstring in place; true when it names a type that is not bound yet.
    pub(crate) fn render(&mut self) -> bool {
        let (text, unbound) = signature::native_doc(self.data());
        // Names and docs with a null byte were refused in `suits`; a signature has none.
        if let Ok(doc) = CString::new(text) {
            self.def.ml_doc = doc.as_ptr();
            self.docs.push(doc);
        }
        unbound
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        for chain in self.chains.drain(..) {
            // SAFETY: owned boxes that nobody uses any more, see `Owner::drop`.
            drop(unsafe { Box::from_raw(chain.cast_mut()) });
        }
    }
}

/// Native functions that a module or class owns.
#[derive(Default)]
pub(crate) struct Owner {
    natives: GilCell<Vec<*mut Native>>,
}

// SAFETY: the pointers are owned boxes, used by attached threads only.
unsafe impl Send for Owner {}

/// Which kind of callable is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallableKind {
    Function,
    Method,
    Static,
}

/// Whether a native callable can present these overloads: their text has to be ready beforehand.
fn suits(data: &FuncData) -> bool {
    let plain = |text: &str| !text.contains('\0');
    plain(&data.name)
        && data.records.iter().all(|record| {
            record.doc.as_deref().is_none_or(plain)
                && record.signature.as_deref().is_none_or(plain)
                && record.args.iter().all(|arg| {
                    arg.default_text.as_deref().map_or_else(|| arg.default.as_ref().is_none_or(has_fixed_text), plain)
                })
        })
}

impl Owner {
    /// Makes the callable for a function that was not bound before; gives the data back when that cannot be native.
    ///
    /// `scope` is the module or class that owns `self`.
    pub(crate) fn make(
        &self,
        scope: &object,
        entry: Entry,
        data: Box<FuncData>,
        kind: CallableKind,
    ) -> Result<std::result::Result<object, Box<FuncData>>> {
        let state = data.state.clone();
        let key = ask(entry).site.key();
        if state.is_stub_run() || state.builtins.find(key).is_some() || !suits(&data) {
            return Ok(Err(data));
        }
        let Ok(name) = CString::new(data.name.as_str()) else { return Ok(Err(data)) };
        let module = data.module.clone();
        let mut native = Box::new(Native {
            def: ffi::PyMethodDef {
                ml_name: name.as_ptr(),
                ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: entry },
                ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
                ml_doc: ptr::null(),
            },
            key,
            name,
            docs: Vec::new(),
            chains: vec![Box::into_raw(data)],
        });
        let unbound = native.render();
        let native = Box::into_raw(native);
        // Owned from here on, also when the callable cannot be made.
        self.natives.open().push(native);
        state.builtins.enter(key, native);
        if unbound {
            state.builtins.await_types(native);
        }
        let module = module.as_ref().map_or(ptr::null_mut(), object::as_ptr);
        // SAFETY: the definition stays where it is until the owner dies, which the callable keeps alive.
        unsafe {
            let def = &raw mut (*native).def;
            let made = match kind {
                CallableKind::Method => ffi::PyDescr_NewMethod(scope.as_ptr().cast(), def),
                CallableKind::Function | CallableKind::Static => ffi::PyCFunction_NewEx(def, scope.as_ptr(), module),
            };
            let made = object::steal(made)?;
            if kind == CallableKind::Method && (*native).data().takes_named_receiver() {
                named_receiver::accept(&made);
            }
            Ok(Ok(made))
        }
    }

    /// The native function behind an object that the owner's namespace holds.
    pub(crate) fn find(&self, callable: &object) -> Option<*mut Native> {
        let def = definition(callable)?;
        // SAFETY: the owner's natives are alive.
        self.natives.open().iter().copied().find(|native| unsafe { (**native).is(def) })
    }

    /// Adds an overload to `callable`; gives the data back, with nothing changed, when the result could not be native.
    ///
    /// # Safety
    /// `native` belongs to this owner, and is what is behind `callable`.
    pub(crate) unsafe fn extend(
        &self,
        native: *mut Native,
        callable: &object,
        data: Box<FuncData>,
    ) -> std::result::Result<(), Box<FuncData>> {
        if !suits(&data) {
            return Err(data);
        }
        let state = data.state.clone();
        // SAFETY: caller's contract; running calls use the older chain, which stays where it is.
        let unbound = unsafe {
            let native = &mut *native;
            native.chains.push(Box::into_raw(data));
            if ffi::Py_TYPE(callable.as_ptr()) == &raw mut ffi::PyMethodDescr_Type
                && native.data().takes_named_receiver()
            {
                named_receiver::accept(callable);
            }
            native.render()
        };
        state.builtins.forget_called();
        if unbound {
            state.builtins.await_types(native);
        }
        Ok(())
    }

    /// Lets go of all default values; the functions refuse every call that needs their record from now on.
    ///
    /// Those of a function that is running stay: what the collector has found unreachable may have been found by somebody
    /// else since, who runs on another thread.
    ///
    /// # Safety
    /// Attached.
    pub(crate) unsafe fn clear(&self) {
        let mut old = Vec::new();
        for native in self.natives.open().iter() {
            // SAFETY: the owner's natives are alive; nobody uses a chain that is not running.
            unsafe {
                let data = (**native).data();
                if (**native).is_running() {
                    continue;
                }
                let empty = FuncData {
                    records: Vec::new(),
                    name: data.name.clone(),
                    qualname: data.qualname.clone(),
                    module: None,
                    scope: data.scope,
                    state: data.state.clone(),
                    running: Running::default(),
                };
                old.append(&mut (**native).chains);
                (**native).chains.push(Box::into_raw(Box::new(empty)));
                (**native).data().state.builtins.forget_called();
            }
        }
        for chain in old {
            // SAFETY: owned boxes that nobody uses any more. Dropping values may run Python code, with the table closed.
            drop(unsafe { Box::from_raw(chain.cast_mut()) });
        }
    }

    /// Visits the default values for the cycle collector; non-zero when the callback wants to end.
    ///
    /// # Safety
    /// Called by the collector with its own callback.
    pub(crate) unsafe fn traverse(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        for native in self.natives.open().iter() {
            // SAFETY: the owner's natives are alive; the callback only counts references.
            let result = unsafe { (**native).data().visit_defaults(visit, arg) };
            if result != 0 {
                return result;
            }
        }
        0
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        for native in std::mem::take(&mut *self.natives.open()) {
            // SAFETY: made by Box::into_raw in `make`; no callable refers to it any more, since each keeps the owner alive.
            unsafe {
                let state = (*native).data().state.clone();
                state.builtins.forget((*native).key, native);
                drop(Box::from_raw(native));
            }
        }
    }
}

/// The definition behind a builtin function or method descriptor.
fn definition(callable: &object) -> Option<*const ffi::PyMethodDef> {
    // SAFETY: the exact types are checked before their fields are read.
    unsafe {
        let ob = callable.as_ptr();
        let ty = ffi::Py_TYPE(ob);
        if ty == &raw mut ffi::PyCFunction_Type {
            Some((*ob.cast::<ffi::PyCFunctionObject>()).m_ml.cast_const())
        } else if ty == &raw mut ffi::PyMethodDescr_Type {
            Some((*ob.cast::<ffi::PyMethodDescrObject>()).d_method.cast_const())
        } else {
            None
        }
    }
}
