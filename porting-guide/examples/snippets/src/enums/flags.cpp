// guide: hide
#include <cstdint>
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

enum class Perm : uint32_t { READ = 1, WRITE = 2 };

NB_MODULE(flags, m) {
    nb::enum_<Perm>(m, "Perm", nb::is_flag())
        .value("READ", Perm::READ)
        .value("WRITE", Perm::WRITE);
    m.def("can_write", [](Perm perm) {
        return ((uint32_t) perm & (uint32_t) Perm::WRITE) != 0;
    });
    m.def("all", [] { return (Perm) 3; });
}
