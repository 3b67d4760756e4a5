//! Which virtual functions a class takes over from its base, and which bound functions are virtual.
//!
//! C++ knows from the classes alone that `Cat` overrides what `Animal` declares. Rust knows it from an `impl Speaks for Cat`, which
//! can be asked for where both types are known and no type is a parameter: in the statement that binds the class. So
//! `nb_trampoline!` notes the trait of its class ([`a_class_has_one_trampoline`]), `nb_base!` the base ([`a_class_has_one_base`]), and the statement asks for the
//! class, its base, the base of that and so on whether there is a trait, and whether the class implements it. Where no macro has asked (the
//! plain builder, a base that is given as a value), importing fails rather than running the functions of the base.

use super::{Trampoline, TrampolineOf, trampoline_of};
use crate::class::annotations::{ClassExtra, ClassSpec};
use crate::class::base::a_class_has_one_base;
use std::any::TypeId;
use std::marker::PhantomData;

/// `Self`, the class or trampoline of a `nb_trampoline!`, has functions that Python overrides in the extension `D`.
#[doc(hidden)]
pub trait a_class_has_one_trampoline<D> {
    /// The trait object. Not the trampoline, which may be less visible than the class.
    type Virtual: ?Sized;
}

/// Asks what is known of a type: the inherent constants win where there is something.
#[doc(hidden)]
pub struct Known<D, T: ?Sized>(PhantomData<D>, PhantomData<T>);

#[allow(missing_docs)]
impl<D, T: a_class_has_one_trampoline<D>> Known<D, T> {
    pub const TRAMPOLINE: bool = true;
}

#[allow(missing_docs)]
impl<D, T: a_class_has_one_base> Known<D, T> {
    pub const BASE: bool = true;
    /// Offset and size of the base.
    pub const PLACE: Option<(usize, usize)> = Some((T::OFFSET, size_of::<T::Base>()));
}

/// See [`Known`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait Unknown {
    const TRAMPOLINE: bool = false;
    const BASE: bool = false;
    const PLACE: Option<(usize, usize)> = None;
}

impl<D, T: ?Sized> Unknown for Known<D, T> {}

/// What was found.
#[doc(hidden)]
pub struct Found<const SOMETHING: bool>;

/// In place of a type that there is not.
#[doc(hidden)]
pub struct Nothing;

/// The trait object of `T`, or [`Nothing`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait VirtualOf<D, T: ?Sized> {
    type Virtual: ?Sized;
}

impl<D, T: a_class_has_one_trampoline<D>> VirtualOf<D, T> for Found<true> {
    type Virtual = T::Virtual;
}

impl<D, T: ?Sized> VirtualOf<D, T> for Found<false> {
    type Virtual = Nothing;
}

/// The base of `T`, or [`Nothing`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait BaseOf<T: ?Sized> {
    type Base;
}

impl<T: a_class_has_one_base> BaseOf<T> for Found<true> {
    type Base = T::Base;
}

impl<T: ?Sized> BaseOf<T> for Found<false> {
    type Base = Nothing;
}

/// `Self` is a trait object with the trampoline `X`, which can stand before a `T`.
#[doc(hidden)]
pub trait CastFrom<D, T, X> {}

/// Asks whether `T` implements the trait of `V`. Where it does, [`TakenOver`] is nearer than [`NotTaken`].
#[doc(hidden)]
pub struct Taken<D, T, V: ?Sized>(PhantomData<(D, T)>, PhantomData<V>);

#[allow(missing_docs, clippy::new_without_default)]
impl<D, T, V: ?Sized> Taken<D, T, V> {
    pub fn new() -> Self {
        Taken(PhantomData, PhantomData)
    }
}

/// See [`Taken`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait TakenOver<X> {
    fn extra(&self) -> TrampolineOf<X>;
}

impl<D, T, V: ?Sized + CastFrom<D, T, X>, X: Trampoline> TakenOver<X> for Taken<D, T, V> {
    fn extra(&self) -> TrampolineOf<X> {
        trampoline_of()
    }
}

/// See [`Taken`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait NotTaken<V: ?Sized> {
    fn extra(&self) -> Without<V>;
}

impl<D, T, V: ?Sized> NotTaken<V> for &Taken<D, T, V> {
    fn extra(&self) -> Without<V> {
        Without(PhantomData)
    }
}

/// The answers for one class `T`, of a type that messages can show.
#[doc(hidden)]
pub fn answers<T>(all: impl ClassExtra<T>) -> impl ClassExtra<T> {
    all
}

/// The class was found not to implement the trait of `V`.
#[doc(hidden)]
pub struct Without<V: ?Sized>(PhantomData<V>);

impl<T, V: ?Sized + 'static> ClassExtra<T> for Without<V> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.without.push(TypeId::of::<V>());
    }
}

/// Says in plain Rust that a derived class does not implement the trait of its base's trampoline `X`, so that native code runs
/// the functions of the base.
///
/// `nb::class_<Cat, Animal>(m, "Cat")` in [`nb_module!`](crate::nb_module) finds that out by itself; `m.class_::<Cat>("Cat",
/// nb::base::<Animal>())` cannot, and is refused with an `ImportError` until it says this or [`trampoline_of::<X>()`](trampoline_of).
///
/// ```no_run
/// use nb::prelude::*;
/// trait Speaks: std::any::Any + Send + Sync { fn speak(&self) -> String; }
/// #[derive(Default)]
/// struct Dog;
/// impl Speaks for Dog { fn speak(&self) -> String { "woof".to_string() } }
/// nb_trampoline!(PyDog: Dog, dyn Speaks);
/// impl Speaks for PyDog { fn speak(&self) -> String { nb_override!(self, speak) } }
/// struct Old { dog: Dog }
/// nb_base!(Old, dog: Dog);
/// nb_module!(dogs, m, {
///     nb::class_<Dog, PyDog>(m, "Dog").def(nb::init<>());
///     m.class_::<Old>("Old", (nb::base::<Dog>(), nb::inherits_virtuals::<PyDog>()));
///     nb::uses_<Old>();
/// });
/// # fn main() {}
/// ```
pub fn inherits_virtuals<X: Trampoline>() -> Without<X::Virtual> {
    Without(PhantomData)
}

/// The argument of functions that stand where a trait has none of their name. Who misspells a function of an abstract class reads
/// the name.
#[doc(hidden)]
pub struct there_is_no_such_function(());

/// `Self` is the class of a trampoline and does not implement its trait.
#[doc(hidden)]
pub trait Abstract<D> {}

/// A function of a trait object, and the one that was named: the first if there is one.
#[doc(hidden)]
pub struct VirtualOr<V, F>(pub V, pub F);

#[allow(missing_docs)]
impl<V: Fn(there_is_no_such_function), F> VirtualOr<V, F> {
    pub fn choose(self) -> F {
        self.1
    }
}

/// See [`VirtualOr`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait ChooseVirtual<V> {
    fn choose(self) -> V;
}

impl<V, F> ChooseVirtual<V> for VirtualOr<V, F> {
    fn choose(self) -> V {
        self.0
    }
}
