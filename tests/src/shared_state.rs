//! One small class in every storage, for the table of the guide's page on state that both sides change.

use nb::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex as StdMutex, Weak, mpsc};
use std::thread;
use std::time::Duration;

#[derive(Clone, Default)]
pub struct Point {
    pub x: f64,
}

#[derive(Default)]
pub struct Item {
    pub x: f64,
    pub pos: Point,
    pub vel: Point,
    pub hits: AtomicI64,
    pub held: Option<nb::stored>,
}
nb_traverse!(Item: held);

impl Item {
    pub fn new(x: f64) -> Item {
        Item { x, ..Item::default() }
    }
    pub fn get(&self) -> f64 {
        self.x
    }
    pub fn step(&mut self) -> f64 {
        self.x += 1.0;
        self.x
    }
    pub fn part_once(&self) -> &Point {
        self.part()
    }
    pub fn part(&self) -> &Point {
        &self.pos
    }
    pub fn myself(&self) -> &Item {
        self
    }
    pub fn call(&self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
    pub fn call_mut(&mut self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
    pub fn panic(&mut self) {
        self.x += 1.0;
        panic!("on purpose");
    }
}

/// Whose elements are items.
#[derive(Default)]
pub struct Shelf {
    pub items: Vec<Item>,
}
nb_traverse!(Shelf: items);

fn sleep(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

macro_rules! kind {
    (nb_module!($name:ident) $module:ident, $Lock:ident of $path:path, |$lock:ident| $read:expr, $write:expr) => {
        pub mod $module {
            use super::*;
            use $path as $Lock;

            type Shared = Arc<$Lock<Item>>;

            /// Fields that hold what is shared.
            #[derive(Default)]
            pub struct Holder {
                pub one: Option<Shared>,
                pub all: Vec<Shared>,
                pub weak: Weak<$Lock<Item>>,
            }

            static KEPT: StdMutex<Option<Shared>> = StdMutex::new(None);
            static KEPT_ARC: StdMutex<Option<Arc<Item>>> = StdMutex::new(None);
            static KEPT_SHELF: StdMutex<Option<Arc<$Lock<Shelf>>>> = StdMutex::new(None);

            fn read<T, R>($lock: &$Lock<T>, body: impl FnOnce(&T) -> R) -> R {
                let guard = $read;
                body(&guard)
            }
            fn write<T, R>($lock: &$Lock<T>, body: impl FnOnce(&mut T) -> R) -> R {
                let mut guard = $write;
                body(&mut guard)
            }
            fn kept() -> Shared {
                let kept = KEPT.lock().unwrap().clone();
                kept.expect("something is kept")
            }
            fn shelf() -> Arc<$Lock<Shelf>> {
                let kept = KEPT_SHELF.lock().unwrap().clone();
                kept.expect("a shelf is kept")
            }
            /// Has a native thread lock something for a while; returns when it is locked.
            fn hold(lock: impl FnOnce(&dyn Fn()) + Send + 'static, milliseconds: u64) {
                let (send, receive) = mpsc::channel();
                thread::spawn(move || {
                    lock(&|| {
                        send.send(()).unwrap();
                        sleep(milliseconds);
                    });
                });
                receive.recv().unwrap();
            }

            nb_module!($name, m, {
                nb::class_<Point>(m, "Point")
                    .def(nb::init<>())
                    .def_rw("x", &Point::x);
                nb::class_<Item>(m, "Item", nb::is_weak_referenceable())
                    .def(nb::init<f64>())
                    .def_static("boxed", |x: f64| Box::new(Item::new(x)))
                    .def_rw("x", &Item::x)
                    .def_rw("pos", &Item::pos)
                    .def_rw("vel", &Item::vel)
                    .def_rw("hits", &Item::hits)
                    .def_rw("held", &Item::held)
                    .def("get", &Item::get)
                    .def("step", &Item::step)
                    .def("part", &Item::part, nb::rv_policy::reference_internal)
                    .def("part_once", &Item::part_once, nb::rv_policy::reference_internal, nb::has_effects())
                    .def("myself", &Item::myself, nb::rv_policy::reference_internal)
                    .def("call", &Item::call)
                    .def("call_mut", &Item::call_mut)
                    .def("panic", &Item::panic)
                    .def("change_slowly", |item: &mut Item, milliseconds: u64| {
                        nb::gil_scoped_release::run(|| sleep(milliseconds));
                        item.x += 1.0;
                    })
                    .def("read_slowly", |_: &Item, milliseconds: u64| nb::gil_scoped_release::run(|| sleep(milliseconds)));
                nb::class_<Shelf>(m, "Shelf", nb::is_weak_referenceable())
                    .def(nb::init<>())
                    .def("fill", |shelf: &mut Shelf, count: i32| shelf.items = (0..count).map(|x| Item::new(x.into())).collect())
                    .def("insert", |shelf: &mut Shelf, index: usize, x: f64| shelf.items.insert(index, Item::new(x)))
                    .def("pop", |shelf: &mut Shelf| shelf.items.pop().map(|item| item.x))
                    .def("xs", |shelf: &Shelf| shelf.items.iter().map(|item| item.x).collect::<Vec<f64>>())
                    .def_ro("items_ro", &Shelf::items)
                    .def_rw("items", &Shelf::items);
                nb::class_<Holder>(m, "Holder")
                    .def(nb::init<>())
                    .def_rw("one", &Holder::one)
                    .def_rw("all", &Holder::all)
                    .def_rw("weak", &Holder::weak);

                // As arguments of each kind.
                m.def("value", |item: &Item| item.x);
                m.def("add", |a: &Item, b: &Item| a.x + b.x, "a"_a, "b"_a);
                m.def("swap", |a: &mut Item, b: &mut Item| std::mem::swap(&mut a.x, &mut b.x), "a"_a, "b"_a);
                m.def("points", |a: &mut Point, b: &mut Point| std::mem::swap(&mut a.x, &mut b.x), "a"_a, "b"_a);
                m.def("item_and_shelf", |a: &mut Item, b: &Shelf| a.x = b.items.len() as f64, "a"_a, "b"_a);
                m.def("boxed_out", |item: Box<Item>| item.x);
                m.def("count", |item: Shared| Arc::strong_count(&item), "item"_a);
                m.def("count_arc", |item: Arc<Item>| Arc::strong_count(&item), "item"_a);
                m.def("count_other", |item: Arc<parking_lot::RwLock<Item>>| Arc::strong_count(&item), "item"_a);
                m.def("value_and_lock", |_: &Item, _: Shared| (), "value"_a, "lock"_a);
                m.def("same", |item: Shared| item);
                m.def("maybe", |item: Option<Shared>| item);
                m.def("list", |items: Vec<Shared>| items);
                m.def("weak", |item: Weak<$Lock<Item>>| item);

                // What native code keeps, and does with it.
                m.def("keep", |item: Shared| *KEPT.lock().unwrap() = Some(item));
                m.def("keep_arc", |item: Arc<Item>| *KEPT_ARC.lock().unwrap() = Some(item));
                m.def("keep_shelf", |shelf: Arc<$Lock<Shelf>>| *KEPT_SHELF.lock().unwrap() = Some(shelf));
                m.def("kept", || KEPT.lock().unwrap().clone());
                m.def("let_go", || -> () {
                    let all = (KEPT.lock().unwrap().take(), KEPT_ARC.lock().unwrap().take(), KEPT_SHELF.lock().unwrap().take());
                    drop(all);
                });
                m.def("native_x", || read(&kept(), |item| item.x), nb::call_guard<nb::gil_scoped_release>());
                m.def("native_arc_x", || KEPT_ARC.lock().unwrap().as_ref().map(|item| item.x));
                m.def("native_hit", || KEPT_ARC.lock().unwrap().as_ref().map(|item| item.hits.fetch_add(1, Ordering::SeqCst)));
                m.def("native_step", || write(&kept(), Item::step), nb::call_guard<nb::gil_scoped_release>());
                m.def("native_xs", || -> Vec<f64> { read(&shelf(), |shelf| shelf.items.iter().map(|item| item.x).collect()) },
                    nb::call_guard<nb::gil_scoped_release>());
                m.def("hold", |milliseconds: u64| hold(|go| write(&kept(), |_| go()), milliseconds));
                m.def("hold_reading", |milliseconds: u64| hold(|go| read(&kept(), |_| go()), milliseconds));
                m.def("hold_shelf", |milliseconds: u64| hold(|go| write(&shelf(), |_| go()), milliseconds));
                m.def("call_locked", |callback: nb::object| -> nb::Result<nb::object> {
                    let lock = kept();
                    write(&lock, |_| callback.call(()))
                });
                m.def("call_shelf_locked", |callback: nb::object| -> nb::Result<nb::object> {
                    let lock = shelf();
                    write(&lock, |_| callback.call(()))
                });
                // A native thread panics while it has the lock.
                m.def("panic_locked", || thread::spawn(|| write(&kept(), Item::panic)).join().is_err(), nb::call_guard<nb::gil_scoped_release>());
                m.def("panic_shelf_locked", || thread::spawn(|| write(&shelf(), |shelf| shelf.items[0].panic())).join().is_err(),
                    nb::call_guard<nb::gil_scoped_release>());
                m.def("set_lock_timeout", |milliseconds: u64| nb::set_lock_timeout(Duration::from_millis(milliseconds)));
            });
        }
    };
}

kind!(nb_module!(test_shared_state_rwlock_ext) rwlock, RwLock of nb::locks::RwLock, |lock| lock.read(), lock.write());
kind!(nb_module!(test_shared_state_mutex_ext) mutex, Mutex of nb::locks::Mutex, |lock| lock.lock(), lock.lock());
kind!(nb_module!(test_shared_state_std_rwlock_ext) std_rwlock, RwLock of std::sync::RwLock,
    |lock| lock.read().unwrap_or_else(|e| e.into_inner()), lock.write().unwrap_or_else(|e| e.into_inner()));
kind!(nb_module!(test_shared_state_std_mutex_ext) std_mutex, Mutex of std::sync::Mutex,
    |lock| lock.lock().unwrap_or_else(|e| e.into_inner()), lock.lock().unwrap_or_else(|e| e.into_inner()));

/// `Arc<RwLock<dyn Trait>>`: overrides, and values that native code has made behind a lock.
pub mod forces {
    use nb::locks::RwLock;
    use nb::prelude::*;
    use std::any::Any;
    use std::sync::Arc;

    type Shared = Arc<RwLock<dyn Force>>;

    pub trait Force: Any + Send + Sync {
        fn at(&self, x: f64) -> f64;
        fn scale(&mut self, by: f64);
    }

    pub struct Constant {
        pub value: f64,
    }

    impl Force for Constant {
        fn at(&self, _x: f64) -> f64 {
            self.value
        }
        fn scale(&mut self, by: f64) {
            self.value *= by;
        }
    }

    nb_trampoline!(in self; PyConstant: Constant, dyn Force);
    impl Force for PyConstant {
        fn at(&self, x: f64) -> f64 {
            nb_override!(self, at, x)
        }
        fn scale(&mut self, by: f64) {
            nb_override!(self, scale, by)
        }
    }

    #[derive(Default)]
    pub struct Field {
        pub forces: Vec<Shared>,
    }

    impl Field {
        fn scale(&self, by: f64) {
            self.forces.iter().for_each(|force| force.write().scale(by));
        }
        fn at(&self, x: f64) -> f64 {
            self.forces.iter().map(|force| force.read().at(x)).sum()
        }
    }

    nb_module!(test_shared_state_dyn_ext, m, {
        nb::class_<Constant, PyConstant>(m, "Constant")
            .def(nb::init(|value: f64| Constant { value }), "value"_a)
            .def_rw("value", &Constant::value)
            .def("at", &Constant::at, "x"_a)
            .def("scale", &Constant::scale, "by"_a);
        nb::class_<Field>(m, "Field")
            .def(nb::init<>())
            .def("add", |field: &mut Field, force: Shared| field.forces.push(force))
            .def("make", |field: &mut Field, value: f64| -> Shared {
                let force: Shared = Arc::new(RwLock::new(Constant { value }));
                field.forces.push(force.clone());
                force
            })
            .def("get", |field: &Field, index: usize| field.forces[index].clone())
            .def("scale", &Field::scale, "by"_a)
            .def("at", &Field::at, "x"_a);
        m.def("same_lock", |field: &Field, a: usize, b: usize| Arc::ptr_eq(&field.forces[a], &field.forces[b]));
        m.def("shared", |value: f64| Arc::new(RwLock::new(Constant { value })));
        m.def("count", |force: Arc<RwLock<Constant>>| Arc::strong_count(&force));
    });
}
