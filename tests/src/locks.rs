//! Values behind locks that Python and native code both modify: `Arc<RwLock<T>>` and its kin.

use nb::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// Counts values, made and dropped.
pub static LIVE: AtomicI64 = AtomicI64::new(0);

#[derive(Debug)]
pub struct Token;
impl Token {
    fn new() -> Token {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Token
    }
}
impl Clone for Token {
    fn clone(&self) -> Token {
        Token::new()
    }
}
impl Drop for Token {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Default)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[derive(Clone)]
pub struct Toy {
    pub size: i32,
}

/// How each kind of lock is locked by native code.
pub trait Kind: Sized + Send + Sync + 'static {
    fn with<R>(lock: &Lock<Self>, body: impl FnOnce(&mut Particle<Self>) -> R) -> R;
    type Locked: Send + Sync;
}
pub type Lock<K> = <K as Kind>::Locked;

/// A value that both sides modify; what a C++ library holds as `std::shared_ptr`.
pub struct Particle<K: Kind> {
    pub x: f64,
    pub name: String,
    pub pos: Point,
    pub vel: Point,
    pub spare: Option<Toy>,
    pub toys: Vec<Toy>,
    pub link: Option<Arc<Lock<K>>>,
    pub parent: Weak<Lock<K>>,
    pub others: Vec<Arc<Lock<K>>>,
    /// Counts the value.
    pub _token: Token,
}

impl<K: Kind> Particle<K> {
    pub fn new(x: f64) -> Particle<K> {
        Particle {
            x,
            name: "p".into(),
            pos: Point::default(),
            vel: Point { x: 1.0, y: 2.0 },
            spare: None,
            toys: Vec::new(),
            link: None,
            parent: Weak::new(),
            others: Vec::new(),
            _token: Token::new(),
        }
    }
    pub fn step(&mut self) -> f64 {
        self.x += 1.0;
        self.x
    }
    pub fn get(&self) -> f64 {
        self.x
    }
    pub fn part(&self) -> &Point {
        &self.pos
    }
    pub fn myself(&self) -> &Particle<K> {
        self
    }
    pub fn call(&self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
    pub fn call_mut(&mut self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
    pub fn fail(&mut self) -> nb::Result<()> {
        self.x += 1.0;
        Err(nb::value_error("on purpose"))
    }
    pub fn panic(&mut self) {
        self.x += 1.0;
        panic!("on purpose");
    }
}

macro_rules! kind {
    (nb_module!($name:ident) $module:ident, $Lock:ident of $path:path, |$lock:ident| $write:expr) => {
        pub mod $module {
            use super::*;
            use $path as $Lock;

            pub struct Here;
            impl Kind for Here {
                type Locked = $Lock<Particle<Here>>;
                fn with<R>($lock: &Lock<Here>, body: impl FnOnce(&mut Particle<Here>) -> R) -> R {
                    let mut guard = $write;
                    body(&mut guard)
                }
            }
            pub type P = Particle<Here>;
            pub type Shared = Arc<$Lock<P>>;

            static KEPT: std::sync::Mutex<Vec<Shared>> = std::sync::Mutex::new(Vec::new());
            static WATCHED: std::sync::Mutex<Weak<$Lock<P>>> = std::sync::Mutex::new(Weak::new());
            static STOP: AtomicBool = AtomicBool::new(false);

            fn kept(index: usize) -> Shared {
                KEPT.lock().unwrap()[index].clone()
            }

            fn held_for(index: usize, milliseconds: u64) {
                let (send, receive) = mpsc::channel();
                let lock = kept(index);
                thread::spawn(move || {
                    Here::with(&lock, |_| {
                        send.send(()).unwrap();
                        thread::sleep(Duration::from_millis(milliseconds));
                    });
                });
                receive.recv().unwrap();
            }

            nb_module!($name, m, {
                nb::class_<Point>(m, "Point")
                    .def(nb::init<>())
                    .def_rw("x", &Point::x)
                    .def_rw("y", &Point::y);
                nb::class_<Toy>(m, "Toy").def(nb::init(|size: i32| Toy { size })).def_rw("size", &Toy::size);

                nb::class_<Started>(m, "Started")
                    .def(nb::init(|x: i64| Started { x }))
                    .def(nb::init(|p: &P| Started { x: p.x as i64 }))
                    .def_ro("x", &Started::x);
                nb::class_<P>(m, "Particle")
                    .def(nb::init(|x: f64| P::new(x)))
                    .def(nb::init(|_again: &str, index: usize| kept(index)))
                    .def_static("shared", |x: f64| Arc::new($Lock::new(P::new(x))))
                    .def_static("boxed", |x: f64| Box::new(P::new(x)))
                    .def_rw("x", &P::x)
                    .def_rw("name", &P::name)
                    .def_rw("pos", &P::pos)
                    .def_rw("vel", &P::vel)
                    .def_rw("spare", &P::spare)
                    .def_rw("toys", &P::toys)
                    .def_rw("link", &P::link)
                    .def_rw("parent", &P::parent)
                    .def_rw("others", &P::others)
                    .def_ro("x_ro", &P::x)
                    .def("step", &P::step)
                    .def("get", &P::get)
                    .def("part", &P::part, nb::rv_policy::reference_internal)
                    .def("myself", &P::myself, nb::rv_policy::reference_internal)
                    .def("call", &P::call)
                    .def("call_mut", &P::call_mut)
                    .def("fail", &P::fail)
                    .def("panic", &P::panic)
                    .def("released", |p: &mut P, milliseconds: u64| {
                        nb::gil_scoped_release::run(|| thread::sleep(Duration::from_millis(milliseconds)));
                        p.x += 1.0;
                    })
                    .def("read_released", |_: &P, milliseconds: u64| {
                        nb::gil_scoped_release::run(|| thread::sleep(Duration::from_millis(milliseconds)));
                    })
                    .def("me", |me: Shared| me);

                // Python fills a class whose constructor already shares.
                nb::class_<Made>(m, "Made")
                    .def(nb::init(|x: i64| Arc::new($Lock::new(Made { x }))))
                    .def_rw("x", &Made::x);
                m.def("made_count", |made: Arc<$Lock<Made>>| Arc::strong_count(&made));
                nb::class_<Better, Made>(m, "Better").def(nb::init(|x: i64| Better { made: Made { x } }));
                m.def("point_count", |point: Arc<$Lock<Point>>| Arc::strong_count(&point));
                m.def("toy_count", |toy: Arc<$Lock<Toy>>| Arc::strong_count(&toy));

                m.def("keep", |p: Shared| KEPT.lock().unwrap().push(p));
                m.def("keep_all", |all: Vec<Shared>| KEPT.lock().unwrap().extend(all));
                m.def("kept", |index: usize| kept(index));
                m.def("all_kept", || KEPT.lock().unwrap().clone());
                m.def("maybe", |p: Option<Shared>| p);
                m.def("let_go", || -> () {
                    let all = std::mem::take(&mut *KEPT.lock().unwrap());
                    drop(all);
                });
                m.def("watch", |p: Weak<$Lock<P>>| *WATCHED.lock().unwrap() = p);
                m.def("watched", || WATCHED.lock().unwrap().clone());
                m.def("count", |p: Shared| Arc::strong_count(&p));
                m.def("live", || LIVE.load(Ordering::SeqCst));

                // What native code sees and does, without the interpreter while it locks.
                m.def("native_x", |index: usize| Here::with(&kept(index), |p| p.x), nb::call_guard<nb::gil_scoped_release>());
                m.def("native_step", |index: usize, by: f64| Here::with(&kept(index), |p| p.x += by), nb::call_guard<nb::gil_scoped_release>());
                m.def("native_toys", |index: usize| -> Vec<i32> {
                    Here::with(&kept(index), |p| p.toys.iter().map(|toy| toy.size).collect())
                }, nb::call_guard<nb::gil_scoped_release>());
                m.def("native_clear", |index: usize| Here::with(&kept(index), |p| p.toys.clear()), nb::call_guard<nb::gil_scoped_release>());
                m.def("native_insert", |index: usize, size: i32| {
                    Here::with(&kept(index), |p| p.toys.insert(0, Toy { size }))
                }, nb::call_guard<nb::gil_scoped_release>());
                m.def("native_link", |index: usize, to: usize| -> () {
                    let link = Some(kept(to));
                    let old = Here::with(&kept(index), |p| std::mem::replace(&mut p.link, link));
                    drop(old);
                });
                m.def("hold", |index: usize, milliseconds: u64| held_for(index, milliseconds));
                m.def("call_locked", |index: usize, callback: nb::object| -> nb::Result<nb::object> {
                    let lock = kept(index);
                    Here::with(&lock, |_| callback.call(()))
                });
                m.def("step_shared", |p: Shared| Here::with(&p, |p| p.step()));
                m.def("step_released", |p: Shared| Here::with(&p, |p| p.step()), nb::call_guard<nb::gil_scoped_release>());
                // A thread that steps all of them until it is told to stop.
                m.def("start", || -> () {
                    STOP.store(false, Ordering::SeqCst);
                    let all = KEPT.lock().unwrap().clone();
                    thread::spawn(move || {
                        while !STOP.load(Ordering::SeqCst) {
                            for one in &all {
                                Here::with(one, |p| p.vel.x += 1.0);
                            }
                        }
                    });
                });
                m.def("stop", || STOP.store(true, Ordering::SeqCst));

                // Two arguments of one call.
                m.def("swap", |a: &mut P, b: &mut P| std::mem::swap(&mut a.x, &mut b.x), "a"_a, "b"_a);
                m.def("add", |a: &P, b: &P| a.x + b.x, "a"_a, "b"_a);
                m.def("into", |a: &P, b: &mut P| b.x += a.x, "a"_a, "b"_a);
                m.def("points", |a: &mut Point, b: &mut Point| std::mem::swap(&mut a.x, &mut b.x), "a"_a, "b"_a);
                m.def("point_and_owner", |a: &mut Point, b: &P| a.x = b.x, "a"_a, "b"_a);
                m.def("toy_and_owner", |toy: &mut Toy, owner: &P| toy.size = owner.toys.len() as i32, "toy"_a, "owner"_a);
                m.def("toys", |a: &mut Toy, b: &mut Toy| std::mem::swap(&mut a.size, &mut b.size), "a"_a, "b"_a);
                m.def("toy_then_name", |toy: &Toy, pos: &mut Point| pos.x = toy.size.into(), "toy"_a, "pos"_a);
                m.def("value_and_lock", |_: &P, _: Shared| (), "value"_a, "lock"_a);
                m.def("lock_and_value", |_: Shared, _: &P| (), "lock"_a, "value"_a);
                m.def("three", |a: &mut P, b: &mut P, c: &mut P| {
                    let x = a.x;
                    a.x = b.x;
                    b.x = c.x;
                    c.x = x;
                });
                m.def("sum", |all: Vec<&P>| all.iter().map(|p| p.x).sum::<f64>());
                m.def("text_and_value", |text: &str, p: &mut P| -> String {
                    p.name = text.into();
                    text.to_uppercase()
                });

                // Other kinds of ownership.
                m.def("plain_arc", |p: Arc<P>| p);
                m.def("boxed_out", |p: Box<P>| p.x);
                m.def("unique_out", |p: nb::unique_ptr<P>| p.x);
                m.def("other_lock", |p: Arc<Other<P>>| Arc::strong_count(&p), "p"_a);
                m.def("borrow", |p: nb::handle_t<P>| -> nb::Result<f64> { Ok(p.borrow()?.x) });
                m.def("borrow_mut", |p: nb::handle_t<P>, callback: nb::object| -> nb::Result<()> {
                    let mut lent = p.borrow_mut()?;
                    lent.x += 1.0;
                    callback.call(())?;
                    Ok(())
                });
                m.def("pointer", |p: nb::object| nb::inst_ptr::<P>(&p).map(|p| p as usize));
                m.def("move_value", |target: nb::object, source: nb::object| nb::inst_move(&target, &source));
                m.def("replace", |target: nb::object, source: nb::object| nb::inst_replace_move(&target, &source));
                m.def("copy_value", |target: nb::object, source: nb::object| nb::inst_copy(&target, &source));
                m.def("destruct", |p: nb::object| nb::inst_destruct(&p));
                m.def("set_lock_timeout", |milliseconds: u64| nb::set_lock_timeout(Duration::from_millis(milliseconds)));
            });
        }
    };
}

/// A kind that none of the modules is about.
pub type Other<T> = parking_lot::RwLock<T>;

/// Made of a value behind a lock.
pub struct Started {
    pub x: i64,
}

pub struct Made {
    pub x: i64,
}

/// Derives from the class that is shared.
pub struct Better {
    pub made: Made,
}
nb_base!(Better, made: Made);

kind!(nb_module!(test_locks_rwlock_ext) std_rwlock, RwLock of std::sync::RwLock, |lock| lock.write().unwrap_or_else(|e| e.into_inner()));
kind!(nb_module!(test_locks_mutex_ext) std_mutex, Mutex of std::sync::Mutex, |lock| lock.lock().unwrap_or_else(|e| e.into_inner()));
kind!(nb_module!(test_locks_nb_rwlock_ext) nb_rwlock, RwLock of nb::locks::RwLock, |lock| lock.write());
kind!(nb_module!(test_locks_nb_mutex_ext) nb_mutex, Mutex of nb::locks::Mutex, |lock| lock.lock());
kind!(nb_module!(test_locks_parking_ext) parking_mutex, Mutex of parking_lot::FairMutex, |lock| lock.lock());
