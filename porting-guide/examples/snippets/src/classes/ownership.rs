use nb::prelude::*;

/// Can be cloned.
#[derive(Clone, Default)]
struct Note {
    text: String,
}

/// Cannot.
#[derive(Default)]
struct File {
    path: String,
}

nb_module!(ownership, m, {
    nb::class_<Note>(m, "Note")
        .def(nb::init<>())
        .def_rw("text", &Note::text);

    nb::class_<File>(m, "File")
        .def(nb::init<>())
        .def_rw("path", &File::path);

    // A copy: Python's note is as before.
    m.def("shout", |note: Note| note.text.to_uppercase(), "note"_a);
    // The value itself: Python's file is empty afterwards.
    m.def("close", |file: File| file.path, "file"_a);
    // The value itself, whether it can be cloned or not.
    m.def("archive", |note: Box<Note>| note.text, "note"_a);
    // Python owns the box; no copy is made.
    m.def("open", |path: String| Box::new(File { path }), "path"_a);
});
