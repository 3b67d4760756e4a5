//! Operators by expression, in both spellings, and visitors.
#![allow(clippy::eq_op, reason = "`self_ - self_` is no difference of two values")]

use big::{Big, Scale};
use nb::prelude::*;
use numbers::{CLONES, Num};
use std::ops;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use visitors::{Growing, Inner, Named, Sized2};

mod big;
mod numbers;
mod visitors;

/// Two numbers, as in the manual of nanobind.
#[derive(Clone)]
struct Vector2 {
    x: f32,
    y: f32,
}

impl Vector2 {
    fn new(x: f32, y: f32) -> Vector2 {
        Vector2 { x, y }
    }
    fn to_text(&self) -> String {
        format!("[{:.6}, {:.6}]", self.x, self.y)
    }
}
impl ops::Add for Vector2 {
    type Output = Vector2;
    fn add(self, v: Vector2) -> Vector2 {
        Vector2::new(self.x + v.x, self.y + v.y)
    }
}
impl ops::Mul<f32> for Vector2 {
    type Output = Vector2;
    fn mul(self, value: f32) -> Vector2 {
        Vector2::new(self.x * value, self.y * value)
    }
}
impl ops::Mul<Vector2> for f32 {
    type Output = Vector2;
    fn mul(self, v: Vector2) -> Vector2 {
        v * self
    }
}
impl ops::Neg for Vector2 {
    type Output = Vector2;
    fn neg(self) -> Vector2 {
        Vector2::new(-self.x, -self.y)
    }
}
impl ops::AddAssign for Vector2 {
    fn add_assign(&mut self, v: Vector2) {
        self.x += v.x;
        self.y += v.y;
    }
}
impl ops::MulAssign<f32> for Vector2 {
    fn mul_assign(&mut self, value: f32) {
        self.x *= value;
        self.y *= value;
    }
}

/// The difference of two points is no point.
struct Offset(i32);
#[derive(Clone, Copy)]
struct Point(i32);
impl ops::Sub for Point {
    type Output = Offset;
    fn sub(self, other: Point) -> Offset {
        Offset(self.0 - other.0)
    }
}
impl ops::Sub<i32> for Point {
    type Output = Offset;
    fn sub(self, other: i32) -> Offset {
        Offset(self.0 - other)
    }
}
impl ops::Neg for Point {
    type Output = Offset;
    fn neg(self) -> Offset {
        Offset(-self.0)
    }
}
impl From<Offset> for Point {
    fn from(offset: Offset) -> Point {
        Point(offset.0)
    }
}

/// Two numbers that can be reached as parts.
struct Pair {
    first: Num<false>,
    second: Num<false>,
}
impl Pair {
    fn get_first(&mut self) -> &mut Num<false> {
        &mut self.first
    }
}

/// Calls back while its operators run.
struct Caller {
    value: i64,
    callback: Arc<dyn Fn() + Send + Sync>,
}
impl Clone for Caller {
    fn clone(&self) -> Caller {
        (self.callback)();
        Caller { value: self.value, callback: self.callback.clone() }
    }
}
impl ops::AddAssign for Caller {
    fn add_assign(&mut self, other: Caller) {
        let before = self.value;
        (self.callback)();
        self.value = before + other.value;
    }
}

/// Powers and divisions, for which Rust has no traits.
#[derive(Clone, Copy)]
struct Whole(i64);
impl From<i64> for Whole {
    fn from(value: i64) -> Whole {
        Whole(value)
    }
}

/// A division that can fail, in Rust's own words.
impl ops::Div for Whole {
    type Output = Result<Whole, nb::Error>;
    fn div(self, other: Whole) -> Self::Output {
        self.0.checked_div(other.0).map(Whole).ok_or_else(|| nb::value_error("by zero"))
    }
}

fn matmul_in_place(a: &mut Whole, b: i64) -> &mut Whole {
    a.0 *= b;
    a
}

/// Bound where the macro does not see its name.
#[derive(Clone, PartialEq)]
struct Unseen(i32);
impl ops::Add for Unseen {
    type Output = Unseen;
    fn add(self, other: Unseen) -> Unseen {
        Unseen(self.0 + other.0)
    }
}
impl ops::Add<Whole> for Unseen {
    type Output = Unseen;
    fn add(self, other: Whole) -> Unseen {
        Unseen(self.0 + other.0 as i32)
    }
}
impl ops::Sub<Unseen> for i32 {
    type Output = Unseen;
    fn sub(self, other: Unseen) -> Unseen {
        Unseen(self - other.0)
    }
}
impl ops::AddAssign<i32> for Unseen {
    fn add_assign(&mut self, by: i32) {
        self.0 += by;
    }
}
impl ops::Neg for Unseen {
    type Output = Unseen;
    fn neg(self) -> Unseen {
        Unseen(-self.0)
    }
}

/// An item of its own file, as it were.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    value: i32,
}
impl ops::Add<i32> for Item {
    type Output = Item;
    fn add(self, by: i32) -> Item {
        Item { value: self.value + by }
    }
}
impl ops::AddAssign for Item {
    fn add_assign(&mut self, other: Item) {
        assert!(!nb::is_attached());
        self.value += other.value;
    }
}
nb_class!(in crate::operators; Item, "Item", {
    .def(nb::init(|value: i32| Item { value }))
    .def(nb::self + i32(), "by"_a, "Adds.")
    .def(nb::self += nb::self, nb::call_guard<nb::gil_scoped_release>())
    .def(nb::self == nb::self)
    .def(nb::repr(nb::self))
});

nb_module!(test_operators_ext, m, {
    nb::class_<Vector2>(m, "Vector2")
        .def(nb::init<f32, f32>())
        .def_rw("x", &Vector2::x)
        .def_rw("y", &Vector2::y)
        .def(nb::self + nb::self)
        .def(nb::self += nb::self)
        .def(nb::self *= float())
        .def(float() * nb::self)
        .def(nb::self * float())
        .def(-nb::self)
        .def("__repr__", &Vector2::to_text);

    nb::class_<Num<false>>(m, "Num")
        .def(nb::init(|value: i64| Num { value }))
        .def_rw("value", &Num<false>::value)
        .def(nb::self + nb::self).def(nb::self + i64()).def(i64() + nb::self)
        .def(nb::self - nb::self).def(nb::self - i64()).def(i64() - nb::self)
        .def(nb::self * nb::self).def(nb::self * i64()).def(i64() * nb::self)
        .def(nb::self / nb::self).def(nb::self / i64()).def(i64() / nb::self)
        .def(nb::self % nb::self).def(nb::self % i64()).def(i64() % nb::self)
        .def(nb::self << nb::self).def(nb::self << i64()).def(i64() << nb::self)
        .def(nb::self >> nb::self).def(nb::self >> i64()).def(i64() >> nb::self)
        .def(nb::self & nb::self).def(nb::self & i64()).def(i64() & nb::self)
        .def(nb::self ^ nb::self).def(nb::self ^ i64()).def(i64() ^ nb::self)
        .def(nb::self | nb::self).def(nb::self | i64()).def(i64() | nb::self)
        .def(nb::self += nb::self).def(nb::self += i64())
        .def(nb::self -= nb::self).def(nb::self -= i64())
        .def(nb::self *= nb::self).def(nb::self *= i64())
        .def(nb::self /= nb::self).def(nb::self /= i64())
        .def(nb::self %= nb::self).def(nb::self %= i64())
        .def(nb::self <<= nb::self).def(nb::self <<= i64())
        .def(nb::self >>= nb::self).def(nb::self >>= i64())
        .def(nb::self &= nb::self).def(nb::self &= i64())
        .def(nb::self ^= nb::self).def(nb::self ^= i64())
        .def(nb::self |= nb::self).def(nb::self |= i64())
        .def(nb::self < nb::self).def(nb::self < i64()).def(double() < nb::self)
        .def(nb::self <= nb::self).def(nb::self <= i64()).def(double() <= nb::self)
        .def(nb::self > nb::self).def(nb::self > i64()).def(double() > nb::self)
        .def(nb::self >= nb::self).def(nb::self >= i64()).def(double() >= nb::self)
        .def(nb::self == nb::self).def(nb::self == i64()).def(double() == nb::self)
        .def(nb::self != nb::self).def(nb::self != i64()).def(double() != nb::self)
        .def(-nb::self)
        .def(+nb::self)
        .def(~nb::self)
        .def(!nb::self)
        .def(nb::abs(nb::self))
        .def(hash(nb::self))
        .def(nb::repr(nb::self))
        .def(nb::str(nb::self));

    // The same with the plain builder.
    use nb::{other, self_};
    nb::uses_<Num<true>>();
    let built = m.class_::<Num<true>>("Built", ())
        .def_init(|value: i64| Num { value }, ())
        .def_rw("value", nb::field!(Num<true>, value), ())
        .def_op(self_ + self_, ()).def_op(self_ + other::<i64>(), ()).def_op(other::<i64>() + self_, ())
        .def_op(self_ - self_, ()).def_op(self_ - other::<i64>(), ()).def_op(other::<i64>() - self_, ())
        .def_op(self_ * self_, ()).def_op(self_ * other::<i64>(), ()).def_op(other::<i64>() * self_, ())
        .def_op(self_ / self_, ()).def_op(self_ / other::<i64>(), ()).def_op(other::<i64>() / self_, ())
        .def_op(self_ % self_, ()).def_op(self_ % other::<i64>(), ()).def_op(other::<i64>() % self_, ())
        .def_op(self_ << self_, ()).def_op(self_ << other::<i64>(), ()).def_op(other::<i64>() << self_, ())
        .def_op(self_ >> self_, ()).def_op(self_ >> other::<i64>(), ()).def_op(other::<i64>() >> self_, ())
        .def_op(self_ & self_, ()).def_op(self_ & other::<i64>(), ()).def_op(other::<i64>() & self_, ())
        .def_op(self_ ^ self_, ()).def_op(self_ ^ other::<i64>(), ()).def_op(other::<i64>() ^ self_, ())
        .def_op(self_ | self_, ()).def_op(self_ | other::<i64>(), ()).def_op(other::<i64>() | self_, ());
    built
        .def_op(self_.iadd(self_), ()).def_op(self_.iadd(other::<i64>()), ())
        .def_op(self_.isub(self_), ()).def_op(self_.isub(other::<i64>()), ())
        .def_op(self_.imul(self_), ()).def_op(self_.imul(other::<i64>()), ())
        .def_op(self_.itruediv(self_), ()).def_op(self_.itruediv(other::<i64>()), ())
        .def_op(self_.imod(self_), ()).def_op(self_.imod(other::<i64>()), ())
        .def_op(self_.ilshift(self_), ()).def_op(self_.ilshift(other::<i64>()), ())
        .def_op(self_.irshift(self_), ()).def_op(self_.irshift(other::<i64>()), ())
        .def_op(self_.iand(self_), ()).def_op(self_.iand(other::<i64>()), ())
        .def_op(self_.ixor(self_), ()).def_op(self_.ixor(other::<i64>()), ())
        .def_op(self_.ior(self_), ()).def_op(self_.ior(other::<i64>()), ())
        .def_op(self_.lt(self_), ()).def_op(self_.lt(1_i64), ()).def_op(other::<f64>().lt(self_), ())
        .def_op(self_.le(self_), ()).def_op(self_.le(1_i64), ()).def_op(other::<f64>().le(self_), ())
        .def_op(self_.gt(self_), ()).def_op(self_.gt(1_i64), ()).def_op(other::<f64>().gt(self_), ())
        .def_op(self_.ge(self_), ()).def_op(self_.ge(1_i64), ()).def_op(other::<f64>().ge(self_), ())
        .def_op(self_.eq(self_), ()).def_op(self_.eq(1_i64), ()).def_op(other::<f64>().eq(self_), ())
        .def_op(self_.ne(self_), ()).def_op(self_.ne(1_i64), ()).def_op(other::<f64>().ne(self_), ())
        .def_op(-self_, ())
        .def_op(self_.pos(), ())
        .def_op(!self_, ())
        .def_op(self_.bool_(), ())
        .def_op(nb::abs(&self_), ())
        .def_op(self_.hash(), ())
        .def_op(self_.repr(), ())
        .def_op(self_.str(), ());

    nb::class_<Scale>(m, "Scale").def(nb::init(|by: u32| Scale { by }))
        .def(Sized2 {})
        .def(Named { name: "by" })
        .def(Growing, "amount"_a = 2, nb::keep_alive<1, 2>(), "By an amount.");
    nb::class_<Big>(m, "Big")
        .def(nb::init<Vec<u32>>())
        .def("sum", &Big::sum)
        .def(nb::self + nb::self)
        .def(nb::self += nb::self)
        .def(nb::self * u32())
        .def(u32() * nb::self)
        .def(nb::self * Scale())
        .def(Scale() * nb::self)
        .def(nb::self *= Scale {})
        .def(nb::self == Scale())
        .def(-nb::self)
        .def(Sized2(), "How big it is.");
    m.def("clones", || CLONES.swap(0, Relaxed));

    nb::class_<Point>(m, "Point")
        .def(nb::init(|x: i32| Point(x)))
        .def_prop_ro("x", |p: &Point| p.0)
        .def_cast(nb::self - nb::self, "Their distance.")
        .def_cast(nb::self - i32())
        .def_cast(-nb::self);

    nb::class_<Pair>(m, "Pair")
        .def(nb::init(|a: i64, b: i64| Pair { first: Num { value: a }, second: Num { value: b } }))
        .def_rw("first", &Pair::first)
        .def_rw("second", &Pair::second)
        .def_ro("fixed", &Pair::first)
        .def("get_first", &Pair::get_first, nb::rv_policy::reference_internal)
        .def(Inner, nb::rv_policy::reference_internal);

    nb::class_<Caller>(m, "Caller")
        .def(nb::init(|value: i64, callback: Arc<dyn Fn() + Send + Sync>| Caller { value, callback }))
        .def_rw("value", &Caller::value)
        .def(nb::self += nb::self);

    nb::class_<Whole>(m, "Whole")
        .def(nb::init_implicit<i64>())
        .def_prop_ro("value", |n: &Whole| n.0)
        .def(nb::self / nb::self)
        .def("__pow__", |a: &Whole, b: u32| Whole(a.0.pow(b)), nb::is_operator())
        .def("__pow__", |a: &Whole, b: u32, modulus: i64| Whole(a.0.pow(b) % modulus), nb::is_operator())
        .def("__rpow__", |b: &Whole, a: i64| Whole(a.pow(b.0 as u32)), nb::is_operator())
        .def("__floordiv__", |a: &Whole, b: &Whole| Whole(a.0.div_euclid(b.0)), nb::is_operator())
        .def("__rfloordiv__", |b: &Whole, a: i64| Whole(a.div_euclid(b.0)), nb::is_operator())
        .def("__matmul__", |a: &Whole, b: &Whole| Whole(a.0 * b.0), nb::is_operator())
        .def("__rmatmul__", |b: &Whole, a: i64| Whole(a * b.0), nb::is_operator())
        .def("__imatmul__", &matmul_in_place, nb::is_operator())
        .def("__divmod__", |a: &Whole, b: i64| (a.0.div_euclid(b), a.0.rem_euclid(b)), nb::is_operator())
        .def("__rdivmod__", |b: &Whole, a: i64| (a.div_euclid(b.0), a.rem_euclid(b.0)), nb::is_operator())
        .def("__round__", |a: &Whole, digits: i32| Whole(a.0 + i64::from(digits)))
        .def("__complex__", |a: &Whole| -> nb::Result<nb::object> {
            nb::module_::<()>::import_("builtins")?.attr("complex").call((a.0, 1))
        });

    // A chain whose class the macro cannot see.
    fn add_operators(class: nb::class_<'_, NbDomain, Unseen>) {
        class
            .def(nb::self + nb::self)
            .def(nb::self + Whole())
            .def(i32() - nb::self)
            .def(nb::self += i32())
            .def(nb::self == nb::self)
            .def(-nb::self);
    }
    add_operators(nb::class_<Unseen>(m, "Unseen").def(nb::init(|value: i32| Unseen(value))).def_rw("value", &Unseen::0));
});
