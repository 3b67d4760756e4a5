//! Classes in pybind11's spelling: holders, constructors, properties, operators, pickling, virtual functions, exceptions, containers.

use nb_compat::prelude::*;
use std::fmt;
use std::ops::{Add, AddAssign, Mul, Neg};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

#[derive(Clone, Default)]
pub struct Pet {
    name: String,
    age: i32,
}

impl Pet {
    fn new(name: &str, age: i32) -> Pet {
        Pet { name: name.to_string(), age }
    }

    fn set_name(&mut self, name: &str) {
        self.name = name.to_string();
    }

    fn set_age(&mut self, age: i32) {
        self.age = age;
    }

    fn age(&self) -> i32 {
        self.age
    }
}

/// Has a `Pet` as its base.
#[derive(Clone)]
pub struct Dog {
    pet: Pet,
}

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { pet: Pet::new(name, 1) }
    }
}

nb_base!(Dog, pet: Pet);

#[derive(Clone, Copy, PartialEq)]
pub struct Vector2 {
    x: f32,
    y: f32,
}

impl Vector2 {
    fn new(x: f32, y: f32) -> Vector2 {
        Vector2 { x, y }
    }
}

impl Add for Vector2 {
    type Output = Vector2;
    fn add(self, other: Vector2) -> Vector2 {
        Vector2::new(self.x + other.x, self.y + other.y)
    }
}

impl Mul<f32> for Vector2 {
    type Output = Vector2;
    fn mul(self, by: f32) -> Vector2 {
        Vector2::new(self.x * by, self.y * by)
    }
}

impl Mul<Vector2> for f32 {
    type Output = Vector2;
    fn mul(self, of: Vector2) -> Vector2 {
        of * self
    }
}

impl Neg for Vector2 {
    type Output = Vector2;
    fn neg(self) -> Vector2 {
        self * -1.0
    }
}

impl AddAssign for Vector2 {
    fn add_assign(&mut self, other: Vector2) {
        *self = *self + other;
    }
}

/// What native code calls, and Python overrides.
pub trait Speaks: std::any::Any + Send + Sync {
    fn go(&self, times: i32) -> String;
    fn name(&self) -> String {
        "unknown".to_string()
    }
}

pub struct Animal;

nb_trampoline!(in self; PyAnimal: abstract Animal, dyn Speaks);

impl Speaks for PyAnimal {
    fn go(&self, times: i32) -> String {
        PYBIND11_OVERRIDE_PURE!(self, String, Animal, go, times)
    }
    fn name(&self) -> String {
        PYBIND11_OVERRIDE_PURE_NAME!(self, String, Animal, "title", name)
    }
}

pub struct Cat;

pub trait Purrs: std::any::Any + Send + Sync {
    fn purr(&self, times: i32) -> String;
    fn shown(&self) -> String;
}

impl Purrs for Cat {
    fn purr(&self, times: i32) -> String {
        "purr ".repeat(times as usize)
    }
    fn shown(&self) -> String {
        "a cat".to_string()
    }
}

nb_trampoline!(in self; PyCat: Cat, dyn Purrs);

impl Purrs for PyCat {
    fn purr(&self, times: i32) -> String {
        PYBIND11_OVERRIDE!(self, String, Cat, purr, times)
    }
    fn shown(&self) -> String {
        PYBIND11_OVERRIDE_NAME!(self, String, Cat, "__str__", shown)
    }
}

#[derive(Debug)]
struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

#[derive(Debug)]
struct LocallyBroken;

impl fmt::Display for LocallyBroken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("locally")
    }
}

impl std::error::Error for LocallyBroken {}

pub struct Kennel {
    dogs: Vec<Pet>,
    open: bool,
}

pub struct Immortal {
    pub value: i32,
}

impl Drop for Immortal {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::Relaxed);
    }
}

static ENDED: AtomicI32 = AtomicI32::new(0);
static COUNT: AtomicI32 = AtomicI32::new(3);

#[derive(Clone)]
pub struct Wrapped {
    number: i32,
}

impl From<i32> for Wrapped {
    fn from(number: i32) -> Wrapped {
        Wrapped { number }
    }
}

type Numbers = py::opaque<Vec<i32>>;

PYBIND11_MODULE!(test_compat_classes_ext, m, {
    py::class_<Pet, std::shared_ptr<Pet>>(m, "Pet", py::dynamic_attr(), py::module_local())
        .def(py::init<>())
        .def(py::init<const std::string &, int>(), py::arg("name"), py::arg("age") = 1)
        .def("set", py::overload_cast<int>(&Pet::set_age), "Set the pet's age")
        .def("set", py::overload_cast<const std::string &>(&Pet::set_name), "Set the pet's name")
        .def_readwrite("name", &Pet::name, "The name")
        .def_property("age", &Pet::age, &Pet::set_age)
        .def_property_readonly("older", |pet: &Pet| pet.age + 1)
        .def_property("read_only", &Pet::age, nullptr)
        .def_readonly("years", &Pet::age)
        .def_property_readonly_static("kind", |_cls: py::object| "pet")
        .def_readwrite_static("count", &COUNT)
        .def_static("named", |name: &str| Pet::new(name, 0), py::return_value_policy::move)
        .def("__repr__", |pet: &Pet| format!("<Pet named '{}'>", pet.name))
        .def(py::pickle(
            |pet: &Pet| py::make_tuple((&pet.name, pet.age)),
            |state: py::tuple| -> py::Result<Pet> {
                if state.size() != 2 {
                    return Err(py::value_error("Invalid state!"));
                }
                Ok(Pet::new(&state[0].cast<std::string>(), state[1].cast<int>()))
            }
        ));

    py::class_<Dog, Pet, std::shared_ptr<Dog>>(m, "Dog")
        .def(py::init(|name: &str| Dog::new(name)), "name"_a)
        .def("bark", |_dog: &Dog| "woof!");
    m.def("shared", |pet: Arc<Pet>| Arc::strong_count(&pet) > 0);
    m.def("make_dog", |name: &str| -> Arc<Dog> { Arc::new(Dog::new(name)) });

    py::class_<Vector2>(m, "Vector2")
        .def(py::init<float, float>())
        .def_readwrite("x", &Vector2::x)
        .def(py::self + py::self)
        .def(py::self += py::self)
        .def(py::self * float())
        .def(float() * py::self)
        .def(-py::self)
        .def(py::self == py::self)
        .def("__pow__", |v: &Vector2, by: f32| v.x.powf(by), py::is_operator());

    py::class_<Animal, PyAnimal /* <--- trampoline */>(m, "Animal")
        .def(py::init(|| Animal))
        .def("go", |animal: &dyn Speaks, times: i32| animal.go(times));
    m.def("call_go", |animal: &dyn Speaks| animal.go(3));
    m.def("call_name", |animal: &dyn Speaks| animal.name());

    py::class_<Cat, PyCat, py::smart_holder>(m, "Cat")
        .def(py::init(|| Cat))
        .def("purr", &Cat::purr)
        .def("__str__", &Cat::shown);
    m.def("call_purr", |cat: &dyn Purrs| cat.purr(2));
    m.def("call_shown", |cat: &dyn Purrs| cat.shown());

    py::register_exception<Broken>(m, "Broken");
    py::register_local_exception<LocallyBroken>(m, "LocallyBroken", PyExc_KeyError);
    m.def("breaks", |text: String| -> Result<(), Broken> { Err(Broken(text)) });
    m.def("breaks_locally", || -> Result<(), LocallyBroken> { Err(LocallyBroken) });

    py::class_<Kennel>(m, "Kennel")
        .def(py::init(|names: Vec<String>| Kennel { dogs: names.iter().map(|name| Pet::new(name, 2)).collect(), open: false }))
        .def("first", |kennel: &mut Kennel| -> &mut Pet { &mut kennel.dogs[0] }, py::return_value_policy::reference_internal)
        .def("copy_of_first", |kennel: &Kennel| -> &Pet { &kennel.dogs[0] }, py::return_value_policy::copy)
        .def("__iter__", |kennel: &Kennel| -> py::made_iterator<'_, Pet> {
            py::make_iterator(kennel.dogs.iter().cloned())
        }, py::keep_alive<0, 1>())
        .def("__len__", |kennel: &Kennel| kennel.dogs.len())
        .def("__enter__", |kennel: py::handle_t<Kennel>| -> py::Result<py::object> {
            kennel.borrow_mut()?.open = true;
            Ok(kennel.into())
        })
        .def("__exit__", |kennel: &mut Kennel, _args: py::args| kennel.open = false)
        .def_readonly("open", &Kennel::open)
        .def("slow", |kennel: &Kennel| kennel.dogs.len(), py::call_guard<py::gil_scoped_release>());

    py::class_<Immortal, std::unique_ptr<Immortal, py::nodelete>>(m, "Immortal")
        .def_static("make", || Immortal { value: 1 })
        .def_readonly("value", &Immortal::value);
    m.def("ended", || ENDED.load(Ordering::Relaxed));

    py::class_<Wrapped> wrapped(m, "Wrapped", "A number in a class");
    wrapped.def(py::init(|number: i32| Wrapped { number })).def_readonly("number", &Wrapped::number);
    wrapped.attr("limit") = 10;
    py::implicitly_convertible<int, Wrapped>();
    m.def("number_of", |wrapped: Wrapped| wrapped.number);

    py::bind_vector<Numbers>(m, "Numbers", py::module_local());
    m.def("total", |numbers: &Numbers| numbers.iter().sum::<i32>());

    m.def("keeps", |_nurse: &Pet, _patient: py::object| {}, py::keep_alive<1, 2>());
    let part = m.def_submodule("part", "A submodule");
    part.def("where_am_i", || "part");
});
