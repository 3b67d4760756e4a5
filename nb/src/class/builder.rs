//! [`class_`]: makes the Python class and adds its members.
//!
//! The methods that users call stand here, beside the type: the compiler names them so. What they run is in the files of the concepts.

use crate::bind::annotations::{FuncExtra, FunctionPolicy, GuardOf, PolicyOf};
use crate::bind::builder::{self, Builder};
use crate::bind::checks::{self, check};
use crate::bind::core::Core;
use crate::bind::erased::{Pending, Thunk};
use crate::bind::exception::{self, ExceptionBase};
use crate::bind::scope::Home;
use crate::call::attempt::Quick;
use crate::call::callable_traits::{Func, Method, Plain, Sig};
use crate::call::capture;
use crate::call::context::Cx;
use crate::call::entry::is_stateless;
use crate::call::record::{FuncFlags, Rest};
use crate::cast::class_trait::Class;
use crate::cast::implicit;
use crate::cast::into_object::IntoObject;
use crate::cast::traits::Param;
use crate::class::annotations::{ClassExtra, ClassSpec};
use crate::class::constructors::Init;
use crate::class::create::{ValueType, create_type};
use crate::class::def_init::{self, InitShape};
use crate::class::factory;
use crate::enums::{Enum, EnumExtra, enum_};
use crate::ffi;
use crate::handles::{AttrKey, accessor};
use crate::instance::class_record::Accepts;
use crate::interpreter::gil::no_guard;
use crate::interpreter::panic::raise;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use std::any::{TypeId, type_name};
use std::marker::PhantomData;

/// A class being bound: nanobind's `nb::class_<T>`.
///
/// Errors do not interrupt a chain: the first one is kept and becomes the `ImportError` of the module.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Counter { value: i64 }
/// fn bind_counter(m: &nb::module_<NbDomain>) {
///     // In the macros: nb::class_<Counter>(m, "Counter").def(nb::init(..)).def("next", ..)
///     m.class_::<Counter>("Counter", ())
///         .def_init(|| Counter { value: 0 }, ())
///         .def("next", |c: &mut Counter| { c.value += 1; c.value }, ());
/// }
/// nb_module!(counters, m, {
///     nb::uses_<Counter>();
///     bind_counter(m);
/// });
/// # fn main() {}
/// ```
pub struct class_<'m, D, T> {
    pub(crate) builder: Builder<'m>,
    types: PhantomData<(fn(D), fn(T))>,
}

impl<D, T> Clone for class_<'_, D, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<D, T> Copy for class_<'_, D, T> {}

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Makes the class `name` in `scope`, or gives the existing one (with a warning) when `T` is bound already.
    #[inline(always)]
    pub(crate) fn create<E: ClassExtra<T>>(core: &'m Core, scope: &object, name: &str, extra: E) -> Self {
        let value = const { &ValueType::of::<D, T>() };
        let builder = if const { E::EMPTY } {
            create_plain(core, scope, name, value, type_name::<T>())
        } else {
            let mut extra = Some(extra);
            let mut note = |spec: &mut ClassSpec| extra.take().into_iter().for_each(|extra| extra.apply(spec));
            create(core, scope, name, value, type_name::<T>(), Some(&mut note))
        };
        class_ { builder, types: PhantomData }
    }

    /// The class that `T` is bound as.
    pub(crate) fn existing(core: &'m Core) -> Option<Self> {
        let data = core.state.type_of(TypeId::of::<T>())?;
        // SAFETY: the record of a live class; attached, as whoever binds is.
        let class = unsafe { object::borrow(data.ty.cast()) };
        Some(class_ { builder: Builder::of(core, Some(class)), types: PhantomData })
    }

    /// The same without its type.
    pub(crate) fn erased(self) -> Builder<'m> {
        self.builder
    }

    /// Makes a class in this one.
    pub(crate) fn inside<U>(self, make: impl FnOnce(&'m Core, &object) -> class_<'m, D, U>) -> class_<'m, D, U> {
        let core = self.builder.core();
        match self.builder.object() {
            Some(scope) => make(core, scope),
            None => class_ { builder: self.builder, types: PhantomData },
        }
    }

    /// Binds a method: its first argument is `self`.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// pub struct Account { balance: i64 }
    /// impl Account {
    ///     fn balance(&self) -> i64 { self.balance }
    ///     fn deposit(&mut self, amount: i64) { self.balance += amount; }
    /// }
    /// nb_module!(bank, m, {
    ///     nb::class_<Account>(m, "Account")
    ///         .def(nb::init(|| Account { balance: 0 }))
    ///         .def("balance", &Account::balance)
    ///         .def("deposit", &Account::deposit, "amount"_a, "Adds to the balance")
    ///         .def("__len__", |_: &Account| 1);
    /// });
    /// # fn main() {}
    /// ```
    pub fn def<S, F, E>(self, name: &str, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { check::<D, S, F, E, FunctionPolicy>(1) };
        builder::define::<D, S, F, E, Method>(self.builder, name, function, FuncFlags::METHOD, extra);
        self
    }

    /// Binds a static method.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// # pub struct Account { balance: i64 }
    /// nb_module!(bank, m, {
    ///     nb::class_<Account>(m, "Account").def_static("with_balance", |balance: i64| Account { balance }, "balance"_a);
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_static<S, F, E>(self, name: &str, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const {
            check::<D, S, F, E, FunctionPolicy>(0);
            checks::static_function(E::FACTS);
        }
        builder::define::<D, S, F, E, Plain>(self.builder, name, function, FuncFlags::STATIC, extra);
        self
    }

    /// Binds a constructor: `.def(nb::init<..>(), ..)`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub struct Point { x: f64, y: f64 }
    /// impl Point {
    ///     fn new(x: f64, y: f64) -> Point { Point { x, y } }
    /// }
    /// nb_module!(points, m, {
    ///     nb::class_<Point>(m, "Point")
    ///         .def(nb::init<f64, f64>(), "x"_a, "y"_a = 0.0) // calls Point::new
    ///         .def(nb::init(|both: (f64, f64)| Point { x: both.0, y: both.1 }));
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_init<S, F, E>(self, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Init<D, T, S, GuardOf<D, E>>,
    {
        const { def_init::check::<D, T, S, F, E>() };
        let shape = const { &InitShape::of::<D, T, S, GuardOf<D, E>, F>() };
        if const { is_stateless::<F>() && E::EMPTY } {
            std::mem::forget(function);
            def_init::define_plain(self.builder, F::run, shape);
        } else {
            let mut extra = Pending::<D, E>::new(extra);
            def_init::define(self.builder, "__init__", capture::put(function), F::run, shape, extra.erase());
        }
        if E::FACTS.is_implicit()
            && let (Some(add), Some(data)) = (F::IMPLICIT, def_init::record(self.builder))
        {
            add(data);
        }
        self
    }

    /// Binds a constructor with one argument that is also an implicit conversion: `.def(nb::init_implicit<A>())`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// #[derive(Clone)]
    /// pub struct Metres(f64);
    /// nb_module!(lengths, m, {
    ///     nb::class_<Metres>(m, "Metres").def(nb::init_implicit(|value: f64| Metres(value)));
    ///     m.def("double", |length: Metres| length.0 * 2.0); // double(3.0) works.
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_init_implicit<A, R, F, E>(self, function: F, extra: E) -> Self
    where
        A: Param<D>,
        E: FuncExtra<D>,
        F: Sig<fn(A) -> R> + Init<D, T, fn(A) -> R, GuardOf<D, E>>,
    {
        self.def_init_when(implicit::accepts::<D, A>, function, extra)
    }

    /// As [`def_init_implicit`](Self::def_init_implicit), for the objects that the first function accepts.
    pub(crate) fn def_init_when<A, R, F, E>(self, accepts: Accepts, function: F, extra: E) -> Self
    where
        A: Param<D>,
        E: FuncExtra<D>,
        F: Sig<fn(A) -> R> + Init<D, T, fn(A) -> R, GuardOf<D, E>>,
    {
        let done = self.def_init(function, extra);
        if !E::FACTS.is_implicit()
            && let Some(data) = def_init::record(done.builder)
        {
            implicit::add_when(data, accepts);
        }
        done
    }

    /// Binds `__getstate__` and `__setstate__`, for `pickle` and `copy`: pybind11's `.def(py::pickle(get, set))`.
    ///
    /// The first function gives the state, anything that can be pickled; the second makes a value of it, as a constructor
    /// does, and may fail with an error. nanobind binds both by their names, which works as well; `__setstate__` then takes
    /// a [`Slot`](crate::Slot). Attributes in the `__dict__` of a Python subclass are not part of the state: such a class
    /// extends both methods.
    ///
    /// An object that has a value refuses `__setstate__` with a warning and a `TypeError`; one whose `__setstate__` has failed is
    /// without a value, and refused by bound functions. All protocols work, in nanobind those from 2 on.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// # struct Dog { name: String, age: i32 }
    /// nb_module!(dogs, m, {
    ///     nb::class_<Dog>(m, "Dog")
    ///         .def(nb::init(|name: String, age: i32| Dog { name, age }))
    ///         .def(nb::pickle(
    ///             |dog: &Dog| (dog.name.clone(), dog.age),
    ///             |(name, age): (String, i32)| Dog { name, age },
    ///         ));
    ///     // In plain Rust: .def_pickle(|dog: &Dog| .., |state: (String, i32)| ..)
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_pickle<S, G, R, A, F>(self, getstate: G, setstate: F) -> Self
    where
        G: Sig<S> + Func<D, S, FunctionPolicy, no_guard>,
        A: Param<D>,
        F: Sig<fn(A) -> R> + Init<D, T, fn(A) -> R, no_guard>,
    {
        let shape = const { &InitShape::of::<D, T, fn(A) -> R, no_guard, F>() };
        let done = self.def("__getstate__", getstate, ());
        def_init::define(done.builder, "__setstate__", capture::put(setstate), F::run, shape, None);
        done
    }

    /// Binds a factory as `__new__`: `.def(nb::new_(factory))`.
    ///
    /// The factory's result is what a call of the class gives, converted like that of any function: by value, as `Box<T>` or
    /// `Arc<T>`, as `&'static T` with [`rv_policy::reference`](crate::rv_policy::reference), or as an
    /// [`object`] that it had in store. For plain values a constructor is faster.
    ///
    /// Called on a Python subclass, it gives an instance of that, into which the value moves, or which refers to the value if
    /// somebody has the object already. A class has either factories or constructors; both are an `ImportError`, and so is
    /// a factory without arguments after one that has some. `keep_alive` counts the class: the result is 0, the first
    /// argument 2.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// # use std::sync::{Arc, LazyLock};
    /// # struct Settings { verbose: bool }
    /// fn settings() -> Arc<Settings> {
    ///     static ONLY: LazyLock<Arc<Settings>> = LazyLock::new(|| Arc::new(Settings { verbose: false }));
    ///     ONLY.clone()
    /// }
    /// nb_module!(app, m, {
    ///     nb::class_<Settings>(m, "Settings").def(nb::new_(&settings)).def_ro("verbose", &Settings::verbose);
    ///     // In plain Rust: m.class_::<Settings>("Settings", ()).def_new(settings, ());
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_new<S, F, E>(self, factory: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { factory::check::<D, S, F, E>() };
        let mut extra = Pending::<D, E>::new(extra);
        let [types, init] = const { factory::shapes::<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>, F>() };
        let (capture, drop_capture) = capture::put(factory);
        let thunk = Thunk {
            quick: Quick::NEVER,
            invoke: factory::run::<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>, F>,
            capture,
            drop_capture,
            types,
            nullable: F::NULLABLE << 1,
            rest: Rest::from_bits(F::REST << 1),
            flags: FuncFlags::STATIC | FuncFlags::FACTORY,
            entry: None,
        };
        factory::define(self.builder, thunk, init, extra.erase());
        self
    }

    /// Makes the finished class immutable where Python gains from that: nanobind's `freeze`. True if it is immutable now.
    ///
    /// nanobind does so from Python 3.15 on, and so the versions supported here change nothing and give `false`. See
    /// [`type_freeze`](crate::type_freeze).
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// # #[derive(Clone, Default)] struct Vec3([f64; 3]);
    /// nb_module!(frozen, m, {
    ///     nb::class_<Vec3> vec3(m, "Vec3");
    ///     vec3.def(nb::init<>());
    ///     vec3.freeze();
    /// });
    /// # fn main() {}
    /// ```
    pub fn freeze(self) -> bool {
        false
    }

    /// Makes an exception class in the scope of this class, see [`module_::exception`](crate::module_::exception).
    pub fn exception<E: std::error::Error + 'static>(&self, name: &str, base: impl ExceptionBase) -> object {
        self.exception_probed::<E>(name, base, Some(exception::is_inside::<E>))
    }

    /// As [`exception`](Self::exception), for a type that is no error and so cannot be in a `Box<dyn Error>`.
    pub fn exception_of_display<E: std::fmt::Display + 'static>(&self, name: &str, base: impl ExceptionBase) -> object {
        self.exception_probed::<E>(name, base, None)
    }

    #[doc(hidden)]
    pub fn exception_probed<E: std::fmt::Display + 'static>(
        &self,
        name: &str,
        base: impl ExceptionBase,
        inside: Option<crate::python::native_error::Inside>,
    ) -> object {
        self.builder.exception(name, &base, TypeId::of::<E>(), inside)
    }

    /// Binds a nested class.
    pub fn class_<U: Class<D>>(self, name: &str, extra: impl ClassExtra<U>) -> class_<'m, D, U> {
        self.inside(|core, scope| class_::<D, U>::create(core, scope, name, extra))
    }

    /// Binds a nested enumeration: nanobind's `nb::enum_<U>(pet, "Kind")`.
    pub fn enum_<U: Enum<D>>(self, name: &str, extra: impl EnumExtra<D, U>) -> enum_<'m, D, U> {
        let core = self.builder.core();
        match self.builder.object() {
            Some(scope) => enum_::<D, U>::create(core, &Home::of(scope, &core.state), name, extra),
            None => enum_::nothing(core),
        }
    }

    /// An attribute of the Python class, for reading and assignment: nanobind's `cls.attr("x")`. Raises when binding the
    /// class has failed.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// #[derive(Clone)] struct Sketch;
    /// nb_module!(sketches, m, {
    ///     nb::class_<Sketch> sketch(m, "Sketch");
    ///     sketch.attr("DEFAULT_SIZE") = 200;
    /// });
    /// # fn main() {}
    /// ```
    pub fn attr(&self, name: impl AttrKey) -> accessor<'_, D> {
        let Some(class) = self.builder.object() else {
            // What has kept the class from being made came first; this is its consequence.
            let unbound = || import_error(messages::unbound_value(&short_rust_name(type_name::<T>())));
            raise(self.builder.core().take_error().unwrap_or_else(unbound));
        };
        accessor::new(class, name)
    }

    /// The Python class, for attribute access; raises when binding it has failed.
    ///
    /// # Errors
    /// `ImportError` when binding the class has failed.
    pub fn object(&self) -> Result<object> {
        self.builder.class(type_name::<T>())
    }
}

// SAFETY: a new reference to a live object, or null with an exception raised.
unsafe impl<D, T: Class<D>> IntoObject for class_<'_, D, T> {
    unsafe fn put_in(self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        self.builder.put_in(type_name::<T>())
    }
}

/// As [`create`], without annotations.
#[inline(never)]
fn create_plain<'m>(
    core: &'m Core,
    scope: &object,
    name: &str,
    value: &ValueType,
    rust_name: &'static str,
) -> Builder<'m> {
    create(core, scope, name, value, rust_name, None)
}

/// Makes the class in the scope, or finds it; `note` notes down what its annotations say, and is called once.
#[inline(never)]
fn create<'m>(
    core: &'m Core,
    scope: &object,
    name: &str,
    value: &ValueType,
    rust_name: &'static str,
    note: Option<&mut dyn FnMut(&mut ClassSpec)>,
) -> Builder<'m> {
    let home = Home::of(scope, &core.state);
    let mut spec = ClassSpec::default();
    if let Some(note) = note {
        note(&mut spec);
    }
    match create_type(&home, &core.import, name, value, rust_name, spec) {
        Ok((class, repeated)) => Builder::of(core, Some(class)).repeated(repeated),
        Err(error) => {
            core.fail(error);
            Builder::of(core, None)
        }
    }
}
