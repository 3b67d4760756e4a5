//! Enumerations that register themselves.

use nb::prelude::*;

pub enum Size {
    Small,
    Medium = 5,
    Large,
}

pub enum Tint {
    Dark,
    Light,
    r#Type,
}

pub enum Rank {
    Low,
    High,
}

#[derive(Clone, Copy)]
pub struct Bits(u16);

impl Bits {
    const A: Bits = Bits(1);
    const B: Bits = Bits(2);
}

impl<D> nb::EnumRepr<D> for Bits {
    type Number = u16;
    fn to_number(self) -> u16 {
        self.0
    }
    fn from_number(number: u16) -> Option<Bits> {
        Some(Bits(number))
    }
}

#[derive(Clone)]
pub struct Shirt {
    size: Size2,
}

/// In the block of a class that is declared before it.
#[derive(Clone)]
pub enum Size2 {
    S,
    M,
    Secret,
}

nb_class!(in crate::enums::items; Shirt, "Shirt", {
    .def(nb::init(|size: Size2| Shirt { size }), "size"_a = Size2::M)
    .def_rw("size", &Shirt::size)
});
nb_enum!(in crate::enums::items; Size, "Size", "How large", [Small, Medium, Large], {
    .def("number", |size: &Size| match size { Size::Small => 0, Size::Medium => 5, Size::Large => 6 })
    .export_values()
});
nb_enum!(in crate::enums::items; Tint, "Tint", nb::is_str(), [Dark = "dark", Light = "light", r#Type = "type"]);
nb_enum!(in crate::enums::items; Rank, "Rank", nb::is_arithmetic(), {
    .value("LOW", Rank::Low)
    .value("HIGH", Rank::High, "very high")
});
nb_enum!(in crate::enums::items; Bits, "Bits", nb::is_flag(), [A, B]);
nb_enum!(in crate::enums::items; crate::enums::items::Size2, "Size2", [S, M, ..]);

nb_module!(test_enum_items_ext, m, {
    m.def("size", |size: Size| size as i32, "size"_a = Size::Medium);
    m.def("tint", |tint: Tint| tint as i32);
    m.def("rank", |rank: Rank| rank as i32);
    m.def("bits", |bits: Bits| bits.0);
    m.def("secret", || Size2::Secret);
});
