//! Expressions of operators: [`self_`], [`other()`] and what stands between them.

use crate::operators::op;
use std::marker::PhantomData;
use std::ops;

/// The type of [`self_`].
#[derive(Clone, Copy, Debug)]
pub struct self_t;

/// Stands for a value of the class in the expression of an operator: nanobind's `nb::self`, and spelled so in
/// `nb_module!` and `nb_class!`, which also write `&` and the types of other operands.
///
/// The expression says which Rust operator is called: `nb::self_ + nb::self_` is `T + T` on clones of the two values,
/// `&nb::self_ + &nb::self_` is `&T + &T`. What Rust's operators cannot say are methods: comparisons (`lt`, `le`, `eq`,
/// `ne`, `gt`, `ge`), changes in place (`iadd`, ..), and [`pos`](self_t::pos), [`bool_`](self_t::bool_),
/// [`hash`](self_t::hash), [`repr`](self_t::repr), [`str`](self_t::str). (Clippy's `eq_op`, which takes `self_ - self_` for a
/// mistake, has to be allowed for plain builder calls.)
///
/// ```no_run
/// use nb::prelude::*;
/// use std::ops::{Add, Mul};
/// #[derive(Clone, PartialEq)]
/// struct Length(f64);
/// impl Add for Length {
///     type Output = Length;
///     fn add(self, other: Length) -> Length { Length(self.0 + other.0) }
/// }
/// impl Mul<Length> for f64 {
///     type Output = Length;
///     fn mul(self, length: Length) -> Length { Length(self * length.0) }
/// }
/// nb_module!(lengths, m, {
///     nb::class_<Length>(m, "Length")
///         .def(nb::self + nb::self)
///         .def(f64() * nb::self)
///         // The same two as plain builder calls, and one that has no operator in Rust:
///         .def_op(nb::self_ + nb::self_, ())
///         .def_op(nb::other::<f64>() * nb::self_, ())
///         .def_op(nb::self_.eq(nb::self_), ());
/// });
/// ```
#[allow(non_upper_case_globals)]
pub const self_: self_t = self_t;

/// `&nb::self_` in the type of an expression.
#[doc(hidden)]
pub struct self_ref;

/// Stands for another operand, which is converted and passed by value: nanobind's `float()` in `nb::self * float()`.
pub struct other<U> {
    ty: PhantomData<fn() -> U>,
}

/// Makes [`struct@other`]: `nb::self_ * nb::other::<f32>()`.
///
/// A bound class is cloned; see [`other_ref`](fn@other_ref) for passing `&U`.
pub const fn other<U>() -> other<U> {
    other { ty: PhantomData }
}

/// Stands for another operand of a bound class, which is passed as `&U`.
pub struct other_ref<U> {
    ty: PhantomData<fn() -> U>,
}

/// Makes [`struct@other_ref`]: `&nb::self_ * nb::other_ref::<Matrix>()` calls `&T * &Matrix`.
pub const fn other_ref<U>() -> other_ref<U> {
    other_ref { ty: PhantomData }
}

/// An operand that is converted by value and compared by reference.
#[doc(hidden)]
pub struct lent<U> {
    ty: PhantomData<fn() -> U>,
}

/// The binary operator `K` between `L` and `R`, for [`class_::def_op`](crate::class_::def_op).
pub struct Op<K, L, R> {
    ty: PhantomData<fn() -> (K, L, R)>,
}

/// The operator `K` that changes the value on its left in place.
pub struct InPlace<K, R> {
    ty: PhantomData<fn() -> (K, R)>,
}

/// The operator `K` of one operand.
pub struct Unary<K, A> {
    ty: PhantomData<fn() -> (K, A)>,
}

impl<K, L, R> Op<K, L, R> {
    pub(super) const fn new() -> Self {
        Op { ty: PhantomData }
    }
}

impl<K, R> InPlace<K, R> {
    pub(super) const fn new() -> Self {
        InPlace { ty: PhantomData }
    }
}

impl<K, A> Unary<K, A> {
    pub(super) const fn new() -> Self {
        Unary { ty: PhantomData }
    }
}

/// What may stand beside `nb::self_`. A number stands for its type, as in C++: `nb::self_.imul(1.0_f32)` is
/// `nb::self_.imul(nb::other::<f32>())`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand for an operand",
    note = "operands are `nb::self_`, `nb::other::<f64>()`, `nb::other_ref::<Matrix>()` and numbers"
)]
pub trait Operand {
    #[doc(hidden)]
    type As;
}

/// What may be compared with `nb::self_`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand for an operand",
    note = "operands are `nb::self_`, `nb::other::<f64>()`, `nb::other_ref::<Matrix>()` and numbers"
)]
pub trait Compared {
    #[doc(hidden)]
    type As;
}

/// An operator whose result can become one of the class, for [`class_::def_cast`](crate::class_::def_cast).
#[diagnostic::on_unimplemented(
    message = "`.def_cast` needs an operator with a result of its own",
    note = "a change in place returns the object that it has changed: bind it with `.def`"
)]
pub trait Castable<T> {
    #[doc(hidden)]
    type As;
}

impl<K, L, R, T> Castable<T> for Op<K, L, R> {
    type As = Op<op::Cast<K, T>, L, R>;
}

impl<K, A, T> Castable<T> for Unary<K, A> {
    type As = Unary<op::Cast<K, T>, A>;
}

macro_rules! operands {
    ($([$($generics:tt)*] $ty:ty => $as:ty, $compared:ty;)*) => { $(
        impl<$($generics)*> Operand for $ty {
            type As = $as;
        }
        impl<$($generics)*> Compared for $ty {
            type As = $compared;
        }
    )* };
}

operands! {
    [] self_t => self_t, self_ref;
    ['s] &'s self_t => self_ref, self_ref;
    [U] other<U> => other<U>, lent<U>;
    [U] other_ref<U> => other_ref<U>, other_ref<U>;
}

/// Numbers and texts, which stand for their types.
macro_rules! values {
    ($($ty:ty)*) => {
        operands! { $( [] $ty => other<$ty>, lent<$ty>; )* }
    };
}
values!(bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize String);

/// Rust's operators between these operands. No other right sides: `impl<R> Mul<R>` would take part in the compiler's guess
/// at every `x * 2`.
macro_rules! arithmetic {
    ($([$($generics:tt)*] $left:ty, $right:ty;)*) => { $(
        arithmetic! { [$($generics)*] $left, $right =>
            Add::add add; Sub::sub sub; Mul::mul mul; Div::div truediv; Rem::rem mod_; Shl::shl lshift; Shr::shr rshift;
            BitAnd::bitand and; BitXor::bitxor xor; BitOr::bitor or;
        }
    )* };
    ($generics:tt $left:ty, $right:ty => $($Trait:ident::$method:ident $kind:ident;)*) => { $(
        arithmetic! { @one $generics $left, $right, $Trait::$method $kind }
    )* };
    (@one [$($generics:tt)*] $left:ty, $right:ty, $Trait:ident::$method:ident $kind:ident) => {
        impl<$($generics)*> ops::$Trait<$right> for $left {
            type Output = Op<op::$kind, <$left as Operand>::As, <$right as Operand>::As>;
            fn $method(self, _: $right) -> Self::Output {
                Op::new()
            }
        }
    };
}

arithmetic! {
    [] self_t, self_t;
    ['r] self_t, &'r self_t;
    ['s] &'s self_t, self_t;
    ['s, 'r] &'s self_t, &'r self_t;
    [U] self_t, other<U>;
    [U] self_t, other_ref<U>;
    ['s, U] &'s self_t, other<U>;
    ['s, U] &'s self_t, other_ref<U>;
    [U] other<U>, self_t;
    [U] other_ref<U>, self_t;
    ['r, U] other<U>, &'r self_t;
    ['r, U] other_ref<U>, &'r self_t;
}

impl ops::Neg for self_t {
    type Output = Unary<op::neg, self_t>;
    fn neg(self) -> Self::Output {
        Unary::new()
    }
}

impl ops::Neg for &self_t {
    type Output = Unary<op::neg, self_ref>;
    fn neg(self) -> Self::Output {
        Unary::new()
    }
}

/// Rust's `!` is Python's `~`, for which C++ writes `~nb::self`; C++'s `!nb::self` is [`bool_`](self_t::bool_).
impl ops::Not for self_t {
    type Output = Unary<op::invert, self_t>;
    fn not(self) -> Self::Output {
        Unary::new()
    }
}

/// As for `self_t`, on a reference.
impl ops::Not for &self_t {
    type Output = Unary<op::invert, self_ref>;
    fn not(self) -> Self::Output {
        Unary::new()
    }
}

impl op::Abs for self_t {
    type Output = Unary<op::abs_, self_t>;
    fn abs(self) -> Self::Output {
        Unary::new()
    }
}

impl op::Abs for &self_t {
    type Output = Unary<op::abs_, self_ref>;
    fn abs(self) -> Self::Output {
        Unary::new()
    }
}

macro_rules! comparisons {
    ($($name:ident $symbol:literal;)*) => {
        impl self_t { $(
            #[doc = concat!("`nb::self ", $symbol, " other`.")]
            pub fn $name<R: Compared>(self, _: R) -> Op<op::$name, self_ref, R::As> {
                Op::new()
            }
        )* }

        impl<U> other<U> { $(
            #[doc = concat!("`U() ", $symbol, " nb::self`; Python finds it under the mirrored name.")]
            pub const fn $name(self, _: self_t) -> Op<op::$name, lent<U>, self_ref> {
                Op::new()
            }
        )* }

        impl<U> other_ref<U> { $(
            #[doc = concat!("`U() ", $symbol, " nb::self`; Python finds it under the mirrored name.")]
            pub const fn $name(self, _: self_t) -> Op<op::$name, other_ref<U>, self_ref> {
                Op::new()
            }
        )* }
    };
}

comparisons! {
    lt "<";
    le "<=";
    eq "==";
    ne "!=";
    gt ">";
    ge ">=";
}

macro_rules! in_place {
    ($($name:ident $symbol:literal $Trait:literal;)*) => {
        impl self_t { $(
            #[doc = concat!("`nb::self ", $symbol, " other`: needs `", $Trait, "`, and `Clone` where the other operand is `self`.")]
            ///
            /// The same Python object comes back. A value that is its own right operand (`v += v`) is cloned first.
            pub fn $name<R: Operand>(self, _: R) -> InPlace<op::$name, R::As> {
                InPlace::new()
            }
        )* }
    };
}

in_place! {
    iadd "+=" "AddAssign";
    isub "-=" "SubAssign";
    imul "*=" "MulAssign";
    itruediv "/=" "DivAssign";
    imod "%=" "RemAssign";
    ilshift "<<=" "ShlAssign";
    irshift ">>=" "ShrAssign";
    iand "&=" "BitAndAssign";
    ixor "^=" "BitXorAssign";
    ior "|=" "BitOrAssign";
}

/// What Rust has no operator for.
impl self_t {
    /// `+nb::self`: a clone.
    pub const fn pos(self) -> Unary<op::pos, self_ref> {
        Unary::new()
    }

    /// `!nb::self`, which is `__bool__` in nanobind: `bool::from(&value)`, for which the class implements
    /// `From<&T> for bool`.
    pub const fn bool_(self) -> Unary<op::bool_, self_ref> {
        Unary::new()
    }

    /// `nb::hash(nb::self)`: the value's `Hash`, with a hasher that gives the same number in every process.
    pub const fn hash(self) -> Unary<op::hash_, self_ref> {
        Unary::new()
    }

    /// `nb::repr(nb::self)`, which nanobind does not have: `__repr__` by `Debug`.
    pub const fn repr(self) -> Unary<op::repr_, self_ref> {
        Unary::new()
    }

    /// `nb::str(nb::self)`, which nanobind does not have: `__str__` by `Display`.
    pub const fn str(self) -> Unary<op::str_, self_ref> {
        Unary::new()
    }
}
