//! The report of what is left over when Python has ended.

use nb::prelude::*;

/// Holds an object that it does not show to the cycle collector.
pub struct W {
    pub value: Option<nb::stored>,
}

/// As `W`, but shows what it holds.
pub struct Seen {
    pub value: Option<nb::stored>,
}
nb_traverse!(Seen: value);

/// Keeps others alive.
#[derive(Clone)]
pub struct Nurse(pub i32);

/// Tells when it ends whether Python is alive.
pub struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        eprintln!("dropped: {}", nb::is_alive());
    }
}

extern "C" fn tell() {
    eprintln!("at exit: {}", nb::is_alive());
    eprintln!("on a thread: {}", std::thread::spawn(nb::is_alive).join().unwrap_or(true));
    let ran = || nb::gil_scoped_acquire::try_run(nb::is_attached);
    eprintln!("attached: {:?}, {:?}", ran(), std::thread::spawn(ran).join().unwrap_or(Some(true)));
}

nb_module!(test_leaks_ext, m, {
    nb::set_leak_warnings(true);
    m.def("set_leak_warnings", &nb::set_leak_warnings);
    m.def("leak_warnings", &nb::leak_warnings);
    let functions: Vec<_> = (0..30).map(|n| nb::cpp_function(move || n)).collect::<nb::Result<_>>()?;
    m.attr("many_functions") = functions;
    m.def("shorten_reports", || nb::__private::shorten_reports());
    m.def("is_alive", &nb::is_alive);
    m.def("try_attach", || {
        let ran = || nb::gil_scoped_acquire::try_run(nb::is_attached);
        (ran(), nb::gil_scoped_release::run(ran), nb::gil_scoped_release::run(|| std::thread::spawn(ran).join().ok().flatten()))
    });
    m.def("tell_at_exit", || {
        // SAFETY: a function of this library, which Python does not unload.
        unsafe { nb::ffi::Py_AtExit(Some(tell)) }
    });
    nb::class_<Late>(m, "Late").def(nb::init(|| Late));
    nb::class_<W>(m, "W").def(nb::init(|| W { value: None })).def_rw("value", &W::value);
    nb::class_<Seen>(m, "Seen").def(nb::init(|| Seen { value: None })).def_rw("value", &Seen::value);
    nb::class_<Nurse>(m, "Nurse")
        .def(nb::init(|| Nurse(0)))
        .def("keep", |_: &Nurse, _patient: nb::object| {}, nb::keep_alive<1, 2>())
        .def("twice", |nurse: &Nurse, by: i32| nurse.0 * by, "by"_a = 2)
        .def("meet", |_: &Nurse, other: &Nurse| other.0, "other"_a = Nurse(4));
});
