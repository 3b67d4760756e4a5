//! Annotations of functions that are no arguments: `kw_only`, `name`, `scope`, `is_method`, and what goes to one half of a
//! property.

use crate::bind::annotations::{FuncExtra, FuncSpec};
use crate::bind::checks::Marks;
use crate::call::callable_traits::Layout;
use crate::call::nb_func::METHOD;
use crate::cast::into_object::{IntoObject, to_python};
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::object::object;

macro_rules! annotation {
    ($ty:ident, $marks:expr, |$self:ident, $spec:ident| $body:expr) => {
        annotation!($ty, $marks, Before, |$self, $spec| $body);
    };
    ($ty:ident, $marks:expr, $place:ty, |$self:ident, $spec:ident| $body:expr) => {
        impl<D> FuncExtra<D> for $ty {
            type Policy<Before> = Before;
            type Guard<Before> = Before;
            type Place<Before: Layout> = $place;
            type Getter = Self;
            type Setter = Self;
            const MARKS: Marks = $marks;
            fn apply($self, $spec: &mut FuncSpec<'_>) {
                $body
            }
        }
    };
}

/// The arguments that follow can be given by keyword only: nanobind's `nb::kw_only()`, a bare `*` in Python.
///
/// It stands between the annotations of the arguments, all of which need names. After [`nb::args`](crate::args) arguments
/// are keyword-only anyway. A call that gives them by position is a mismatch (`TypeError`).
///
/// ```no_run
/// use nb::prelude::*;
/// fn example(val: i32, check: bool) -> bool { check && val > 0 }
/// nb_module!(checking, m, {
///     // example(val: int, *, check: bool) -> bool
///     m.def("example", &example, nb::arg("val"), nb::kw_only(), nb::arg("check"));
/// });
/// ```
#[derive(Clone, Copy)]
pub struct kw_only();
annotation!(kw_only, Marks::KW_ONLY, |self, spec| spec.kw_only = Some(spec.args.len()));

/// Locks `self` while the function runs: nanobind's `nb::lock_self()`, of methods only.
///
/// It has an effect on free-threaded interpreters alone; so has [`Arg::lock`](crate::Arg::lock). A function locks at most
/// two arguments.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Counter { count: u64 }
/// impl Counter {
///     fn add(&mut self, by: u64) { self.count += by; }
/// }
/// nb_module!(counting, m, {
///     nb::class_<Counter>(m, "Counter").def("add", &Counter::add, nb::lock_self(), "by"_a);
/// });
/// ```
#[derive(Clone, Copy)]
pub struct lock_self();
annotation!(lock_self, Marks::LOCK_SELF, |self, _spec| {});

/// Makes a function a method wherever it is bound: nanobind's `nb::is_method()`.
///
/// Its first argument is `self`. Methods of [`class_`](crate::class_) need no such mark; it is for functions that are put
/// into another class by [`scope`].
///
/// ```no_run
/// use nb::prelude::*;
/// fn greet(this: nb::object, name: &str) -> nb::Result<String> {
///     Ok(format!("{name} meets {}", nb::repr(&this)?))
/// }
/// nb_module!(meeting, m, {
///     let person = nb::module_::<()>::import_("people")?.attr("Person").get()?;
///     // greet(self, name: str) -> str
///     m.def("greet", &greet, nb::scope(person), nb::is_method(), "name"_a);
/// });
/// ```
#[derive(Clone, Copy)]
pub struct is_method();
annotation!(is_method, Marks::METHOD, crate::call::callable_traits::Method, |self, spec| spec.flags |= METHOD);

/// Makes a constructor of one argument an implicit conversion too: nanobind's `nb::is_implicit()`.
///
/// `.def(nb::init_implicit<A>())` is short for `.def(nb::init(..), nb::is_implicit())` with a conversion from `A`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Meters(f64);
/// impl Meters {
///     fn new(value: f64) -> Meters { Meters(value) }
/// }
/// nb_module!(lengths, m, {
///     nb::class_<Meters>(m, "Meters").def(nb::init<f64>(), nb::is_implicit());
///     m.def("double", |length: &Meters| length.0 * 2.0); // double(1.5) works
/// });
/// ```
#[derive(Clone, Copy)]
pub struct is_implicit();
annotation!(is_implicit, Marks::IMPLICIT, |self, _spec| {});

/// Replaces the name under which a function is bound: nanobind's `nb::name("f")`.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(naming, m, {
///     let language = "en";
///     m.def("greet", || "hello", nb::name(format!("greet_{language}")));
/// });
/// ```
#[derive(Clone)]
pub struct name {
    text: String,
}

/// Makes the annotation [`struct@name`].
pub fn name(text: impl Into<String>) -> name {
    name { text: text.into() }
}
annotation!(name, Marks::PLACED, |self, spec| spec.name = Some(self.text));

/// Puts a function into another scope than the one it is bound in: nanobind's `nb::scope(x)`.
///
/// The scope is a module, a class, or any object that takes attributes; else binding fails with what assigning the
/// attribute raises. With [`is_method`], a class that Python code made gets a method in Rust:
///
/// ```no_run
/// use nb::prelude::*;
/// fn area(this: nb::object) -> nb::Result<f64> {
///     let side: f64 = this.attr("side").get()?.cast()?;
///     Ok(side * side)
/// }
/// nb_module!(squares, m, {
///     let shapes = nb::module_::<()>::import_("shapes")?;
///     let square = shapes.attr("Square").get()?;
///     m.def("area", &area, nb::scope(square), nb::is_method());
/// });
/// ```
pub struct scope {
    place: Result<object>,
}

/// Makes the annotation [`struct@scope`].
pub fn scope(place: impl IntoObject) -> scope {
    scope { place: to_python::<(), _>(place) }
}
annotation!(scope, Marks::PLACED, |self, spec| match self.place {
    Ok(place) => spec.scope = Some(place),
    Err(error) => {
        spec.error.get_or_insert(error);
    }
});

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
    type Place<Before: Layout> = Before;
    type Getter = E;
    type Setter = ();
    const MARKS: Marks = Marks::OF_PROPERTY;
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
    type Place<Before: Layout> = Before;
    type Getter = ();
    type Setter = E;
    const MARKS: Marks = Marks::OF_PROPERTY;
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
