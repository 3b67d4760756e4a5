// guide: hide
#include <chrono>
#include <filesystem>
#include <thread>
#include <sys/stat.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/chrono.h>
#include <nanobind/stl/filesystem.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

system_clock::time_point modified(const std::filesystem::path &path);
// guide: hide
system_clock::time_point modified(const std::filesystem::path &path) {
    struct stat found;
    if (stat(path.c_str(), &found))
        throw std::runtime_error("there is no such file");
    return system_clock::from_time_t(found.st_mtime);
}
// guide: show

NB_MODULE(times, m) {
    m.def("wait", [](milliseconds time) {
        std::this_thread::sleep_for(time);
    }, nb::call_guard<nb::gil_scoped_release>());
    m.def("modified", &modified);
    m.def("now", [] { return steady_clock::now(); });
}
