//! Generic functions that bind, and what C++ binds with templates: each instantiation under its own name, or as
//! overloads of one.

use nb::prelude::*;

/// A class template.
#[derive(Clone, Debug)]
pub struct Point<T> {
    x: T,
    y: T,
}

/// Binds one instantiation; the rows of a table call it.
fn bind_point<D, T>(m: &nb::module_<D>, name: &str)
where
    Point<T>: nb::Class<D>,
    T: nb::Member<D> + for<'a> nb::Param<D, Item<'a> = T> + Copy + std::ops::Add<Output = T> + Send + Sync,
    T: nb::Ret<D, nb::rv_policy::automatic>,
{
    m.class_::<Point<T>>(name, "A point")
        .def_init(|x: T, y: T| Point { x, y }, (nb::arg("x"), nb::arg("y")))
        .def_rw("x", nb::field!(Point<T>, x), ())
        .def_rw("y", nb::field!(Point<T>, y), ())
        .def("sum", |point: &Point<T>| point.x + point.y, ());
}

/// An animal that lives in a house.
pub trait Pet {
    /// What it says.
    fn sound(&self) -> String;
}

/// A pet.
#[derive(Clone, Debug)]
pub struct Cat;
/// Another pet.
#[derive(Clone, Debug)]
pub struct Dog;

impl Pet for Cat {
    fn sound(&self) -> String {
        "meow".to_string()
    }
}

impl Pet for Dog {
    fn sound(&self) -> String {
        "woof".to_string()
    }
}

/// A class template over a trait.
#[derive(Clone, Debug)]
pub struct PetHouse<P> {
    pet: P,
}

impl<P: Pet> PetHouse<P> {
    /// A house for one pet.
    pub fn new(pet: P) -> PetHouse<P> {
        PetHouse { pet }
    }

    /// What is heard in it.
    pub fn listen(&self) -> String {
        self.pet.sound()
    }

    /// A member template.
    pub fn label<L: std::fmt::Display>(&self, label: L) -> String {
        format!("{label}: {}", self.pet.sound())
    }
}

/// A function template.
fn process<T: std::fmt::Debug>(value: T) -> String {
    format!("{}: {value:?}", std::any::type_name::<T>().rsplit("::").next().unwrap_or_default())
}

/// Two methods of one name in C++, told apart by `const`.
#[derive(Clone, Debug)]
pub struct Tail {
    length: i32,
}

impl Tail {
    fn get(&self) -> i32 {
        self.length
    }

    fn get_mut(&mut self) -> &mut i32 {
        &mut self.length
    }

    fn set_length(&mut self, length: i32) {
        self.length = length;
    }

    fn set_text(&mut self, text: &str) {
        self.length = text.len() as i32;
    }
}

type Bind = fn(&nb::module_<crate::registration::NbDomain>, &str);

nb_bind!(in crate::registration; |m| {
    nb::uses_<Point<f64>>();
    nb::uses_<Point<i32>>();
    nb::uses_<Point<u8>>();
    let instantiations: [(&str, Bind); 3] =
        [("PointF", bind_point::<_, f64>), ("PointI", bind_point::<_, i32>), ("PointB", bind_point::<_, u8>)];
    for (name, bind) in instantiations {
        bind(m, name);
    }

    nb::class_<Cat>(m, "Cat").def(nb::init(|| Cat));
    nb::class_<Dog>(m, "Dog").def(nb::init(|| Dog));
    nb::class_<PetHouse<Cat>>(m, "CatHouse")
        .def(nb::init<Cat>(), "pet"_a)
        .def("listen", &PetHouse<Cat>::listen)
        .def("label", &PetHouse<Cat>::label<i32>, "label"_a)
        .def("label", &PetHouse<Cat>::label<String>, "label"_a);
    nb::class_<PetHouse<Dog>>(m, "DogHouse")
        .def(nb::init<Dog>(), "pet"_a)
        .def("listen", &PetHouse<Dog>::listen)
        .def("label_text", &PetHouse<Dog>::label<String>, "label"_a);

    m.def("process", &process<i32>, "value"_a);
    m.def("process", &process<String>, "value"_a);
    m.def("process_int", &process<i32>, "value"_a);

    nb::class_<Tail>(m, "Tail")
        .def(nb::init(|length: i32| Tail { length }), "length"_a)
        .def("get", &Tail::get)
        .def("grow", |tail: &mut Tail| *tail.get_mut() += 1)
        .def("set", &Tail::set_length, "length"_a)
        .def("set", &Tail::set_text, "text"_a);
});
