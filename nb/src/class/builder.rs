//! [`class_`]: makes the Python class and adds its members.

use crate::bind::annotations::{FuncExtra, FuncSpec};
use crate::bind::checks::{self, Shape};
use crate::bind::erased::{self, Annotations, Pending, Thunk};
use crate::bind::exception::{self, ExceptionBase};
use crate::bind::module::{Core, accept};
use crate::bind::scope::{self, FunctionPolicy, GetterPolicy, GuardOf, Home, PolicyOf};
use crate::call::builtin::{self, Entry};
use crate::call::callable_traits::{Func, Method, Plain, Sig};
use crate::call::context::Cx;
use crate::call::nb_func::{CONSTRUCTOR, FACTORY, Invoke, METHOD, Rest, STATIC};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::cast::class_trait::Class;
use crate::cast::implicit;
use crate::cast::into_object::IntoObject;
use crate::cast::member::Member;
use crate::cast::reference_internal::LetsGo;
use crate::cast::traits::{Param, Ret};
use crate::class::annotations::{ClassExtra, ClassSpec};
use crate::class::constructors::Init;
use crate::class::create::{ValueType, create_type};
use crate::class::field::{self, Field};
use crate::class::static_field::{StaticRead, StaticWrite};
use crate::class::{factory, property};
use crate::enums::{Enum, EnumExtra, enum_};
use crate::ffi;
use crate::handles::accessor;
use crate::instance::class_record::{self, TypeData};
use crate::interpreter::gil::{GuardFor, no_guard};
use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::ptr;

/// A class being bound: nanobind's `nb::class_<T>`.
///
/// Errors do not interrupt a chain: the first one is kept and becomes the `ImportError` of the module.
pub struct class_<'m, D, T> {
    scope: Scope<'m>,
    types: PhantomData<(fn(D), fn(T))>,
}

/// What the type of a constructor says.
struct InitShape {
    types: Types,
    nullable: u64,
    rest: Rest,
}

impl InitShape {
    const fn of<D, T, S, G, F: Init<D, T, S, G>>() -> InitShape {
        InitShape { types: F::TYPES, nullable: F::NULLABLE << 1, rest: Rest::from_bits(F::REST << 1) }
    }
}

/// A class being bound, without its types.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'m> {
    pub(crate) core: &'m Core,
    /// Null when an earlier step has failed to make the class.
    ty: *mut ffi::PyTypeObject,
    /// An earlier import of the module has bound all that follows.
    repeated: bool,
}

impl<'m> Scope<'m> {
    #[inline(never)]
    fn create(core: &'m Core, home: &Home<'_>, name: &str, value: &ValueType, spec: ClassSpec) -> Scope<'m> {
        match create_type(home, &core.import, name, value, spec) {
            Ok((class, repeated)) => Scope::of(core, Some(class)).repeated(repeated),
            Err(error) => {
                core.fail(error);
                Scope::of(core, None)
            }
        }
    }

    /// A class that is kept alive until initialisation has ended, or none where making it has failed.
    pub(crate) fn of(core: &'m Core, class: Option<object>) -> Scope<'m> {
        Scope { core, ty: class.map_or(ptr::null_mut(), |class| core.keep(class)).cast(), repeated: false }
    }

    pub(crate) fn exists(self) -> bool {
        !self.ty.is_null()
    }

    /// The class, if making it has not failed.
    pub(crate) fn object(self) -> Option<object> {
        // SAFETY: `core` keeps the class alive.
        self.exists().then(|| unsafe { object::borrow(self.ty.cast()) })
    }

    /// The same class, complete if it is.
    pub(crate) fn repeated(self, repeated: bool) -> Scope<'m> {
        Scope { repeated, ..self }
    }

    /// The function, unless nothing is bound here.
    fn takes(self, thunk: Thunk) -> Option<Thunk> {
        if self.exists() && !self.repeated {
            return Some(thunk);
        }
        thunk.discard();
        None
    }

    /// Runs a step of the binding, unless an earlier import has.
    fn step(self, body: impl FnOnce(&Home<'_>) -> Result<()>) {
        if let Some(scope) = self.object().filter(|_| !self.repeated) {
            accept(self.core, body(&Home::of(&scope, &self.core.state)));
        }
    }

    #[inline(never)]
    pub(crate) fn define(self, name: &str, mut thunk: Thunk, extra: Option<&mut dyn Annotations>) {
        if thunk.flags & METHOD != 0 && scope::is_constructor(name) {
            thunk.flags |= CONSTRUCTOR;
        }
        if let Some(thunk) = self.takes(thunk) {
            self.step(|home| scope::define(home, name, thunk, extra));
        }
    }

    #[inline(never)]
    pub(crate) fn define_native(self, name: &str, entry: Entry, flags: u16, extra: Option<&mut dyn Annotations>) {
        self.define(name, Thunk::of_entry(entry, flags), extra);
    }

    #[inline(never)]
    fn define_init(
        self,
        name: &str,
        (capture, drop_capture): (*mut u8, unsafe fn(*mut u8)),
        invoke: Invoke,
        shape: &'static InitShape,
        extra: Option<&mut dyn Annotations>,
    ) {
        let &InitShape { types, nullable, rest } = shape;
        let flags = METHOD | CONSTRUCTOR;
        let thunk = Thunk { invoke, capture, drop_capture, types, nullable, rest, flags, entry: None };
        if let Some(data) = self.data().filter(|data| data.never_destruct) {
            let class = short_rust_name(data.rust_name);
            return self.core.fail(import_error(messages::constructor_of_never_destructed(&class)));
        }
        self.define(name, thunk, extra);
    }

    #[inline(never)]
    fn define_factory(self, thunk: Thunk, init: Types, extra: Option<&mut dyn Annotations>) {
        if let Some(thunk) = self.takes(thunk) {
            self.step(|home| factory::define(home, thunk, init, extra));
        }
    }

    /// Makes the property; functions that take the class instead of `self` make one of the class.
    #[inline(never)]
    pub(crate) fn property(
        self,
        name: &str,
        getter: Thunk,
        setter: Option<Thunk>,
        extra: Option<&mut dyn Annotations>,
    ) {
        let (getter, setter) = (self.takes(getter), setter.and_then(|setter| self.takes(setter)));
        let Some(getter) = getter else { return };
        self.step(|home| {
            let is_static = getter.flags & METHOD == 0;
            let (for_getter, for_setter) = FuncSpec::collect(home.state, name, extra).into_halves();
            // As for functions, an empty text is none, and the line break that a raw string usually starts with is not shown.
            let doc = for_getter.doc.as_deref().map(|doc| doc.strip_prefix('\n').unwrap_or(doc).to_string());
            let doc = doc.filter(|doc| !doc.is_empty());
            let getter = scope::lone(home, name, getter, for_getter)?;
            let setter = setter.map(|setter| scope::lone(home, name, setter, for_setter)).transpose()?;
            let ty = match (is_static, home.state.is_stub_run()) {
                (true, _) => home.state.static_property,
                (false, false) => home.state.property,
                // Stub generators know plain properties only, and pass over the others.
                (false, true) => &raw mut ffi::PyProperty_Type,
            };
            let property = property::make(ty, Some(getter), setter, doc.as_deref())?;
            scope::put(home, "property", name, &property)
        });
    }

    fn data(self) -> Option<&'m TypeData> {
        // SAFETY: `core` keeps the class alive; null is not ours to read.
        unsafe { if self.ty.is_null() { None } else { class_record::data_of(self.ty) } }
    }
}

impl<D, T> Clone for class_<'_, D, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<D, T> Copy for class_<'_, D, T> {}

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Makes the class `name` in `scope`, or gives the existing one (with a warning) when `T` is bound already.
    pub(crate) fn create(core: &'m Core, home: &Home<'_>, name: &str, extra: impl ClassExtra<T>) -> Self {
        let mut spec = ClassSpec::default();
        extra.apply(&mut spec);
        let value = const { &ValueType::of::<D, T>() };
        let scope = Scope::create(core, home, name, value, spec);
        class_ { scope, types: PhantomData }
    }

    /// Binds a method: its first argument is `self`.
    pub fn def<S, F, E>(self, name: &str, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { scope::check::<D, S, F, E, FunctionPolicy>(1) };
        let mut extra = Pending::<D, E>::new(extra);
        if const { builtin::is_stateless::<F>() } {
            let entry = erased::entry::<D, S, F, E, FunctionPolicy, Method>(function);
            self.scope.define_native(name, entry, METHOD, extra.erase());
        } else {
            let thunk = erased::thunk::<D, S, F, E, FunctionPolicy, Method>(function, METHOD);
            self.scope.define(name, thunk, extra.erase());
        }
        self
    }

    /// Binds a static method.
    pub fn def_static<S, F, E>(self, name: &str, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const {
            scope::check::<D, S, F, E, FunctionPolicy>(0);
            checks::static_function(E::MARKS);
        }
        let mut extra = Pending::<D, E>::new(extra);
        if const { builtin::is_stateless::<F>() } {
            let entry = erased::entry::<D, S, F, E, FunctionPolicy, Plain>(function);
            self.scope.define_native(name, entry, STATIC, extra.erase());
        } else {
            let thunk = erased::thunk::<D, S, F, E, FunctionPolicy, Plain>(function, STATIC);
            self.scope.define(name, thunk, extra.erase());
        }
        self
    }

    /// Binds a constructor: `.def(nb::init<..>(), ..)`.
    pub fn def_init<S, F, E>(self, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Init<D, T, S, GuardOf<D, E>>,
    {
        const { check_init::<D, T, S, F, E>() };
        let mut extra = Pending::<D, E>::new(extra);
        let shape = const { &InitShape::of::<D, T, S, GuardOf<D, E>, F>() };
        self.scope.define_init("__init__", erased::capture(function), F::run, shape, extra.erase());
        if E::MARKS.is_implicit()
            && let (Some(add), Some(data)) = (F::IMPLICIT, self.scope.data())
        {
            add(data);
        }
        self
    }

    /// Binds a constructor with one argument that is also an implicit conversion: `.def(nb::init_implicit<A>())`.
    pub fn def_init_implicit<A, R, F, E>(self, function: F, extra: E) -> Self
    where
        A: Param<D>,
        E: FuncExtra<D>,
        F: Sig<fn(A) -> R> + Init<D, T, fn(A) -> R, GuardOf<D, E>>,
    {
        let done = self.def_init(function, extra);
        if !E::MARKS.is_implicit()
            && let Some(data) = done.scope.data()
        {
            implicit::add::<D, A>(data);
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
        done.scope.define_init("__setstate__", erased::capture(setstate), F::run, shape, None);
        done
    }

    /// Binds a factory as `__new__`: `.def(nb::new_(factory))`.
    ///
    /// The factory's result is what a call of the class gives, converted like that of any function: by value, as `Box<T>` or
    /// `Arc<T>`, as `&'static T` with [`rv_policy::reference`](crate::rv_policy::reference), or as an
    /// [`object`](crate::object) that it had in store. For plain values a constructor is faster.
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
        let (capture, drop_capture) = erased::capture(factory);
        let thunk = Thunk {
            invoke: factory::run::<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>, F>,
            capture,
            drop_capture,
            types,
            nullable: F::NULLABLE << 1,
            rest: Rest::from_bits(F::REST << 1),
            flags: STATIC | FACTORY,
            entry: None,
        };
        self.scope.define_factory(thunk, init, extra.erase());
        self
    }

    /// Binds a field for reading and writing; a field that is a bound class reads as a reference into the owner.
    ///
    /// A container of values of a bound class (`Option`, `Vec`, a tuple, an array, a map) reads as a copy, so that what Python
    /// does to an element would be lost. Binding it is an `ImportError`, unless [`rv_policy::copy`](crate::rv_policy) says that this is meant.
    pub fn def_rw<V, E>(self, name: &str, field: Field<T, V>, extra: E) -> Self
    where
        V: Member<D> + for<'a> Param<D, Item<'a> = V>,
        E: FuncExtra<D>,
    {
        const { checks::field::<D, E>(<V as Param<D>>::NULLABLE) };
        if const { V::COPIES && !<E::Getter as FuncExtra<D>>::COPIES } {
            let class = short_rust_name(type_name::<T>());
            let field = short_rust_name(type_name::<V>());
            self.scope.core.fail(import_error(messages::writes_into_a_copy(&class, name, &field)));
        }
        let setter = Thunk {
            types: const { Types::new(&[0, <V as Param<D>>::CODE], type_codes::NONE, describe_setter::<D, T, V>) },
            invoke: field::run_set::<D, T, V>,
            nullable: (<V as Param<D>>::NULLABLE as u64) << 1,
            ..field_getter::<D, T, V, false>(field)
        };
        self.property(name, field_getter::<D, T, V, false>(field), Some(setter), extra)
    }

    /// Binds a field for reading.
    pub fn def_ro<V, E>(self, name: &str, field: Field<T, V>, extra: E) -> Self
    where
        V: Member<D>,
        E: FuncExtra<D>,
    {
        const { checks::field::<D, E>(false) };
        self.property(name, field_getter::<D, T, V, true>(field), None, extra)
    }

    fn property<E: FuncExtra<D>>(self, name: &str, getter: Thunk, setter: Option<Thunk>, extra: E) -> Self {
        self.scope.property(name, getter, setter, Pending::<D, E>::new(extra).erase());
        self
    }

    /// Binds a read-only property; a returned reference keeps its owner alive.
    pub fn def_prop_ro<S, F, E>(self, name: &str, getter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E::Getter, GetterPolicy>, GuardOf<D, E::Getter>>,
    {
        const { check_getter::<D, S, F, E::Getter, GetterPolicy>() };
        let getter = erased::thunk::<D, S, F, E::Getter, GetterPolicy, Method>(getter, METHOD);
        self.property(name, getter, None, extra)
    }

    /// Binds a property with getter and setter.
    ///
    /// The annotations apply to both; [`for_getter`](crate::for_getter) and [`for_setter`](crate::for_setter) choose one.
    /// Names of arguments and return value policies are the setter's and the getter's without choosing. The property
    /// gets the getter's docstring.
    pub fn def_prop_rw<S1, S2, F1, F2, E>(self, name: &str, getter: F1, setter: F2, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F1: Sig<S1> + Func<D, S1, PolicyOf<D, E::Getter, GetterPolicy>, GuardOf<D, E::Getter>>,
        F2: Sig<S2> + Func<D, S2, PolicyOf<D, E::Setter, FunctionPolicy>, GuardOf<D, E::Setter>>,
    {
        const { check_getter::<D, S1, F1, E::Getter, GetterPolicy>() };
        const { check_setter::<D, S2, F2, E::Setter>() };
        let getter = erased::thunk::<D, S1, F1, E::Getter, GetterPolicy, Method>(getter, METHOD);
        let setter = erased::thunk::<D, S2, F2, E::Setter, FunctionPolicy, Method>(setter, METHOD);
        self.property(name, getter, Some(setter), extra)
    }

    /// Binds a read-only property of the class itself; the getter receives the class.
    pub fn def_prop_ro_static<S, F, E>(self, name: &str, getter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E::Getter, rv_reference>, GuardOf<D, E::Getter>>,
    {
        const { check_getter::<D, S, F, E::Getter, rv_reference>() };
        let getter = erased::thunk::<D, S, F, E::Getter, rv_reference, Plain>(getter, 0);
        self.property(name, getter, None, extra)
    }

    /// Binds a property of the class itself; both functions receive the class first.
    pub fn def_prop_rw_static<S1, S2, F1, F2, E>(self, name: &str, getter: F1, setter: F2, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F1: Sig<S1> + Func<D, S1, PolicyOf<D, E::Getter, rv_reference>, GuardOf<D, E::Getter>>,
        F2: Sig<S2> + Func<D, S2, PolicyOf<D, E::Setter, FunctionPolicy>, GuardOf<D, E::Setter>>,
    {
        const { check_getter::<D, S1, F1, E::Getter, rv_reference>() };
        const { check_setter::<D, S2, F2, E::Setter>() };
        let getter = erased::thunk::<D, S1, F1, E::Getter, rv_reference, Plain>(getter, 0);
        let setter = erased::thunk::<D, S2, F2, E::Setter, FunctionPolicy, Plain>(setter, 0);
        self.property(name, getter, Some(setter), extra)
    }

    /// Binds a static for reading: `.def_ro_static("limit", &LIMIT)`.
    pub fn def_ro_static<P, E>(self, name: &str, place: &'static P, extra: E) -> Self
    where
        P: StaticRead,
        E: FuncExtra<D>,
        PolicyOf<D, E::Getter, rv_reference>: LetsGo,
        P::Value: Ret<D, PolicyOf<D, E::Getter, rv_reference>>,
        GuardOf<D, E::Getter>: GuardFor<(object,)>,
    {
        let shown = name.to_string();
        self.def_prop_ro_static(name, move |_: object| place.read_named(&shown), extra)
    }

    /// Binds a static for reading and writing: `.def_rw_static("count", &COUNT)`.
    pub fn def_rw_static<P, E>(self, name: &str, place: &'static P, extra: E) -> Self
    where
        P: StaticWrite,
        E: FuncExtra<D>,
        PolicyOf<D, E::Getter, rv_reference>: LetsGo,
        P::Value: Ret<D, PolicyOf<D, E::Getter, rv_reference>> + for<'a> Param<D, Item<'a> = P::Value>,
        (): Ret<D, PolicyOf<D, E::Setter, FunctionPolicy>>,
        PolicyOf<D, E::Setter, FunctionPolicy>: LetsGo,
        GuardOf<D, E::Getter>: GuardFor<(object,)>,
        GuardOf<D, E::Setter>: GuardFor<(object, P::Value)>,
    {
        let [shown, changed] = [name.to_string(), name.to_string()];
        self.def_prop_rw_static(
            name,
            move |_: object| place.read_named(&shown),
            move |_: object, value: P::Value| place.write_named(&changed, value),
            extra,
        )
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
        inside: Option<crate::interpreter::exceptions::Inside>,
    ) -> object {
        let base = base.base();
        let mut made = base.clone();
        let core = self.scope.core;
        if let Some(class) = self.scope.object().filter(|_| self.scope.repeated) {
            // Made by the earlier import, for the same errors.
            return class.getattr(name).unwrap_or(made);
        }
        self.scope.step(|home| {
            made = exception::bind_in(core, home, name, base, TypeId::of::<E>(), inside);
            Ok(())
        });
        made
    }

    /// Binds a nested class.
    pub fn class_<U: Class<D>>(self, name: &str, extra: impl ClassExtra<U>) -> class_<'m, D, U> {
        let core = self.scope.core;
        match self.scope.object() {
            Some(scope) => class_::<D, U>::create(core, &Home::of(&scope, &core.state), name, extra),
            None => class_ { scope: self.scope, types: PhantomData },
        }
    }

    /// Binds a nested enumeration: nanobind's `nb::enum_<U>(pet, "Kind")`.
    pub fn enum_<U: Enum<D>>(self, name: &str, extra: impl EnumExtra<D, U>) -> enum_<'m, D, U> {
        let core = self.scope.core;
        match self.scope.object() {
            Some(scope) => enum_::<D, U>::create(core, &Home::of(&scope, &core.state), name, extra),
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
    pub fn attr(&self, name: &str) -> accessor<'_, D> {
        if !self.scope.exists() {
            // What has kept the class from being made came first; this is its consequence.
            let unbound = || import_error(messages::unbound_value(&short_rust_name(type_name::<T>())));
            crate::interpreter::panic::raise(self.scope.core.take_error().unwrap_or_else(unbound));
        }
        // SAFETY: an `object` is a pointer that is not null. It is borrowed here, from what `core` keeps alive.
        accessor::new(unsafe { &*(&raw const self.scope.ty).cast::<object>() }, name)
    }

    /// The Python class, for attribute access; raises when binding it has failed.
    pub fn object(&self) -> Result<object> {
        let unbound = || import_error(messages::unbound_value(&short_rust_name(type_name::<T>())));
        self.scope.object().ok_or_else(unbound)
    }
}

// SAFETY: a new reference to a live object, or null with an exception raised.
unsafe impl<D, T: Class<D>> IntoObject for class_<'_, D, T> {
    unsafe fn put_in(self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        match self.object() {
            Ok(class) => class.into_ptr(),
            Err(error) => {
                error.restore();
                ptr::null_mut()
            }
        }
    }
}

/// Default policy of static getters.
#[allow(non_camel_case_types)]
type rv_reference = crate::rv_policy::automatic;

fn describe_getter<D, T: Class<D>, V: Member<D>>(index: usize, text: &mut SigText<'_>) {
    if index == RESULT { V::describe(text) } else { text.class::<T>() }
}

fn describe_setter<D, T: Class<D>, V: Param<D>>(index: usize, text: &mut SigText<'_>) {
    if index == 0 { text.class::<T>() } else { V::describe(text) }
}

fn field_getter<D, T: Class<D>, V: Member<D>, const READ_ONLY: bool>(field: Field<T, V>) -> Thunk {
    let (capture, drop_capture) = erased::capture(field);
    Thunk {
        invoke: field::run_get::<D, T, V, READ_ONLY>,
        capture,
        drop_capture,
        types: const { Types::new(&[0], 0, describe_getter::<D, T, V>) },
        nullable: 0,
        rest: Rest::NONE,
        flags: METHOD,
        entry: None,
    }
}

/// As [`bind::check`], for constructors.
#[track_caller]
const fn check_init<D, T, S, F, E>()
where
    E: FuncExtra<D>,
    F: Init<D, T, S, GuardOf<D, E>>,
{
    assert!(!E::KEEP_RESULT, "nb: a constructor has no result to keep alive: the new object is `self`, index 1");
    let shape = Shape {
        arguments: <F as Init<D, T, S, GuardOf<D, E>>>::N + 1,
        nullable: <F as Init<D, T, S, GuardOf<D, E>>>::NULLABLE << 1,
        rest: <F as Init<D, T, S, GuardOf<D, E>>>::REST << 1,
        nothing: true,
    };
    checks::constructor::<D, E>(shape, <F as Init<D, T, S, GuardOf<D, E>>>::IMPLICIT.is_some());
}

/// As [`bind::check`], for getters: one argument, which may go unnamed.
#[track_caller]
pub(crate) const fn check_getter<D, S, F, E, Default>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
{
    assert!(
        <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::N == 1,
        "nb: a getter takes exactly one argument: the instance, or the class in a static property"
    );
    checks::property::<D, E>(1, scope::shape_of::<D, S, F, E, Default>());
}

/// As [`bind::check`], for setters.
#[track_caller]
pub(crate) const fn check_setter<D, S, F, E>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
{
    let shape = scope::shape_of::<D, S, F, E, FunctionPolicy>();
    assert!(
        shape.arguments == 2,
        "nb: a setter takes exactly two arguments: the instance (or the class in a static property) and the value"
    );
    // `keep_alive<0, 1>` is meant for the getter; for a setter it does nothing.
    checks::property::<D, E>(1, Shape { nothing: false, ..shape });
}
