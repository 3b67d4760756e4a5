//! Trampolines: Python classes override the functions of a Rust trait, and native code that calls them through
//! `dyn Trait` gets the override.
//!
//! C++ puts a second class between the bound class and the Python one, whose objects hold their Python half. Here the bound
//! value stays what it is. A function that takes `&dyn Trait` gets, for an instance of a Python class, a struct made for
//! the call that implements the trait with [`nb_override!`](crate::nb_override): it looks for an override, and else lends the value to
//! the native implementation. So plain instances pay nothing, and nothing of the value is lent while Python code runs.
//!
//! # How the override is found
//!
//! C++ makes instances of Python classes instances of a second class, the trampoline, which holds its Python object. Here the value is that
//! of the bound class in any case, and the trampoline is made when native code asks for `&dyn Trait`: a struct that implements
//! the trait by looking for overrides, and owns a reference to the object. An instance of a native class is lent itself. So instances pay nothing,
//! one trampoline serves all classes that implement its trait, and constructors need not know of it.
//!
//! Which classes implement it, C++ knows from `class Cat : public Animal`. Here the statement of a class asks (trampolines/inherit.rs): `nb_trampoline!`
//! notes the trait object of its class, `nb_base!` the base, both as associated types, and the macro walks from the class up its bases with
//! constants that are chosen by method lookup, since only there no type is a parameter. It does so once for each class of a body: asked anew for each function that is bound, 200 of them cost more time than all else. So it works across files and crates, at the price that the
//! trait is as visible as its class and that a type has one `nb_base!`. Lists of trampolines in the class's own trait were tried first: an associated type may
//! not name a trampoline that is less visible than the class, which is the usual case. Whatever the statement says is data: the upcast that is stored
//! comes from `TrampolineFor<T>`, which is unsafe and which the compiler has checked for that very class. Where nobody asked (plain builder, base
//! as a value), the import fails.
//!
//! `.def("name", &Animal::name)` binds `<dyn Speaks>::name` if there is one: the path is written down for the trait object too, in a scope
//! where a blanket trait has a function of every such name, and functions of a trait object go before those of traits.
//!
//!
//! `&dyn Trait` marks the object as `&T` does. The mark is put down while an override runs, unless native code has a reference to the
//! value at that moment (a count beside the mark, `Link::users`), and taken again by the next native function. Native code reaches the value only
//! through a `NativeRef` or `NativeMut`, temporaries inside `nb_override!`; therefore a virtual function cannot return a reference. What
//! native code keeps (`Box<dyn Trait>`) is marked only while a native function of it runs.
//!
//! Each `nb_override!` remembers what a few types say to its name, each with the type's version tag, which CPython changes whenever an attribute of the type
//! or of a base is assigned. "No override" is thus answered without the interpreter, and the way to an override is one comparison.
//! On 3.10, where versions begin again, each call asks the interpreter; a thread that calls a virtual function there waits for it, as in nanobind.
//! A bound method that is virtual itself, `|d: &dyn Speaks| d.speak()`, was chosen by the caller in place of the override: inside it that one name means
//! the native function. nanobind finds this out with a stack of calls for each thread.

pub mod inherit;
mod link;
mod macros;
mod native;
mod overrides;
mod polymorphic;
pub mod trait_object;
mod trait_result;

pub use inherit::inherits_virtuals;
pub(crate) use link::{Link, Term};
pub use native::{Receiver, has_native};
pub(crate) use overrides::name_hash;
pub use overrides::{OverrideSite, Returned, failed, find_override, kind_of};

use crate::bind::register::{Entry, Item, TrampolineItem};
use crate::class::annotations::{ClassExtra, ClassSpec};
pub(crate) use crate::instance::virtuals::{Upcast, Virtual};
use std::any::{Any, TypeId, type_name};
use std::marker::PhantomData;
use std::sync::Arc;

/// What a trampoline holds: the Python object, and the way to the native implementation.
///
/// The only field of the structs that [`nb_trampoline!`](crate::nb_trampoline) declares, which also makes them; nanobind's member `nb_trampoline`.
pub struct trampoline<V: ?Sized + 'static> {
    link: Link,
    upcast: Option<Upcast<V>>,
}

impl<V: ?Sized + 'static> trampoline<V> {
    pub(crate) fn new(link: Link, upcast: Option<Upcast<V>>) -> trampoline<V> {
        trampoline { link, upcast }
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    pub(crate) fn link_mut(&mut self) -> &mut Link {
        &mut self.link
    }
}

/// A struct that [`nb_trampoline!`](crate::nb_trampoline) has declared.
///
/// # Safety
/// Implemented by that macro only: `any` is the plain conversion to [`Any`], the others are those of the struct itself.
pub unsafe trait Trampoline: Sized + 'static {
    /// The class whose functions are virtual.
    type Base: 'static;
    /// The trait that declares them, as `dyn Trait`.
    type Virtual: ?Sized + 'static;
    /// The extension that it belongs to.
    type Domain: 'static;
    #[doc(hidden)]
    fn of(inner: trampoline<Self::Virtual>) -> Self;
    #[doc(hidden)]
    fn inner(&self) -> &trampoline<Self::Virtual>;
    #[doc(hidden)]
    fn inner_mut(&mut self) -> &mut trampoline<Self::Virtual>;
    #[doc(hidden)]
    fn shared(&self) -> &Self::Virtual;
    #[doc(hidden)]
    fn exclusive(&mut self) -> &mut Self::Virtual;
    #[doc(hidden)]
    fn boxed(self: Box<Self>) -> Box<Self::Virtual>;
    #[doc(hidden)]
    fn counted(self: Arc<Self>) -> Arc<Self::Virtual>;
    #[doc(hidden)]
    fn any(value: &Self::Virtual) -> &dyn Any;
}

/// A trampoline that can stand before values of type `T`.
///
/// # Safety
/// `UPCAST` is the plain conversion of a pointer to a `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no trampoline for `{T}`",
    label = "`{T}` does not implement the trait that `{Self}` stands for",
    note = "implement the trait for `{T}`; if `{T}` is only the base of classes that do, say so where the trampoline is declared: `nb_trampoline!({Self}: abstract {T}, dyn ..)`"
)]
pub unsafe trait TrampolineFor<T>: Trampoline {
    /// `None` for an abstract base.
    #[doc(hidden)]
    const UPCAST: Option<unsafe fn(*mut u8) -> *mut Self::Virtual>;
}

/// Made by [`trampoline_of`].
#[doc(hidden)]
pub struct TrampolineOf<X>(PhantomData<X>);

/// Gives a class virtual functions, as the second type of `nb::class_<Dog, PyDog>` does.
///
/// ```no_run
/// use nb::prelude::*;
/// trait Speaks: std::any::Any + Send + Sync { fn speak(&self) -> String; }
/// #[derive(Clone, Default)]
/// struct Dog;
/// impl Speaks for Dog { fn speak(&self) -> String { "woof".to_string() } }
/// nb_trampoline!(PyDog: Dog, dyn Speaks);
/// impl Speaks for PyDog { fn speak(&self) -> String { nb_override!(self, speak) } }
/// nb_module!(dogs, m, {
///     m.class_::<Dog>("Dog", nb::trampoline_of::<PyDog>()).def_init(Dog::default, ());
///     nb::uses_<Dog>();
/// });
/// # fn main() {}
/// ```
pub fn trampoline_of<X: Trampoline>() -> TrampolineOf<X> {
    TrampolineOf(PhantomData)
}

impl<T: 'static, X: TrampolineFor<T>> ClassExtra<T> for TrampolineOf<X> {
    fn apply(self, spec: &mut ClassSpec) {
        // SAFETY: a function pointer, to be used as what it is by `Virtual::upcast`.
        let erase = |upcast| unsafe { std::mem::transmute::<Upcast<X::Virtual>, unsafe fn()>(upcast) };
        let key = TypeId::of::<X::Virtual>();
        // Named in the statement, and found among those of the base besides.
        if spec.virtuals.iter().any(|known| known.key == key) {
            return;
        }
        spec.virtuals.push(Virtual {
            key,
            upcast: X::UPCAST.map(erase),
            is_base: TypeId::of::<T>() == TypeId::of::<X::Base>(),
            names: || (type_name::<X>(), type_name::<X::Virtual>()),
        });
    }
}

impl Entry {
    /// An entry for a trampoline.
    pub const fn trampoline<X: Trampoline>(
        name: &'static str,
        module_path: &'static str,
        file: &'static str,
        line: u32,
        column: u32,
    ) -> Entry {
        let item = Item::Trampoline(TrampolineItem {
            name: type_name::<X>,
            base_name: type_name::<X::Base>,
            base: TypeId::of::<X::Base>,
            key: TypeId::of::<X::Virtual>,
        });
        Entry::new::<X::Domain>(name, module_path, file, line, column, item, |_| Ok(()))
    }
}

/// Tells a trampoline from a base class among the types of `nb::class_<T, ..>`: the inherent items win where they exist.
#[doc(hidden)]
pub struct Related<X>(PhantomData<X>);

#[allow(missing_docs)]
impl<X: Trampoline> Related<X> {
    pub const IS_BASE: bool = false;
    pub fn extra() -> TrampolineOf<X> {
        trampoline_of()
    }
}

/// See [`Related`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait NotTrampoline<X> {
    const IS_BASE: bool = true;
    fn extra() -> crate::Base<X> {
        crate::base()
    }
}

impl<X> NotTrampoline<X> for Related<X> {}
