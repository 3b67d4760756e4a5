use nb::prelude::*;

pub enum A {
    Cat,
}
pub enum B {
    Cat,
}
pub enum C {
    Cat,
}
pub enum D {
    Cat,
}

nb_enum!(A, [Cat]);
nb_enum!(B, "B");
nb_enum!(C, "C", [C::Cat, Cat = 1]);
nb_enum!(D, "D", { Cat = 1 });
nb_module!(my_ext, m, {
    nb::enum_<A>(m);
    nb::enum_<A>(m, "A").value("Cat").value("Cat", A::Cat, "doc", "more");
});

fn main() {}
