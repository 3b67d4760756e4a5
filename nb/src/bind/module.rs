//! [`module_`]: the module being initialised, and its entry point.

use crate::bind::annotations::FuncExtra;
use crate::bind::erased::{self, Annotations, Pending, Thunk};
use crate::bind::exception::{self, ExceptionBase};
use crate::bind::register::{self, Part};
use crate::bind::scope::{self, FunctionPolicy, GuardOf, Home, PolicyOf};
use crate::call::builtin::{self, Entry};
use crate::call::callable_traits::{Func, Plain, Sig};
use crate::call::context::Cx;
use crate::cast::class_trait::Class;
use crate::cast::implicit;
use crate::cast::into_object::IntoObject;
use crate::cast::traits::Param;
use crate::class::annotations::ClassExtra;
use crate::class::builder::class_;
use crate::enums::{Enum, EnumExtra, enum_};
use crate::ffi;
use crate::handles::accessor;
use crate::interpreter::state::{State, StateRef};
use crate::interpreter::{module_state, panic};
use crate::python::attach::Attached;
use crate::python::error::{Builtin, Error, Result, chain_cause, import_error, set_error};
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use crate::python::{attributes, messages, text};
use std::any::{TypeId, type_name};
use std::cell::{RefCell, UnsafeCell};
use std::ffi::{CStr, c_int};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One initialisation of a module.
pub(crate) struct Import {
    domain: TypeId,
    /// It has ended well, so that its classes are complete.
    done: AtomicBool,
}

impl Import {
    /// Whether a class that `self` has made is complete, and the same statements are running again.
    pub(crate) fn is_repeated_by(&self, other: &Import) -> bool {
        !ptr::eq(self, other) && self.domain == other.domain && self.done.load(Ordering::Acquire)
    }
}

/// What all scopes of one running module initialisation share.
#[doc(hidden)]
pub struct Core {
    pub(crate) state: ManuallyDrop<StateRef>,
    error: RefCell<Option<Error>>,
    kept: RefCell<Vec<object>>,
    pub(crate) import: Arc<Import>,
}

impl Drop for Core {
    fn drop(&mut self) {
        // A `module_` may be kept, in a thread-local.
        match Attached::to(self.state.interpreter()) {
            Ok(_attached) => {
                self.error.take();
                self.kept.take();
                // SAFETY: dropped once; attached to its interpreter.
                unsafe { ManuallyDrop::drop(&mut self.state) }
            }
            Err(_) => std::mem::forget((self.error.take(), self.kept.take())),
        }
    }
}

/// Stands for the domain where functions bind while they run: what they bind twice is meant twice.
struct Running;

impl Core {
    pub(crate) fn new<D: 'static>(state: StateRef) -> Core {
        Core {
            state: ManuallyDrop::new(state),
            error: RefCell::new(None),
            kept: RefCell::new(Vec::new()),
            import: Arc::new(Import { domain: TypeId::of::<D>(), done: AtomicBool::new(false) }),
        }
    }

    /// Forgets the classes that a failed initialisation has made, so that the next one makes new ones: they may lack members.
    fn forget_classes(&self) {
        for one in self.kept.borrow().iter() {
            // SAFETY: a live object; attached.
            unsafe {
                if one.is_type()
                    && let Some(data) = crate::instance::class_record::data_of(one.as_ptr().cast())
                    && data.ty == one.as_ptr().cast()
                    && Arc::ptr_eq(&data.made_by, &self.import)
                {
                    self.state.forget_type(data.key, data);
                }
            }
        }
    }

    /// Keeps the first error; later ones are consequences of it.
    pub(crate) fn fail(&self, error: Error) {
        self.error.borrow_mut().get_or_insert(error);
    }

    /// Keeps an object alive until initialisation has ended, and returns it borrowed.
    pub(crate) fn keep(&self, value: object) -> *mut ffi::PyObject {
        let ptr = value.as_ptr();
        self.kept.borrow_mut().push(value);
        ptr
    }

    pub(crate) fn take_error(&self) -> Option<Error> {
        self.error.borrow_mut().take()
    }
}

/// Records the error of one binding step.
pub(crate) fn accept(core: &Core, result: Result<()>) {
    if let Err(error) = result {
        core.fail(error);
    }
}

/// The module of the domain `D`: nanobind's `nb::module_`.
///
/// Mistakes that only show at run time (a default value whose type is not bound, a taken name) do not interrupt the
/// chain of calls: the first one becomes the `ImportError` of the module.
pub struct module_<D> {
    scope: Scope,
    domain: PhantomData<fn(D)>,
}

/// A module without its domain.
struct Scope {
    object: object,
    core: Rc<Core>,
}

impl Scope {
    fn home(&self) -> Home<'_> {
        Home::of(&self.object, &self.core.state)
    }

    #[inline(never)]
    fn define(&self, name: &str, thunk: Thunk, extra: Option<&mut dyn Annotations>) {
        accept(&self.core, scope::define(&self.home(), name, thunk, extra));
    }

    #[inline(never)]
    fn define_native(&self, name: &str, entry: Entry, extra: Option<&mut dyn Annotations>) {
        self.define(name, Thunk::of_entry(entry, 0), extra);
    }
}

impl<D> module_<D> {
    pub(crate) fn new(scope: object, core: Rc<Core>) -> module_<D> {
        module_ { scope: Scope { object: scope, core }, domain: PhantomData }
    }

    /// Imports a module: nanobind's `module_::import_`.
    pub fn import_(name: &str) -> Result<object> {
        crate::python::object::check_attached();
        let name = text::new(name)?;
        // SAFETY: attached; returns a new reference.
        unsafe { object::steal(ffi::PyImport_Import(name.as_ptr())) }
    }

    /// Binds a function: nanobind's `m.def("name", &function, ..)`.
    pub fn def<S, F, E>(&self, name: &str, function: F, extra: E) -> &Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { scope::check::<D, S, F, E, FunctionPolicy>(0) };
        let mut extra = Pending::<D, E>::new(extra);
        if const { builtin::is_stateless::<F>() } {
            let entry = erased::entry::<D, S, F, E, FunctionPolicy, Plain>(function);
            self.scope.define_native(name, entry, extra.erase());
        } else {
            let thunk = erased::thunk::<D, S, F, E, FunctionPolicy, Plain>(function, 0);
            self.scope.define(name, thunk, extra.erase());
        }
        self
    }

    /// Binds functions and classes in any object that takes attributes, at any time after the module was imported.
    ///
    /// The object may be a module, a class that Python code made, or an instance with a `__dict__`. nanobind's
    /// counterpart is `nb::cpp_function_def(f, nb::scope(x), nb::name("f"))`. The first error of a binding is returned
    /// after the body has ended, or else the body's own.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// fn area(this: nb::object) -> nb::Result<f64> {
    ///     let side: f64 = this.attr("side").get()?.cast()?;
    ///     Ok(side * side)
    /// }
    /// // Can decorate a Python class: `@squares.with_area`.
    /// fn with_area(class: nb::type_object) -> nb::Result<nb::type_object> {
    ///     nb::module_::<NbDomain>::in_scope(&class, |scope| {
    ///         scope.def("area", area, nb::is_method());
    ///         Ok(())
    ///     })?;
    ///     Ok(class)
    /// }
    /// nb_module!(squares, m, {
    ///     m.def("with_area", &with_area);
    /// });
    /// # fn main() {}
    /// ```
    pub fn in_scope(scope: &object, body: impl FnOnce(&module_<D>) -> Result<()>) -> Result<()> {
        crate::python::object::check_attached();
        let core = Rc::new(Core::new::<Running>(State::get_or_create()?));
        let result = body(&module_::new(scope.clone(), core.clone()));
        core.take_error().map_or(result, Err)
    }

    /// Binds a class: nanobind's `nb::class_<T>(m, "Name", ..)`.
    pub fn class_<T: Class<D>>(&self, name: &str, extra: impl ClassExtra<T>) -> class_<'_, D, T> {
        class_::create(&self.scope.core, &self.scope.home(), name, extra)
    }

    /// Binds an enumeration: nanobind's `nb::enum_<T>(m, "Name", ..)`.
    pub fn enum_<T: Enum<D>>(&self, name: &str, extra: impl EnumExtra<D, T>) -> enum_<'_, D, T> {
        enum_::create(&self.scope.core, &self.scope.home(), name, extra)
    }

    /// Makes an exception class for the errors of type `T`: nanobind's `nb::exception<T>(m, "Name", base)`.
    ///
    /// From now on, an error of type `T` becomes an exception of this class, with the text that `T` displays: as the `Err` of a bound
    /// function, through `?` in one that returns [`nb::Result`](crate::Result), and in a `Box<dyn Error>`. Without, it is a `RuntimeError`. In
    /// `nb_module!`, a `T` that is no `std::error::Error` will do; in plain Rust that is
    /// [`exception_of_display`](Self::exception_of_display). Gives the class; the scope owns it as well. A name that is taken is a `RuntimeError` of the import.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// #[derive(Debug)]
    /// struct Empty { tank: u32 }
    /// impl std::fmt::Display for Empty {
    ///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    ///         write!(f, "tank {} is empty", self.tank)
    ///     }
    /// }
    /// impl std::error::Error for Empty {}
    /// fn pump(tank: u32) -> Result<u32, Empty> {
    ///     if tank > 2 { Err(Empty { tank }) } else { Ok(10) }
    /// }
    /// nb_module!(tanks, m, {
    ///     nb::exception<Empty>(m, "EmptyError", PyExc_ValueError);
    ///     // In plain Rust: m.exception::<Empty>("EmptyError", nb::Builtin::ValueError);
    ///     m.def("pump", &pump);
    /// });
    /// # fn main() {}
    /// ```
    pub fn exception<T: std::error::Error + 'static>(&self, name: &str, base: impl ExceptionBase) -> object {
        self.exception_probed::<T>(name, base, Some(exception::is_inside::<T>))
    }

    /// As [`exception`](Self::exception), for a type that is no error and so cannot be in a `Box<dyn Error>`.
    pub fn exception_of_display<T: std::fmt::Display + 'static>(&self, name: &str, base: impl ExceptionBase) -> object {
        self.exception_probed::<T>(name, base, None)
    }

    #[doc(hidden)]
    pub fn exception_probed<T: std::fmt::Display + 'static>(
        &self,
        name: &str,
        base: impl ExceptionBase,
        inside: Option<crate::interpreter::exceptions::Inside>,
    ) -> object {
        exception::bind_in(&self.scope.core, &self.scope.home(), name, base.base(), TypeId::of::<T>(), inside)
    }

    /// Makes a submodule: nanobind's `m.def_submodule("name", "doc")`.
    pub fn def_submodule(&self, name: &str, doc: &str) -> module_<D> {
        self.scope.core.state.check_here();
        let made = self.submodule(name, doc);
        let scope = made.unwrap_or_else(|error| {
            self.scope.core.fail(error);
            self.scope.object.clone()
        });
        module_::new(scope, self.scope.core.clone())
    }

    fn submodule(&self, name: &str, doc: &str) -> Result<object> {
        let parent = attributes::get(&self.scope.object, c"__name__")
            // SAFETY: a live object.
            .and_then(|name| unsafe { text::read(name.as_ptr()) })
            .ok_or_else(|| import_error(messages::UNNAMED_PARENT))?;
        let module = module_state::submodule(&format!("{parent}.{name}"), &self.core().state)?;
        if !doc.is_empty() {
            attributes::set(&module, "__doc__", &text::new(doc)?)?;
        }
        attributes::set(&self.scope.object, name, &module)?;
        Ok(module)
    }

    /// Lets arguments of type `B` be given as anything that converts to `A`, by calling the Python class `B` with it:
    /// `nb::implicitly_convertible<A, B>()`, spelled so inside `nb_module!` and `nb_bind!`.
    ///
    /// `B` needs a constructor that takes it, and has to be bound before; else the import fails and says so.
    /// [`def_init_implicit`](class_::def_init_implicit) adds the constructor too.
    pub fn implicitly_convertible<A: Param<D>, B: Class<D>>(&self) -> &Self {
        self.scope.core.state.check_here();
        match self.scope.core.state.type_of(TypeId::of::<B>()) {
            Some(data) => implicit::add::<D, A>(data),
            None => {
                let target = short_rust_name(type_name::<B>());
                self.scope.core.fail(import_error(messages::unknown_target(&target)));
            }
        }
        self
    }

    /// An attribute of the module, for reading and assignment: `m.attr("x") = 42`.
    pub fn attr(&self, name: &str) -> accessor<'_, D> {
        accessor::new(&self.scope.object, name)
    }

    /// The module's docstring: `m.doc() = ".."`.
    pub fn doc(&self) -> accessor<'_, D> {
        self.attr("__doc__")
    }

    /// The module as a plain object.
    pub fn object(&self) -> &object {
        &self.scope.object
    }

    pub(crate) fn core(&self) -> &Rc<Core> {
        &self.scope.core
    }
}

// SAFETY: a new reference to a live object.
unsafe impl<D> IntoObject for &module_<D> {
    unsafe fn put_in(self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        self.scope.object.clone().into_ptr()
    }
}

/// An extension module; implemented by [`nb_module!`](crate::nb_module) for its domain type.
pub trait Module: Sized + 'static {
    /// Name as in `import name`.
    const NAME: &'static CStr;
    /// Rust path of the `nb_module!` invocation.
    const MODULE_PATH: &'static str;
    /// Parts that have to be there.
    const PARTS: &'static [Part];
    /// The statements between the braces.
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
        let found = |name: &std::ffi::CStr| ffi::PyDict_GetItemString(modules, name.as_ptr());
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
unsafe extern "C" fn exec<D: Module>(module: *mut ffi::PyObject) -> c_int {
    // First: what runs below notes the thread state if it has to.
    crate::python::attach::look_at_interpreter();
    panic::install_hook();
    let done = panic::guard(false, || {
        // SAFETY: CPython passes a live module that was made from our definition.
        unsafe {
            let result = State::get_or_create().and_then(|state| {
                module_state::attach(module, &state);
                state.stub_run.store(is_stub_run(), Ordering::Relaxed);
                let core = Rc::new(Core::new::<D>(state));
                let m = module_::<D>::new(object::borrow(module), core.clone());
                let result = register::run_parts::<D>(&m)
                    .and_then(|()| D::body(&m))
                    .and_then(|()| register::check_trampolines::<D>(&m));
                // A binding mistake came first; what the body returned may be its consequence.
                let result = core.take_error().map_or(result, Err);
                core.import.done.store(result.is_ok(), Ordering::Release);
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
    if done {
        return 0;
    }
    // SAFETY: attached, as CPython calls this.
    let _noted = unsafe { crate::python::attach::note() };
    into_import_error();
    -1
}

/// A failed import is an `ImportError`: with the message of a native error, or with the Python exception as its cause.
fn into_import_error() {
    let Some(raised) = crate::python::error::take_raised() else { return };
    // SAFETY: live objects.
    unsafe {
        if ffi::PyErr_GivenExceptionMatches(raised.as_ptr(), ffi::PyExc_ImportError) != 0
            || ffi::PyErr_GivenExceptionMatches(raised.as_ptr(), ffi::PyExc_Exception) == 0
        {
            crate::python::error::restore_raised(raised);
            return;
        }
    }
    set_error(Builtin::ImportError.class(), messages::INIT_FAILED);
    chain_cause(raised);
}
