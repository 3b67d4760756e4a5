//! Types of the crate `bitflags` as enumerations of flags.

use nb::prelude::*;

bitflags::bitflags! {
    /// Becomes an `enum.Flag`.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct Perm: u8 {
        const READ = 1;
        const WRITE = 2;
        const RUN = 4;
        const ALL = 7;
    }

    /// Becomes an `enum.IntFlag`. It may have bits without a name, and so has no others.
    #[derive(Clone, Copy)]
    pub struct Open: i64 {
        const CREATE = 1 << 40;
        const TRUNCATE = 1 << 41;
        const _ = !0;
    }
}
nb::nb_flags!(Perm);
nb::nb_flags!(Open);

nb_module!(test_flags_ext, m, {
    nb::enum_<Perm>(m, "Perm", nb::is_flag())
        .all_flags()
        .def("can_write", |perm: Perm| perm.contains(Perm::WRITE))
        .export_values();
    nb::enum_<Open>(m, "Open", nb::is_flag(), nb::is_arithmetic(), "How a file is opened").all_flags();

    m.def("same", |perm: Perm| perm);
    m.def("bits", |perm: Perm| perm.bits());
    m.def("of_bits", |bits: u8| Perm::from_bits_retain(bits));
    m.def("names", |perm: Perm| perm.iter_names().map(|(name, _)| name.to_string()).collect::<Vec<_>>());
    m.def("without", |perm: Perm, other: Perm| perm.difference(other), "perm"_a, "other"_a = Perm::WRITE);
    m.def("open_bits", |open: Open| open.bits());
    m.def("boxed", |perm: Option<Box<Perm>>| perm.map(|perm| *perm));
});
