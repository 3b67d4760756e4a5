//! Fields that hold values of a bound class in a container, of which Python gets copies.

use nb::prelude::*;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

#[derive(Clone, Default)]
pub struct Toy {
    pub size: i32,
}

macro_rules! dog_with {
    ($ty:ty) => {
        use super::*;
        #[derive(Default)]
        pub struct Dog {
            pub toys: $ty,
        }
    };
}
mod option {
    dog_with!(Option<Toy>);
    nb_module!(test_copied_option_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod vector {
    dog_with!(Vec<Toy>);
    nb_module!(test_copied_vector_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod deque {
    dog_with!(VecDeque<Toy>);
    nb_module!(test_copied_deque_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod pair {
    dog_with!((i32, Toy));
    nb_module!(test_copied_pair_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod array {
    dog_with!([Toy; 2]);
    nb_module!(test_copied_array_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod hash {
    dog_with!(HashMap<String, Toy>);
    nb_module!(test_copied_hash_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod tree {
    dog_with!(BTreeMap<i32, Toy>);
    nb_module!(test_copied_tree_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod nested {
    dog_with!(Vec<Option<(Toy, i32)>>);
    nb_module!(test_copied_nested_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod boxed {
    dog_with!(Option<Box<Toy>>);
    nb_module!(test_copied_boxed_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}

/// What may be written.
#[derive(Clone, Default)]
pub struct Shelf {
    pub toy: Toy,
    pub numbers: Vec<i32>,
    pub shared: Vec<Arc<Toy>>,
    pub objects: Option<nb::stored>,
    pub toys: Vec<Toy>,
}
nb_module!(test_copied_fields_ext, m, {
    nb::class_<Toy>(m, "Toy").def(nb::init<>()).def_rw("size", &Toy::size);
    nb::class_<Shelf>(m, "Shelf")
        .def(nb::init<>())
        .def_rw("toy", &Shelf::toy)
        .def_rw("numbers", &Shelf::numbers)
        .def_rw("shared", &Shelf::shared)
        .def_rw("objects", &Shelf::objects)
        .def_ro("toys_ro", &Shelf::toys)
        .def_rw("toys", &Shelf::toys, nb::rv_policy::copy)
        .def_rw("toys_too", &Shelf::toys, nb::for_getter(nb::rv_policy::copy))
        .def_prop_rw("toys_prop", |shelf: &Shelf| shelf.toys.clone(), |shelf: &mut Shelf, toys: Vec<Toy>| shelf.toys = toys);
});
