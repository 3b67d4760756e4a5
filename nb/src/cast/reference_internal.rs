//! What `rv_policy::reference_internal` demands of a function: that it borrows what it returns from bound objects.
//!
//! The object that the policy makes refers to the function's result after the call, and keeps the bound objects that were
//! lent to the call. Other arguments lend what ends with the call: an array that was made of a list, a trampoline, the
//! buffer of a `bytes` object. Only lifetimes tell one from the other, so the function has to have its type with two of them,
//! one for each kind of argument ([`Param::Lent`]), and what its result refers to has to outlive the first.

use crate::cast::traits::{Param, Ret};
use crate::rv_policy;
use crate::util::arity::for_each_arity;
use std::marker::PhantomData;

/// Stands for `reference_internal` while the compiler looks what a function's result refers to: only values that are borrowed
/// for `'object`, or for longer. No function is bound with it.
#[doc(hidden)]
pub struct internal<'object>(PhantomData<&'object ()>);

/// Policies under which nothing refers to the arguments after the call.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used here",
    label = "the result is a value of its own, not a reference into an object",
    note = "leave the policy out: a value moves into a new object"
)]
pub trait LetsGo {}

macro_rules! lets_go {
    ($($policy:ident)*) => { $( impl LetsGo for rv_policy::$policy {} )* };
}
lets_go!(automatic automatic_reference copy move_ take_ownership none);

/// A policy that fits a function `F` of the arguments `S`, whatever its result is.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{F}` cannot be bound with the policy `{Self}`",
    label = "its result is not known to be borrowed from bound objects alone",
    note = "`rv_policy::reference_internal` keeps the bound objects among the arguments, and nothing else that the call lends: give other arguments a lifetime of their own, as in `fn get<'a>(&'a self, key: &str) -> &'a T`, or return a copy"
)]
pub trait Keeps<D, F, S> {}

#[diagnostic::do_not_recommend]
impl<D, F, S, P: LetsGo> Keeps<D, F, S> for P {}

// Asked for inside of a result, of a function that the result is.
impl<D, F, S> Keeps<D, F, S> for internal<'_> {}

// `Func` demands a result that lives for ever besides, but the compiler's words for that say nothing of policies.
impl<D, F, S> Keeps<D, F, S> for rv_policy::reference where
    F: for<'take_reference_internal> reference_is_for_what_lives_for_ever<'take_reference_internal, D, S>
{
}

// `Func` demands this policy's own conversion of the result besides.
impl<D, F, S> Keeps<D, F, S> for rv_policy::reference_internal where
    F: for<'give_other_arguments_their_own_lifetime, 'or_return_a_copy> reference_internal_borrows_from_bound_objects_only<
        'give_other_arguments_their_own_lifetime,
        'or_return_a_copy,
        D,
        S,
    >
{
}

/// A function whose result is borrowed for `'object`, when its arguments are lent for that and for `'call`.
///
/// The compiler says of a function for which this is not so with two independent lifetimes that the "implementation is not
/// general enough", and prints the names of the trait and of the lifetimes above: that is all the room for a message there is.
#[doc(hidden)]
#[allow(non_camel_case_types, reason = "a part of the compiler's message")]
pub trait reference_internal_borrows_from_bound_objects_only<'object, 'call, D, S> {}

/// A function whose result lives for ever, for whatever lifetime its arguments are lent. The name is a message, as the one above.
#[doc(hidden)]
#[allow(non_camel_case_types, reason = "a part of the compiler's message")]
pub trait reference_is_for_what_lives_for_ever<'call, D, S> {}

macro_rules! functions {
    ($count:tt: $($P:ident $argument:ident $index:tt),*) => {
        impl<'call, D, F, R, $($P: Param<D>),*> reference_is_for_what_lives_for_ever<'call, D, ($($P,)*)> for F
        where
            F: Fn($($P::Item<'call>),*) -> R,
            R: Ret<D, internal<'static>>,
        {
        }

        impl<'object, 'call, D, F, R, $($P: Param<D>),*>
            reference_internal_borrows_from_bound_objects_only<'object, 'call, D, ($($P,)*)> for F
        where
            F: Fn($($P::Lent<'object, 'call>),*) -> R,
            R: Ret<D, internal<'object>>,
        {
        }
    };
}

for_each_arity!(functions, 0..=12);
