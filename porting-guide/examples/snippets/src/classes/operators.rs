use nb::prelude::*;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg};

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
        format!("[{}, {}]", self.x, self.y)
    }
}

impl Add for Vector2 {
    type Output = Vector2;
    fn add(self, v: Vector2) -> Vector2 {
        Vector2::new(self.x + v.x, self.y + v.y)
    }
}

impl Mul<f32> for Vector2 {
    type Output = Vector2;
    fn mul(self, f: f32) -> Vector2 {
        Vector2::new(self.x * f, self.y * f)
    }
}

impl Mul<Vector2> for f32 {
    type Output = Vector2;
    fn mul(self, v: Vector2) -> Vector2 {
        v * self
    }
}

impl Neg for Vector2 {
    type Output = Vector2;
    fn neg(self) -> Vector2 {
        Vector2::new(-self.x, -self.y)
    }
}

impl AddAssign for Vector2 {
    fn add_assign(&mut self, v: Vector2) {
        *self = Vector2::new(self.x + v.x, self.y + v.y);
    }
}

impl MulAssign<f32> for Vector2 {
    fn mul_assign(&mut self, f: f32) {
        *self = Vector2::new(self.x * f, self.y * f);
    }
}

nb_module!(operators, m, {
    nb::class_<Vector2>(m, "Vector2")
        .def(nb::init<f32, f32>())
        .def(nb::self + nb::self)
        .def(nb::self += nb::self)
        .def(nb::self *= float())
        .def(float() * nb::self)
        .def(nb::self * float())
        .def(-nb::self)
        .def("__repr__", &Vector2::to_text);
});
