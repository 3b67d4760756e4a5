//! A guard that is forgotten would leave the thread without the interpreter.

use nb::prelude::*;

struct Forgetful;

impl nb::CallGuard for Forgetful {
    fn enter() -> Forgetful {
        std::mem::forget(<nb::gil_scoped_release as nb::GuardFor<()>>::enter());
        Forgetful
    }
}

nb_module!(ui, m, {
    m.def("half", |n: i32| n / 2, nb::call_guard<Forgetful>());
});

fn main() {}
