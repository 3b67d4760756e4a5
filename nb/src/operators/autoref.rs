//! What `nb::self + nb::self` means inside the macros: the operator on references where there is one, else on clones.
//!
//! The macros know the class, so the compiler can look which of the two exists: a method of the type itself goes before
//! one of a trait. The other operand is a type too, in a `PhantomData`.

use crate::cast::class_trait::Class;
use crate::operators::op::{Apply, ApplyInPlace, ApplyUnary};
use crate::operators::syntax::{Compared, InPlace, Op, Operand, Unary, other, other_ref, self_ref, self_t};
use std::marker::PhantomData;

/// The other operand.
pub type Other<R> = PhantomData<fn() -> R>;

/// `nb::self` as the other operand.
pub const SELF: Other<self_t> = PhantomData;

/// An operand that is written as a value.
pub fn value<R: Operand>(_value: R) -> Other<R::As> {
    PhantomData
}

/// The operand `U()`: a reference if `U` is a class of the domain `D`, else a converted value.
pub struct Spelled<D, U>(PhantomData<(D, U)>);

impl<D, U: Class<D>> Spelled<D, U> {
    pub const OPERAND: Other<other_ref<U>> = PhantomData;
}

/// Of types that are no class.
pub trait SpelledValue {
    type Type;
    const OPERAND: Other<other<Self::Type>> = PhantomData;
}

impl<D, U> SpelledValue for Spelled<D, U> {
    type Type = U;
}

/// The operator `K` of the class `T` with the operand `R`.
pub struct Candidates<T, K, R>(PhantomData<fn() -> (T, K, R)>);

/// The operator `K` of the class `T` with this operand.
pub fn candidates<T, K, R>(_: Other<R>) -> Candidates<T, K, R> {
    Candidates(PhantomData)
}

macro_rules! by_ref {
    ($([$($generics:tt)*] $R:ty, $method:ident: [$($bound:tt)*] => $Out:ty;)*) => { $(
        impl<T, K, $($generics)*> Candidates<T, K, $R>
        where
            K: $($bound)*,
        {
            pub fn $method(self) -> $Out {
                <$Out>::new()
            }
        }
    )* };
}

by_ref! {
    [] self_t, forward: [for<'a> Apply<&'a T, &'a T>] => Op<K, self_ref, self_ref>;
    [U] other<U>, forward: [for<'a> Apply<&'a T, U>] => Op<K, self_ref, other<U>>;
    [U: 'static] other_ref<U>, forward: [for<'a> Apply<&'a T, &'a U>] => Op<K, self_ref, other_ref<U>>;
    [U] other<U>, reflected: [for<'a> Apply<U, &'a T>] => Op<K, other<U>, self_ref>;
    [U: 'static] other_ref<U>, reflected: [for<'a> Apply<&'a U, &'a T>] => Op<K, other_ref<U>, self_ref>;
    [] self_t, in_place: [for<'a> ApplyInPlace<T, &'a T>] => InPlace<K, self_ref>;
    [U: 'static] other_ref<U>, in_place: [for<'a> ApplyInPlace<T, &'a U>] => InPlace<K, other_ref<U>>;
    [] (), unary: [for<'a> ApplyUnary<&'a T>] => Unary<K, self_ref>;
}

/// An operand as a value of its own.
pub trait ByValue {
    type As;
}

impl ByValue for self_t {
    type As = self_t;
}
impl<U> ByValue for other<U> {
    type As = other<U>;
}
impl<U> ByValue for other_ref<U> {
    type As = other<U>;
}

/// What is used where there is no operator on references.
pub trait Clones: Sized {
    type Kind;
    type Operand;

    fn forward(self) -> Op<Self::Kind, self_t, <Self::Operand as ByValue>::As>
    where
        Self::Operand: ByValue,
    {
        Op::new()
    }

    fn reflected(self) -> Op<Self::Kind, <Self::Operand as ByValue>::As, self_t>
    where
        Self::Operand: ByValue,
    {
        Op::new()
    }

    fn in_place(self) -> InPlace<Self::Kind, <Self::Operand as ByValue>::As>
    where
        Self::Operand: ByValue,
    {
        InPlace::new()
    }

    fn unary(self) -> Unary<Self::Kind, self_t> {
        Unary::new()
    }
}

impl<T, K, R> Clones for Candidates<T, K, R> {
    type Kind = K;
    type Operand = R;
}

/// `nb::self < R`, on references always.
pub fn compared<K, R: Compared>(_: Other<R>) -> Op<K, self_ref, R::As> {
    Op::new()
}

/// `R < nb::self`.
pub fn compared_reflected<K, R: Compared>(_: Other<R>) -> Op<K, R::As, self_ref> {
    Op::new()
}

/// `nb::self + R` for a class that the macro does not see.
pub fn forward<K, R: ByValue>(_: Other<R>) -> Op<K, self_t, R::As> {
    Op::new()
}

/// As [`forward`], for `R + nb::self`.
pub fn reflected<K, R: ByValue>(_: Other<R>) -> Op<K, R::As, self_t> {
    Op::new()
}

/// As [`forward`], for `nb::self += R`.
pub fn in_place<K, R: ByValue>(_: Other<R>) -> InPlace<K, R::As> {
    InPlace::new()
}

/// As [`forward`], for `-nb::self`.
pub fn unary<K>() -> Unary<K, self_t> {
    Unary::new()
}
