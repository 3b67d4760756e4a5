// The forms of pybind11's statements.
use nb_compat::prelude::*;

#[derive(Clone, Default)]
struct Pet {
    name: String,
    age: i32,
}

impl Pet {
    fn new(name: &str, age: i32) -> Pet {
        Pet { name: name.into(), age }
    }
    fn age(&self) -> i32 {
        self.age
    }
    fn set_age(&mut self, age: i32) {
        self.age = age;
    }
}

struct Dog {
    pet: Pet,
}

nb_base!(Dog, pet: Pet);

enum Kind {
    Cat,
    Dog,
}

enum Level {
    Low = 1,
    High = 2,
}

fn add(i: i32, j: i32) -> i32 {
    i + j
}

fn square(x: f64) -> f64 {
    x * x
}

type Numbers = py::opaque<Vec<i32>>;

pybind11_bind!(fn init_part(m, name: &str) {
    m.def(name, || 1);
});

pybind11_bind!(|m| {
    m.attr("registered") = true;
});

PYBIND11_MODULE!(forms, m, {
    namespace py = pybind11;
    using namespace py::literals;
    using namespace pybind11::literals;

    m.doc() = "All of them";
    m.def("add", &add, "i"_a, "j"_a = 1);
    m.def("add_again", &add, py::arg("i").noconvert(), py::arg_v("j", 1, "ONE"), py::doc("Adds"));
    m.def("keyword", &add, "i"_a, py::kw_only(), "j"_a);
    m.def("position", &add, "i"_a, py::pos_only(), "j"_a);
    m.def("unnamed", &add, py::arg(), py::arg() = 5);
    m.def("object", |o: py::object| o, py::arg("o").none(false));
    m.def("maybe", |pet: Option<&Pet>| pet.is_some(), py::arg("pet").none(true));
    m.def("guarded", &add, py::call_guard<py::gil_scoped_release>());
    m.def("renamed", &add, py::name("other"), py::scope(m), py::sibling(m.attr("add")));
    m.def("square", py::vectorize(square));

    py::class_<Pet, std::shared_ptr<Pet>> pet(m, "Pet", "A pet", py::dynamic_attr(), py::module_local());
    pet.def(py::init<>())
        .def(py::init<const std::string &, int>(), "name"_a, "age"_a)
        .def(py::init(|age: i32| Pet::new("", age)))
        .def("set", py::overload_cast<int>(&Pet::set_age))
        .def("age_of", static_cast<int (Pet::*)() const>(&Pet::age))
        .def("copied", |pet: &Pet| -> &Pet { pet }, py::return_value_policy::copy)
        .def("keeps", |_pet: &Pet, _other: py::object| {}, py::keep_alive<1, 2>())
        .def_readwrite("name", &Pet::name)
        .def_readonly("years", &Pet::age)
        .def_property("age", &Pet::age, &Pet::set_age, "Years")
        .def_property("only_read", &Pet::age, nullptr)
        .def_property_readonly("older", |pet: &Pet| pet.age + 1)
        .def_property_readonly_static("kind", |_cls: py::object| "pet")
        .def_static("make", || Pet::default(), py::return_value_policy::move)
        .def("__len__", |pet: &Pet| pet.name.len())
        .def("__pow__", |pet: &Pet, by: i32| pet.age.pow(by as u32), py::is_operator())
        .def(py::pickle(
            |pet: &Pet| py::make_tuple((&pet.name, pet.age)),
            |state: py::tuple| Pet::new(&state[0].cast<std::string>(), state[1].cast<int>())
        ));
    py::class_<Dog, Pet, std::unique_ptr<Dog>>(m, "Dog", py::is_final()).def(py::init_alias(|| Dog { pet: Pet::default() }));

    py::enum_<Kind>(pet, "Kind", "Kinds").value("Cat", Kind::Cat, "Purrs").value("Dog", Kind::Dog).export_values();
    py::native_enum<Level>(m, "Level", "enum.IntEnum").value("Low", Level::Low).value("High", Level::High).finalize();

    py::bind_vector<Numbers>(m, "Numbers");
    py::implicitly_convertible<int, Pet>();
    init_part(m, "part");

    m.def("python", |o: py::object, f: py::function, args: py::args, kwargs: py::kwargs| {
        let names = py::dict("a"_a = 1, "b"_a = "two");
        py::print("It is", &o, "end"_a = "");
        if py::isinstance<py::list>(&o) && py::hasattr(&o, "append") {
            let _first = py::cast<int>(o.clone());
        }
        let _text = py::str("{} and {b}").format(1, "b"_a = 2);
        let _of = py::type::of(o.clone());
        let _path = py::module_::import("sys").attr("path");
        let _is = py::isinstance(&o, &names);
        f(*args, **kwargs)
    });
});

impl From<i32> for Pet {
    fn from(age: i32) -> Pet {
        Pet::new("", age)
    }
}

fn main() {}
