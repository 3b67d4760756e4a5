use nb::prelude::*;
use std::sync::atomic::{AtomicI32, Ordering};

struct Tensor;
#[derive(Default)]
struct Device {
    index: AtomicI32,
}

#[derive(Default)]
struct Point {
    x: i32,
}
#[derive(Default)]
struct Pixel {
    x: i32,
}
struct Screen {
    width: i32,
}
static SCREEN: Screen = Screen { width: 640 };

enum Level {
    Low = 1,
    High = 2,
}

fn device_of(class: nb::type_object) -> nb::Result<i32> {
    Ok(nb::type_supplement::<Device>(&class)?.index.load(Ordering::Relaxed))
}

fn set_device(class: nb::type_object, index: i32) -> nb::Result<()> {
    nb::type_supplement::<Device>(&class)?.index.store(index, Ordering::Relaxed);
    Ok(())
}

nb_module!(annotations_classes, m, {
    nb::class_<Tensor>(m, "Tensor", nb::supplement<Device>(), nb::is_final(), "Cannot be a base class");
    m.def("device_of", &device_of, "type"_a);
    m.def("set_device", &set_device, "type"_a, "index"_a);

    nb::class_<Point>(m, "Point", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init<>())
        .def_rw("x", &Point::x);
    nb::class_<Pixel>(m, "Pixel", nb::pooled(16), nb::sig("class Pixel(object)"))
        .def(nb::init<>())
        .def_rw("x", &Pixel::x);
    nb::class_<Screen>(m, "Screen", nb::never_destruct())
        .def_ro("width", &Screen::width);
    m.def("screen", || -> &'static Screen { &SCREEN }, nb::rv_policy::reference);

    nb::enum_<Level>(m, "Level", nb::is_arithmetic())
        .value("Low", Level::Low)
        .value("High", Level::High)
        .export_values();
});
