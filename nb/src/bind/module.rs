//! [`module_`]: binds functions in a module, or in another object.

use crate::bind::annotations::{FuncExtra, FunctionPolicy, GuardOf, PolicyOf};
use crate::bind::builder::{self, Builder, Define};
use crate::bind::checks::check;
use crate::bind::core::{Core, Running};
use crate::bind::erased::{Annotations, Thunk};
use crate::bind::exception::{self, ExceptionBase};
use crate::bind::scope::Home;
use crate::call::callable_traits::{Func, Plain, Sig};
use crate::call::context::Cx;
use crate::call::entry::Entry;
use crate::call::record::FuncFlags;
use crate::cast::class_trait::Class;
use crate::cast::implicit;
use crate::cast::into_object::IntoObject;
use crate::cast::traits::Param;
use crate::class::annotations::ClassExtra;
use crate::class::builder::class_;
use crate::enums::{Enum, EnumExtra, enum_};
use crate::ffi;
use crate::handles::{AttrKey, accessor};
use crate::interpreter::module_state;
use crate::interpreter::state::State;
use crate::python::error::{Result, import_error};
use crate::python::object::{check_attached, object};
use crate::python::type_name::short_rust_name;
use crate::python::{attributes, messages, text};
use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::rc::Rc;

/// The module of the domain `D`: nanobind's `nb::module_`.
///
/// Mistakes that only show at run time (a default value whose type is not bound, a taken name) do not interrupt the
/// chain of calls: the first one becomes the `ImportError` of the module.
///
/// ```no_run
/// use nb::prelude::*;
/// fn add(a: i32, b: i32) -> i32 { a + b }
/// /// Called from the module's body, as `init_math(m)`.
/// fn init_math(m: &nb::module_<NbDomain>) {
///     m.def("add", add, (nb::arg("a"), nb::arg("b").value(1), "Adds two numbers."));
/// }
/// nb_module!(math_ext, m, {
///     init_math(m);
/// });
/// # fn main() {}
/// ```
pub struct module_<D> {
    scope: ModuleScope,
    domain: PhantomData<fn(D)>,
}

/// A module without its domain.
struct ModuleScope {
    object: object,
    core: Rc<Core>,
}

impl ModuleScope {
    fn builder(&self) -> Builder<'_> {
        self.core.state.check_here();
        Builder::in_object(&self.core, &self.object)
    }

    #[inline(never)]
    fn define_entry(&self, name: &str, entry: Entry, extra: Option<&mut dyn Annotations>) {
        self.builder().define_native(name, entry, FuncFlags::empty(), extra);
    }

    #[inline(never)]
    fn define_plain_entry(&self, name: &str, entry: Entry) {
        self.define_entry(name, entry, None);
    }
}

impl Define for &ModuleScope {
    #[inline(never)]
    fn define(self, name: &str, thunk: Thunk, extra: Option<&mut dyn Annotations>) {
        self.builder().define(name, thunk, extra);
    }

    /// A function of a module has no flags: one argument less in the code of each.
    #[inline(always)]
    fn define_native(self, name: &str, entry: Entry, _flags: FuncFlags, extra: Option<&mut dyn Annotations>) {
        self.define_entry(name, entry, extra);
    }

    #[inline(always)]
    fn define_plain(self, name: &str, entry: Entry, _flags: FuncFlags) {
        self.define_plain_entry(name, entry);
    }
}

impl<D> module_<D> {
    pub(crate) fn new(scope: object, core: Rc<Core>) -> module_<D> {
        module_ { scope: ModuleScope { object: scope, core }, domain: PhantomData }
    }

    /// An attribute of the module, for reading and assignment: `m.attr("x") = 42`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// nb_module!(answers, m, {
    ///     m.attr("the_answer") = 42;
    ///     let answer: i32 = m.attr("the_answer").cast()?;
    ///     assert_eq!(answer, 42);
    /// });
    /// # fn main() {}
    /// ```
    pub fn attr(&self, name: impl AttrKey) -> accessor<'_, D> {
        accessor::new(self.object(), name)
    }

    /// The module's docstring: `m.doc() = ".."`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// nb_module!(documented, m, {
    ///     m.doc() = "What the module is for.";
    /// });
    /// # fn main() {}
    /// ```
    pub fn doc(&self) -> accessor<'_, D> {
        self.attr("__doc__")
    }

    /// Imports a module: nanobind's `module_::import_`.
    ///
    /// ```no_run
    /// fn now() -> nb::Result<f64> {
    ///     nb::module_::<()>::import_("time")?.attr("time").call(())?.cast()
    /// }
    /// ```
    ///
    /// # Errors
    /// Whatever the import raises, `ModuleNotFoundError` where there is no such module.
    pub fn import_(name: impl AttrKey) -> Result<object> {
        attributes::import_object(&name.attr_key()?)
    }

    /// Binds a function: nanobind's `m.def("name", &function, ..)`.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// nb_module!(sums, m, {
    ///     m.def("add", &add, "a"_a, "b"_a = 1, "Adds two numbers");
    ///     // Another overload of the same name.
    ///     m.def("add", |a: &str, b: &str| format!("{a}{b}"));
    ///     // In plain Rust: m.def("add", add, (nb::arg("a"), nb::arg("b").value(1), "Adds two numbers"));
    /// });
    /// # fn main() {}
    /// ```
    pub fn def<S, F, E>(&self, name: &str, function: F, extra: E) -> &Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { check::<D, S, F, E, FunctionPolicy>(0) };
        builder::define::<D, S, F, E, Plain>(&self.scope, name, function, FuncFlags::empty(), extra);
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
    ///
    /// # Errors
    /// What `body` returns, and the first mistake of a binding (`ImportError`).
    pub fn in_scope(scope: &object, body: impl FnOnce(&module_<D>) -> Result<()>) -> Result<()> {
        check_attached();
        let core = Rc::new(Core::new::<Running>(State::get_or_create()?));
        let result = body(&module_::new(scope.clone(), core.clone()));
        core.take_error().map_or(result, Err)
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
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// pub struct Refusal(String);
    /// impl std::fmt::Display for Refusal {
    ///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
    /// }
    /// fn bind_errors(m: &nb::module_<NbDomain>) {
    ///     m.exception_of_display::<Refusal>("RefusalError", nb::Builtin::ValueError);
    /// }
    /// nb_module!(refusals, m, {
    ///     bind_errors(m);
    ///     m.def("ask", || -> Result<(), Refusal> { Err(Refusal("no".to_string())) });
    /// });
    /// # fn main() {}
    /// ```
    pub fn exception_of_display<T: std::fmt::Display + 'static>(&self, name: &str, base: impl ExceptionBase) -> object {
        self.exception_probed::<T>(name, base, None)
    }

    #[doc(hidden)]
    pub fn exception_probed<T: std::fmt::Display + 'static>(
        &self,
        name: &str,
        base: impl ExceptionBase,
        inside: Option<crate::python::native_error::Inside>,
    ) -> object {
        self.scope.builder().exception(name, &base, TypeId::of::<T>(), inside)
    }

    /// Makes a submodule: nanobind's `m.def_submodule("name", "doc")`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// nb_module!(geometry, m, {
    ///     // Python: `import geometry.flat`, or `geometry.flat.area(2.0)`.
    ///     let flat = m.def_submodule("flat", "In two dimensions");
    ///     flat.def("area", |side: f64| side * side, "side"_a);
    /// });
    /// # fn main() {}
    /// ```
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
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// #[derive(Clone)]
    /// pub struct Metres(f64);
    /// nb_module!(lengths, m, {
    ///     nb::class_<Metres>(m, "Metres").def(nb::init(|value: f64| Metres(value)));
    ///     nb::implicitly_convertible<f64, Metres>();
    ///     // In plain Rust: m.implicitly_convertible::<f64, Metres>();
    ///     m.def("double", |length: Metres| length.0 * 2.0); // double(3.0) works now.
    /// });
    /// # fn main() {}
    /// ```
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

    /// The module as a plain object.
    pub fn object(&self) -> &object {
        &self.scope.object
    }

    pub(crate) fn core(&self) -> &Rc<Core> {
        &self.scope.core
    }

    pub(crate) fn home(&self) -> Home<'_> {
        Home::of(&self.scope.object, &self.scope.core.state)
    }

    /// Binds a class: nanobind's `nb::class_<T>(m, "Name", ..)`.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// pub struct Dog { name: String }
    /// nb_module!(dogs, m, {
    ///     nb::class_<Dog>(m, "Dog", "A dog").def(nb::init(|name: String| Dog { name })).def_rw("name", &Dog::name);
    ///     // In plain Rust: m.class_::<Dog>("Dog", "A dog").def_init(..)
    /// });
    /// # fn main() {}
    /// ```
    pub fn class_<T: Class<D>>(&self, name: &str, extra: impl ClassExtra<T>) -> class_<'_, D, T> {
        class_::create(&self.scope.core, &self.scope.object, name, extra)
    }

    /// Binds an enumeration: nanobind's `nb::enum_<T>(m, "Name", ..)`.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// pub enum Colour { Red, Green }
    /// nb_module!(colours, m, {
    ///     nb::enum_<Colour>(m, "Colour").value("Red", Colour::Red).value("Green", Colour::Green, "As grass");
    /// });
    /// # fn main() {}
    /// ```
    pub fn enum_<T: Enum<D>>(&self, name: &str, extra: impl EnumExtra<D, T>) -> enum_<'_, D, T> {
        enum_::create(self.core(), &self.home(), name, extra)
    }
}

// SAFETY: a new reference to a live object.
unsafe impl<D> IntoObject for &module_<D> {
    unsafe fn put_in(self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        self.object().clone().into_ptr()
    }
}
