// guide: hide
#include <algorithm>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

NB_MODULE(images, m) {
    m.def("brighten", [](nb::ndarray<uint8_t, nb::shape<-1, -1, 3>, nb::device::cpu> image) {
        auto v = image.view();
        for (size_t y = 0; y < v.shape(0); ++y)
            for (size_t x = 0; x < v.shape(1); ++x)
                for (size_t c = 0; c < v.shape(2); ++c)
                    v(y, x, c) = std::min(2 * v(y, x, c), 255);
    }, "image"_a.noconvert());

    m.def("mean", [](nb::ndarray<const float, nb::ndim<2>> image,
                     std::optional<nb::ndarray<const bool, nb::ndim<2>>> mask) {
        auto v = image.view();
        float sum = 0;
        int count = 0;
        for (size_t y = 0; y < v.shape(0); ++y)
            for (size_t x = 0; x < v.shape(1); ++x)
                if (!mask || (*mask)(y, x)) {
                    sum += v(y, x);
                    count += 1;
                }
        return sum / count;
    }, "image"_a, "mask"_a = nb::none());

    m.def("kind", [](nb::ndarray<const float>) { return "single"; });
    m.def("kind", [](nb::ndarray<const double>) { return "double"; });
}
