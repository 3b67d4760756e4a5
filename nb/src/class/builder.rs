//! [`class_`]: makes the Python class and adds its members. Constructors, properties and fields are added in files of their own.

use crate::bind::annotations::{FuncExtra, FunctionPolicy, GuardOf, PolicyOf};
use crate::bind::builder::{self, Builder};
use crate::bind::checks::{self, check};
use crate::bind::core::Core;
use crate::bind::exception::{self, ExceptionBase};
use crate::bind::module::module_;
use crate::bind::scope::Home;
use crate::call::callable_traits::{Func, Method, Plain, Sig};
use crate::call::context::Cx;
use crate::call::record::FuncFlags;
use crate::cast::class_trait::Class;
use crate::cast::into_object::IntoObject;
use crate::class::annotations::{ClassExtra, ClassSpec};
use crate::class::create::{ValueType, create_type};
use crate::enums::{Enum, EnumExtra, enum_};
use crate::ffi;
use crate::handles::accessor;
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
pub struct class_<'m, D, T> {
    pub(super) builder: Builder<'m>,
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
        let value = const { &ValueType::of::<D, T>() };
        class_ { builder: create(core, home, name, value, spec), types: PhantomData }
    }

    /// Binds a method: its first argument is `self`.
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
        let core = self.builder.core;
        match self.builder.object() {
            Some(scope) => class_::<D, U>::create(core, &Home::of(scope, &core.state), name, extra),
            None => class_ { builder: self.builder, types: PhantomData },
        }
    }

    /// Binds a nested enumeration: nanobind's `nb::enum_<U>(pet, "Kind")`.
    pub fn enum_<U: Enum<D>>(self, name: &str, extra: impl EnumExtra<D, U>) -> enum_<'m, D, U> {
        let core = self.builder.core;
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
    pub fn attr(&self, name: &str) -> accessor<'_, D> {
        let Some(class) = self.builder.object() else {
            // What has kept the class from being made came first; this is its consequence.
            let unbound = || import_error(messages::unbound_value(&short_rust_name(type_name::<T>())));
            raise(self.builder.core.take_error().unwrap_or_else(unbound));
        };
        accessor::new(class, name)
    }

    /// The Python class, for attribute access; raises when binding it has failed.
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

/// Makes the class, or finds it.
#[inline(never)]
fn create<'m>(core: &'m Core, home: &Home<'_>, name: &str, value: &ValueType, spec: ClassSpec) -> Builder<'m> {
    match create_type(home, &core.import, name, value, spec) {
        Ok((class, repeated)) => Builder::of(core, Some(class)).repeated(repeated),
        Err(error) => {
            core.fail(error);
            Builder::of(core, None)
        }
    }
}

impl<D> module_<D> {
    /// Binds a class: nanobind's `nb::class_<T>(m, "Name", ..)`.
    pub fn class_<T: Class<D>>(&self, name: &str, extra: impl ClassExtra<T>) -> class_<'_, D, T> {
        class_::create(self.core(), &self.home(), name, extra)
    }
}
