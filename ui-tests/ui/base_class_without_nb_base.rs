use nb::prelude::*;

struct Pet;
struct Dog {
    pet: Pet,
}

nb_module!(pets, m, {
    nb::class_<Pet>(m, "Pet");
    nb::class_<Dog, Pet>(m, "Dog").def("is_pet", |dog: &Dog| { let _: &Pet = &dog.pet; });
});

fn main() {}
