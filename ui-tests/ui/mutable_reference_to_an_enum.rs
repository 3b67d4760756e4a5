use nb::prelude::*;

pub enum Kind {
    Cat,
    Dog,
}

fn turn(kind: &mut Kind) {
    *kind = Kind::Dog;
}

nb_module!(my_ext, m, {
    nb::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    m.def("turn", &turn);
});

fn main() {}
