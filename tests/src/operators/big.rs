//! Operators on references, and on two types.

use super::numbers::CLONES;
use std::ops;
use std::sync::atomic::Ordering::Relaxed;

/// Has operators on references too, which do without clones.
pub struct Big {
    pub digits: Vec<u32>,
}

impl Big {
    pub fn new(digits: Vec<u32>) -> Big {
        Big { digits }
    }
    pub fn sum(&self) -> u32 {
        self.digits.iter().sum()
    }
}
impl Clone for Big {
    fn clone(&self) -> Big {
        CLONES.fetch_add(1, Relaxed);
        Big { digits: self.digits.clone() }
    }
}
impl ops::Add for Big {
    type Output = Big;
    fn add(self, _: Big) -> Big {
        panic!("there is one on references")
    }
}
impl<'a> ops::Add<&'a Big> for &Big {
    type Output = Big;
    fn add(self, other: &'a Big) -> Big {
        Big::new(self.digits.iter().chain(&other.digits).copied().collect())
    }
}
impl ops::Mul<u32> for &Big {
    type Output = Big;
    fn mul(self, by: u32) -> Big {
        Big::new(self.digits.iter().map(|digit| digit * by).collect())
    }
}
impl ops::Mul<&Big> for u32 {
    type Output = Big;
    fn mul(self, big: &Big) -> Big {
        big * self
    }
}
impl ops::Neg for &Big {
    type Output = u32;
    fn neg(self) -> u32 {
        self.sum()
    }
}
impl ops::AddAssign<&Big> for Big {
    fn add_assign(&mut self, other: &Big) {
        self.digits.extend(&other.digits);
    }
}

/// Something else that `Big` works with.
pub struct Scale {
    pub by: u32,
}
impl ops::Mul<&Scale> for &Big {
    type Output = Big;
    fn mul(self, scale: &Scale) -> Big {
        self * scale.by
    }
}
impl ops::Mul<&Big> for &Scale {
    type Output = Big;
    fn mul(self, big: &Big) -> Big {
        big * self.by
    }
}
impl ops::MulAssign<&Scale> for Big {
    fn mul_assign(&mut self, scale: &Scale) {
        *self = &*self * scale.by;
    }
}
impl PartialEq<Scale> for Big {
    fn eq(&self, scale: &Scale) -> bool {
        self.sum() == scale.by
    }
}
