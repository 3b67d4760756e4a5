use nb::prelude::*;

#[derive(Default)]
struct Button {
    label: String,
    owner: Option<nb::stored>,
    on_click: Option<Box<dyn Fn(i32) + Send + Sync>>,
}
nb_traverse!(Button: owner, on_click);

impl Button {
    fn set_on_click(&mut self, f: Box<dyn Fn(i32) + Send + Sync>) {
        self.on_click = Some(f);
    }
}

nb_module!(cycles, m, {
    nb::class_<Button>(m, "Button")
        .def(nb::init<>())
        .def_rw("label", &Button::label)
        .def_rw("owner", &Button::owner)
        .def("set_on_click", &Button::set_on_click, "f"_a);
});
