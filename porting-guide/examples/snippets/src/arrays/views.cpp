// guide: hide
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

using Matrix = nb::ndarray<double, nb::ndim<2>, nb::c_contig>;

void scale_rows(Matrix a, double by) {
    auto v = a.view();
    #pragma omp parallel for firstprivate(v)
    for (size_t i = 0; i < v.shape(0); ++i)
        for (size_t j = 0; j < v.shape(1); ++j)
            v(i, j) *= by;
}

NB_MODULE(views, m) {
    m.def("fill", [](nb::ndarray<nb::device::cpu> a) {
        if (a.dtype() == nb::dtype<float>() && a.ndim() == 2) {
            auto v = a.view<float, nb::ndim<2>>();
            for (size_t i = 0; i < v.shape(0); ++i)
                for (size_t j = 0; j < v.shape(1); ++j)
                    v(i, j) = i * 10 + j;
        } else if (a.dtype() == nb::dtype<int64_t>() && a.ndim() == 1) {
            auto v = a.view<int64_t, nb::ndim<1>>();
            for (size_t i = 0; i < v.shape(0); ++i)
                v(i) = 7;
        } else {
            throw nb::type_error("neither a matrix nor a list of numbers");
        }
    });
    m.def("scale_rows", &scale_rows, nb::call_guard<nb::gil_scoped_release>());
}
