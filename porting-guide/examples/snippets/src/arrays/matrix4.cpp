// guide: hide
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Matrix4f { float m[16] { }; };

NB_MODULE(matrix4, m) {
    nb::class_<Matrix4f>(m, "Matrix4f")
        .def(nb::init<>())
        .def("view", [](Matrix4f &m) {
            return nb::ndarray<nb::numpy, float, nb::shape<4, 4>, nb::f_contig>(m.m);
        }, nb::rv_policy::reference_internal)
        .def("__dlpack__", [](nb::pointer_and_handle<Matrix4f> self, nb::kwargs kwargs) {
            using array_api_t = nb::ndarray<nb::array_api, float, nb::shape<4, 4>, nb::f_contig>;
            nb::object aa = nb::cast(array_api_t(self.p->m), nb::rv_policy::reference_internal, self.h);
            return aa.attr("__dlpack__")(**kwargs);
        })
        .def_static("__dlpack_device__", [] { return std::make_pair(nb::device::cpu::value, 0); });
}
