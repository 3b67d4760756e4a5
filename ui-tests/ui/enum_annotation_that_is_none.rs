use nb::prelude::*;

pub enum Kind {
    Cat,
}

nb_module!(my_ext, m, {
    nb::enum_<Kind>(m, "Kind", nb::is_final()).value("Cat", Kind::Cat);
});

fn main() {}
