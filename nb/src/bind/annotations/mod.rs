//! Annotations of functions: names and defaults of arguments, docstrings, policies, `keep_alive`, guards.
//!
//! All are values that can be put in a tuple in any order. What they say about the call is in their *types*, so a
//! mistake is a compile error. An annotation is a type with an impl of [`FuncExtra`]; most need the macro below only.

use crate::bind::erased::Annotations;
use crate::call::call_policies::Hooks;
use crate::call::callable_traits::Layout;
use crate::call::entry::CallFacts;
use crate::call::record::{ArgRecord, FuncFlags};
use crate::interpreter::gil::no_guard;
use crate::interpreter::state::State;
use crate::python::error::Error;
use crate::python::object::object;
use crate::rv_policy;
use crate::util::arity::tuple_extra;

/// An annotation that leaves the policy, the guard and the halves of a property as they are; constants say what else it means.
macro_rules! annotation {
    ($(#[$meta:meta])* impl[$($generics:tt)*] $ty:ty, |$self:ident, $spec:ident| $body:expr $(, $($consts:item)*)?) => {
        annotation!($(#[$meta])* impl[$($generics)*] $ty, Before, |$self, $spec| $body $(, $($consts)*)?);
    };
    ($(#[$meta:meta])* impl[$($generics:tt)*] $ty:ty, $layout:ty, |$self:ident, $spec:ident| $body:expr $(, $($consts:item)*)?) => {
        $(#[$meta])*
        impl<D, $($generics)*> FuncExtra<D> for $ty {
            type Policy<Before> = Before;
            type Guard<Before> = Before;
            type CallLayout<Before: Layout> = $layout;
            type Getter = Self;
            type Setter = Self;
            $($($consts)*)?
            fn apply($self, $spec: &mut FuncSpec<'_>) {
                $body
            }
        }
    };
}

mod argument;
pub(crate) mod call_guard;
mod docs;
mod facts;
pub(crate) mod keep_alive;
mod markers;
mod placement;
mod policies;
mod property;

pub use argument::{Arg, Value, arg, unnamed};
pub use docs::sig;
pub(crate) use facts::AnnotationFacts;
pub use markers::{has_effects, is_implicit, is_method, is_operator, kw_only, lock_self, pos_only, repeatable};
pub use placement::{name, scope};
pub use property::{for_getter, for_setter};

/// The policy that a function with the annotations `E` uses, `Default` when they name none.
pub(crate) type PolicyOf<D, E, Default> = <E as FuncExtra<D>>::Policy<Default>;
/// The call guard that the annotations `E` ask for.
pub(crate) type GuardOf<D, E> = <E as FuncExtra<D>>::Guard<no_guard>;

/// Default policy of functions and methods.
pub(crate) type FunctionPolicy = rv_policy::automatic;
/// Default policy of property getters.
pub(crate) type GetterPolicy = rv_policy::reference_internal;

/// What the annotations of one function add up to.
#[doc(hidden)]
pub struct FuncSpec<'s> {
    pub(crate) state: &'s State,
    pub(crate) function: &'s str,
    /// Replaces `function` as the name.
    pub(crate) name: Option<String>,
    /// Replaces the scope that the function is bound in.
    pub(crate) scope: Option<object>,
    pub(crate) args: Vec<ArgRecord>,
    /// How many of `args` stand before `kw_only()`.
    pub(crate) kw_only: Option<usize>,
    /// How many of `args` stand before `pos_only()`.
    pub(crate) pos_only: Option<usize>,
    pub(crate) doc: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) keep_alive: Vec<(u8, u8)>,
    pub(crate) flags: FuncFlags,
    pub(crate) policies: Vec<Hooks>,
    pub(crate) error: Option<Error>,
    /// What goes to a property's getter only.
    pub(crate) getter: Option<Box<FuncSpec<'s>>>,
    /// What goes to a property's setter only.
    pub(crate) setter: Option<Box<FuncSpec<'s>>>,
}

impl<'s> FuncSpec<'s> {
    /// What the annotations say about the function of this name.
    pub(crate) fn collect(state: &'s State, function: &'s str, extra: Option<&mut dyn Annotations>) -> FuncSpec<'s> {
        let mut spec = FuncSpec::empty(state, function);
        if let Some(extra) = extra {
            extra.note(&mut spec);
        }
        spec
    }

    pub(crate) fn empty(state: &'s State, function: &'s str) -> FuncSpec<'s> {
        FuncSpec {
            state,
            function,
            name: None,
            scope: None,
            args: Vec::new(),
            kw_only: None,
            pos_only: None,
            doc: None,
            signature: None,
            keep_alive: Vec::new(),
            flags: FuncFlags::empty(),
            policies: Vec::new(),
            error: None,
            getter: None,
            setter: None,
        }
    }
}

/// An annotation of a function, or a tuple of annotations.
///
/// What it says of the call is believed. Nobody but this crate implements it: `FuncSpec` and `Layout` have no public path.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an annotation of a function",
    label = "not an annotation",
    note = "annotations are `arg(\"name\")`, `kw_only()`, docstrings, `rv_policy::..`, `keep_alive::<N, P>()`, `call_guard::<G>()`, `is_operator()`, `is_method()`, `name(\"..\")`, `scope(..)`, `sig(\"..\")`, or a tuple of them"
)]
pub trait FuncExtra<D> {
    /// The return value policy after this annotation, given the one before.
    type Policy<Before>;
    /// The call guard after this annotation.
    type Guard<Before>;
    /// Where the arguments of the call are after this annotation.
    #[doc(hidden)]
    type CallLayout<Before: Layout>: Layout;
    /// What of it concerns the getter of a property.
    type Getter: FuncExtra<D>;
    /// What of it concerns the setter of a property.
    type Setter: FuncExtra<D>;
    /// There is no annotation.
    #[doc(hidden)]
    const EMPTY: bool = false;
    /// How many arguments it names.
    const ARGS: usize = 0;
    /// Bit `i`: the `i`-th named argument carries `.none()`.
    const NONE: u64 = 0;
    /// Largest index in a `keep_alive`.
    const KEEP_MAX: usize = 0;
    /// Whether a `keep_alive` names the result.
    const KEEP_RESULT: bool = false;
    /// It says that Python gets a copy.
    #[doc(hidden)]
    const COPIES: bool = false;
    /// How many call guards it gives.
    const GUARDS: usize = 0;
    /// A call needs what the record keeps of them.
    #[doc(hidden)]
    const RECORDED: bool = false;
    /// How many arguments its call policies need.
    const POLICY_ARGS: usize = 0;
    #[doc(hidden)]
    const FACTS: AnnotationFacts = AnnotationFacts::NONE;
    #[doc(hidden)]
    fn apply(self, spec: &mut FuncSpec<'_>);
}

impl<D> FuncExtra<D> for () {
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type CallLayout<Before: Layout> = Before;
    type Getter = ();
    type Setter = ();
    const EMPTY: bool = true;
    fn apply(self, _spec: &mut FuncSpec<'_>) {}
}

/// What several annotations add up to.
macro_rules! sums {
    ($First:ident $($Rest:ident)*) => {
        type Policy<Before> = <($($Rest,)*) as FuncExtra<D>>::Policy<<$First as FuncExtra<D>>::Policy<Before>>;
        type Guard<Before> = <($($Rest,)*) as FuncExtra<D>>::Guard<<$First as FuncExtra<D>>::Guard<Before>>;
        type CallLayout<Before: Layout> = <($($Rest,)*) as FuncExtra<D>>::CallLayout<<$First as FuncExtra<D>>::CallLayout<Before>>;
        type Getter = ($First::Getter, $($Rest::Getter,)*);
        type Setter = ($First::Setter, $($Rest::Setter,)*);
        const ARGS: usize = $First::ARGS + <($($Rest,)*) as FuncExtra<D>>::ARGS;
        const NONE: u64 = $First::NONE | (<($($Rest,)*) as FuncExtra<D>>::NONE << $First::ARGS);
        const KEEP_MAX: usize = {
            let rest = <($($Rest,)*) as FuncExtra<D>>::KEEP_MAX;
            if $First::KEEP_MAX > rest { $First::KEEP_MAX } else { rest }
        };
        const KEEP_RESULT: bool = $First::KEEP_RESULT || <($($Rest,)*) as FuncExtra<D>>::KEEP_RESULT;
        const POLICY_ARGS: usize = {
            let rest = <($($Rest,)*) as FuncExtra<D>>::POLICY_ARGS;
            if $First::POLICY_ARGS > rest { $First::POLICY_ARGS } else { rest }
        };
        const COPIES: bool = $First::COPIES || <($($Rest,)*) as FuncExtra<D>>::COPIES;
        const GUARDS: usize = $First::GUARDS + <($($Rest,)*) as FuncExtra<D>>::GUARDS;
        const RECORDED: bool = $First::RECORDED || <($($Rest,)*) as FuncExtra<D>>::RECORDED;
        const FACTS: AnnotationFacts = $First::FACTS.then(<($($Rest,)*) as FuncExtra<D>>::FACTS);
    };
}
tuple_extra! {
    [D,] FuncExtra<D>, FuncSpec<'_>, sums:
    A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19
}

impl<D, E: FuncExtra<D>> CallFacts<D> for E {
    const ARGS: usize = <E as FuncExtra<D>>::ARGS;
    const RECORDED: bool = <E as FuncExtra<D>>::RECORDED;
    const KEYWORD_ONLY: bool = E::FACTS.has_keyword_only();
}
