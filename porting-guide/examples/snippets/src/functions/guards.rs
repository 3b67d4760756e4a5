use nb::prelude::*;
use std::time::{Duration, Instant};

fn slow_sum(values: Vec<f64>) -> f64 {
    std::thread::sleep(Duration::from_millis(20));
    values.iter().sum()
}

/// Made before the function runs, dropped after it.
struct Timer(Instant);

impl nb::CallGuard for Timer {
    fn enter() -> Timer {
        Timer(Instant::now())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        eprintln!("{:?}", self.0.elapsed());
    }
}

nb_module!(guards, m, {
    m.def("slow_sum", &slow_sum, nb::call_guard<nb::gil_scoped_release>());
    m.def("timed_sum", &slow_sum, nb::call_guard<Timer>());
    m.def("both", &slow_sum, nb::call_guard<(Timer, nb::gil_scoped_release)>());
});
