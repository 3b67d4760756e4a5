//! Signals while native code runs.

use nb::prelude::*;
use std::time::{Duration, Instant};

/// Goes on until it is told to end, or for so many seconds.
fn work(seconds: f64, mut ends: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    while Instant::now() < until {
        if ends() {
            return true;
        }
        std::hint::spin_loop();
    }
    false
}

nb_module!(test_signals_ext, m, {
    m.def("attached", |seconds: f64| -> nb::Result<bool> {
        let mut signals = nb::signals::new();
        let ended = work(seconds, || signals.interrupted());
        signals.check()?;
        Ok(ended)
    });
    m.def("detached", |seconds: f64| -> nb::Result<bool> {
        let mut signals = nb::signals::default();
        let ended = nb::gil_scoped_release::run(|| work(seconds, || signals.interrupted()));
        signals.check()?;
        Ok(ended)
    });
    m.def("stays", |seconds: f64| -> nb::Result<(bool, bool)> {
        let mut signals = nb::signals::new();
        let ended = nb::gil_scoped_release::run(|| work(seconds, || signals.interrupted()));
        let still = signals.interrupted();
        signals.check()?;
        Ok((ended, still))
    });
    m.def("plain", |seconds: f64| -> nb::Result<()> {
        let mut result = Ok(());
        work(seconds, || {
            result = nb::check_signals();
            result.is_err()
        });
        result
    });
    m.def("forgets", |seconds: f64| {
        let mut signals = nb::signals::new();
        nb::gil_scoped_release::run(|| work(seconds, || signals.interrupted()))
    });
    m.def("drops_detached", |seconds: f64| {
        let mut signals = nb::signals::new();
        nb::gil_scoped_release::run(move || work(seconds, || signals.interrupted()))
    });
    m.def("calls", |turns: usize| -> nb::Result<usize> {
        let mut signals = nb::signals::new();
        let done = (0..turns).take_while(|_| !signals.interrupted()).count();
        signals.check()?;
        Ok(done)
    });
});
