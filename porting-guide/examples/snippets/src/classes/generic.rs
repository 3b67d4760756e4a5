use nb::prelude::*;

struct Wrapper {
    value: nb::stored,
}
nb_traverse!(Wrapper: value);

nb_module!(generic, m, {
    m.attr("T") = nb::type_var("T");
    nb::class_<Wrapper>(m, "Wrapper", nb::is_generic(), nb::sig("class Wrapper(typing.Generic[T])"))
        .def(nb::init(|value: nb::stored| Wrapper { value }), nb::sig("def __init__(self, value: T, /) -> None"))
        .def("get", |w: &Wrapper| w.value.clone(), nb::sig("def get(self, /) -> T"));
});
