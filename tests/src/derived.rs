//! Derived classes and virtual functions bound as C++ binds them.

use nb::prelude::*;
use std::any::Any;
use std::sync::Arc;

pub trait Speaks: Any + Send + Sync {
    fn name(&self) -> String {
        "nobody".to_string()
    }
    fn speak(&self, times: i32) -> String;
    fn rename(&mut self, name: String);
    fn legs(&self) -> i32 {
        4
    }
}

#[derive(Default)]
pub struct Animal {
    pub label: String,
}
impl Animal {
    /// Beside the trait's function of that name, which is the virtual one.
    pub fn name(&self) -> &str {
        &self.label
    }
    pub fn length(&self) -> usize {
        self.label.len()
    }
}
impl Speaks for Animal {
    fn name(&self) -> String {
        format!("animal {}", self.label)
    }
    fn speak(&self, times: i32) -> String {
        "...".repeat(times as usize)
    }
    fn rename(&mut self, name: String) {
        self.label = name;
    }
}

/// Implements the trait.
#[derive(Default)]
pub struct Cat {
    animal: Animal,
}
nb_base!(Cat, animal: Animal);
impl Speaks for Cat {
    fn name(&self) -> String {
        format!("cat {}", self.animal.label)
    }
    fn speak(&self, times: i32) -> String {
        "meow".repeat(times as usize)
    }
    fn rename(&mut self, name: String) {
        self.animal.label = name.to_uppercase();
    }
}

/// On the next level.
#[derive(Default)]
pub struct Kitten {
    cat: Cat,
}
nb_base!(Kitten, cat: Cat);
impl Speaks for Kitten {
    fn name(&self) -> String {
        format!("kitten {}", self.cat.animal.label)
    }
    fn speak(&self, times: i32) -> String {
        "mew".repeat(times as usize)
    }
    fn rename(&mut self, name: String) {
        self.cat.animal.label = name;
    }
}

/// Does not implement the trait: its functions are those of its base.
#[derive(Default)]
pub struct Statue {
    animal: Animal,
}
nb_base!(Statue, animal: Animal);

/// Derives from a class that does not implement the trait, and does.
#[derive(Default)]
pub struct Talking {
    statue: Statue,
}
nb_base!(Talking, statue: Statue);
impl Speaks for Talking {
    fn speak(&self, times: i32) -> String {
        "hello".repeat(times as usize)
    }
    fn rename(&mut self, name: String) {
        self.statue.animal.label = name;
    }
}

nb_trampoline!(in crate::derived; PyAnimal: Animal, dyn Speaks, 4);
impl Speaks for PyAnimal {
    fn name(&self) -> String {
        nb_override!(self, name)
    }
    fn speak(&self, times: i32) -> String {
        nb_override!(self, speak, times)
    }
    fn rename(&mut self, name: String) {
        nb_override!(self, rename, name)
    }
    fn legs(&self) -> i32 {
        nb_native!(self, legs)
    }
}

nb_module!(test_derived_ext, m, {
    // Before the class: C++ takes its pointers to member functions anywhere.
    m.def("name_of", &Animal::name);
    nb::class_<Animal, PyAnimal>(m, "Animal")
        .def(nb::init<>())
        .def("name", &Animal::name)
        .def("speak", &Animal::speak, "times"_a = 1)
        .def("say", &Animal::speak)
        .def("rename", &Animal::rename)
        .def("legs", &Animal::legs)
        .def("length", &Animal::length)
        .def_prop_ro("title", &Animal::name)
        .def("static_name", |a: &Animal| a.name().to_string());
    nb::class_<Cat, Animal>(m, "Cat").def(nb::init<>()).def("purr", &Cat::speak);
    nb::class_<Kitten, Cat>(m, "Kitten").def(nb::init<>());
    nb::class_<Statue, Animal>(m, "Statue").def(nb::init<>());
    nb::class_<Talking, Statue>(m, "Talking").def(nb::init<>());
    m.def("same", |a: &dyn Speaks| -> &dyn Speaks { a });
    m.def("by_ref", |a: &dyn Speaks| format!("{}: {}", a.name(), a.speak(1)));
    m.def("by_box", |a: Box<dyn Speaks>| format!("{}: {}", a.name(), a.speak(1)));
    m.def("by_arc", |a: Arc<dyn Speaks>| format!("{}: {}", a.name(), a.speak(1)));
    m.def("rename", |a: &mut dyn Speaks, name: String| a.rename(name));
    m.def("boxed", |kind: &str| -> Box<dyn Speaks> {
        match kind {
            "animal" => Box::new(Animal::default()),
            "cat" => Box::new(Cat::default()),
            _ => Box::new(Kitten::default()),
        }
    });
});

/// Modules that are refused when they are imported. A trait has one trampoline, so each has one of its own.
mod unknown {
    macro_rules! growling {
        ($module:ident) => {
            use nb::prelude::*;
            pub trait Growls: std::any::Any + Send + Sync {
                fn growl(&self) -> i32;
            }
            #[derive(Default)]
            pub struct Beast;
            impl Growls for Beast {
                fn growl(&self) -> i32 {
                    1
                }
            }
            pub struct Plain {
                beast: Beast,
            }
            nb_base!(Plain, beast: Beast);
            impl Growls for Plain {
                fn growl(&self) -> i32 {
                    2
                }
            }
            nb_trampoline!(in crate::derived::unknown::$module; PyBeast: Beast, dyn Growls);
            impl Growls for PyBeast {
                fn growl(&self) -> i32 {
                    nb_override!(self, growl)
                }
            }
        };
    }

    /// Bound by items, which know nothing of each other.
    mod items {
        growling!(items);
        pub struct Cub {
            plain: Plain,
        }
        // A path that does not depend on the parameter is as virtual as anywhere.
        nb_bind!(in crate::derived::unknown::items; fn bind_growl<T: Default>(m, name: &str) {
            m.def(name, &Beast::growl);
            let _ = T::default();
        });
        nb_base!(Cub, plain: Plain);
        impl Growls for Cub {
            fn growl(&self) -> i32 {
                3
            }
        }
        nb_class!(in crate::derived::unknown::items; Beast: PyBeast, "Beast", {
            .def(nb::init<>()).def("growl", &Beast::growl)
        });
        nb_class!(in crate::derived::unknown::items; Plain: Beast, "Plain", {
            .def(nb::init(|| Plain { beast: Beast })).def("plain", &Plain::growl)
        });
        nb_class!(in crate::derived::unknown::items; Cub: Plain, "Cub", {
            .def(nb::init(|| Cub { plain: Plain { beast: Beast } })).def("cub", &Cub::growl)
        });
        nb_fn!(in crate::derived::unknown::items; "growl_of", &Beast::growl);
        nb_module!(test_derived_items_ext, m, {
            m.def("growl", |beast: &dyn Growls| beast.growl());
            m.def("growl_of_plain", &Plain::growl);
            bind_growl::<i32>(m, "growl_of_template");
        });
    }

    /// The plain builder does not know whether the class implements the trait.
    mod builder {
        growling!(builder);
        nb_module!(test_derived_builder_ext, m, {
            nb::uses_<Plain>();
            nb::class_<Beast, PyBeast>(m, "Beast");
            m.class_::<Plain>("Plain", nb::base::<Beast>());
        });
    }

    /// As above, and says it.
    mod told {
        growling!(told);
        pub struct Old {
            plain: Plain,
        }
        nb_base!(Old, plain: Plain);
        nb_module!(test_derived_told_ext, m, {
            nb::uses_<Plain, Old>();
            nb::class_<Beast, PyBeast>(m, "Beast").def(nb::init<>());
            m.class_::<Plain>("Plain", (nb::base::<Beast>(), nb::trampoline_of::<PyBeast>()))
                .def(nb::init(|| Plain { beast: Beast }));
            m.class_::<Old>("Old", (nb::base::<Plain>(), nb::inherits_virtuals::<PyBeast>()))
                .def(nb::init(|| Old { plain: Plain { beast: Beast } }));
            m.def("growl", |beast: &dyn Growls| beast.growl());
        });
    }

    /// A base that is given as a value.
    mod value {
        growling!(value);
        nb_module!(test_derived_value_ext, m, {
            let beast = nb::class_<Beast, PyBeast>(m, "Beast");
            nb::class_<Plain>(m, "Plain", beast);
        });
    }

    /// The class is bound without its trampoline.
    mod without {
        growling!(without);
        nb_module!(test_derived_without_ext, m, {
            nb::class_<Beast>(m, "Beast");
        });
    }

    /// Nobody binds the class of the trampoline.
    mod unnamed {
        growling!(unnamed);
        nb_module!(test_derived_unnamed_ext, m, {
            m.def("growl", |beast: &dyn Growls| beast.growl());
        });
    }
}
