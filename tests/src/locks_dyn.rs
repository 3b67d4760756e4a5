//! `Arc<RwLock<dyn Trait>>`: trait objects that Python and native code both modify, and Python classes that override.

macro_rules! kind {
    (nb_module!($name:ident) $module:ident $Lock:ident of $path:path, |$lock:ident| $read:expr, $write:expr) => {
        pub mod $module {
            use nb::prelude::*;
            use std::sync::{Arc, Mutex};
            use $path as $Lock;

            pub trait Animal: std::any::Any + Send + Sync {
                fn speak(&self) -> String;
                fn grow(&mut self) -> i32;
            }

            pub struct Dog {
                pub age: i32,
            }
            impl Animal for Dog {
                fn speak(&self) -> String {
                    format!("woof {}", self.age)
                }
                fn grow(&mut self) -> i32 {
                    self.age += 1;
                    self.age
                }
            }

            /// A class of its own, which derives from the other.
            pub struct Puppy {
                pub dog: Dog,
                pub toys: Vec<i32>,
            }
            impl Animal for Puppy {
                fn speak(&self) -> String {
                    format!("yip {}", self.dog.age)
                }
                fn grow(&mut self) -> i32 {
                    self.toys.push(self.dog.age);
                    self.dog.grow() + 100
                }
            }
            nb_base!(Puppy, dog: Dog);

            nb_trampoline!(in crate::locks_dyn::$module; PyAnimal: Dog, dyn Animal);
            impl Animal for PyAnimal {
                fn speak(&self) -> String {
                    nb_override!(self, speak)
                }
                fn grow(&mut self) -> i32 {
                    nb_override!(self, grow)
                }
            }

            type Shared = Arc<$Lock<dyn Animal>>;
            static KEPT: Mutex<Vec<Shared>> = Mutex::new(Vec::new());
            fn kept(index: usize) -> Shared {
                KEPT.lock().unwrap()[index].clone()
            }
            fn speak($lock: &Shared) -> String {
                let guard = $read;
                guard.speak()
            }
            fn grow($lock: &Shared) -> i32 {
                let mut guard = $write;
                guard.grow()
            }

            nb_module!($name, m, {
                nb::class_<Dog, PyAnimal>(m, "Dog")
                    .def(nb::init(|age: i32| Dog { age }))
                    .def_rw("age", &Dog::age)
                    .def("speak", &Dog::speak)
                    .def("grow", &Dog::grow);
                nb::class_<Puppy, Dog>(m, "Puppy")
                    .def(nb::init(|age: i32| Puppy { dog: Dog { age }, toys: vec![] }))
                    .def_ro("toys", &Puppy::toys);
                m.def("keep", |animal: Shared| KEPT.lock().unwrap().push(animal));
                m.def("kept", |index: usize| kept(index));
                m.def("all_kept", || KEPT.lock().unwrap().clone());
                m.def("let_go", || -> () {
                    let all = std::mem::take(&mut *KEPT.lock().unwrap());
                    drop(all);
                });
                m.def("make", |age: i32| -> Shared { Arc::new($Lock::new(Dog { age })) });
                m.def("make_puppy", |age: i32| -> Shared { Arc::new($Lock::new(Puppy { dog: Dog { age }, toys: vec![] })) });
                m.def("as_dog", |dog: Arc<$Lock<Dog>>| dog);
                m.def("same", |dog: Arc<$Lock<Dog>>, animal: Shared| {
                    std::ptr::eq(Arc::as_ptr(&dog).cast::<u8>(), Arc::as_ptr(&animal).cast::<u8>())
                });
                m.def("speak", |index: usize| speak(&kept(index)));
                m.def("grow", |index: usize| grow(&kept(index)));
                m.def("speak_of", |animal: &dyn Animal| animal.speak());
                m.def("speak_elsewhere", |animal: &dyn Animal| {
                    nb::gil_scoped_release::run(|| std::thread::scope(|all| all.spawn(|| animal.speak()).join().unwrap()))
                });
                m.def("eat", |dog: Box<Dog>| dog.age);
                m.def("grow_of", |animal: &mut dyn Animal| animal.grow());
                m.def("echo", |animal: Shared| animal);
            });
        }
    };
}

kind!(nb_module!(test_locks_dyn_rwlock_ext) std_rwlock RwLock of std::sync::RwLock, |lock| lock.read().unwrap(), lock.write().unwrap());
kind!(nb_module!(test_locks_dyn_mutex_ext) std_mutex Lock of std::sync::Mutex, |lock| lock.lock().unwrap(), lock.lock().unwrap());
kind!(nb_module!(test_locks_dyn_nb_rwlock_ext) nb_rwlock Lock of nb::locks::RwLock, |lock| lock.read(), lock.write());
kind!(nb_module!(test_locks_dyn_nb_mutex_ext) nb_mutex Lock of nb::locks::Mutex, |lock| lock.lock(), lock.lock());
