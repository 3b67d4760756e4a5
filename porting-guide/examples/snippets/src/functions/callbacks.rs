use nb::prelude::*;
use std::sync::Arc;

fn func_arg(f: &dyn Fn(i32) -> i32) -> i32 {
    f(10)
}

type Callback = Arc<dyn Fn(i32) -> i32 + Send + Sync>;

fn func_ret(f: Callback) -> Callback {
    Arc::new(move |i| f(i) + 1)
}

/// Keeps a callback.
#[derive(Default)]
struct Button {
    on_click: Option<Callback>,
}

impl Button {
    fn click(&self, count: i32) -> i32 {
        self.on_click.as_ref().map_or(0, |call| call(count))
    }
}

/// An exception of the callback is a value here.
fn attempts(f: Box<dyn Fn() -> nb::Result<bool>>) -> i32 {
    (1..10).find(|_| f().unwrap_or(false)).unwrap_or(10)
}

nb_module!(callbacks, m, {
    m.def("func_arg", &func_arg, "f"_a);
    m.def("func_ret", &func_ret, "f"_a);
    m.def("attempts", &attempts);
    nb::class_<Button>(m, "Button")
        .def(nb::init<>())
        .def_rw("on_click", &Button::on_click, nb::for_setter(nb::arg().none()))
        .def("click", &Button::click);
    m.def("adder", |step: i32| {
        nb::cpp_function(move |number: i32| number + step, "number"_a)
    });
});
