// guide: hide
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

// guide: hide
double slow_sum(const std::vector<double> &values) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    double sum = 0;
    for (double value : values)
        sum += value;
    return sum;
}
// guide: show

struct Timer {
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    ~Timer() {
        std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        std::fprintf(stderr, "%f s\n", took.count());
    }
};

NB_MODULE(guards, m) {
    m.def("slow_sum", &slow_sum, nb::call_guard<nb::gil_scoped_release>());
    m.def("timed_sum", &slow_sum, nb::call_guard<Timer>());
    m.def("both", &slow_sum, nb::call_guard<Timer, nb::gil_scoped_release>());
}
