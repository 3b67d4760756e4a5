//! What each operator is called in Python, and which Rust trait does it.

use std::collections::hash_map::DefaultHasher;
use std::fmt::{Debug, Display};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops;

/// A binary operator as a function of its operands.
pub trait Apply<A, B> {
    type Output;
    fn apply(left: A, right: B) -> Self::Output;
}

/// An operator that changes its left operand.
pub trait ApplyInPlace<A, B> {
    fn apply(left: &mut A, right: B);
}

/// An operator of one operand.
pub trait ApplyUnary<A> {
    type Output;
    fn apply(value: A) -> Self::Output;
}

/// What an operator is called in Python.
pub trait Named {
    const NAME: &'static str;
    /// Where the class is on the right.
    const REFLECTED: &'static str = "";
}

/// A class whose values are cloned for an operator.
#[diagnostic::on_unimplemented(
    message = "the operator takes `{Self}` by value, but `{Self}` is not `Clone`",
    label = "Python keeps the operands, so a clone is needed for each",
    note = "derive `Clone` for `{Self}`, or implement the operator for `&{Self}`, with `&{Self}` on the other side too if that is `nb::self` (plain builder: `&nb::self_ + &nb::self_`)"
)]
pub trait Owned: Sized {
    fn own(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Owned for T {
    fn own(&self) -> T {
        self.clone()
    }
}

/// The operator `K`, with its result converted to `T`: nanobind's `def_cast`.
pub struct Cast<K, T>(PhantomData<fn() -> (K, T)>);

impl<K: Named, T> Named for Cast<K, T> {
    const NAME: &'static str = K::NAME;
    const REFLECTED: &'static str = K::REFLECTED;
}

impl<K: Apply<A, B>, T: From<K::Output>, A, B> Apply<A, B> for Cast<K, T> {
    type Output = T;
    fn apply(left: A, right: B) -> T {
        T::from(K::apply(left, right))
    }
}

impl<K: ApplyUnary<A>, T: From<K::Output>, A> ApplyUnary<A> for Cast<K, T> {
    type Output = T;
    fn apply(value: A) -> T {
        T::from(K::apply(value))
    }
}

/// The trait between the operator and Rust's own is there for its message.
macro_rules! arithmetic {
    ($($kind:ident $Can:ident $Trait:ident::$method:ident $name:literal $reflected:literal $message:tt $note:tt;)*) => { $(
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "this operator is not there",
            note = $note
        )]
        pub trait $Can<B>: Sized {
            type Output;
            fn run(self, right: B) -> Self::Output;
        }

        #[diagnostic::do_not_recommend]
        impl<A: ops::$Trait<B>, B> $Can<B> for A {
            type Output = A::Output;
            fn run(self, right: B) -> A::Output {
                self.$method(right)
            }
        }

        pub struct $kind;

        impl Named for $kind {
            const NAME: &'static str = $name;
            const REFLECTED: &'static str = $reflected;
        }

        impl<A: $Can<B>, B> Apply<A, B> for $kind {
            type Output = A::Output;
            fn apply(left: A, right: B) -> A::Output {
                left.run(right)
            }
        }
    )* };
}

arithmetic! {
    add CanAdd Add::add "__add__" "__radd__"
        "there is no `{Self} + {B}`" "implement `std::ops::Add<{B}>` for `{Self}`";
    sub CanSub Sub::sub "__sub__" "__rsub__"
        "there is no `{Self} - {B}`" "implement `std::ops::Sub<{B}>` for `{Self}`";
    mul CanMul Mul::mul "__mul__" "__rmul__"
        "there is no `{Self} * {B}`" "implement `std::ops::Mul<{B}>` for `{Self}`";
    truediv CanDiv Div::div "__truediv__" "__rtruediv__"
        "there is no `{Self} / {B}`" "implement `std::ops::Div<{B}>` for `{Self}`";
    mod_ CanRem Rem::rem "__mod__" "__rmod__"
        "there is no `{Self} % {B}`" "implement `std::ops::Rem<{B}>` for `{Self}`";
    lshift CanShl Shl::shl "__lshift__" "__rlshift__"
        "there is no `{Self} << {B}`" "implement `std::ops::Shl<{B}>` for `{Self}`";
    rshift CanShr Shr::shr "__rshift__" "__rrshift__"
        "there is no `{Self} >> {B}`" "implement `std::ops::Shr<{B}>` for `{Self}`";
    and CanAnd BitAnd::bitand "__and__" "__rand__"
        "there is no `{Self} & {B}`" "implement `std::ops::BitAnd<{B}>` for `{Self}`";
    xor CanXor BitXor::bitxor "__xor__" "__rxor__"
        "there is no `{Self} ^ {B}`" "implement `std::ops::BitXor<{B}>` for `{Self}`";
    or CanOr BitOr::bitor "__or__" "__ror__"
        "there is no `{Self} | {B}`" "implement `std::ops::BitOr<{B}>` for `{Self}`";
}

/// Values that can be compared for an order.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no order with `{B}`",
    label = "this comparison is not there",
    note = "implement `PartialOrd<{B}>` for `{Self}` (with `PartialEq<{B}>`)"
)]
pub trait Ordered<B: ?Sized> {
    fn compare(&self, other: &B) -> Option<std::cmp::Ordering>;
}

#[diagnostic::do_not_recommend]
impl<A: PartialOrd<B>, B> Ordered<B> for A {
    fn compare(&self, other: &B) -> Option<std::cmp::Ordering> {
        self.partial_cmp(other)
    }
}

/// Values that can be compared for equality.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with `{B}`",
    label = "this comparison is not there",
    note = "implement `PartialEq<{B}>` for `{Self}`"
)]
pub trait Equal<B: ?Sized> {
    fn equal(&self, other: &B) -> bool;
    fn unequal(&self, other: &B) -> bool;
}

#[diagnostic::do_not_recommend]
impl<A: PartialEq<B>, B> Equal<B> for A {
    fn equal(&self, other: &B) -> bool {
        self == other
    }
    fn unequal(&self, other: &B) -> bool {
        self != other
    }
}

macro_rules! comparisons {
    ($($kind:ident $Can:ident $name:literal $mirrored:literal |$a:ident, $b:ident| $result:expr;)*) => { $(
        pub struct $kind;

        impl Named for $kind {
            const NAME: &'static str = $name;
            const REFLECTED: &'static str = $mirrored;
        }

        impl<'a, A: $Can<B>, B> Apply<&'a A, &'a B> for $kind {
            type Output = bool;
            fn apply($a: &A, $b: &B) -> bool {
                $result
            }
        }
    )* };
}

comparisons! {
    lt Ordered "__lt__" "__gt__" |a, b| a.compare(b).is_some_and(std::cmp::Ordering::is_lt);
    le Ordered "__le__" "__ge__" |a, b| a.compare(b).is_some_and(std::cmp::Ordering::is_le);
    gt Ordered "__gt__" "__lt__" |a, b| a.compare(b).is_some_and(std::cmp::Ordering::is_gt);
    ge Ordered "__ge__" "__le__" |a, b| a.compare(b).is_some_and(std::cmp::Ordering::is_ge);
    eq Equal "__eq__" "__eq__" |a, b| a.equal(b);
    ne Equal "__ne__" "__ne__" |a, b| a.unequal(b);
}

macro_rules! in_place {
    ($($kind:ident $Can:ident $Trait:ident::$method:ident $name:literal $message:tt $note:tt;)*) => { $(
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "this operator is not there",
            note = $note
        )]
        pub trait $Can<B> {
            fn run(&mut self, right: B);
        }

        #[diagnostic::do_not_recommend]
        impl<A: ops::$Trait<B>, B> $Can<B> for A {
            fn run(&mut self, right: B) {
                self.$method(right)
            }
        }

        pub struct $kind;

        impl Named for $kind {
            const NAME: &'static str = $name;
        }

        impl<A: $Can<B>, B> ApplyInPlace<A, B> for $kind {
            fn apply(left: &mut A, right: B) {
                left.run(right)
            }
        }
    )* };
}

in_place! {
    iadd CanAddAssign AddAssign::add_assign "__iadd__"
        "there is no `{Self} += {B}`" "implement `std::ops::AddAssign<{B}>` for `{Self}`";
    isub CanSubAssign SubAssign::sub_assign "__isub__"
        "there is no `{Self} -= {B}`" "implement `std::ops::SubAssign<{B}>` for `{Self}`";
    imul CanMulAssign MulAssign::mul_assign "__imul__"
        "there is no `{Self} *= {B}`" "implement `std::ops::MulAssign<{B}>` for `{Self}`";
    itruediv CanDivAssign DivAssign::div_assign "__itruediv__"
        "there is no `{Self} /= {B}`" "implement `std::ops::DivAssign<{B}>` for `{Self}`";
    imod CanRemAssign RemAssign::rem_assign "__imod__"
        "there is no `{Self} %= {B}`" "implement `std::ops::RemAssign<{B}>` for `{Self}`";
    ilshift CanShlAssign ShlAssign::shl_assign "__ilshift__"
        "there is no `{Self} <<= {B}`" "implement `std::ops::ShlAssign<{B}>` for `{Self}`";
    irshift CanShrAssign ShrAssign::shr_assign "__irshift__"
        "there is no `{Self} >>= {B}`" "implement `std::ops::ShrAssign<{B}>` for `{Self}`";
    iand CanAndAssign BitAndAssign::bitand_assign "__iand__"
        "there is no `{Self} &= {B}`" "implement `std::ops::BitAndAssign<{B}>` for `{Self}`";
    ixor CanXorAssign BitXorAssign::bitxor_assign "__ixor__"
        "there is no `{Self} ^= {B}`" "implement `std::ops::BitXorAssign<{B}>` for `{Self}`";
    ior CanOrAssign BitOrAssign::bitor_assign "__ior__"
        "there is no `{Self} |= {B}`" "implement `std::ops::BitOrAssign<{B}>` for `{Self}`";
}

/// Values with an absolute value: implement it for a class with `.def(nb::abs(nb::self))`.
///
/// ```
/// struct Step(i32);
/// impl nb::Abs for &Step {
///     type Output = Step;
///     fn abs(self) -> Step { Step(nb::abs(self.0)) }
/// }
/// assert_eq!(nb::abs(&Step(-3)).0, 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no absolute value",
    label = "this operator is not there",
    note = "implement `nb::Abs` for `{Self}`"
)]
pub trait Abs {
    /// What the absolute value is: `Self` as a rule, a number for a complex number or a vector.
    type Output;
    /// The absolute value.
    fn abs(self) -> Self::Output;
}

/// The absolute value, and in `.def(nb::abs(nb::self))` the operator: nanobind's `nb::abs`.
pub fn abs<T: Abs>(value: T) -> T::Output {
    value.abs()
}

macro_rules! absolute {
    ($($ty:ty)*) => { $(
        impl Abs for $ty {
            type Output = $ty;
            fn abs(self) -> $ty {
                <$ty>::abs(self)
            }
        }
    )* };
}
absolute!(f32 f64 i8 i16 i32 i64 i128 isize);

macro_rules! unary {
    ($($kind:ident $name:literal [$($bounds:tt)*] $ty:ty => $Output:ty, |$value:ident| $result:expr;)*) => { $(
        pub struct $kind;

        impl Named for $kind {
            const NAME: &'static str = $name;
        }

        impl<$($bounds)*> ApplyUnary<$ty> for $kind {
            type Output = $Output;
            fn apply($value: $ty) -> $Output {
                $result
            }
        }
    )* };
}

/// Values whose sign can be turned around.
#[diagnostic::on_unimplemented(
    message = "there is no `-{Self}`",
    label = "this operator is not there",
    note = "implement `std::ops::Neg` for `{Self}`"
)]
pub trait CanNeg {
    type Output;
    fn run(self) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<A: ops::Neg> CanNeg for A {
    type Output = A::Output;
    fn run(self) -> A::Output {
        -self
    }
}

/// Values whose bits can be turned around, which is `~` in C++ and Python.
#[diagnostic::on_unimplemented(
    message = "there is no `!{Self}`, which is Rust's `~`",
    label = "this operator is not there",
    note = "implement `std::ops::Not` for `{Self}`"
)]
pub trait CanInvert {
    type Output;
    fn run(self) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<A: ops::Not> CanInvert for A {
    type Output = A::Output;
    fn run(self) -> A::Output {
        !self
    }
}

/// Values that are true or false.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether it is true",
    label = "this operator is not there",
    note = "implement `From<&{Self}> for bool`, or bind `__bool__` as a closure"
)]
pub trait Truth {
    fn truth(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T> Truth for T
where
    for<'a> bool: From<&'a T>,
{
    fn truth(&self) -> bool {
        bool::from(self)
    }
}

unary! {
    neg "__neg__" [A: CanNeg] A => A::Output, |value| value.run();
    invert "__invert__" [A: CanInvert] A => A::Output, |value| value.run();
    abs_ "__abs__" [A: Abs] A => A::Output, |value| value.abs();
    pos "__pos__" ['a, A: Owned] &'a A => A, |value| value.own();
    bool_ "__bool__" ['a, A: Truth] &'a A => bool, |value| value.truth();
    hash_ "__hash__" ['a, A: Hash] &'a A => isize, |value| {
        // No random keys: Python code may rely on equal numbers in another process.
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish() as isize
    };
    repr_ "__repr__" ['a, A: Debug] &'a A => String, |value| format!("{value:?}");
    str_ "__str__" ['a, A: Display] &'a A => String, |value| value.to_string();
}
