use nb::prelude::*;

fn size(a: nb::ndarray<f32>) -> usize {
    a.size()
}

nb_module!(arrays, m, {
    m.def("size", &size);
});

fn main() {}
