// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Tensor {};
struct Device {
    int index;
};

struct Point {
    int x = 0;
};
struct Pixel {
    int x = 0;
};
struct Screen {
    int width;
};
static Screen screen {640};

enum class Level { Low = 1, High = 2 };

int device_of(nb::type_object type) { return nb::type_supplement<Device>(type).index; }

void set_device(nb::type_object type, int index) {
    nb::type_supplement<Device>(type).index = index;
}

NB_MODULE(annotations_classes, m) {
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
    m.def("screen", [] { return &screen; }, nb::rv_policy::reference);

    nb::enum_<Level>(m, "Level", nb::is_arithmetic())
        .value("Low", Level::Low)
        .value("High", Level::High)
        .export_values();
}
