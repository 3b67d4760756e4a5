//! [`enum_`]: makes the Python enumeration and adds its members.

use super::create::{Before, EnumType, NewMember, append, create, export};
use super::extras::{self, EnumExtra, EnumSpec};
use super::pybind11::methods;
use super::{Bits, Enum};
use crate::bind::annotations::{FuncExtra, FunctionPolicy, GetterPolicy, GuardOf, PolicyOf};
use crate::bind::builder::{self, Builder};
use crate::bind::checks::{self, check};
use crate::bind::core::Core;
use crate::bind::scope::Home;
use crate::call::callable_traits::{Func, Method, Plain, Sig};
use crate::call::context::Cx;
use crate::call::record::FuncFlags;
use crate::cast::into_object::IntoObject;
use crate::ffi;
use crate::python::error::Result;
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::ptr;

/// An enumeration being bound: nanobind's `nb::enum_<T>`.
///
/// The Python class is an ordinary `enum.Enum`, or what [`is_arithmetic`](crate::is_arithmetic),
/// [`is_flag`](crate::is_flag) and [`is_str`](crate::is_str) choose. `T` is a Rust enum without fields, of which nothing
/// is asked, or a type with an [`EnumRepr`](crate::EnumRepr). Functions take and return it by value, and take `&T`.
///
/// An argument is a member; where conversion is allowed also the number of one (or the text, with `is_str`). Returning a
/// value that was not added raises `ValueError`.
///
/// Errors do not interrupt a chain: the first one is kept and becomes the `ImportError` of the module.
///
/// ```no_run
/// use nb::prelude::*;
///
/// pub enum Kind {
///     Cat,
///     Dog = 5,
/// }
///
/// nb_module!(pets, m, {
///     nb::enum_<Kind>(m, "Kind", "What a pet is")
///         .value("Cat", Kind::Cat)
///         .value("Dog", Kind::Dog, "a dog")
///         .def("is_dog", |kind: Kind| matches!(kind, Kind::Dog))
///         .export_values();
///     m.def("other", |kind: Kind| match kind { Kind::Cat => Kind::Dog, Kind::Dog => Kind::Cat }, "kind"_a = Kind::Cat);
/// });
/// # fn main() {}
/// ```
pub struct enum_<'m, D, T> {
    builder: Builder<'m>,
    /// The scope of the class, which the module's initialisation keeps alive.
    parent: *mut ffi::PyObject,
    /// The type was bound before.
    again: bool,
    types: PhantomData<(fn(D), fn(T))>,
}

impl<D, T> Clone for enum_<'_, D, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<D, T> Copy for enum_<'_, D, T> {}

impl<'m, D, T: Enum<D>> enum_<'m, D, T> {
    /// Makes the enumeration `name` in a scope, or gives the existing one (with a warning) when `T` is bound already.
    pub(crate) fn create<E: EnumExtra<D, T>>(core: &'m Core, home: &Home<'_>, name: &str, extra: E) -> Self {
        const { extras::check::<D, T, E>() };
        let mut spec = EnumSpec::default();
        extra.apply(&mut spec);
        let value = const {
            &EnumType {
                key: TypeId::of::<T>(),
                rust_name: type_name::<T>,
                accepts: if T::FROM_NUMBER.is_some() { Some(accepts::<D, T>) } else { None },
            }
        };
        let doc = if const { E::FACTS & extras::PYBIND11 != 0 } { spec.doc.clone() } else { None };
        let parent = core.keep(home.scope.clone());
        let (builder, again) = match create(home, &core.import, name, value, spec) {
            Ok((class, before)) => {
                let builder = Builder::of(core, Some(class)).repeated(before == Before::Everything);
                if const { E::FACTS & extras::PYBIND11 != 0 } && before == Before::Nothing {
                    methods::add(builder, value.key, doc.as_deref());
                }
                (builder, before != Before::Nothing)
            }
            Err(error) => {
                core.fail(error);
                (Builder::of(core, None), false)
            }
        };
        enum_ { builder, parent, again, types: PhantomData }
    }

    /// For a class of which nothing could be made.
    pub(crate) fn nothing(core: &'m Core) -> Self {
        enum_ { builder: Builder::of(core, None), parent: ptr::null_mut(), again: false, types: PhantomData }
    }

    fn append(self, name: &str, value: T, text: Option<&str>, doc: Option<&str>) -> Self {
        let (number, bits) = (T::number(&value), Bits::of::<D, T>(&value));
        let given = NewMember { name, number, bits, text, doc };
        if self.builder.exists() {
            self.builder.core().accept(append(&self.builder.core().state, TypeId::of::<T>(), given, self.again));
        }
        self
    }

    /// Adds a member: nanobind's `.value("Cat", Kind::Cat)`.
    ///
    /// A second name for a value is an alias of its member. A name that is taken is an `ImportError`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub enum Level { Low = 1, High }
    /// nb_module!(levels, m, {
    ///     nb::enum_<Level>(m, "Level")
    ///         .value("LOW", Level::Low)
    ///         .value("HIGH", Level::High, "Above all"); // with a docstring: `value_doc` in plain Rust
    /// });
    /// # fn main() {}
    /// ```
    pub fn value(self, name: &str, value: T) -> Self {
        self.append(name, value, None, None)
    }

    /// Adds a member with a docstring: `.value("Cat", Kind::Cat, "a cat")` inside the macros.
    pub fn value_doc(self, name: &str, value: T, doc: &str) -> Self {
        self.append(name, value, None, Some(doc))
    }

    /// Adds a member that is a string, to an enumeration with [`is_str`](crate::is_str): nanobind's `.str_value(..)`.
    pub fn str_value(self, name: &str, value: T, text: &str) -> Self {
        self.append(name, value, Some(text), None)
    }

    /// As [`str_value`](Self::str_value) with a docstring: `.str_value("Red", Color::Red, "red", "doc")` in the macros.
    pub fn str_value_doc(self, name: &str, value: T, text: &str, doc: &str) -> Self {
        self.append(name, value, Some(text), Some(doc))
    }

    /// Puts the members added so far into the scope of the class: nanobind's `.export_values()`. Aliases stay behind.
    ///
    /// What has the name of a member there is replaced, with a `RuntimeWarning`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub enum Level { Low = 1, High }
    /// nb_module!(levels, m, {
    ///     nb::enum_<Level>(m, "Level")
    ///         .value("LOW", Level::Low)
    ///         .value("HIGH", Level::High)
    ///         .export_values(); // levels.LOW is levels.Level.LOW
    /// });
    /// # fn main() {}
    /// ```
    pub fn export_values(self) -> Self {
        self.export(true);
        self
    }

    /// Ends the statement of a `py::native_enum`: exports what `.value(..)` has added since `.export_values()`. All else is there without it.
    #[doc(hidden)]
    pub fn finalize(self) {
        self.export(false);
    }

    fn export(self, asked: bool) {
        if self.builder.exists() {
            // SAFETY: kept alive by `core`, as the class is.
            let parent = unsafe { object::borrow(self.parent) };
            let home = Home::of(&parent, &self.builder.core().state);
            let title = short_rust_name(type_name::<T>());
            self.builder.core().accept(export(&home, TypeId::of::<T>(), &title, asked));
        }
    }

    /// Binds a method: its first argument is the member.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub enum Level { Low = 1, High }
    /// nb_module!(levels, m, {
    ///     nb::enum_<Level>(m, "Level")
    ///         .value("LOW", Level::Low)
    ///         .value("HIGH", Level::High)
    ///         .def("is_low", |level: &Level| matches!(level, Level::Low));
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
    /// pub enum Level { Low = 1, High }
    /// nb_module!(levels, m, {
    ///     nb::enum_<Level>(m, "Level")
    ///         .value("LOW", Level::Low)
    ///         .value("HIGH", Level::High)
    ///         .def_static("best", || Level::High);
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

    /// Binds a read-only property of the members.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub enum Level { Low = 1, High }
    /// nb_module!(levels, m, {
    ///     nb::enum_<Level>(m, "Level")
    ///         .value("LOW", Level::Low)
    ///         .value("HIGH", Level::High)
    ///         .def_prop_ro("is_low", |level: &Level| matches!(level, Level::Low));
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_prop_ro<S, F, E>(self, name: &str, getter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E::Getter, GetterPolicy>, GuardOf<D, E::Getter>>,
    {
        const { checks::getter::<D, S, F, E::Getter, GetterPolicy>() };
        self.builder.read_only::<D, S, F, E, GetterPolicy, Method>(name, getter, FuncFlags::METHOD, extra);
        self
    }

    /// Binds a property of the members with getter and setter, annotated as in
    /// [`class_::def_prop_rw`](crate::class_::def_prop_rw).
    pub fn def_prop_rw<S1, S2, F1, F2, E>(self, name: &str, getter: F1, setter: F2, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F1: Sig<S1> + Func<D, S1, PolicyOf<D, E::Getter, GetterPolicy>, GuardOf<D, E::Getter>>,
        F2: Sig<S2> + Func<D, S2, PolicyOf<D, E::Setter, FunctionPolicy>, GuardOf<D, E::Setter>>,
    {
        const { checks::getter::<D, S1, F1, E::Getter, GetterPolicy>() };
        const { checks::setter::<D, S2, F2, E::Setter>() };
        self.builder.read_write::<D, S1, S2, F1, F2, E, GetterPolicy, Method>(
            name,
            (getter, setter),
            FuncFlags::METHOD,
            extra,
        );
        self
    }

    /// The Python class, for attribute access; raises when binding it has failed.
    ///
    /// # Errors
    /// `ImportError` when binding the class has failed.
    pub fn object(&self) -> Result<object> {
        self.builder.class(type_name::<T>())
    }
}

/// Whether there is a value with this number.
fn accepts<D, T: Enum<D>>(number: i128) -> bool {
    T::FROM_NUMBER.and_then(|make| make(number)).is_some()
}

// SAFETY: a new reference to a live object, or null with an exception raised.
unsafe impl<D, T: Enum<D>> IntoObject for enum_<'_, D, T> {
    unsafe fn put_in(self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        self.builder.put_in(type_name::<T>())
    }
}
