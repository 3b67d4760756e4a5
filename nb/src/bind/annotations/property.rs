//! `for_getter` and `for_setter`: what goes to one half of a property.

use super::{AnnotationFacts, FuncExtra, FuncSpec};
use crate::call::callable_traits::Layout;
use crate::interpreter::state::State;

/// Annotates a property's getter alone: nanobind's `nb::for_getter(..)`.
///
/// What is said for one half of a property goes before what is said for both.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Dog { age: i32 }
/// impl Dog {
///     fn age(&self) -> i32 { self.age }
///     fn set_age(&mut self, age: i32) { self.age = age; }
/// }
/// nb_module!(ages, m, {
///     nb::class_<Dog>(m, "Dog").def_prop_rw("age", &Dog::age, &Dog::set_age,
///         nb::for_getter(nb::sig("def age(self, /) -> int")),
///         nb::for_setter(nb::sig("def age(self, years: int, /) -> None")),
///         nb::for_getter("How old it is"));
/// });
/// ```
#[derive(Clone)]
pub struct for_getter<E>(pub E);

impl<D, E: FuncExtra<D>> FuncExtra<D> for for_getter<E> {
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type CallLayout<Before: Layout> = Before;
    type Getter = E;
    type Setter = ();
    const FACTS: AnnotationFacts = AnnotationFacts::OF_PROPERTY;
    fn apply(self, spec: &mut FuncSpec<'_>) {
        self.0.apply(FuncSpec::half(&mut spec.getter, spec.state, spec.function));
    }
}

/// Annotates a property's setter alone: nanobind's `nb::for_setter(..)`; see [`for_getter`].
///
/// ```no_run
/// # use nb::prelude::*;
/// # struct Dog { age: i32 }
/// # nb_module!(ages, m, {
/// nb::class_<Dog>(m, "Dog").def_rw("age", &Dog::age, nb::for_setter(nb::arg("years")));
/// # });
/// ```
#[derive(Clone)]
pub struct for_setter<E>(pub E);

impl<D, E: FuncExtra<D>> FuncExtra<D> for for_setter<E> {
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type CallLayout<Before: Layout> = Before;
    type Getter = ();
    type Setter = E;
    const FACTS: AnnotationFacts = AnnotationFacts::OF_PROPERTY;
    fn apply(self, spec: &mut FuncSpec<'_>) {
        self.0.apply(FuncSpec::half(&mut spec.setter, spec.state, spec.function));
    }
}

impl<'s> FuncSpec<'s> {
    /// One half of a property, for the annotations that go there.
    fn half<'a>(half: &'a mut Option<Box<FuncSpec<'s>>>, state: &'s State, function: &'s str) -> &'a mut Self {
        half.get_or_insert_with(|| Box::new(FuncSpec::empty(state, function)))
    }

    /// The annotations of a property's getter and of its setter. The getter's argument is never annotated.
    pub(crate) fn into_halves(mut self) -> (FuncSpec<'s>, FuncSpec<'s>) {
        let (getter, setter) = (self.getter.take(), self.setter.take());
        let common = FuncSpec {
            doc: self.doc.clone(),
            signature: self.signature.clone(),
            keep_alive: self.keep_alive.clone(),
            flags: self.flags,
            policies: self.policies.clone(),
            error: self.error.take(),
            ..FuncSpec::empty(self.state, self.function)
        };
        (common.with(getter), self.with(setter))
    }

    fn with(mut self, own: Option<Box<FuncSpec<'s>>>) -> FuncSpec<'s> {
        if let Some(own) = own {
            self.doc = own.doc.or(self.doc);
            self.signature = own.signature.or(self.signature);
            self.args.extend(own.args);
            self.keep_alive.extend(own.keep_alive);
            self.flags |= own.flags;
            self.policies.extend(own.policies);
            self.error = self.error.or(own.error);
        }
        self
    }
}
