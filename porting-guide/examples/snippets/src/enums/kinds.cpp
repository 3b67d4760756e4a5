// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

enum class Kind { Cat, Dog = 5 };

struct Pet {
    Kind kind;
    Pet(Kind kind) : kind(kind) {}
};

int legs(Kind) { return 4; }

NB_MODULE(kinds, m) {
    nb::class_<Pet> pet(m, "Pet");

    nb::enum_<Kind>(pet, "Kind", "What a pet is")
        .value("Cat", Kind::Cat, "a cat")
        .value("Dog", Kind::Dog)
        .def("legs", &legs)
        .export_values();

    pet.def(nb::init<Kind>(), "kind"_a = Kind::Cat)
        .def_rw("kind", &Pet::kind);
}
