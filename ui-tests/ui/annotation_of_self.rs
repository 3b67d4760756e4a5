// row: fn-10
use nb::prelude::*;

struct Dog;

impl Dog {
    fn bark(&self, _times: i32) {}
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def("bark", &Dog::bark, "self"_a, "times"_a);
});

fn main() {}
