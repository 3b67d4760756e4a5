//! Fields, properties and statics of a class.

use crate::bind::annotations::{FuncExtra, FunctionPolicy, GetterPolicy, GuardOf, PolicyOf};
use crate::bind::checks;
use crate::bind::erased::{self, Pending, Thunk};
use crate::call::callable_traits::{Func, Method, Plain, Sig};
use crate::call::record::FuncFlags;
use crate::cast::class_trait::Class;
use crate::cast::member::Member;
use crate::cast::reference_internal::LetsGo;
use crate::cast::traits::{Param, Ret};
use crate::class::builder::class_;
use crate::class::field::{self, Field};
use crate::class::static_field::{StaticRead, StaticWrite};
use crate::interpreter::gil::GuardFor;
use crate::python::error::import_error;
use crate::python::messages;
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use std::any::type_name;

impl<D, T: Class<D>> class_<'_, D, T> {
    /// Binds a field for reading and writing; a field that is a bound class reads as a reference into the owner.
    ///
    /// A container (`Option`, `Box`, `Vec`, `VecDeque`, an array, a tuple, a map) reads as a new list, tuple or dict of its elements, of which
    /// those of a bound class are references into the owner as well: `dog.toys[0].size = 4` reaches it. The element is the one that is at
    /// its place when it is used; where there is none any more, that is a `RuntimeError`. To change which elements there are, assign the
    /// field.
    ///
    /// With [`rv_policy::copy`](crate::rv_policy) Python gets copies of values of bound classes. Where it could get nothing else (the elements of a set, those of
    /// a map whose keys are neither numbers nor texts or whose hasher is not the standard one, what is in a `Mutex`), binding the field is an `ImportError` without that annotation, since what Python does to them is lost.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// #[derive(Clone)]
    /// pub struct Toy { size: u32 }
    /// pub struct Dog { name: String, toy: Toy }
    /// nb_module!(dogs, m, {
    ///     nb::class_<Toy>(m, "Toy").def_rw("size", &Toy::size);
    ///     nb::class_<Dog>(m, "Dog")
    ///         .def_rw("name", &Dog::name, "What it is called")
    ///         .def_rw("toy", &Dog::toy); // dog.toy.size = 3 changes the dog's toy
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_rw<V, E>(self, name: &str, field: Field<T, V>, extra: E) -> Self
    where
        V: Member<D> + for<'a> Param<D, Item<'a> = V>,
        E: FuncExtra<D>,
    {
        const { checks::field::<D, E>(<V as Param<D>>::NULLABLE) };
        if const { !<E::Getter as FuncExtra<D>>::COPIES } && V::copies() {
            let class = short_rust_name(type_name::<T>());
            let field = short_rust_name(type_name::<V>());
            self.builder.core().fail(import_error(messages::writes_into_a_copy(&class, name, &field)));
        }
        let setter = field::setter::<D, T, V>(field);
        self.field(name, field::getter_of::<D, T, V, E::Getter, false>(field), Some(setter), extra)
    }

    /// Binds a field for reading.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub struct Ticket { number: u64 }
    /// nb_module!(tickets, m, {
    ///     nb::class_<Ticket>(m, "Ticket").def_ro("number", &Ticket::number);
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_ro<V, E>(self, name: &str, field: Field<T, V>, extra: E) -> Self
    where
        V: Member<D>,
        E: FuncExtra<D>,
    {
        const { checks::field::<D, E>(false) };
        self.field(name, field::getter_of::<D, T, V, E::Getter, true>(field), None, extra)
    }

    fn field<E: FuncExtra<D>>(self, name: &str, getter: Thunk, setter: Option<Thunk>, extra: E) -> Self {
        self.builder.property(name, getter, setter, Pending::<D, E>::new(extra).erase());
        self
    }

    /// Binds a read-only property; a returned reference keeps its owner alive.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub struct Circle { radius: f64, label: String }
    /// nb_module!(circles, m, {
    ///     nb::class_<Circle>(m, "Circle")
    ///         .def_prop_ro("diameter", |c: &Circle| c.radius * 2.0, "Twice the radius")
    ///         .def_prop_ro("label", |c: &Circle| &c.label);
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

    /// Binds a property with getter and setter.
    ///
    /// The annotations apply to both; [`for_getter`](crate::for_getter) and [`for_setter`](crate::for_setter) choose one.
    /// Names of arguments and return value policies are the setter's and the getter's without choosing. The property
    /// gets the getter's docstring.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub struct Circle { radius: f64 }
    /// nb_module!(circles, m, {
    ///     nb::class_<Circle>(m, "Circle").def_prop_rw(
    ///         "diameter",
    ///         |c: &Circle| c.radius * 2.0,
    ///         |c: &mut Circle, diameter: f64| c.radius = diameter / 2.0,
    ///     );
    /// });
    /// # fn main() {}
    /// ```
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

    /// Lets Python delete a property that the class has already, `del dog.age`: Python's `@age.deleter`. nanobind has none of these.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// struct Dog { age: Option<u32> }
    /// nb_module!(dogs, m, {
    ///     nb::class_<Dog>(m, "Dog")
    ///         .def(nb::init(|| Dog { age: Some(1) }))
    ///         .def_rw("age", &Dog::age)
    ///         .def_prop_deleter("age", |d: &mut Dog| d.age = None);
    /// });
    /// # fn main() {}
    /// ```
    ///
    /// A class without a property of this name is an `ImportError` of the module.
    pub fn def_prop_deleter<S, F, E>(self, name: &str, deleter: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { checks::deleter::<D, S, F, E>() };
        let deleter = erased::thunk::<D, S, F, E, FunctionPolicy, Method>(deleter, FuncFlags::METHOD);
        self.builder.deleter(name, deleter, Pending::<D, E>::new(extra).erase());
        self
    }

    /// Binds a read-only property of the class itself; the getter receives the class.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub struct Circle { radius: f64 }
    /// nb_module!(circles, m, {
    ///     nb::class_<Circle>(m, "Circle").def_prop_ro_static("sides", |_class: nb::object| 1);
    /// });
    /// # fn main() {}
    /// ```
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
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
    /// static LIMIT: AtomicU32 = AtomicU32::new(10);
    /// pub struct Pool;
    /// nb_module!(pools, m, {
    ///     nb::class_<Pool>(m, "Pool").def_prop_rw_static(
    ///         "limit",
    ///         |_class: nb::object| LIMIT.load(SeqCst),
    ///         |_class: nb::object, limit: u32| LIMIT.store(limit, SeqCst),
    ///     );
    /// });
    /// # fn main() {}
    /// ```
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

    /// Binds a static for reading: `.def_ro_static("limit", &LIMIT)`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// static VERSION: &str = "1.2";
    /// pub struct Engine;
    /// nb_module!(engines, m, {
    ///     nb::class_<Engine>(m, "Engine").def_ro_static("version", &VERSION);
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_ro_static<P, E>(self, name: &str, variable: &'static P, extra: E) -> Self
    where
        P: StaticRead,
        E: FuncExtra<D>,
        PolicyOf<D, E::Getter, rv_reference>: LetsGo,
        P::Value: Ret<D, PolicyOf<D, E::Getter, rv_reference>>,
        GuardOf<D, E::Getter>: GuardFor<(object,)>,
    {
        let shown = name.to_string();
        self.def_prop_ro_static(name, move |_: object| variable.read_named(&shown), extra)
    }

    /// Binds a static for reading and writing: `.def_rw_static("count", &COUNT)`.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// use std::sync::atomic::AtomicU32;
    /// static COUNT: AtomicU32 = AtomicU32::new(0);
    /// pub struct Engine;
    /// nb_module!(engines, m, {
    ///     nb::class_<Engine>(m, "Engine").def_rw_static("count", &COUNT); // Engine.count = 5
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_rw_static<P, E>(self, name: &str, variable: &'static P, extra: E) -> Self
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
            move |_: object| variable.read_named(&shown),
            move |_: object, value: P::Value| variable.write_named(&changed, value),
            extra,
        )
    }
}

/// Default policy of static getters.
#[allow(non_camel_case_types)]
type rv_reference = crate::rv_policy::automatic;
