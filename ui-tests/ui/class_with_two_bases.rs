use nb::prelude::*;

struct Pet;
struct Robot;
struct RobotDog {
    pet: Pet,
    robot: Robot,
}
nb_base!(RobotDog, pet: Pet);
nb_base!(RobotDog, robot: Robot);

nb_module!(pets, m, {
    nb::class_<Pet>(m, "Pet");
    nb::class_<Robot>(m, "Robot");
    nb::class_<RobotDog, Pet, Robot>(m, "RobotDog").def("is_robot", |dog: &RobotDog| { let _: &Robot = &dog.robot; });
});

fn main() {}
