use nb::prelude::*;

pub enum Size {
    Small,
    Medium = 5,
    Large,
}

pub enum Tint {
    Dark,
    Light,
}

nb_enum!(in crate::enums::items; Size, "Size", [Small, Medium, Large], {
    .def("is_large", |size: &Size| matches!(size, Size::Large))
});
nb_enum!(in crate::enums::items; Tint, "Tint", nb::is_str(), [Dark = "dark", Light = "light"]);

nb_module!(items, m, {
    m.def(
        "next",
        |size: Size| match size {
            Size::Small => Size::Medium,
            _ => Size::Large,
        },
        "size"_a = Size::Small,
    );
    m.def("opposite", |tint: Tint| match tint {
        Tint::Dark => Tint::Light,
        Tint::Light => Tint::Dark,
    });
});
