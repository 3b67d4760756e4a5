use nb::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Job {
    done: AtomicU64,
    label: Mutex<String>,
}

impl Job {
    /// Native code, on any thread: it has a share of the job, as Python has.
    fn run(job: Arc<Job>) {
        std::thread::spawn(move || {
            for _ in 0..100 {
                job.done.fetch_add(1, Ordering::Relaxed);
            }
            job.label.lock().unwrap().push_str(" (finished)");
        });
    }
}

nb_module!(jobs, m, {
    nb::class_<Job>(m, "Job")
        .def(nb::init<>())
        .def("run", &Job::run)
        .def_ro("done", &Job::done) // int
        .def_rw("label", &Job::label); // str
});
