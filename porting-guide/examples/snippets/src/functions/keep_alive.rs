use nb::prelude::*;
use std::sync::Mutex;

struct Entry {
    text: String,
}

impl Entry {
    fn new(text: &str) -> Entry {
        Entry { text: text.into() }
    }
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
}

impl Log {
    fn append(&self, entry: &Entry) {
        self.lines.lock().unwrap().push(entry.text.clone());
    }
}

nb_module!(logging_, m, {
    nb::class_<Entry>(m, "Entry", nb::is_weak_referenceable())
        .def(nb::init<&str>());

    nb::class_<Log>(m, "Log")
        .def(nb::init<>())
        // 0 is the result, 1 the first argument (here `self`), 2 the second.
        .def("append", &Log::append, nb::keep_alive<1, 2>());
});
