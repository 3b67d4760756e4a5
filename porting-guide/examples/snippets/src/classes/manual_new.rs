use nb::prelude::*;

struct Tagged {
    tag: String,
}

fn make(class: nb::object, text: &str) -> nb::Result<Tagged> {
    let name: String = class.attr("__name__").get()?.cast()?;
    Ok(Tagged { tag: format!("{name}: {text}") })
}

nb_module!(manual_new, m, {
    nb::class_<Tagged>(m, "Tagged")
        .def_static("__new__", &make, "cls"_a, "text"_a)
        .def("__init__", |_: nb::object, _: &str| {}, "text"_a)
        .def_ro("tag", &Tagged::tag);
});
