// guide: hide
#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

// guide: hide
struct Note { std::string text; };
struct File { std::string path; };

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return (char) std::toupper(c); });
    return text;
}

// guide: show
NB_MODULE(ownership, m) {
    nb::class_<Note>(m, "Note")
        .def(nb::init<>())
        .def_rw("text", &Note::text);

    nb::class_<File>(m, "File")
        .def(nb::init<>())
        .def_rw("path", &File::path);

    m.def("shout", [](Note note) { return upper(note.text); }, "note"_a);
    m.def("close", [](std::unique_ptr<File, nb::deleter<File>> file) {
        return file->path;
    }, "file"_a);
    m.def("archive", [](std::unique_ptr<Note, nb::deleter<Note>> note) {
        return note->text;
    }, "note"_a);
    m.def("open", [](std::string path) { return new File{path}; }, "path"_a);
}
