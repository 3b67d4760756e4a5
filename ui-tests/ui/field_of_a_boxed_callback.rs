// row: fn-38
use nb::prelude::*;

struct Button {
    on_click: Box<dyn Fn(i32) -> i32 + Send + Sync>,
}

nb_module!(buttons, m, {
    nb::class_<Button>(m, "Button").def_rw("on_click", &Button::on_click);
});

fn main() {}
