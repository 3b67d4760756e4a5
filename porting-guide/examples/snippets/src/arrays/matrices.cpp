// guide: hide
#include <nanobind/nanobind.h>
#include <nanobind/eigen/dense.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

using RowMajorMatrixXd = Eigen::Matrix<double, -1, -1, Eigen::RowMajor>;

struct Body {
    Eigen::Vector3d position;
    Eigen::MatrixXd inertia = Eigen::MatrixXd::Identity(3, 3);

    Body(const Eigen::Vector3d &position) : position(position) {}
};

NB_MODULE(matrices, m) {
    m.def("gram", [](const Eigen::MatrixXd &a) -> Eigen::MatrixXd { return a.transpose() * a; });
    m.def("scale", [](nb::DRef<Eigen::MatrixXd> a, double by) { a *= by; });
    m.def("max", [](nb::DRef<const Eigen::MatrixXd> a) { return a.maxCoeff(); });
    m.def("clear_f", [](nb::DRef1<Eigen::MatrixXd> a) { a.setZero(); });
    m.def("clear_c", [](nb::DRef1<RowMajorMatrixXd> a) { a.setZero(); });
    m.def("norm", [](nb::DMap<const Eigen::VectorXd> v) { return v.norm(); });
    m.def("add", [](nb::DRef<Eigen::VectorXd> a, nb::DRef<const Eigen::VectorXd> b) { a += b; });

    nb::class_<Body>(m, "Body")
        .def(nb::init<const Eigen::Vector3d &>(), "position"_a)
        .def_rw("position", &Body::position)
        .def("inertia", [](const Body &b) -> const Eigen::MatrixXd & { return b.inertia; },
             nb::rv_policy::reference_internal)
        .def("add_mass", [](Body &b, double mass) { b.inertia *= mass; });
}
