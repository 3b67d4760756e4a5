use nb::prelude::*;

nb_module!(images, m, {
    m.def("brighten", |image: nb::ndarray<uint8_t, nb::shape<-1, -1, 3>, nb::device::cpu>| {
        let v = image.view();
        for y in 0..v.shape(0) {
            for x in 0..v.shape(1) {
                for c in 0..v.shape(2) {
                    let value = &v[[y, x, c]];
                    value.set(value.get().saturating_mul(2));
                }
            }
        }
    }, "image"_a.noconvert());

    m.def("mean", |image: nb::ndarray<const float, nb::ndim<2>>, mask: Option<nb::ndarray<const bool, nb::ndim<2>>>| {
        let v = image.view();
        let mask = mask.as_ref().map(|mask| mask.view());
        let (mut sum, mut count) = (0.0, 0);
        for y in 0..v.shape(0) {
            for x in 0..v.shape(1) {
                if mask.as_ref().is_none_or(|mask| mask.at([y, x]).get()) {
                    sum += v.at([y, x]);
                    count += 1;
                }
            }
        }
        sum / count as f32
    }, "image"_a, "mask"_a = nb::none());

    m.def("kind", |_a: nb::ndarray<const float>| "single");
    m.def("kind", |_a: nb::ndarray<const double>| "double");
});
