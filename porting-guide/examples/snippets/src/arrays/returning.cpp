// guide: hide
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

using Square = nb::ndarray<nb::numpy, double, nb::ndim<2>>;

Square identity(size_t n) {
    auto *v = new std::vector<double>(n * n);
    for (size_t i = 0; i < n; ++i)
        (*v)[i * n + i] = 1;
    nb::capsule owner(v, [](void *p) noexcept { delete (std::vector<double> *) p; });
    return Square(v->data(), {n, n}, owner);
}

NB_MODULE(returning, m) {
    m.def("identity", &identity, "n"_a);

    m.def("corners", [] {
        float local[] = {1, 2, 3, 4};
        nb::ndarray<nb::numpy, float, nb::shape<2, 2>> a(local);
        return nb::cast(a);
    });
    m.def("same", [](nb::ndarray<nb::ro> a) { return a; });
    m.def("copied", [](nb::ndarray<nb::numpy, nb::ro> a) { return a; }, nb::rv_policy::copy);
}
