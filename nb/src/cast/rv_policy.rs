//! Return value policies, as annotations: `nb::rv_policy::reference_internal`. They say who owns what a function returns.
//! Each policy is a type, so that one that cannot apply does not compile.
//!
//! An `Arc<T>` is shared, an [`nb::shared_ptr<T>`](crate::shared_ptr) or [`nb::unique_ptr<T>`](crate::unique_ptr) gives its
//! object back, whatever the policy; only `none` raises a `TypeError` for an `Arc` that Python does not know.
//!
//! | policy | value `T` | `&T` | `Box<T>` |
//! |---|---|---|---|
//! | `automatic` | move | copy (`T: Clone`) | take ownership |
//! | `automatic_reference` | move | copy | take ownership |
//! | `copy` | move | copy | copy |
//! | `move_` | move | compile error | move |
//! | `take_ownership` | move | compile error | take ownership |
//! | `reference` | move | `&'static T` only | compile error |
//! | `reference_internal` | move | reference that keeps `self` alive | take ownership |
//! | `none` | the object Python already has, else `TypeError` | the same | compile error |
//!
//! Under the first two, a reference to an argument of the function is that argument itself, so that `b += 1` keeps `b` and an iterator is its own
//! `__iter__`.
//!
//! ```no_run
//! use nb::prelude::*;
//! #[derive(Clone)]
//! pub struct Engine { power: u32 }
//! pub struct Car { engine: Engine }
//! impl Car {
//!     fn engine(&self) -> &Engine { &self.engine }
//! }
//! nb_module!(cars, m, {
//!     nb::class_<Engine>(m, "Engine").def_rw("power", &Engine::power);
//!     nb::class_<Car>(m, "Car")
//!         .def(nb::init(|power: u32| Car { engine: Engine { power } }))
//!         // A part of the car, which lives as long as Python has the engine.
//!         .def("engine", &Car::engine, nb::rv_policy::reference_internal)
//!         // An engine of its own.
//!         .def("spare", &Car::engine, nb::rv_policy::copy);
//! });
//! # fn main() {}
//! ```

macro_rules! policies {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;
    )* };
}

policies! {
    /// Values move, references are copied, boxes pass ownership. The default of functions.
    automatic;
    /// As `automatic`; the default when native code hands values to Python.
    automatic_reference;
    /// Python gets a clone.
    copy;
    /// Python gets the value itself (spelled `rv_policy::move` in C++, a keyword in Rust).
    move_;
    /// Python becomes the owner of a `Box`.
    take_ownership;
    /// Python refers to a value that outlives it: `&'static T`.
    reference;
    /// Python refers to a value inside `self` and keeps `self` alive. The default of property getters.
    ///
    /// When `self` is modified afterwards, the reference raises instead of dangling. The value may lie in another bound object
    /// among the arguments, which is kept alive as well, but in nothing else that the call lends: a function with other arguments
    /// has to give them lifetimes of their own, as in `fn get<'a>(&'a self, key: &str) -> &'a Dog`.
    reference_internal;
    /// Only an object that Python already knows is returned.
    none;
}

/// What a policy means for an array.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PolicyKind {
    Automatic,
    Copy,
    Reference,
    ReferenceInternal,
    None,
}

impl PolicyKind {
    /// For an array that is made of a value: it moves to Python under every policy but `none`.
    #[allow(dead_code, reason = "for the features of other crates")]
    pub(crate) fn of_value(self) -> PolicyKind {
        if self == PolicyKind::None { PolicyKind::None } else { PolicyKind::Automatic }
    }
}

/// Marks the types of this module.
pub trait Policy {
    #[doc(hidden)]
    const KIND: PolicyKind;
    /// Whether a value that Python does not know yet may become a new object.
    const MAKES: bool = true;
    /// Whether it says that Python gets a copy.
    const COPIES: bool = false;
}
impl Policy for automatic {
    const KIND: PolicyKind = PolicyKind::Automatic;
}
impl Policy for automatic_reference {
    const KIND: PolicyKind = PolicyKind::Automatic;
}
impl Policy for copy {
    const KIND: PolicyKind = PolicyKind::Copy;
    const COPIES: bool = true;
}
impl Policy for move_ {
    const KIND: PolicyKind = PolicyKind::Copy;
}
impl Policy for take_ownership {
    const KIND: PolicyKind = PolicyKind::Reference;
}
impl Policy for reference {
    const KIND: PolicyKind = PolicyKind::Reference;
}
impl Policy for reference_internal {
    const KIND: PolicyKind = PolicyKind::ReferenceInternal;
}
impl Policy for crate::cast::reference_internal::internal<'_> {
    const KIND: PolicyKind = PolicyKind::ReferenceInternal;
}
impl Policy for none {
    const KIND: PolicyKind = PolicyKind::None;
    const MAKES: bool = false;
}
