use nb::prelude::*;

#[derive(Clone)]
struct Vec2;
struct Offset;

impl std::ops::Sub for Vec2 {
    type Output = Offset;
    fn sub(self, _: Vec2) -> Offset {
        Offset
    }
}

nb_module!(vectors, m, {
    nb::class_<Vec2>(m, "Vec2")
        .def(nb::self - nb::self)
        .def_cast(nb::self - nb::self);
});

fn main() {}
