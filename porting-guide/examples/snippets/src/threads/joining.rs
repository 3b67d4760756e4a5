use nb::prelude::*;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

struct Logger {
    lines: Option<Sender<String>>,
    writer: Option<JoinHandle<()>>,
}

impl Logger {
    fn new(write: Box<dyn Fn(String) -> nb::Result<()> + Send>) -> Logger {
        let (sender, lines) = channel();
        let writer = std::thread::spawn(move || {
            for line in lines {
                if write(line).is_err() {
                    break;
                }
            }
        });
        Logger { lines: Some(sender), writer: Some(writer) }
    }

    fn log(&self, line: String) {
        if let Some(lines) = &self.lines {
            // Nobody reads any more when `write` has raised.
            lines.send(line).ok();
        }
    }

    /// Writes all that was logged, and ends the thread.
    fn close(&mut self) {
        self.lines = None;
        let Some(writer) = self.writer.take() else { return };
        let wait = || drop(writer.join());
        // The writer calls Python: whoever waits for it with the interpreter waits for ever.
        if nb::is_attached() { nb::gil_scoped_release::run(wait) } else { wait() }
    }
}

impl Drop for Logger {
    fn drop(&mut self) {
        self.close();
    }
}

nb_module!(joining, m, {
    nb::class_<Logger>(m, "Logger")
        .def(nb::init<Box<dyn Fn(String) -> nb::Result<()> + Send>>(), "write"_a)
        .def("log", &Logger::log, "line"_a)
        .def("close", &Logger::close);
});
