//! A destructor that waits for a thread of its own, and that thread needs the interpreter.

use nb::prelude::*;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

type Write = Box<dyn Fn(String) -> nb::Result<()> + Send>;

/// The class of the guide's page on threads.
pub struct Logger {
    lines: Option<Sender<String>>,
    writer: Option<JoinHandle<()>>,
}

impl Logger {
    fn new(write: Write) -> Logger {
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
            lines.send(line).ok();
        }
    }

    fn close(&mut self) {
        self.lines = None;
        let Some(writer) = self.writer.take() else { return };
        let wait = || drop(writer.join());
        if nb::is_attached() { nb::gil_scoped_release::run(wait) } else { wait() }
    }
}

impl Drop for Logger {
    fn drop(&mut self) {
        self.close();
    }
}

nb_module!(test_joining_ext, m, {
    nb::class_<Logger>(m, "Logger", nb::dynamic_attr())
        .def(nb::init<Write>(), "write"_a)
        .def("log", &Logger::log, "line"_a)
        .def("close", &Logger::close);
    m.def("drop_detached", |logger: Box<Logger>| nb::gil_scoped_release::run(|| drop(logger)), "logger"_a);
    m.def("drop_on_thread", |logger: Box<Logger>| {
        nb::gil_scoped_release::run(|| std::thread::spawn(|| drop(logger)).join().is_ok())
    }, "logger"_a);
});
