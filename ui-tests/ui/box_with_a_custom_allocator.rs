// row: port-47
use nb::prelude::*;

struct Dog;
struct Arena;

fn build() -> Box<Dog, Arena> {
    loop {}
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog");
    m.def("build", &build);
});

fn main() {}
