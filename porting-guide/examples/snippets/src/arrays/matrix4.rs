use nb::prelude::*;

#[derive(Default)]
struct Matrix4f {
    m: [nb::cell<f32>; 16],
}

impl Matrix4f {
    fn trace(&self) -> f32 {
        (0..4).map(|i| self.m[5 * i].get()).sum()
    }
    fn scale(&self, by: f32) {
        nb::cell::all(&self.m).iter().for_each(|x| x.set(x.get() * by));
    }
}

// Waits until the values are there
struct Stream {
    values: Vec<f32>,
    waited_for: nb::cell<i64>,
}

nb_module!(matrix4, m, {
    nb::class_<Matrix4f>(m, "Matrix4f")
        .def(nb::init<>())
        .def("trace", &Matrix4f::trace)
        .def("scale", &Matrix4f::scale, "by"_a)
        .def("view", |m: &Matrix4f| {
            nb::ndarray_ref<nb::numpy, float, nb::shape<4, 4>, nb::f_contig>::from_cells(&m.m, [])
        }, nb::rv_policy::reference_internal)
        // What every library that speaks DLPack can read
        .def("_exported", |m: &Matrix4f| {
            nb::ndarray_ref<nb::array_api, float, nb::shape<4, 4>, nb::f_contig>::from_cells(&m.m, [])
        }, nb::rv_policy::reference_internal)
        .def("__dlpack__", |m: nb::handle_t<Matrix4f>, kwargs: nb::kwargs| {
            m.attr("_exported")().attr("__dlpack__")(**kwargs)
        })
        .def_static("__dlpack_device__", || (nb::device::cpu::value, 0))
        // What memoryview and numpy.asarray read
        .def_buffer(|m: &Matrix4f| nb::ndarray_ref<float, nb::shape<4, 4>, nb::f_contig>::from_cells(&m.m, []));

    nb::class_<Stream>(m, "Stream")
        .def(nb::init(|n: usize| Stream { values: vec![1.5; n], waited_for: 0.into() }))
        .def_prop_ro("waited_for", |s: &Stream| s.waited_for.get())
        .def("__dlpack__", |s: &Stream, stream: Option<i64>, _others: nb::kwargs| {
            s.waited_for.set(stream.unwrap_or(-1));
            nb::ndarray_ref<const float, nb::ndim<1>>::from_slice(&s.values, [s.values.len()])
        }, nb::rv_policy::reference_internal, "stream"_a = nb::none(), "others"_a)
        .def_static("__dlpack_device__", || (nb::device::cpu::value, 0));
});
