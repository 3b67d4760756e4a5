// guide: hide
#include <mutex>
#include <string>
#include <thread>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

// guide: hide
class Cache {
    std::vector<std::string> lines;
    std::mutex mutex;

public:
    // guide: show
    void fill(size_t n) {
        nb::gil_scoped_release release;
        std::thread worker([&] {
            std::lock_guard<std::mutex> lock(mutex);
            for (size_t i = 0; i < n; ++i)
                lines.push_back(std::to_string(i));
        });
        worker.join();
    }
    // guide: hide
    size_t size() const { return lines.size(); }
};

std::string import_in_thread(const std::string &name) {
    nb::gil_scoped_release release;
    std::string found;
    std::thread worker([&] {
        nb::gil_scoped_acquire attached;
        found = nb::cast<std::string>(nb::module_::import_(name.c_str()).attr("__name__"));
    });
    worker.join();
    return found;
}

NB_MODULE(threads, m) {
    nb::class_<Cache>(m, "Cache")
        .def(nb::init<>())
        .def("fill", &Cache::fill, "n"_a)
        .def("__len__", [](const Cache &c) { return c.size(); });

    m.def("import_in_thread", &import_in_thread, "name"_a);
}
// guide: show
