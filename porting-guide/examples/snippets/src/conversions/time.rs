use nb::prelude::*;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

fn modified(path: &Path) -> std::io::Result<SystemTime> {
    path.metadata()?.modified()
}

nb_module!(times, m, {
    m.def("wait", |time: Duration| std::thread::sleep(time), nb::call_guard<nb::gil_scoped_release>());
    m.def("modified", &modified);
    m.def("now", || nb::steady_time::from(Instant::now()));
});
