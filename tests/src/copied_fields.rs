//! Fields that hold values of a bound class in something of which Python gets copies: a set, or a lock.

use nb::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
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
mod mutex {
    dog_with!(Mutex<Vec<Toy>>);
    nb_module!(test_copied_mutex_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod rwlock {
    dog_with!(RwLock<Option<Toy>>);
    nb_module!(test_copied_rwlock_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod set {
    dog_with!(BTreeSet<Toy>);
    nb_module!(test_copied_set_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod keyed {
    dog_with!(HashMap<Key, Toy>);
    #[derive(PartialEq, Eq, Hash, Clone)]
    pub struct Key;
    nb_module!(test_copied_keyed_ext, m, {
        nb::class_<Toy>(m, "Toy");
        nb::class_<Key>(m, "Key");
        nb::class_<Dog>(m, "Dog").def_rw("toys", &Dog::toys);
    });
}
mod nested {
    dog_with!(Vec<Mutex<(i32, Toy)>>);
    nb_module!(test_copied_nested_ext, m, {
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
