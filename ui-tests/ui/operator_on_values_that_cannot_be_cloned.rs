use nb::prelude::*;

struct Vec2;

impl std::ops::Add for Vec2 {
    type Output = Vec2;
    fn add(self, _: Vec2) -> Vec2 {
        Vec2
    }
}

nb_module!(vectors, m, {
    nb::class_<Vec2>(m, "Vec2").def(nb::self + nb::self);
});

fn main() {}
