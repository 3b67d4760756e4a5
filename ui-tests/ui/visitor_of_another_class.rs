use nb::prelude::*;

struct Dog;
struct Cat;

struct Barking;

impl nb::def_visitor<NbDomain, Dog> for Barking {
    fn execute(self, cl: nb::class_<'_, NbDomain, Dog>, (): ()) {
        cl.def("bark", |_: &Dog| "woof", ());
    }
}

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(Barking {});
    nb::class_<Cat>(m, "Cat").def(Barking {});
});

fn main() {}
