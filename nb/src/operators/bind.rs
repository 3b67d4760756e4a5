//! [`Operator`]: binds the Rust operator that an expression names.

use crate::bind::annotations::{FuncExtra, FunctionPolicy, GuardOf, PolicyOf, is_operator};
use crate::cast::class_trait::Class;
use crate::cast::ref_policy::RefPolicy;
use crate::cast::reference_internal::LetsGo;
use crate::cast::traits::{Param, Ret};
use crate::class::builder::class_;
use crate::interpreter::gil::GuardFor;
use crate::operators::op::{Apply, ApplyInPlace, ApplyUnary, Named, Owned};
use crate::operators::right::Right;
use crate::operators::syntax::{InPlace, Op, Unary, lent, other, other_ref, self_ref, self_t};
use crate::rv_policy;

/// The expression of an operator that a class `T` has, to be bound with the annotations `E`.
pub trait Operator<D, T, E> {
    #[doc(hidden)]
    fn bind(class: class_<'_, D, T>, extra: E);
}

/// Another operand, by value; never taken away from Python.
trait Converted<D>: for<'a> Param<D, Item<'a> = Self> + Owned + 'static {}
impl<D, U: for<'a> Param<D, Item<'a> = U> + Owned + 'static> Converted<D> for U {}

/// One impl for each pair of operands: their types in the bound function, and what the operator gets of them.
macro_rules! operators {
    ($(
        [$($generics:tt)*] $name:ident ($A:ty, $B:ty) for ($L:ty, $R:ty)
            = |$self_:ident: $Self:ty, $other:ident: $Other:ty| ($left:expr, $right:expr)
            where [$($apply:tt)*] [$($bounds:tt)*];
    )*) => { $(
        impl<D, T, E, K, Out, $($generics)*> Operator<D, T, E> for Op<K, $L, $R>
        where
            T: Class<D>,
            E: FuncExtra<D>,
            K: Named + 'static + $($apply)*,
            Out: Ret<D, PolicyOf<D, E, FunctionPolicy>> + 'static,
            PolicyOf<D, E, FunctionPolicy>: LetsGo,
            GuardOf<D, E>: GuardFor<($A, $B)>,
            $($bounds)*
        {
            fn bind(class: class_<'_, D, T>, extra: E) {
                let function = |$self_: $Self, $other: $Other| K::apply($left, $right);
                class.def::<fn($A, $B) -> Out, _, _>(K::$name, function, (extra, is_operator()));
            }
        }
    )* };
}

operators! {
    [] NAME (&'static T, &'static T) for (self_t, self_t) = |a: &T, b: &T| (a.own(), b.own())
        where [Apply<T, T, Output = Out>] [T: Owned];
    [] NAME (&'static T, &'static T) for (self_t, self_ref) = |a: &T, b: &T| (a.own(), b)
        where [for<'a> Apply<T, &'a T, Output = Out>] [T: Owned];
    [] NAME (&'static T, &'static T) for (self_ref, self_t) = |a: &T, b: &T| (a, b.own())
        where [for<'a> Apply<&'a T, T, Output = Out>] [T: Owned];
    [] NAME (&'static T, &'static T) for (self_ref, self_ref) = |a: &T, b: &T| (a, b)
        where [for<'a> Apply<&'a T, &'a T, Output = Out>] [];
    [U] NAME (&'static T, U) for (self_t, other<U>) = |a: &T, b: U| (a.own(), b)
        where [Apply<T, U, Output = Out>] [T: Owned, U: Converted<D>];
    [U] NAME (&'static T, U) for (self_ref, other<U>) = |a: &T, b: U| (a, b)
        where [for<'a> Apply<&'a T, U, Output = Out>] [U: Converted<D>];
    [U] NAME (&'static T, U) for (self_ref, lent<U>) = |a: &T, b: U| (a, &b)
        where [for<'a> Apply<&'a T, &'a U, Output = Out>] [U: Converted<D>];
    [U] NAME (&'static T, &'static U) for (self_t, other_ref<U>) = |a: &T, b: &U| (a.own(), b)
        where [for<'a> Apply<T, &'a U, Output = Out>] [T: Owned, U: Class<D>];
    [U] NAME (&'static T, &'static U) for (self_ref, other_ref<U>) = |a: &T, b: &U| (a, b)
        where [for<'a> Apply<&'a T, &'a U, Output = Out>] [U: Class<D>];
    [U] REFLECTED (&'static T, U) for (other<U>, self_t) = |a: &T, b: U| (b, a.own())
        where [Apply<U, T, Output = Out>] [T: Owned, U: Converted<D>];
    [U] REFLECTED (&'static T, U) for (other<U>, self_ref) = |a: &T, b: U| (b, a)
        where [for<'a> Apply<U, &'a T, Output = Out>] [U: Converted<D>];
    [U] REFLECTED (&'static T, U) for (lent<U>, self_ref) = |a: &T, b: U| (&b, a)
        where [for<'a> Apply<&'a U, &'a T, Output = Out>] [U: Converted<D>];
    [U] REFLECTED (&'static T, &'static U) for (other_ref<U>, self_t) = |a: &T, b: &U| (b, a.own())
        where [for<'a> Apply<&'a U, T, Output = Out>] [T: Owned, U: Class<D>];
    [U] REFLECTED (&'static T, &'static U) for (other_ref<U>, self_ref) = |a: &T, b: &U| (b, a)
        where [for<'a> Apply<&'a U, &'a T, Output = Out>] [U: Class<D>];
}

impl<D, T, E, K, Out> Operator<D, T, E> for Unary<K, self_t>
where
    T: Class<D> + Owned,
    E: FuncExtra<D>,
    K: Named + ApplyUnary<T, Output = Out> + 'static,
    Out: Ret<D, PolicyOf<D, E, FunctionPolicy>> + 'static,
    PolicyOf<D, E, FunctionPolicy>: LetsGo,
    GuardOf<D, E>: GuardFor<(&'static T,)>,
{
    fn bind(class: class_<'_, D, T>, extra: E) {
        class.def::<fn(&'static T) -> Out, _, _>(K::NAME, |a: &T| K::apply(a.own()), (extra, is_operator()));
    }
}

impl<D, T, E, K, Out> Operator<D, T, E> for Unary<K, self_ref>
where
    T: Class<D>,
    E: FuncExtra<D>,
    K: Named + for<'a> ApplyUnary<&'a T, Output = Out> + 'static,
    Out: Ret<D, PolicyOf<D, E, FunctionPolicy>> + 'static,
    PolicyOf<D, E, FunctionPolicy>: LetsGo,
    GuardOf<D, E>: GuardFor<(&'static T,)>,
{
    fn bind(class: class_<'_, D, T>, extra: E) {
        class.def::<fn(&'static T) -> Out, _, _>(K::NAME, |a: &T| K::apply(a), (extra, is_operator()));
    }
}

/// The annotations of an operator in place: it gives back the object whose value it has changed.
type Changing<E> = (rv_policy::none, E, is_operator);

fn change_by_value<'a, T: Owned, K: ApplyInPlace<T, T>>(left: &'a mut T, right: Right<'_, T>) -> &'a mut T {
    let right = match right {
        Right::Receiver => left.own(),
        Right::Other(right) => right.own(),
    };
    K::apply(left, right);
    left
}

fn change_by_ref<'a, T: Owned, K>(left: &'a mut T, right: Right<'_, T>) -> &'a mut T
where
    K: for<'b> ApplyInPlace<T, &'b T>,
{
    match right {
        Right::Receiver => {
            let copy = left.own();
            K::apply(left, &copy);
        }
        Right::Other(right) => K::apply(left, right),
    }
    left
}

fn change<T, U, K: ApplyInPlace<T, U>>(left: &mut T, right: U) -> &mut T {
    K::apply(left, right);
    left
}

fn change_by_other<'a, T, U, K: for<'b> ApplyInPlace<T, &'b U>>(left: &'a mut T, right: &U) -> &'a mut T {
    K::apply(left, right);
    left
}

macro_rules! in_place {
    ($([$($generics:tt)*] $B:ty, $R:ty = $function:expr, where [$($apply:tt)*] [$($bounds:tt)*];)*) => { $(
        impl<D, T, E, K, $($generics)*> Operator<D, T, E> for InPlace<K, $R>
        where
            T: Class<D>,
            E: FuncExtra<D>,
            K: Named + 'static + $($apply)*,
            PolicyOf<D, Changing<E>, FunctionPolicy>: for<'a> RefPolicy<'a, D, T> + LetsGo,
            GuardOf<D, E>: GuardFor<(&'static mut T, $B)>,
            $($bounds)*
        {
            fn bind(class: class_<'_, D, T>, extra: E) {
                let extra: Changing<E> = (rv_policy::none, extra, is_operator());
                class.def::<fn(&'static mut T, $B) -> &'static mut T, _, _>(K::NAME, $function, extra);
            }
        }
    )* };
}

in_place! {
    [] Right<'static, T>, self_t = change_by_value::<T, K>, where [ApplyInPlace<T, T>] [T: Owned];
    [] Right<'static, T>, self_ref = change_by_ref::<T, K>, where [for<'b> ApplyInPlace<T, &'b T>] [T: Owned];
    [U] U, other<U> = change::<T, U, K>, where [ApplyInPlace<T, U>] [U: Converted<D>];
    [U] &'static U, other_ref<U> = change_by_other::<T, U, K>, where [for<'b> ApplyInPlace<T, &'b U>] [U: Class<D>];
}

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Binds an operator by its expression: nanobind's `.def(nb::self + nb::self)`, and spelled so in `nb_module!` and
    /// `nb_class!`.
    ///
    /// It is the method of Python's name with [`is_operator`]: operands of other types make it
    /// return `NotImplemented`. See [`self_`](crate::self_) for the expressions, and for what they need of the type.
    pub fn def_op<O, E>(self, operator: O, extra: E) -> Self
    where
        E: FuncExtra<D>,
        O: Operator<D, T, E>,
    {
        let _ = operator;
        O::bind(self, extra);
        self
    }

    /// Binds an operator and converts its result with `T::from`: nanobind's `.def_cast(nb::self - nb::self)`.
    pub fn def_cast<O, E>(self, operator: O, extra: E) -> Self
    where
        E: FuncExtra<D>,
        O: crate::operators::syntax::Castable<T>,
        O::As: Operator<D, T, E>,
    {
        let _ = operator;
        <O::As as Operator<D, T, E>>::bind(self, extra);
        self
    }
}
