use nb::prelude::*;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Cache {
    // `Rc<RefCell<..>>` would not compile: Python may use and free the object on any thread.
    lines: Arc<Mutex<Vec<String>>>,
}

impl Cache {
    fn fill(&self, n: usize) {
        let lines = self.lines.clone();
        // The closure has to be `Send`, so no Python object can get in.
        nb::gil_scoped_release::run(move || {
            let worker = std::thread::spawn(move || {
                lines.lock().unwrap().extend((0..n).map(|i| i.to_string()));
            });
            worker.join().unwrap();
        });
    }
}

fn import_in_thread(name: String) -> nb::Result<String> {
    nb::gil_scoped_release::run(move || {
        let worker = std::thread::spawn(move || {
            nb::gil_scoped_acquire::run(|| -> Result<String, String> {
                let found = || nb::module_::<()>::import_(&name)?.attr("__name__").cast::<String>();
                // `nb::Error` may hold a Python object, so it stays in the thread that made it.
                found().map_err(|error| error.to_string())
            })
        });
        worker.join().expect("the thread does not panic")
    })
    .map_err(nb::runtime_error)
}

nb_module!(threads, m, {
    nb::class_<Cache>(m, "Cache")
        .def(nb::init<>())
        .def("fill", &Cache::fill, "n"_a)
        .def("__len__", |c: &Cache| c.lines.lock().unwrap().len());

    m.def("import_in_thread", &import_in_thread, "name"_a);
});
