use nb::prelude::*;

#[derive(Clone, Default)]
struct Rect {
    width: f64,
    height: f64,
}

impl Rect {
    fn new(width: f64, height: f64) -> Rect {
        Rect { width, height }
    }

    fn square(side: f64) -> Rect {
        Rect::new(side, side)
    }
}

nb_module!(constructors, m, {
    nb::class_<Rect>(m, "Rect")
        // Rect::default()
        .def(nb::init<>())
        // Rect::new(width, height)
        .def(nb::init<f64, f64>(), "width"_a, "height"_a)
        // other.clone()
        .def(nb::init<&Rect>(), "other"_a)
        // any function or closure that returns a Rect
        .def(nb::init(&Rect::square), "side"_a)
        // one that can fail
        .def(nb::init(|text: &str| -> nb::Result<Rect> {
            let (width, height) = text.split_once('x').ok_or_else(|| nb::value_error("expected WIDTHxHEIGHT"))?;
            Ok(Rect::new(width.parse()?, height.parse()?))
        }), "text"_a)
        .def_ro("width", &Rect::width)
        .def_ro("height", &Rect::height);
});
