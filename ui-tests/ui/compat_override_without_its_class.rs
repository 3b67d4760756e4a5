use nb_compat::prelude::*;

pub trait Speaks: std::any::Any + Send + Sync {
    fn go(&self, times: i32) -> String;
}

#[derive(Clone)]
pub struct Animal;

impl Speaks for Animal {
    fn go(&self, times: i32) -> String {
        "toot ".repeat(times as usize)
    }
}

nb_trampoline!(PyAnimal: Animal, dyn Speaks);

impl Speaks for PyAnimal {
    fn go(&self, times: i32) -> String {
        PYBIND11_OVERRIDE!(self, go)
    }
}

PYBIND11_MODULE!(animals, m, {
    py::class_<Animal, PyAnimal>(m, "Animal").def("go", &Animal::go);
});

fn main() {}
