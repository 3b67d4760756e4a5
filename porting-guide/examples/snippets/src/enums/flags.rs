use nb::prelude::*;

#[derive(Clone, Copy)]
struct Perm(u32);

impl Perm {
    const READ: Perm = Perm(1);
    const WRITE: Perm = Perm(2);
}

impl<D> nb::EnumRepr<D> for Perm {
    type Number = u32;

    fn to_number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Perm> {
        // None refuses bits that have no meaning.
        (number < 4).then_some(Perm(number))
    }
}

nb_module!(flags, m, {
    nb::enum_<Perm>(m, "Perm", nb::is_flag())
        .value("READ", Perm::READ)
        .value("WRITE", Perm::WRITE);
    m.def("can_write", |perm: Perm| perm.0 & Perm::WRITE.0 != 0);
    m.def("all", || Perm(3));
});
