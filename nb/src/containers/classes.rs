//! `nb::bind_vector` and `nb::bind_map` themselves: the class, its constructors, and where they can be called.

use crate::bind::core::Core;
use crate::bind::module::module_;
use crate::cast::class_trait::Class;
use crate::class::annotations::ClassExtra;
use crate::class::builder::class_;
use crate::containers::arguments::{Items, Pairs, is_iterable, is_mapping};
use crate::containers::element::{Container, Element, ElementPolicy, Holds, KeyOf};
use crate::containers::map;
use crate::containers::mapping::Mapping;
use crate::containers::sequence::Sequence;
use crate::containers::set;
use crate::containers::transparent::opaque;
use crate::containers::vector;
use crate::python::object::object;

/// A container that `nb::bind_vector` binds in the domain `D`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a vector",
    label = "not a container with indices",
    note = "`nb::bind_vector` is for `nb::opaque<Vec<T>>` and `nb::opaque<VecDeque<T>>`, inside of the macros; a map is bound with `nb::bind_map`"
)]
pub trait Vector<D>: Container<D> {
    /// Adds constructors and methods.
    fn fill<'m, const COPIES: bool>(class: class_<'m, D, Self>) -> class_<'m, D, Self>;
}

impl<D: 'static, C: Sequence> Vector<D> for opaque<C>
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    fn fill<'m, const COPIES: bool>(class: class_<'m, D, Self>) -> class_<'m, D, Self> {
        let mut class = class.def_init(|| opaque(C::default()), "Default constructor");
        if let Some(copy) = <Self as Class<D>>::CLONE {
            class = class.def_init(copy, "Copy constructor");
        }
        let class = class.def_init_when(
            is_iterable,
            |Items(all): Items<C::Item>| -> opaque<C> { opaque(C::of(all)) },
            "Construct from an iterable object",
        );
        vector::bind::<D, C, COPIES>(class.erased());
        class
    }
}

/// A container that `nb::bind_map` binds in the domain `D`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a map",
    label = "not a container with keys",
    note = "`nb::bind_map` is for `nb::opaque<HashMap<K, V>>` and `nb::opaque<BTreeMap<K, V>>`, inside of the macros; a vector is bound with `nb::bind_vector`"
)]
pub trait Map<D>: Container<D> {
    /// As [`Vector::fill`].
    fn fill<'m, const COPIES: bool>(class: class_<'m, D, Self>) -> class_<'m, D, Self>;
}

impl<D: 'static, M: Mapping> Map<D> for opaque<M>
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
    opaque<M>: Container<D> + Holds<Item = M::Value>,
{
    fn fill<'m, const COPIES: bool>(class: class_<'m, D, Self>) -> class_<'m, D, Self> {
        let mut class = class.def_init(|| opaque(M::default()), "Default constructor");
        if let Some(copy) = <Self as Class<D>>::CLONE {
            class = class.def_init(copy, "Copy constructor");
        }
        let class = class.def_init_when(
            is_mapping::<D, M>,
            |pairs: Pairs<M>| -> opaque<M> { opaque(pairs.collected()) },
            "Construct from a dictionary",
        );
        map::bind::<D, M, COPIES>(class.erased());
        class
    }
}

/// A container that `nb::bind_set` binds in the domain `D`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a set",
    label = "not a set",
    note = "`nb::bind_set` is for `nb::opaque<HashSet<T>>` and `nb::opaque<BTreeSet<T>>`, inside of the macros"
)]
pub trait Set<D>: Container<D> {
    /// As [`Vector::fill`].
    fn fill<'m>(class: class_<'m, D, Self>) -> class_<'m, D, Self>;
}

impl<D: 'static, M: Mapping<Value = ()>> Set<D> for opaque<M>
where
    M::Key: KeyOf<D>,
    opaque<M>: Container<D> + Holds<Item = ()>,
{
    fn fill<'m>(class: class_<'m, D, Self>) -> class_<'m, D, Self> {
        let mut class = class.def_init(|| opaque(M::default()), "Default constructor");
        if let Some(copy) = <Self as Class<D>>::CLONE {
            class = class.def_init(copy, "Copy constructor");
        }
        let class = class.def_init_when(
            is_iterable,
            |all: Items<M::Key>| -> opaque<M> { opaque(set::of(all)) },
            "Construct from an iterable object",
        );
        set::bind::<D, M>(class.erased());
        class
    }
}

/// Binds a container, or gives the class that there is; `fill` adds its members.
fn bind<'m, D, V: Class<D>>(
    core: &'m Core,
    scope: &object,
    name: &str,
    extra: impl ClassExtra<V>,
    fill: fn(class_<'m, D, V>) -> class_<'m, D, V>,
) -> class_<'m, D, V> {
    core.state.check_here();
    class_::existing(core).unwrap_or_else(|| fill(class_::create(core, scope, name, extra)))
}

/// What adds the members of a vector under the policy `P`.
fn of_vector<'m, D, V: Vector<D>, P: ElementPolicy>() -> fn(class_<'m, D, V>) -> class_<'m, D, V> {
    if P::COPIES { V::fill::<true> } else { V::fill::<false> }
}

/// What adds the members of a map under the policy `P`.
fn of_map<'m, D, M: Map<D>, P: ElementPolicy>() -> fn(class_<'m, D, M>) -> class_<'m, D, M> {
    if P::COPIES { M::fill::<true> } else { M::fill::<false> }
}

impl<D> module_<D> {
    /// Binds a map as a class with the methods of a dict: nanobind's `nb::bind_map<M, Policy>(m, "Name", ..)`.
    ///
    /// `M` is an [`opaque`] of a `HashMap<K, V, S>`, `BTreeMap<K, V>` or, with the feature `indexmap`, `IndexMap<K, V, S>`; `P` and the rest are as for [`bind_vector`](Self::bind_vector).
    /// Values can be parts of the map if the keys are numbers, `bool`, `char` or texts and the hasher is the standard one; else they are
    /// copies under any policy.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// use std::collections::BTreeMap;
    /// type Ages = nb::opaque<BTreeMap<String, u32>>;
    /// nb_module!(ages, m, {
    ///     nb::bind_map<Ages>(m, "Ages");
    ///     m.def("oldest", |ages: &Ages| ages.values().max().copied());
    /// });
    /// # fn main() {}
    /// ```
    pub fn bind_map<M: Map<D>, P: ElementPolicy>(&self, name: &str, extra: impl ClassExtra<M>) -> class_<'_, D, M> {
        bind(self.core(), self.object(), name, extra, of_map::<D, M, P>())
    }

    /// Binds a set as a class with the methods of a Python set. nanobind has no such function.
    ///
    /// `S` is an [`opaque`] of a `HashSet<T, S>` or `BTreeSet<T>`. Elements cross by value; operators take sets of the class and Python's own,
    /// methods every iterable. A set that is bound already gives its class.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// use std::collections::BTreeSet;
    /// type Tags = nb::opaque<BTreeSet<String>>;
    /// nb_module!(tags, m, {
    ///     nb::bind_set<Tags>(m, "Tags");
    ///     m.def("first", |tags: &Tags| tags.first().cloned());
    /// });
    /// # fn main() {}
    /// ```
    pub fn bind_set<S: Set<D>>(&self, name: &str, extra: impl ClassExtra<S>) -> class_<'_, D, S> {
        bind(self.core(), self.object(), name, extra, S::fill)
    }

    /// Binds a vector as a class with the methods of a list: nanobind's `nb::bind_vector<V, Policy>(m, "Name", ..)`.
    ///
    /// `V` is an [`opaque`] of a `Vec<T>` or `VecDeque<T>`. `P` says what Python gets for an element: a copy
    /// ([`rv_policy::automatic_reference`](crate::rv_policy::automatic_reference), nanobind's default) or the element itself, as a part of the vector
    /// ([`rv_policy::reference_internal`](crate::rv_policy::reference_internal)); elements that are not `Clone` are always parts. Objects are made of any iterable, implicitly if a
    /// function takes the vector. A vector that is bound already gives its class.
    ///
    /// A `Vec` of numbers or `bool` has the buffer protocol besides (`memoryview(v)`, `numpy.asarray(v)`), read-only. While a buffer exists, what would change the
    /// vector raises a `BufferError`.
    ///
    /// In the macros it is spelled as in C++; elsewhere the type has to be named in one of them, by
    /// `nb::bind_vector<V>` there.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// type Names = nb::opaque<Vec<String>>;
    /// nb_module!(names, m, {
    ///     nb::bind_vector<Names>(m, "Names");
    ///     m.def("shortest", |names: &Names| names.iter().min_by_key(|name| name.len()).cloned());
    /// });
    /// # fn main() {}
    /// ```
    pub fn bind_vector<V: Vector<D>, P: ElementPolicy>(
        &self,
        name: &str,
        extra: impl ClassExtra<V>,
    ) -> class_<'_, D, V> {
        bind(self.core(), self.object(), name, extra, of_vector::<D, V, P>())
    }
}

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// As [`module_::bind_vector`], for a class inside of this one.
    pub fn bind_vector<V: Vector<D>, P: ElementPolicy>(
        self,
        name: &str,
        extra: impl ClassExtra<V>,
    ) -> class_<'m, D, V> {
        self.inside(|core, scope| bind(core, scope, name, extra, of_vector::<D, V, P>()))
    }

    /// As [`module_::bind_map`], for a class inside of this one.
    pub fn bind_map<M: Map<D>, P: ElementPolicy>(self, name: &str, extra: impl ClassExtra<M>) -> class_<'m, D, M> {
        self.inside(|core, scope| bind(core, scope, name, extra, of_map::<D, M, P>()))
    }

    /// As [`module_::bind_set`], for a class inside of this one.
    pub fn bind_set<S: Set<D>>(self, name: &str, extra: impl ClassExtra<S>) -> class_<'m, D, S> {
        self.inside(|core, scope| bind(core, scope, name, extra, S::fill))
    }
}
