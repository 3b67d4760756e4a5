//! Modules that cannot be imported: what is missing or in conflict is named.

use nb::prelude::*;

/// Registers nothing.
mod nothing {}

/// A part that is there, but registers nothing.
mod lost {
    use nb::prelude::*;

    nb_module!(test_registration_lost_ext, m, parts[crate::registration::refused::nothing], {});
}

/// A part with fewer items than announced.
mod miscounted {
    use nb::prelude::*;

    fn zero() -> i32 {
        0
    }

    nb_fn!(in crate::registration::refused::miscounted; "zero", &zero);
    // An item of another module does not make up for the missing one.
    nb_fn!(in crate::registration; "zero_of_another", &zero);

    nb_module!(test_registration_count_ext, m, parts[crate::registration::refused::miscounted = 2], {});
}

/// A class whose base nobody binds.
mod orphan {
    use nb::prelude::*;

    pub struct Parent;
    pub struct Child {
        parent: Parent,
    }
    nb_base!(Child, parent: Parent);

    nb_class!(in crate::registration::refused::orphan; Child: Parent, "Child");

    nb_module!(test_registration_orphan_ext, m, {});
}

/// Something to bind.
#[derive(Clone, Debug)]
pub struct Thing;

/// A name for a static and for an instance method.
mod mixed {
    use super::Thing;
    use nb::prelude::*;

    nb_module!(test_registration_mixed_ext, m, {
        nb::class_<Thing>(m, "Thing")
            .def("both", |_: &Thing| 1)
            .def_static("both", || 2);
    });
}

/// A function under the name of something else.
mod clash {
    use nb::prelude::*;

    nb_module!(test_registration_clash_ext, m, {
        m.attr("taken") = 1;
        m.def("taken", || 2);
    });
}

/// Which clashes are allowed.
mod allowed {
    use super::Thing;
    use nb::prelude::*;

    #[derive(Clone, Debug)]
    pub struct Special {
        thing: Thing,
    }
    nb_base!(Special, thing: Thing);

    nb_module!(test_registration_allowed_ext, m, {
        m.attr("_taken") = 1;
        m.def("_taken", || 2);
        nb::class_<Thing>(m, "Thing")
            .def("value", |_: &Thing, text: &str| format!("base {text}"));
        nb::class_<Special, Thing>(m, "Special")
            .def(nb::init(|| Special { thing: Thing }))
            .def("value", |_: &Special, number: i32| format!("derived {number}"));
    });
}
