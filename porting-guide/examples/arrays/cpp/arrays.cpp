// Images and least squares: what functions do with arrays of NumPy.

#include <algorithm>
#include <vector>

#include <Eigen/Dense>
#include <nanobind/eigen/dense.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace nb = nanobind;
using namespace nb::literals;

using Image = nb::ndarray<uint8_t, nb::shape<-1, -1, 3>, nb::device::cpu>;
using Picture = nb::ndarray<const uint8_t, nb::shape<-1, -1, 3>, nb::device::cpu>;
using NewImage = nb::ndarray<nb::numpy, uint8_t, nb::ndim<3>>;

// In place

void brighten(Image image, int by) {
    auto v = image.view();
    for (size_t y = 0; y < v.shape(0); ++y)
        for (size_t x = 0; x < v.shape(1); ++x)
            for (size_t c = 0; c < 3; ++c)
                v(y, x, c) = (uint8_t) std::clamp(v(y, x, c) + by, 0, 255);
}

// A new image: each pixel is the mean of those around it

NewImage blur(Picture image) {
    auto v = image.view();
    size_t height = v.shape(0), width = v.shape(1);
    auto *out = new std::vector<uint8_t>();
    out->reserve(height * width * 3);
    nb::capsule owner(out, [](void *p) noexcept { delete (std::vector<uint8_t> *) p; });
    for (size_t y = 0; y < height; ++y)
        for (size_t x = 0; x < width; ++x)
            for (size_t c = 0; c < 3; ++c) {
                unsigned sum = 0, count = 0;
                for (size_t j = y - (y > 0); j < std::min(y + 2, height); ++j)
                    for (size_t i = x - (x > 0); i < std::min(x + 2, width); ++i) {
                        sum += v(j, i, c);
                        count += 1;
                    }
                out->push_back((uint8_t) (sum / count));
            }
    return NewImage(out->data(), {height, width, 3}, owner);
}

// A table that Python edits as an array

struct Curve {
    uint8_t values[256];

    Curve() {
        for (int i = 0; i < 256; ++i)
            values[i] = (uint8_t) i;
    }
    auto table() { return nb::ndarray<nb::numpy, uint8_t, nb::shape<256>>(values); }
    void apply(Image image) const {
        auto v = image.view();
        for (size_t y = 0; y < v.shape(0); ++y)
            for (size_t x = 0; x < v.shape(1); ++x)
                for (size_t c = 0; c < 3; ++c)
                    v(y, x, c) = values[v(y, x, c)];
    }
};

// Least squares

struct Fit {
    Eigen::VectorXd coefficients;
    double residual;

    Eigen::VectorXd predict(const Eigen::MatrixXd &a) const { return a * coefficients; }
};

Eigen::MatrixXd polynomials(const Eigen::VectorXd &x, int degree) {
    Eigen::MatrixXd a(x.size(), degree + 1);
    a.col(0).setOnes();
    for (int j = 1; j <= degree; ++j)
        a.col(j) = a.col(j - 1).cwiseProduct(x);
    return a;
}

Fit solve(const Eigen::MatrixXd &a, const Eigen::VectorXd &b) {
    if (a.rows() != b.size())
        throw nb::value_error("as many values as rows");
    Eigen::BDCSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Eigen::VectorXd x = svd.solve(b);
    return {x, (a * x - b).norm()};
}

// Where the numbers lie, whatever the strides are

Eigen::VectorXd norms(const nb::DRef<const Eigen::MatrixXd> &a) { return a.colwise().norm(); }

void center(nb::DRef<Eigen::MatrixXd> a) {
    Eigen::RowVectorXd mean = a.colwise().mean();
    a.rowwise() -= mean;
}

NB_MODULE(arrays, m) {
    m.def("brighten", &brighten, "image"_a.noconvert(), "by"_a);
    m.def("blur", &blur, "image"_a);

    nb::class_<Curve>(m, "Curve")
        .def(nb::init<>())
        .def("table", &Curve::table, nb::rv_policy::reference_internal)
        .def("apply", &Curve::apply, "image"_a.noconvert());

    nb::class_<Fit>(m, "Fit")
        .def_ro("coefficients", &Fit::coefficients)
        .def_ro("residual", &Fit::residual)
        .def("predict", &Fit::predict, "a"_a);

    m.def("polynomials", &polynomials, "x"_a, "degree"_a);
    m.def("solve", &solve, "a"_a, "b"_a);
    m.def("norms", &norms, "a"_a);
    m.def("center", &center, "a"_a);
}
