//! [`class_`]: makes the Python class and adds its members.

use crate::bind::{self, FunctionPolicy, GetterPolicy, GuardOf, Home, PolicyOf, Thunk};
use crate::call::Cx;
use crate::class::{self, Class, TypeData};
use crate::class_extras::{ClassExtra, ClassSpec};
use crate::class_type::create_type;
use crate::construct::{self, Init};
use crate::convert::{Param, Ret};
use crate::error::{Result, import_error};
use crate::extras::{FuncExtra, FuncSpec};
use crate::ffi;
use crate::field::{self, Field, Member};
use crate::func::{Func, Sig};
use crate::func::{Method, Plain};
use crate::function::{self, CONSTRUCTOR, METHOD, STATIC};
use crate::guard::GuardFor;
use crate::implicit;
use crate::messages;
use crate::module::{Core, accept};
use crate::obj::object;
use crate::property;
use crate::static_field::{StaticRead, StaticWrite};
use crate::typename::short_rust_name;
use std::any::type_name;
use std::marker::PhantomData;
use std::ptr;

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

    /// The class as a scope of further bindings.
    fn home<'s>(&'s self, scope: &'s object) -> Home<'s> {
        Home {
            scope,
            state: &self.core.state,
            module: attribute(scope, c"__module__"),
            // SAFETY: live type.
            qualname: unsafe { crate::typename::attr_text(scope.as_ptr(), c"__qualname__") }.unwrap_or_default(),
            owner: self.data().map(|data| &data.natives),
        }
    }

    /// Runs a step of the binding unless an earlier one has failed to make the class.
    fn step(self, body: impl FnOnce(&Home<'_>) -> Result<()>) -> Self {
        if !self.ty.is_null() {
            // SAFETY: `core` keeps the class alive while the module is initialised.
            let scope = unsafe { object::borrow(self.ty.cast()) };
            accept(self.core, body(&self.home(&scope)));
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
        let thunk = bind::thunk::<D, S, F, E, FunctionPolicy, Method>(function, flags);
        self.step(|home| bind::define::<D, E>(home, name, thunk, extra))
    }

    /// Binds a static method.
    pub fn def_static<S, F, E>(self, name: &str, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { bind::check::<D, S, F, E, FunctionPolicy>(0) };
        let thunk = bind::thunk::<D, S, F, E, FunctionPolicy, Plain>(function, STATIC);
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
        let getter = bind::thunk::<D, S, F, E, GetterPolicy, Method>(getter, METHOD);
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
        let getter = bind::thunk::<D, S1, F1, E, GetterPolicy, Method>(getter, METHOD);
        let setter = bind::thunk::<D, S2, F2, (), FunctionPolicy, Method>(setter, METHOD);
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
        let getter = bind::thunk::<D, S, F, E, rv_reference, Plain>(getter, 0);
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
        let getter = bind::thunk::<D, S1, F1, E, rv_reference, Plain>(getter, 0);
        let setter = bind::thunk::<D, S2, F2, (), FunctionPolicy, Plain>(setter, 0);
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
        class_::<D, U>::create(self.core, &self.home(&scope), name, extra)
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
        entry: None,
    }
}

unsafe fn run_init<D, T, S, G, F: Init<D, T, S, G>>(capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: the capture is an `F`; the caller passes as many arguments as the record has parameters.
    unsafe { (*capture.cast::<F>()).run(cx) }
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
        entry: None,
    }
}

/// Annotations of a field are documentation only; the rest was refused by type.
fn doc_of<D, E: FuncExtra<D>>(home: &Home<'_>, extra: E) -> Option<String> {
    FuncSpec::collect::<D>(home.state, "", extra).doc
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
