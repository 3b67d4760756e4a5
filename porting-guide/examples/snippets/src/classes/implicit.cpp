// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Celsius {
    double degrees;
    Celsius(double degrees) : degrees(degrees) {}
};

NB_MODULE(implicit, m) {
    nb::class_<Celsius>(m, "Celsius")
        .def(nb::init_implicit<double>());

    m.def("freezes", [](const Celsius &t) { return t.degrees <= 0; }, "t"_a);
}
