use nb::prelude::*;

pub enum Kind {
    Cat,
}

fn bind(m: &nb::module_<NbDomain>) {
    m.enum_::<Kind>("Kind", ()).value("Cat", Kind::Cat);
}

nb_module!(my_ext, m, {
    bind(m);
});

fn main() {}
