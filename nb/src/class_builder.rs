//! [`class_`]: makes the Python class and adds its members.

use crate::bind::{self, FunctionPolicy, GetterPolicy, GuardOf, Home, PolicyOf, Thunk};
use crate::call::Cx;
use crate::class::{self, Class, Embeds, TypeData};
use crate::construct::{self, Init};
use crate::convert::{Param, Ret};
use crate::error::{self, Error, Result, import_error, warn};
use crate::extras::FuncExtra;
use crate::ffi;
use crate::field::{self, Field, Member};
use crate::func::{Func, Sig};
use crate::function::{self, CONSTRUCTOR, METHOD, Record, STATIC};
use crate::guard::GuardFor;
use crate::implicit;
use crate::instance::{self, Inst};
use crate::messages;
use crate::metatype;
use crate::module::{Core, accept};
use crate::obj::object;
use crate::panic;
use crate::property;
use crate::static_field::{StaticRead, StaticWrite};
use crate::typename::short_rust_name;
use std::any::{TypeId, type_name};
use std::ffi::c_int;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::AtomicPtr;

/// What the annotations of a class add up to.
#[doc(hidden)]
#[derive(Default)]
pub struct ClassSpec {
    base: Option<BaseSpec>,
    /// A base was named after another one.
    two_bases: bool,
    pub(crate) doc: Option<String>,
    pub(crate) dynamic_attr: bool,
    pub(crate) weak_referenceable: bool,
    pub(crate) is_final: bool,
}

/// A base class and where its value lies inside the derived one.
struct BaseSpec {
    key: TypeId,
    rust_name: &'static str,
    offset: usize,
}

impl ClassSpec {
    fn set_base<T: Embeds<B>, B: 'static>(&mut self) {
        let base = BaseSpec { key: TypeId::of::<B>(), rust_name: type_name::<B>(), offset: <T as Embeds<B>>::OFFSET };
        self.two_bases = self.base.replace(base).is_some();
    }
}

/// An annotation of a class of type `T`, or a tuple of annotations.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an annotation of a class",
    label = "not an annotation of a class",
    note = "annotations are docstrings, `dynamic_attr()`, `is_weak_referenceable()`, `is_final()`, and the base class as `nb::class_<T, Base>` or as the `nb::class_` value that holds it"
)]
pub trait ClassExtra<T> {
    #[doc(hidden)]
    fn apply(self, spec: &mut ClassSpec);
}

/// Names the bound base class: the second argument of `nb::class_<Dog, Pet>`.
pub struct Base<B>(PhantomData<B>);

/// Makes the annotation [`Base`]; the class has to embed its base, see [`nb_base!`](crate::nb_base).
pub fn base<B>() -> Base<B> {
    Base(PhantomData)
}

impl<T: Embeds<B>, B: 'static> ClassExtra<T> for Base<B> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.set_base::<T, B>();
    }
}

/// The bound base class itself: `nb::class_<Dog>(m, "Dog", pet)`.
///
/// Its type says which class it is, so that the compiler can check that the new class embeds it. A `type_object` does
/// not, and is no annotation.
impl<T: Embeds<B>, D, B: 'static> ClassExtra<T> for class_<'_, D, B> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.set_base::<T, B>();
    }
}

/// Instances get a `__dict__`: nanobind's `nb::dynamic_attr`.
pub struct dynamic_attr();
/// Instances can be the target of weak references: nanobind's `nb::is_weak_referenceable`.
pub struct is_weak_referenceable();
/// Python classes cannot derive from it: nanobind's `nb::is_final`.
pub struct is_final();

macro_rules! class_extras {
    ($($ty:ty: $self:ident, $spec:ident => $body:expr;)*) => { $(
        impl<T> ClassExtra<T> for $ty {
            fn apply($self, $spec: &mut ClassSpec) { $body }
        }
    )* };
}
class_extras! {
    (): self, _spec => ();
    &str: self, spec => spec.doc = Some(self.to_string());
    String: self, spec => spec.doc = Some(self);
    dynamic_attr: self, spec => spec.dynamic_attr = true;
    is_weak_referenceable: self, spec => spec.weak_referenceable = true;
    is_final: self, spec => spec.is_final = true;
}

macro_rules! tuple_extra {
    ($First:ident $($Rest:ident)*) => {
        impl<T, $First: ClassExtra<T>, $($Rest: ClassExtra<T>),*> ClassExtra<T> for ($First, $($Rest,)*) {
            fn apply(self, spec: &mut ClassSpec) {
                #[allow(non_snake_case)]
                let ($First, $($Rest,)*) = self;
                $First.apply(spec);
                $( $Rest.apply(spec); )*
            }
        }
        tuple_extra!($($Rest)*);
    };
    () => {};
}
tuple_extra!(A0 A1 A2 A3 A4 A5 A6 A7);

/// A class being bound: nanobind's `nb::class_<T>`.
///
/// Errors do not interrupt a chain: the first one is kept and becomes the `ImportError` of the module.
pub struct class_<'m, D, T> {
    core: &'m Core,
    ty: *mut ffi::PyTypeObject,
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
    pub(crate) fn create(core: &'m Core, home: &Home<'_>, name: &str, extra: impl ClassExtra<T>) -> Self {
        let mut spec = ClassSpec::default();
        extra.apply(&mut spec);
        let ty = match create_type::<D, T>(home, name, spec) {
            Ok(ty) => core.keep(ty),
            Err(error) => {
                core.fail(error);
                ptr::null_mut()
            }
        };
        class_ { core, ty: ty.cast(), types: PhantomData }
    }

    /// Runs a step of the binding unless an earlier one has failed to make the class.
    fn step(self, body: impl FnOnce(&Home<'_>) -> Result<()>) -> Self {
        if !self.ty.is_null() {
            // SAFETY: `core` keeps the class alive while the module is initialised.
            let scope = unsafe { object::borrow(self.ty.cast()) };
            let home = Home {
                scope: &scope,
                state: &self.core.state,
                module: attribute(&scope, c"__module__"),
                // SAFETY: live type.
                qualname: unsafe { crate::typename::attr_text(scope.as_ptr(), c"__qualname__") }.unwrap_or_default(),
            };
            accept(self.core, body(&home));
        }
        self
    }

    /// Binds a method: its first argument is `self`.
    pub fn def<S, F, E>(self, name: &str, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { bind::check::<D, S, F, E, FunctionPolicy>(1) };
        let mut flags = METHOD;
        if name == "__init__" || name == "__setstate__" {
            flags |= CONSTRUCTOR;
        }
        let thunk = bind::thunk::<D, S, F, E, FunctionPolicy>(function, flags);
        self.step(|home| bind::define::<D, E>(home, name, thunk, extra))
    }

    /// Binds a static method.
    pub fn def_static<S, F, E>(self, name: &str, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { bind::check::<D, S, F, E, FunctionPolicy>(0) };
        let thunk = bind::thunk::<D, S, F, E, FunctionPolicy>(function, STATIC);
        self.step(|home| bind::define::<D, E>(home, name, thunk, extra))
    }

    /// Binds a constructor: `.def(nb::init<..>(), ..)`.
    pub fn def_init<S, F, E>(self, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Init<D, T, S, GuardOf<D, E>>,
    {
        const { check_init::<D, T, S, F, E>() };
        let thunk = init_thunk::<D, T, S, F, E>(function);
        self.step(|home| bind::define::<D, E>(home, "__init__", thunk, extra))
    }

    /// Binds a constructor with one argument that is also an implicit conversion: `.def(nb::init_implicit<A>())`.
    pub fn def_init_implicit<A, R, F, E>(self, function: F, extra: E) -> Self
    where
        A: Param<D>,
        E: FuncExtra<D>,
        F: Sig<fn(A) -> R> + Init<D, T, fn(A) -> R, GuardOf<D, E>>,
    {
        const { check_init::<D, T, fn(A) -> R, F, E>() };
        let thunk = init_thunk::<D, T, fn(A) -> R, F, E>(function);
        let done = self.step(|home| bind::define::<D, E>(home, "__init__", thunk, extra));
        if let Some(data) = done.data() {
            implicit::add::<D, A>(data);
        }
        done
    }

    fn data(&self) -> Option<&'m TypeData> {
        // SAFETY: `core` keeps the class alive; null is not ours to read.
        unsafe { if self.ty.is_null() { None } else { class::data_of(self.ty) } }
    }

    /// Binds a field for reading and writing; a field that is a bound class reads as a reference into the owner.
    pub fn def_rw<V, E>(self, name: &str, field: Field<T, V>, extra: E) -> Self
    where
        V: Member<D> + for<'a> Param<D, Item<'a> = V>,
        E: FuncExtra<D>,
    {
        let setter = Thunk {
            params: const { &[construct::describe_self::<T>, <V as Param<D>>::describe] },
            result: construct::describe_none,
            invoke: field::run_set::<D, T, V>,
            nullable: (<V as Param<D>>::NULLABLE as u64) << 1,
            ..field_getter::<D, T, V, false>(field)
        };
        self.field(name, field_getter::<D, T, V, false>(field), Some(setter), extra)
    }

    /// Binds a field for reading.
    pub fn def_ro<V, E>(self, name: &str, field: Field<T, V>, extra: E) -> Self
    where
        V: Member<D>,
        E: FuncExtra<D>,
    {
        self.field(name, field_getter::<D, T, V, true>(field), None, extra)
    }

    fn field<E: FuncExtra<D>>(self, name: &str, getter: Thunk, setter: Option<Thunk>, extra: E) -> Self {
        self.step(|home| {
            let doc = doc_of::<D, E>(home, extra);
            let getter = bind::lone::<D, ()>(home, name, getter, ())?;
            let setter = setter.map(|setter| bind::lone::<D, ()>(home, name, setter, ())).transpose()?;
            let property = property::make(&raw mut ffi::PyProperty_Type, Some(getter), setter, doc.as_deref())?;
            bind::set_attribute(home.scope, name, &property)
        })
    }

    /// Binds a read-only property; a returned reference keeps its owner alive.
    pub fn def_prop_ro<S, F, E>(self, name: &str, getter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, GetterPolicy>, GuardOf<D, E>>,
    {
        const { check_getter::<D, S, F, E, GetterPolicy>() };
        let getter = bind::thunk::<D, S, F, E, GetterPolicy>(getter, METHOD);
        self.step(|home| {
            let (getter, doc) = documented::<D, E>(home, name, getter, extra)?;
            let property = property::make(&raw mut ffi::PyProperty_Type, Some(getter), None, doc.as_deref())?;
            bind::set_attribute(home.scope, name, &property)
        })
    }

    /// Binds a property with getter and setter. Annotations apply to the getter, the docstring to the property.
    pub fn def_prop_rw<S1, S2, F1, F2, E>(self, name: &str, getter: F1, setter: F2, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F1: Sig<S1> + Func<D, S1, PolicyOf<D, E, GetterPolicy>, GuardOf<D, E>>,
        F2: Sig<S2> + Func<D, S2, FunctionPolicy, crate::guard::no_guard>,
    {
        const { check_getter::<D, S1, F1, E, GetterPolicy>() };
        const { check_setter::<D, S2, F2>() };
        let getter = bind::thunk::<D, S1, F1, E, GetterPolicy>(getter, METHOD);
        let setter = bind::thunk::<D, S2, F2, (), FunctionPolicy>(setter, METHOD);
        self.step(|home| {
            let (getter, doc) = documented::<D, E>(home, name, getter, extra)?;
            let setter = bind::lone::<D, ()>(home, name, setter, ())?;
            let ty = &raw mut ffi::PyProperty_Type;
            let property = property::make(ty, Some(getter), Some(setter), doc.as_deref())?;
            bind::set_attribute(home.scope, name, &property)
        })
    }

    /// Binds a read-only property of the class itself; the getter receives the class.
    pub fn def_prop_ro_static<S, F, E>(self, name: &str, getter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, rv_reference>, GuardOf<D, E>>,
    {
        const { check_getter::<D, S, F, E, rv_reference>() };
        let getter = bind::thunk::<D, S, F, E, rv_reference>(getter, 0);
        self.step(|home| {
            let (getter, doc) = documented::<D, E>(home, name, getter, extra)?;
            let property = property::make(home.state.static_property, Some(getter), None, doc.as_deref())?;
            bind::set_attribute(home.scope, name, &property)
        })
    }

    /// Binds a property of the class itself; both functions receive the class first.
    pub fn def_prop_rw_static<S1, S2, F1, F2, E>(self, name: &str, getter: F1, setter: F2, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F1: Sig<S1> + Func<D, S1, PolicyOf<D, E, rv_reference>, GuardOf<D, E>>,
        F2: Sig<S2> + Func<D, S2, FunctionPolicy, crate::guard::no_guard>,
    {
        const { check_getter::<D, S1, F1, E, rv_reference>() };
        const { check_setter::<D, S2, F2>() };
        let getter = bind::thunk::<D, S1, F1, E, rv_reference>(getter, 0);
        let setter = bind::thunk::<D, S2, F2, (), FunctionPolicy>(setter, 0);
        self.step(|home| {
            let (getter, doc) = documented::<D, E>(home, name, getter, extra)?;
            let setter = bind::lone::<D, ()>(home, name, setter, ())?;
            let ty = home.state.static_property;
            let property = property::make(ty, Some(getter), Some(setter), doc.as_deref())?;
            bind::set_attribute(home.scope, name, &property)
        })
    }

    /// Binds a static for reading: `.def_ro_static("limit", &LIMIT)`.
    pub fn def_ro_static<P, E>(self, name: &str, place: &'static P, extra: E) -> Self
    where
        P: StaticRead,
        E: FuncExtra<D>,
        P::Value: Ret<D, PolicyOf<D, E, rv_reference>>,
        GuardOf<D, E>: GuardFor<(object,)>,
    {
        self.def_prop_ro_static(name, move |_: object| place.read(), extra)
    }

    /// Binds a static for reading and writing: `.def_rw_static("count", &COUNT)`.
    pub fn def_rw_static<P, E>(self, name: &str, place: &'static P, extra: E) -> Self
    where
        P: StaticWrite,
        E: FuncExtra<D>,
        P::Value: Ret<D, PolicyOf<D, E, rv_reference>> + for<'a> Param<D, Item<'a> = P::Value>,
        GuardOf<D, E>: GuardFor<(object,)>,
    {
        self.def_prop_rw_static(
            name,
            move |_: object| place.read(),
            move |_: object, value: P::Value| place.write(value),
            extra,
        )
    }

    /// Binds a nested class.
    pub fn class_<U: Class<D>>(self, name: &str, extra: impl ClassExtra<U>) -> class_<'m, D, U> {
        if self.ty.is_null() {
            return class_ { core: self.core, ty: ptr::null_mut(), types: PhantomData };
        }
        // SAFETY: `core` keeps the class alive.
        let scope = unsafe { object::borrow(self.ty.cast()) };
        let home = Home {
            scope: &scope,
            state: &self.core.state,
            module: attribute(&scope, c"__module__"),
            // SAFETY: live type.
            qualname: unsafe { crate::typename::attr_text(scope.as_ptr(), c"__qualname__") }.unwrap_or_default(),
        };
        class_::<D, U>::create(self.core, &home, name, extra)
    }

    /// The Python class, for attribute access; raises when binding it has failed.
    pub fn object(&self) -> Result<object> {
        if self.ty.is_null() {
            return Err(import_error(messages::unbound_value(&short_rust_name(type_name::<T>()))));
        }
        // SAFETY: `core` keeps the class alive.
        Ok(unsafe { object::borrow(self.ty.cast()) })
    }
}

/// Default policy of static getters.
#[allow(non_camel_case_types)]
type rv_reference = crate::rv_policy::automatic;

fn field_getter<D, T: Class<D>, V: Member<D>, const READ_ONLY: bool>(field: Field<T, V>) -> Thunk {
    let (capture, drop_capture) = bind::capture(field);
    Thunk {
        invoke: field::run_get::<D, T, V, READ_ONLY>,
        capture,
        drop_capture,
        params: const { &[construct::describe_self::<T>] },
        result: <V as Member<D>>::describe,
        nullable: 0,
        flags: METHOD,
    }
}

unsafe fn run_init<D, T, S, G, F: Init<D, T, S, G>>(
    record: &Record,
    cx: &mut Cx<'_>,
    convert: bool,
) -> *mut ffi::PyObject {
    // SAFETY: the capture is an `F`; the caller passes as many arguments as the record has parameters.
    unsafe { (*record.capture.cast::<F>()).run(record, cx, convert) }
}

/// As [`bind::check`], for constructors.
#[track_caller]
const fn check_init<D, T, S, F, E>()
where
    E: FuncExtra<D>,
    F: Init<D, T, S, GuardOf<D, E>>,
{
    let arguments = <F as Init<D, T, S, GuardOf<D, E>>>::N;
    let nullable = <F as Init<D, T, S, GuardOf<D, E>>>::NULLABLE;
    bind::check_annotations::<D, E>(1, arguments + 1, nullable << 1);
    assert!(!E::KEEP_RESULT, "nb: a constructor has no result to keep alive: the new object is `self`, index 1");
}

/// As [`bind::check`], for getters: one argument, which may go unnamed.
#[track_caller]
const fn check_getter<D, S, F, E, Default>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
{
    assert!(
        <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::N == 1,
        "nb: a getter takes exactly one argument: the instance, or the class in a static property"
    );
    bind::check::<D, S, F, E, Default>(1_usize.saturating_sub(E::ARGS));
}

/// As [`bind::check`], for setters.
#[track_caller]
const fn check_setter<D, S, F: Func<D, S, FunctionPolicy, crate::guard::no_guard>>() {
    assert!(
        <F as Func<D, S, FunctionPolicy, crate::guard::no_guard>>::N == 2,
        "nb: a setter takes exactly two arguments: the instance (or the class in a static property) and the value"
    );
}

fn init_thunk<D, T, S, F, E>(function: F) -> Thunk
where
    E: FuncExtra<D>,
    F: Init<D, T, S, GuardOf<D, E>>,
{
    let (capture, drop_capture) = bind::capture(function);
    Thunk {
        invoke: run_init::<D, T, S, GuardOf<D, E>, F>,
        capture,
        drop_capture,
        params: F::PARAMS,
        result: construct::describe_none,
        nullable: F::NULLABLE << 1,
        flags: METHOD | CONSTRUCTOR,
    }
}

/// Annotations of a field are documentation only; the rest was refused by type.
fn doc_of<D, E: FuncExtra<D>>(home: &Home<'_>, extra: E) -> Option<String> {
    let mut spec = crate::extras::FuncSpec {
        state: home.state,
        function: "",
        args: Vec::new(),
        doc: None,
        signature: None,
        keep_alive: Vec::new(),
        flags: 0,
        error: None,
    };
    extra.apply(&mut spec);
    spec.doc
}

fn documented<D, E: FuncExtra<D>>(
    home: &Home<'_>,
    name: &str,
    getter: Thunk,
    extra: E,
) -> Result<(object, Option<String>)> {
    let getter = bind::lone::<D, E>(home, name, getter, extra)?;
    // SAFETY: a function object of ours that was just made.
    let doc = unsafe { function::data_of(getter.as_ptr()) }.and_then(|data| data.records[0].doc.clone());
    Ok((getter, doc))
}

pub(crate) fn attribute(value: &object, name: &std::ffi::CStr) -> Option<object> {
    // SAFETY: live object; the indicator is cleared when the attribute is missing.
    unsafe {
        let found = object::from_owned(ffi::PyObject_GetAttrString(value.as_ptr(), name.as_ptr()));
        if found.is_none() {
            ffi::PyErr_Clear();
        }
        found
    }
}

fn create_type<D, T: Class<D>>(home: &Home<'_>, name: &str, spec: ClassSpec) -> Result<object> {
    let key = TypeId::of::<T>();
    let state = home.state;
    if let Some(known) = state.type_of(key) {
        // SAFETY: a registered type is alive.
        let existing = unsafe { object::borrow(known.ty.cast()) };
        if !warn(&messages::bound_twice(&short_rust_name(type_name::<T>()), &known.name())) {
            return Err(Error::fetch());
        }
        bind::set_attribute(home.scope, name, &existing)?;
        return Ok(existing);
    }
    if spec.two_bases {
        return Err(import_error(messages::two_bases(name)));
    }
    let base = match &spec.base {
        None => None,
        Some(base) => match state.type_of(base.key) {
            Some(data) => Some((data, base.offset)),
            None => return Err(import_error(messages::unknown_base(name, &short_rust_name(base.rust_name)))),
        },
    };
    if let Some((data, _)) = &base
        && data.is_final
    {
        return Err(error::type_error(messages::is_final(&data.name())));
    }
    let qualname = if home.qualname.is_empty() { name.to_string() } else { format!("{}.{name}", home.qualname) };
    let full_name = match &home.module {
        // SAFETY: a live object.
        Some(module) => match unsafe { crate::typename::text(module.as_ptr()) } {
            Some(module) => format!("{module}.{qualname}"),
            None => qualname.clone(),
        },
        None => qualname.clone(),
    };
    // SAFETY: attached; every created object is owned by a wrapper.
    unsafe {
        let namespace = object::steal(ffi::PyDict_New())?;
        let entry = |key: &std::ffi::CStr, value: &object| -> Result<()> {
            if ffi::PyDict_SetItemString(namespace.as_ptr(), key.as_ptr(), value.as_ptr()) != 0 {
                return Err(Error::fetch());
            }
            Ok(())
        };
        // `type.__new__` adds neither `__dict__` nor weak references with empty slots; we add our own.
        entry(c"__slots__", &object::steal(ffi::PyTuple_New(0))?)?;
        entry(c"__qualname__", &bind::text(&qualname)?)?;
        if let Some(module) = &home.module {
            entry(c"__module__", module)?;
        }
        if let Some(doc) = &spec.doc {
            entry(c"__doc__", &bind::text(doc)?)?;
        }
        let base_type: *mut ffi::PyTypeObject =
            base.as_ref().map_or(&raw mut ffi::PyBaseObject_Type, |(data, _)| data.ty);
        let bases = object::steal(ffi::PyTuple_Pack(1, base_type.cast::<ffi::PyObject>()))?;
        let made = metatype::new_class(state.meta, &bind::text(name)?, &bases, &namespace)?;
        let ty = made.as_ptr().cast::<ffi::PyTypeObject>();
        lay_out::<T>(ty, base_type, &spec);
        let data = Box::new(TypeData {
            key,
            state: state.clone(),
            ty,
            size: size_of::<T>(),
            align: align_of::<T>(),
            drop_value: std::mem::needs_drop::<T>().then_some(class::drop_value::<T> as unsafe fn(*mut u8)),
            drop_box: class::drop_box::<T>,
            base: base.as_ref().map_or(ptr::null(), |(data, _)| ptr::from_ref(*data)),
            base_offset: base.as_ref().map_or(0, |(_, offset)| *offset),
            full_name,
            is_final: spec.is_final,
            init: AtomicPtr::new(ptr::null_mut()),
            implicit: std::sync::Mutex::default(),
        });
        let data = Box::into_raw(data);
        *metatype::data_slot(ty) = data;
        state.register_type(key, data);
        add_construction(&made)?;
        if spec.dynamic_attr {
            add_dict_descriptor(&made)?;
        }
        if ffi::PyDict_DelItemString((*ty).tp_dict, c"__slots__".as_ptr()) != 0 {
            ffi::PyErr_Clear();
        }
        ffi::PyType_Modified(ty);
        bind::set_attribute(home.scope, name, &made)?;
        Ok(made)
    }
}

/// Gives a fresh type its size and slots, before it has instances or subclasses.
unsafe fn lay_out<T>(ty: *mut ffi::PyTypeObject, base: *mut ffi::PyTypeObject, spec: &ClassSpec) {
    // SAFETY: nobody else knows the type yet.
    unsafe {
        let mut size = instance::basic_size(size_of::<T>(), align_of::<T>());
        let bound_base = base != &raw mut ffi::PyBaseObject_Type;
        if bound_base && size <= (*base).tp_basicsize as usize {
            // CPython allows `obj.__class__ = Derived` between types of equal size, which would let methods of the
            // derived class run on a value of the base class (LIV-07).
            size = (*base).tp_basicsize as usize + size_of::<usize>();
        }
        let word = size_of::<usize>();
        let base_dict = bound_base && (*base).tp_dictoffset > 0;
        let base_weak = bound_base && (*base).tp_weaklistoffset > 0;
        if spec.dynamic_attr || base_dict {
            (*ty).tp_dictoffset = size as ffi::Py_ssize_t;
            size += word;
        }
        if spec.weak_referenceable || base_weak {
            (*ty).tp_weaklistoffset = size as ffi::Py_ssize_t;
            size += word;
        }
        (*ty).tp_basicsize = size as ffi::Py_ssize_t;
        (*ty).tp_itemsize = 0;
        (*ty).tp_new = Some(inst_new);
        (*ty).tp_init = Some(inst_init);
        (*ty).tp_dealloc = Some(instance::dealloc);
        (*ty).tp_alloc = Some(ffi::PyType_GenericAlloc);
        if spec.dynamic_attr || base_dict {
            metatype::set_flags(ty, ffi::Py_TPFLAGS_HAVE_GC);
            (*ty).tp_traverse = Some(inst_traverse);
            (*ty).tp_clear = Some(inst_clear);
            (*ty).tp_free = Some(ffi::PyObject_GC_Del);
        } else {
            // `type.__new__` makes every class a collected one; without references inside there is nothing to visit.
            metatype::clear_flags(ty, ffi::Py_TPFLAGS_HAVE_GC);
            (*ty).tp_traverse = None;
            (*ty).tp_clear = None;
            (*ty).tp_free = Some(ffi::PyObject_Free);
        }
        (*ty).tp_vectorcall = Some(no_init_vectorcall);
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
        ml_doc: ptr::null(),
    },
]);

/// Puts `__new__` and, until a constructor is bound, a refusing `__init__` into the class.
///
/// CPython's own `__new__` function refuses to work while the class has a `__new__` written in Python, which would
/// therefore have no way to make an instance; and without an `__init__` in the namespace, subclasses would find that of
/// `object`.
unsafe fn add_construction(ty: &object) -> Result<()> {
    // SAFETY: a live type; the table entries are statics.
    unsafe {
        let class = ty.as_ptr().cast::<ffi::PyTypeObject>();
        let [new, init] = [&raw const METHODS.0[0], &raw const METHODS.0[1]].map(<*const _>::cast_mut);
        let new = object::steal(ffi::PyCFunction_NewEx(new, ty.as_ptr(), ptr::null_mut()))?;
        let init = object::steal(ffi::PyDescr_NewMethod(class, init))?;
        // Straight into the namespace: assignment would replace the slots.
        for (name, value) in [(c"__new__", new), (c"__init__", init)] {
            if ffi::PyDict_SetItemString((*class).tp_dict, name.as_ptr(), value.as_ptr()) != 0 {
                return Err(Error::fetch());
            }
        }
        Ok(())
    }
}

/// `Class.__new__(cls, ..)`: an empty instance of a subclass of the class.
unsafe extern "C" fn new_method(
    class: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: the function was made with its class as `self`; `args` is a live tuple.
        unsafe {
            let name = || crate::typename::of_type(class.cast());
            if ffi::PyTuple_Size(args) == 0 {
                error::type_error(messages::new_without_class(&name())).restore();
                return ptr::null_mut();
            }
            let wanted = ffi::PyTuple_GetItem(args, 0);
            if ffi::PyType_Check(wanted) == 0 || ffi::PyType_IsSubtype(wanted.cast(), class.cast()) == 0 {
                let given = match ffi::PyType_Check(wanted) {
                    0 => crate::typename::of_type(ffi::Py_TYPE(wanted)),
                    _ => crate::typename::of_type(wanted.cast()),
                };
                error::type_error(messages::new_of_other(&name(), &given)).restore();
                return ptr::null_mut();
            }
            instance::alloc(wanted.cast()).cast()
        }
    })
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
        let Ok(name) = bind::text("__new__") else { return ffi::PyErr_Clear() };
        let Some(found) = object::from_owned(metatype::lookup(ty, name.as_ptr())) else { return };
        let ours = ffi::PyCFunction_Check(found.as_ptr()) != 0
            && ffi::PyCFunction_GetFunction(found.as_ptr())
                .is_some_and(|f| f as usize == new_method as *const () as usize);
        if ours {
            (*ty).tp_new = Some(inst_new);
        }
    }
}

/// `Class.__init__(self, ..)` of a class without constructors.
unsafe extern "C" fn init_method(
    ob: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a live instance; raises.
    unsafe { inst_init(ob, args, kwargs) };
    ptr::null_mut()
}

struct DictDescriptor([ffi::PyGetSetDef; 1]);
// SAFETY: a constant table without interior mutability.
unsafe impl Sync for DictDescriptor {}
static DICT: DictDescriptor = DictDescriptor([ffi::PyGetSetDef {
    name: c"__dict__".as_ptr(),
    get: Some(ffi::PyObject_GenericGetDict),
    set: Some(ffi::PyObject_GenericSetDict),
    doc: ptr::null(),
    closure: ptr::null_mut(),
}]);

unsafe fn add_dict_descriptor(ty: &object) -> Result<()> {
    // SAFETY: a live type; the table entry is a static.
    unsafe {
        let entry = (&raw const DICT.0[0]).cast_mut();
        let class = ty.as_ptr().cast::<ffi::PyTypeObject>();
        let descriptor = object::steal(ffi::PyDescr_NewGetSet(class, entry))?;
        // Not by assignment: `type` has an attribute of that name itself, which it refuses to set.
        if ffi::PyDict_SetItemString((*class).tp_dict, c"__dict__".as_ptr(), descriptor.as_ptr()) != 0 {
            return Err(Error::fetch());
        }
        Ok(())
    }
}

unsafe extern "C" fn inst_new(
    ty: *mut ffi::PyTypeObject,
    _args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with a class of ours or a Python subclass.
    unsafe { instance::alloc(ty).cast() }
}

/// Reached when neither the class nor a Python subclass defines `__init__`.
unsafe extern "C" fn inst_init(ob: *mut ffi::PyObject, _: *mut ffi::PyObject, _: *mut ffi::PyObject) -> c_int {
    panic::guard(-1, || {
        // SAFETY: a live instance.
        let name = unsafe { crate::typename::of_type(ffi::Py_TYPE(ob)) };
        error::type_error(messages::no_constructor(&name)).restore();
        -1
    })
}

unsafe extern "C" fn no_init_vectorcall(
    ty: *mut ffi::PyObject,
    _args: *const *mut ffi::PyObject,
    _nargsf: usize,
    _kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: a live type.
        let name = unsafe { crate::typename::of_type(ty.cast()) };
        error::type_error(messages::no_constructor(&name)).restore();
        ptr::null_mut()
    })
}

/// `__init__` was bound: from now on the class constructs without going through `tp_new` and `tp_init`.
pub(crate) fn install_constructor(scope: &object, function: object) {
    let ty = scope.as_ptr().cast::<ffi::PyTypeObject>();
    // SAFETY: the scope of a constructor is the class; Python classes get no shortcut.
    unsafe {
        if ffi::PyType_Check(scope.as_ptr()) == 0 {
            return;
        }
        let Some(data) = class::data_of(ty).filter(|data| data.ty == ty) else { return };
        // SAFETY: live function of ours.
        let named_init = function::data_of(function.as_ptr()).is_some_and(|f| f.name == "__init__");
        if named_init {
            data.set_init(Some(function));
            (*ty).tp_vectorcall = Some(vectorcall_constructor);
        }
    }
}

/// `T(...)`: allocates and runs the bound `__init__` directly.
unsafe extern "C" fn vectorcall_constructor(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: vectorcall protocol; this entry is installed only while the class's `__init__` is ours, and the
        // function is kept alive here in case the call replaces it.
        unsafe {
            let ty = callable.cast::<ffi::PyTypeObject>();
            let data = class::data_of(ty).expect("installed on bound classes");
            let init = crate::obj::Held::borrow(data.init_function());
            let function = function::function_data(init.as_ptr());
            let Some(instance) = object::from_owned(instance::alloc(ty).cast()) else { return ptr::null_mut() };
            let nargs = ffi::PyVectorcall_NARGS(nargsf) as usize;
            let nkw = if kwnames.is_null() { 0 } else { ffi::PyTuple_Size(kwnames) as usize };
            let given = nargs + nkw;
            let mut few = [ptr::null_mut(); function::MAX_PARAMS];
            let mut many = Vec::new();
            let all = if given < few.len() {
                few[0] = instance.as_ptr();
                for index in 0..given {
                    few[index + 1] = *args.add(index);
                }
                few.as_ptr()
            } else {
                many.push(instance.as_ptr());
                many.extend_from_slice(std::slice::from_raw_parts(args, given));
                many.as_ptr()
            };
            let done = crate::dispatch::call(function, all, nargs + 1, kwnames);
            if done.is_null() {
                return ptr::null_mut();
            }
            ffi::Py_DECREF(done);
            instance.into_ptr()
        }
    })
}

unsafe extern "C" fn inst_traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut std::ffi::c_void) -> c_int {
    // SAFETY: the collector passes a live instance of a class with a dict slot of ours.
    unsafe {
        let ty = ffi::Py_TYPE(ob);
        let Some(data) = class::data_of(ty) else { return 0 };
        // A Python subclass visits its own type.
        if data.ty == ty {
            let result = visit(ty.cast(), arg);
            if result != 0 {
                return result;
            }
        }
        let dict = *dict_slot(ob.cast(), data);
        if dict.is_null() { 0 } else { visit(dict, arg) }
    }
}

unsafe extern "C" fn inst_clear(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: as in `inst_traverse`; the slot is emptied before the dict is dropped.
    unsafe {
        if let Some(data) = class::data_of(ffi::Py_TYPE(ob)) {
            let dict = std::mem::replace(&mut *dict_slot(ob.cast(), data), ptr::null_mut());
            ffi::Py_XDECREF(dict);
        }
        0
    }
}

unsafe fn dict_slot(inst: *mut Inst, data: &TypeData) -> *mut *mut ffi::PyObject {
    // SAFETY: caller checked that the class has a dict; its offset is set by `lay_out`.
    unsafe { inst.cast::<u8>().offset((*data.ty).tp_dictoffset).cast() }
}
