use nb::prelude::*;

struct Dog {
    age: i32,
}

impl Dog {
    fn new(age: i32, weight: i32) -> Dog {
        Dog { age: age + weight }
    }
}

fn oldest(a: &Dog, b: &Dog, c: &Dog) -> i32 {
    a.age.max(b.age).max(c.age)
}

nb_module!(cases, m, {
    nb::class_<Dog>(m, "Dog");
    m.def("oldest", &oldest, "a"_a.lock(), "b"_a.lock(), "c"_a.lock());
});

fn main() {}
