use nalgebra::{DMatrix, DVector, Dyn, MatrixViewMut, U1, Vector3};
use nb::prelude::*;

struct Body {
    position: Vector3<f64>,
    inertia: DMatrix<f64>,
}

impl Body {
    fn new(position: Vector3<f64>) -> Body {
        Body { position, inertia: DMatrix::identity(3, 3) }
    }
}

nb_module!(matrices, m, {
    // Copies in, and moves out
    m.def("gram", |a: &DMatrix<f64>| a.transpose() * a);
    // Any layout, also of `a.T` and `a[::2]`, without a copy
    m.def("scale", |mut a: nb::DRef<DMatrix<f64>>, by: f64| { a *= by; });
    m.def("max", |a: nb::DRef<const DMatrix<f64>>| a.max());
    // Columns of which the elements lie one after the other: Fortran's order
    m.def("clear_f", |mut a: nb::DRef1<DMatrix<f64>>| { a.fill(0.0); });
    // Rows of which they do: C's order, which is NumPy's
    m.def("clear_c", |mut a: MatrixViewMut<'_, f64, Dyn, Dyn, Dyn, U1>| { a.fill(0.0); });
    // Never a copy
    m.def("norm", |v: nb::DMap<const DVector<f64>>| v.norm());
    m.def("add", |mut a: nb::DRef<DVector<f64>>, b: nb::DRef<const DVector<f64>>| { a += b; });

    nb::class_<Body>(m, "Body")
        .def(nb::init<Vector3<f64>>(), "position"_a)
        .def_rw("position", &Body::position)
        // Shown where it lies, read-only
        .def("inertia", |b: &Body| &b.inertia, nb::rv_policy::reference_internal)
        .def("add_mass", |b: &mut Body, mass: f64| b.inertia *= mass);
});
