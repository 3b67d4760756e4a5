// finding 2: `&Dog::toy` is virtual, since the trait of the class's trampoline has that function, and what a trait object
// returns cannot be kept with its owner.
use nb::prelude::*;
use std::any::Any;

#[derive(Clone)]
pub struct Toy;
pub trait Plays: Any + Send + Sync {
    fn toy(&self) -> &Toy;
}
#[derive(Default)]
pub struct Dog {
    toy: Toy,
}
static TOY: Toy = Toy;
impl Default for Toy {
    fn default() -> Toy {
        Toy
    }
}
impl Plays for Dog {
    fn toy(&self) -> &Toy {
        &self.toy
    }
}
nb_trampoline!(PyDog: Dog, dyn Plays);
impl Plays for PyDog {
    fn toy(&self) -> &Toy {
        &TOY
    }
}

nb_module!(dogs, m, {
    nb::class_<Toy>(m, "Toy");
    nb::class_<Dog, PyDog>(m, "Dog").def("toy", &Dog::toy, nb::rv_policy::reference_internal);
});

fn main() {}
