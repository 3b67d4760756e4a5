use nb::prelude::*;

struct Wrapper {
    value: nb::stored,
}
nb_traverse!(Wrapper: value);

impl Wrapper {
    fn new(value: nb::stored) -> Wrapper {
        Wrapper { value }
    }

    fn get(&self) -> nb::stored {
        self.value.clone()
    }
}

nb_module!(generic, m, {
    m.attr("T") = nb::type_var("T");
    nb::class_<Wrapper>(m, "Wrapper", nb::is_generic(), nb::sig("class Wrapper(typing.Generic[T])"))
        .def(nb::init<nb::stored>(), nb::sig("def __init__(self, value: T, /) -> None"))
        .def("get", &Wrapper::get, nb::sig("def get(self, /) -> T"));
});
