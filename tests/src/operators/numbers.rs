//! A number with all operators, on values.

use std::fmt;
use std::ops;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// How often values were cloned.
pub static CLONES: AtomicUsize = AtomicUsize::new(0);

/// A number with all of Rust's operators, on values alone. One type each for the two spellings.
#[derive(PartialEq, PartialOrd)]
pub struct Num<const BUILDER: bool> {
    pub value: i64,
}

impl<const B: bool> Clone for Num<B> {
    fn clone(&self) -> Self {
        CLONES.fetch_add(1, Relaxed);
        Num { value: self.value }
    }
}

macro_rules! arithmetic {
    ($($Trait:ident $method:ident $Assign:ident $assign:ident $op:tt;)*) => { $(
        impl<const B: bool> ops::$Trait for Num<B> {
            type Output = Num<B>;
            fn $method(self, other: Num<B>) -> Num<B> {
                Num { value: self.value $op other.value }
            }
        }
        impl<const B: bool> ops::$Trait<i64> for Num<B> {
            type Output = Num<B>;
            fn $method(self, other: i64) -> Num<B> {
                Num { value: self.value $op other }
            }
        }
        impl<const B: bool> ops::$Trait<Num<B>> for i64 {
            type Output = Num<B>;
            fn $method(self, other: Num<B>) -> Num<B> {
                Num { value: self $op other.value }
            }
        }
        impl<const B: bool> ops::$Assign for Num<B> {
            fn $assign(&mut self, other: Num<B>) {
                self.value = self.value $op other.value;
            }
        }
        impl<const B: bool> ops::$Assign<i64> for Num<B> {
            fn $assign(&mut self, other: i64) {
                self.value = self.value $op other;
            }
        }
    )* };
}

arithmetic! {
    Add add AddAssign add_assign +;
    Sub sub SubAssign sub_assign -;
    Mul mul MulAssign mul_assign *;
    Div div DivAssign div_assign /;
    Rem rem RemAssign rem_assign %;
    Shl shl ShlAssign shl_assign <<;
    Shr shr ShrAssign shr_assign >>;
    BitAnd bitand BitAndAssign bitand_assign &;
    BitXor bitxor BitXorAssign bitxor_assign ^;
    BitOr bitor BitOrAssign bitor_assign |;
}

impl<const B: bool> ops::Neg for Num<B> {
    type Output = Num<B>;
    fn neg(self) -> Num<B> {
        Num { value: -self.value }
    }
}
impl<const B: bool> ops::Not for Num<B> {
    type Output = Num<B>;
    fn not(self) -> Num<B> {
        Num { value: !self.value }
    }
}
impl<const B: bool> From<&Num<B>> for bool {
    fn from(num: &Num<B>) -> bool {
        num.value != 0
    }
}
impl<const B: bool> nb::Abs for &Num<B> {
    type Output = i64;
    fn abs(self) -> i64 {
        nb::abs(self.value)
    }
}
impl<const B: bool> std::hash::Hash for Num<B> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}
impl<const B: bool> PartialEq<i64> for Num<B> {
    fn eq(&self, other: &i64) -> bool {
        self.value == *other
    }
}
impl<const B: bool> PartialOrd<i64> for Num<B> {
    fn partial_cmp(&self, other: &i64) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(other)
    }
}
impl<const B: bool> PartialEq<Num<B>> for f64 {
    fn eq(&self, other: &Num<B>) -> bool {
        *self == other.value as f64
    }
}
impl<const B: bool> PartialOrd<Num<B>> for f64 {
    fn partial_cmp(&self, other: &Num<B>) -> Option<std::cmp::Ordering> {
        self.partial_cmp(&(other.value as f64))
    }
}
impl<const B: bool> fmt::Debug for Num<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Num({})", self.value)
    }
}
impl<const B: bool> fmt::Display for Num<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value)
    }
}
