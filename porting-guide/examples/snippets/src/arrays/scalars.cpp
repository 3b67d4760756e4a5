// guide: hide
#include <algorithm>
#include <complex>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Length { int32_t mm; };

template <> struct nb::detail::dtype_traits<Length> {
    static constexpr dlpack::dtype value {
        (uint8_t) dlpack::dtype_code::Int, 32, 1
    };
    static constexpr auto name = const_name("int32");
};

NB_MODULE(scalars, m) {
    m.def("longest", [](nb::ndarray<const Length, nb::ndim<1>> a) {
        std::optional<int32_t> longest;
        for (size_t i = 0; i < a.shape(0); ++i)
            longest = std::max(longest, std::optional(a(i).mm));
        return longest;
    });
    m.def("count", [](nb::ndarray<const bool, nb::ndim<1>> a) {
        size_t count = 0;
        for (size_t i = 0; i < a.shape(0); ++i)
            count += a(i);
        return count;
    });
    // guide: hide
    m.def("conjugate", [](nb::ndarray<const std::complex<double>, nb::ndim<1>> a) {
        auto *all = new std::vector<std::complex<double>>;
        for (size_t i = 0; i < a.shape(0); ++i)
            all->push_back(std::conj(a(i)));
        nb::capsule owner(all, [](void *p) noexcept { delete (std::vector<std::complex<double>> *) p; });
        return nb::ndarray<nb::numpy, std::complex<double>, nb::ndim<1>>(all->data(), {all->size()}, owner);
    });
    // guide: show
}
