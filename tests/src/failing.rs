//! Modules that cannot be imported, one mistake each.

/// A type that these modules mention and bind too late or not at all.
#[derive(Clone)]
pub struct Late;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// A value whose conversion raises, or panics.
pub struct Bomb {
    panics: bool,
}

// SAFETY: returns null with an exception raised.
unsafe impl<D, P> nb::Ret<D, P> for Bomb {
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("Bomb");
    }
    unsafe fn put(bomb: Self, _cx: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        if bomb.panics {
            panic!("the default panicked");
        }
        nb::value_error("the default cannot be converted").restore();
        std::ptr::null_mut()
    }
}

pub mod error {
    use nb::prelude::*;
    nb_module!(test_fail_error_ext, _m, {
        return Err(nb::value_error("the body returned an error"));
    });
}

pub mod display {
    use nb::prelude::*;
    nb_module!(test_fail_display_ext, m, {
        let answer: i32 = "forty-two".parse()?;
        m.attr("answer") = answer;
    });
}

pub mod python {
    use nb::prelude::*;
    nb_module!(test_fail_python_ext, m, {
        m.attr("numbers") = 1;
        nb::module_::<()>::import_("a_module_that_nobody_has")?;
    });
}

pub mod interrupt {
    use nb::prelude::*;
    nb_module!(test_fail_interrupt_ext, _m, {
        // SAFETY: the module's body runs attached; the exception class is a live global.
        unsafe { nb::ffi::PyErr_SetNone(nb::ffi::PyExc_KeyboardInterrupt) };
        return Err(nb::Error::fetch());
    });
}

pub mod panics {
    use nb::prelude::*;
    nb_module!(test_fail_panic_ext, m, {
        m.def("add", &super::add);
        panic!("the body panicked");
    });
}

pub mod late_default {
    use super::Late;
    use nb::prelude::*;
    nb_module!(test_fail_default_ext, m, {
        m.def("f", |_: &Late| 1, "x"_a = Late);
        nb::class_<Late>(m, "Late");
    });
}

pub mod late_attribute {
    use super::Late;
    use nb::prelude::*;
    nb_module!(test_fail_attribute_ext, m, {
        m.attr("x") = Late;
        nb::class_<Late>(m, "Late");
    });
}

pub mod default_raises {
    use super::Bomb;
    use nb::prelude::*;
    nb_module!(test_fail_default_raises_ext, m, {
        m.def("f", |x: i32| x, "x"_a = Bomb { panics: false });
    });
}

pub mod default_panics {
    use super::Bomb;
    use nb::prelude::*;
    nb_module!(test_fail_default_panics_ext, m, {
        m.def("f", |x: i32| x, "x"_a = Bomb { panics: true });
    });
}

pub mod mixed_static {
    use super::Late;
    use nb::prelude::*;
    nb_module!(test_fail_mixed_ext, m, {
        nb::class_<Late>(m, "Late").def("f", |_: &Late| 1).def_static("f", |x: i32| x);
    });
}

pub mod mixed_instance {
    use super::Late;
    use nb::prelude::*;
    nb_module!(test_fail_mixed_back_ext, m, {
        nb::class_<Late>(m, "Late").def_static("f", |x: i32| x).def("f", |_: &Late| 1);
    });
}

pub mod taken {
    use nb::prelude::*;
    nb_module!(test_fail_taken_ext, m, {
        m.attr("f") = 1;
        m.def("f", &super::add);
    });
}

pub mod taken_exception {
    use nb::prelude::*;
    nb_module!(test_fail_taken_exception_ext, m, {
        m.attr("Error") = 1;
        nb::exception<std::fmt::Error>(m, "Error");
    });
}

pub mod bound_twice {
    use super::Late;
    use nb::prelude::*;
    nb_module!(test_fail_bound_twice_ext, m, {
        nb::class_<Late>(m, "Late");
        nb::class_<Late>(m, "Later");
    });
}

pub mod first_mistake {
    use nb::prelude::*;
    nb_module!(test_fail_first_ext, m, {
        m.attr("f") = 1;
        m.def("f", &super::add);
        m.attr("g") = 1;
        m.def("g", &super::add);
        return Err(nb::value_error("a consequence"));
    });
}

pub mod twice {
    use nb::prelude::*;
    nb_module!(test_fail_twice_ext, m, {
        let (first, second) = ("a", "a");
        m.def("f", &super::add, nb::arg(first), nb::arg(second));
    });
}

pub mod second_try {
    use nb::prelude::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    nb_module!(test_fail_once_ext, m, {
        if RUNS.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(nb::runtime_error("not yet"));
        }
        m.attr("runs") = RUNS.load(Ordering::Relaxed);
    });
}

pub mod pooled_counter {
    use nb::prelude::*;
    #[derive(Default)]
    pub struct Counted {
        counter: nb::intrusive_counter,
    }
    nb_intrusive!(Counted, counter);
    nb_module!(test_fail_pooled_counter_ext, m, {
        nb::class_<Counted>(m, "Counted", nb::intrusive_ptr<Counted>(|o, po| o.set_self_py(po)), nb::pooled());
    });
}

/// Goes on with a class that could not be made.
pub mod attribute_of_no_class {
    use super::pooled_counter::Counted;
    use nb::prelude::*;
    nb_module!(test_fail_attribute_of_no_class_ext, m, {
        nb::class_<Counted> made(m, "Counted", nb::intrusive_ptr<Counted>(|o, po| o.set_self_py(po)), nb::pooled());
        made.attr("limit") = 1;
        m.attr("reached") = true;
    });
}
