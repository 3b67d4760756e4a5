use nb::prelude::*;

struct Pet;
struct Dog {
    pet: Pet,
}
nb_base!(Dog, pet: Pet);

nb_module!(pets, m, {
    nb::class_<Pet>(m, "Pet");
    nb::class_<Dog>(m, "Dog", nb::type_::<Pet>()).def("is_pet", |dog: &Dog| { let _: &Pet = &dog.pet; });
});

fn main() {}
