//! Modules of which no stubs can be made.

mod unbound {
    use nb::prelude::*;

    pub struct Bound;
    pub struct Unbound;
    pub enum Missing {
        One,
    }

    nb_module!(test_stubs_unbound_ext, m, {
        nb::class_<Bound>(m, "Bound")
            .def("give", |_: &Bound| -> Vec<Missing> { vec![Missing::One] })
            .def_prop_ro("inside", |_: &Bound| Unbound);
        m.def("area", |_: &Unbound, _: i32| 1.5, "shape"_a, "digits"_a);
        nb::uses_<Unbound>();
        nb::uses_enum_<Missing>();
    });
}

/// The mistake of a statement comes first.
mod mistake {
    use nb::prelude::*;

    pub struct Late;

    nb_module!(test_stubs_mistake_ext, m, {
        m.def("area", |_: &Late| 1.5);
        m.attr("f") = 1;
        m.def("f", || 1);
        nb::uses_<Late>();
    });
}
