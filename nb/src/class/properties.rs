//! Binding properties: `def_prop_ro`, `def_prop_rw`, and those of the class itself. The property objects are in `call/property.rs`.

use crate::bind::annotations::{FuncExtra, FunctionPolicy, GetterPolicy, GuardOf, PolicyOf};
use crate::bind::checks;
use crate::call::callable_traits::{Func, Method, Plain, Sig};
use crate::call::record::FuncFlags;
use crate::cast::class_trait::Class;
use crate::class::builder::class_;

/// Default policy of static getters.
#[allow(non_camel_case_types)]
pub(super) type rv_reference = crate::rv_policy::automatic;

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Binds a read-only property; a returned reference keeps its owner alive.
    pub fn def_prop_ro<S, F, E>(self, name: &str, getter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E::Getter, GetterPolicy>, GuardOf<D, E::Getter>>,
    {
        const { checks::getter::<D, S, F, E::Getter, GetterPolicy>() };
        self.builder.read_only::<D, S, F, E, GetterPolicy, Method>(name, getter, FuncFlags::METHOD, extra);
        self
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

    /// Binds a read-only property of the class itself; the getter receives the class.
    pub fn def_prop_ro_static<S, F, E>(self, name: &str, getter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E::Getter, rv_reference>, GuardOf<D, E::Getter>>,
    {
        const { checks::getter::<D, S, F, E::Getter, rv_reference>() };
        self.builder.read_only::<D, S, F, E, rv_reference, Plain>(name, getter, FuncFlags::empty(), extra);
        self
    }

    /// Binds a property of the class itself; both functions receive the class first.
    pub fn def_prop_rw_static<S1, S2, F1, F2, E>(self, name: &str, getter: F1, setter: F2, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F1: Sig<S1> + Func<D, S1, PolicyOf<D, E::Getter, rv_reference>, GuardOf<D, E::Getter>>,
        F2: Sig<S2> + Func<D, S2, PolicyOf<D, E::Setter, FunctionPolicy>, GuardOf<D, E::Setter>>,
    {
        const { checks::getter::<D, S1, F1, E::Getter, rv_reference>() };
        const { checks::setter::<D, S2, F2, E::Setter>() };
        self.builder.read_write::<D, S1, S2, F1, F2, E, rv_reference, Plain>(
            name,
            (getter, setter),
            FuncFlags::empty(),
            extra,
        );
        self
    }
}
