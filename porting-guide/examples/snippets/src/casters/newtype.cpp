// guide: hide
#include <algorithm>
#include <nanobind/nanobind.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

// guide: hide
struct Celsius { double degrees; };

struct Room {
    Celsius warmth;
    Room(Celsius warmth) : warmth(warmth) {}
};
// guide: show

template <> struct nb::detail::type_caster<Celsius> {
    NB_TYPE_CASTER(Celsius, const_name("float"))

    bool from_python(handle src, uint8_t flags, cleanup_list *cleanup) noexcept {
        make_caster<double> degrees;
        if (!degrees.from_python(src, flags, cleanup) || degrees.value < -273.15)
            return false;
        value = Celsius{degrees.value};
        return true;
    }
    static handle from_cpp(Celsius t, rv_policy policy, cleanup_list *cleanup) noexcept {
        return make_caster<double>::from_cpp(t.degrees, policy, cleanup);
    }
};

NB_MODULE(newtype, m) {
    m.def("warmer", [](Celsius t) { return Celsius{t.degrees + 1}; });
    m.def("warmest", [](const std::vector<Celsius> &all) {
        double warmest = all.at(0).degrees;
        for (Celsius t : all)
            warmest = std::max(warmest, t.degrees);
        return warmest;
    });
    nb::class_<Room>(m, "Room")
        .def(nb::init<Celsius>())
        .def_rw("warmth", &Room::warmth);
}
