//! Virtual functions of Rust traits that Python classes override.

use nb::prelude::*;
use std::any::Any;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// What dogs can do.
pub trait Speaks: Any + Send + Sync {
    fn name(&self) -> String;
    fn bark(&self) -> String;
    fn bark_at(&self, who: &str, times: i32) -> String;
    fn rename(&mut self, name: String);
    fn weigh(&self) -> Result<i32, nb::Error>;
    fn measure(&self) -> Result<i32, Refusal>;
    fn meet(&self, other: &Toy) -> i32;
    fn add(&self, other: i32) -> i32;
    /// Calls the virtual functions of the object itself.
    fn introduce(&self) -> String {
        format!("{} says {}", self.name(), self.bark())
    }
    fn rename_and_bark(&mut self, name: &str) -> String {
        self.rename(name.to_string());
        self.bark()
    }
}

/// An error of the user's own.
#[derive(Debug)]
pub struct Refusal(String);
impl From<nb::Error> for Refusal {
    fn from(error: nb::Error) -> Refusal {
        Refusal(error.to_string())
    }
}
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "refused: {}", self.0)
    }
}

#[derive(Clone)]
pub struct Toy {
    pub size: i32,
}

pub struct Dog {
    pub name: String,
    pub age: i32,
    heap: Box<i32>,
}
impl Dog {
    fn new(name: &str) -> Dog {
        Dog { name: name.to_string(), age: 1, heap: Box::new(1) }
    }
    fn grow(&mut self) {
        self.age += 1;
    }
}
impl Clone for Dog {
    fn clone(&self) -> Dog {
        Dog { name: self.name.clone(), age: self.age, heap: Box::new(*self.heap) }
    }
}
impl Drop for Dog {
    fn drop(&mut self) {
        *self.heap = -1;
        DROPPED.fetch_add(1, Relaxed);
    }
}
impl Speaks for Dog {
    fn name(&self) -> String {
        self.name.clone()
    }
    fn bark(&self) -> String {
        assert_eq!(*self.heap, 1, "used after its end");
        "woof!".to_string()
    }
    fn bark_at(&self, who: &str, times: i32) -> String {
        format!("{}: {}", who, "woof!".repeat(times as usize))
    }
    fn rename(&mut self, name: String) {
        self.name = name;
    }
    fn weigh(&self) -> Result<i32, nb::Error> {
        Ok(self.age * 10)
    }
    fn measure(&self) -> Result<i32, Refusal> {
        Err(Refusal("no".to_string()))
    }
    fn meet(&self, other: &Toy) -> i32 {
        other.size
    }
    fn add(&self, other: i32) -> i32 {
        self.age + other
    }
}

pub struct Puppy {
    pub dog: Dog,
}
nb_base!(Puppy, dog: Dog);
impl Speaks for Puppy {
    fn name(&self) -> String {
        format!("little {}", self.dog.name)
    }
    fn bark(&self) -> String {
        "yip!".to_string()
    }
    fn bark_at(&self, who: &str, _times: i32) -> String {
        format!("{who}: yip!")
    }
    fn rename(&mut self, name: String) {
        self.dog.name = name;
    }
    fn weigh(&self) -> Result<i32, nb::Error> {
        Ok(self.dog.age)
    }
    fn measure(&self) -> Result<i32, Refusal> {
        Ok(1)
    }
    fn meet(&self, other: &Toy) -> i32 {
        -other.size
    }
    fn add(&self, other: i32) -> i32 {
        other
    }
}

nb_trampoline!(in crate::trampolines; pub PyDog: Dog, dyn Speaks, 8);
impl Speaks for PyDog {
    fn name(&self) -> String {
        nb_override!(self, name)
    }
    fn bark(&self) -> String {
        nb_override!(self, Dog::bark)
    }
    fn bark_at(&self, who: &str, times: i32) -> String {
        nb_override!(self, bark_at, who, times)
    }
    fn rename(&mut self, name: String) {
        nb_override!(self, rename, name)
    }
    fn weigh(&self) -> Result<i32, nb::Error> {
        nb_override!(self, weigh)
    }
    fn measure(&self) -> Result<i32, Refusal> {
        nb_override!(self, measure)
    }
    fn meet(&self, other: &Toy) -> i32 {
        nb_override!(self, meet, other)
    }
    fn add(&self, other: i32) -> i32 {
        nb_override_name!("__add__", self, add, other)
    }
}

/// An abstract base: it has no implementation itself.
pub trait Shape: Any + Send + Sync {
    fn area(&self) -> f64;
    fn less(&self, other: f64) -> bool;
    fn describe(&self) -> String {
        format!("a shape of {}", self.area())
    }
    fn grow(&mut self, by: f64, unit: &str) -> String {
        grown(self, by, unit)
    }
}

/// What the function of the abstract base does that is not pure.
fn grown<S: Shape + ?Sized>(shape: &mut S, by: f64, unit: &str) -> String {
    format!("{}{unit}", shape.area() + by)
}

#[derive(Default)]
pub struct AnyShape {
    pub label: String,
}
pub struct Square {
    pub shape: AnyShape,
    pub side: f64,
}
nb_base!(Square, shape: AnyShape);
impl Shape for Square {
    fn area(&self) -> f64 {
        self.side * self.side
    }
    fn less(&self, other: f64) -> bool {
        self.area() < other
    }
    fn grow(&mut self, by: f64, unit: &str) -> String {
        self.side += by;
        format!("a square of {}{unit}", self.side)
    }
}
/// Implements the trait, and is not bound.
pub struct Hidden;
impl Shape for Hidden {
    fn area(&self) -> f64 {
        0.0
    }
    fn less(&self, _other: f64) -> bool {
        false
    }
}

/// A trait that Python does not implement.
pub trait Weighs: Any + Send + Sync {
    fn weight(&self) -> i32;
}
pub struct Thing {
    pub weight: i32,
}
#[derive(Clone)]
pub struct Stone {
    pub weight: i32,
}
pub struct Feather;
impl Weighs for Thing {
    fn weight(&self) -> i32 {
        self.weight
    }
}
impl Weighs for Stone {
    fn weight(&self) -> i32 {
        2 * self.weight
    }
}
impl Weighs for Feather {
    fn weight(&self) -> i32 {
        0
    }
}
nb_polymorphic!(in crate::trampolines; Thing, dyn Weighs);

nb_trampoline!(in crate::trampolines; PyShape: abstract AnyShape, dyn Shape);
impl Shape for PyShape {
    fn area(&self) -> f64 {
        nb_override_pure!(self, area)
    }
    fn less(&self, other: f64) -> bool {
        nb_override_pure_name!(self, "__lt__", less, other)
    }
    fn grow(&mut self, by: f64, unit: &str) -> String {
        nb_override!(self, grow, by, unit; else grown(self, by, unit))
    }
}

/// Keeps trait objects.
#[derive(Default)]
pub struct Kennel {
    dogs: Vec<Box<dyn Speaks>>,
    shared: Vec<Arc<dyn Speaks>>,
}
nb_traverse!(Kennel: dogs, shared);

impl Kennel {
    fn adopt(&mut self, dog: Box<dyn Speaks>) {
        self.dogs.push(dog);
    }
    fn share(&mut self, dog: Arc<dyn Speaks>) {
        self.shared.push(dog);
    }
    fn share_with(&mut self, other: &mut Kennel, dog: Arc<dyn Speaks>) {
        other.share(dog.clone());
        self.share(dog);
    }
    fn chorus(&self) -> Vec<String> {
        let all = self.dogs.iter().map(|dog| dog.bark());
        all.chain(self.shared.iter().map(|dog| dog.bark())).collect()
    }
    fn first(&self) -> Option<&dyn Speaks> {
        self.dogs.first().map(|dog| &**dog)
    }
    fn rename_all(&mut self, name: &str) {
        self.dogs.iter_mut().for_each(|dog| dog.rename(name.to_string()));
    }
    fn release(&mut self) -> Option<Box<dyn Speaks>> {
        self.dogs.pop()
    }
    fn release_shared(&mut self) -> Option<Arc<dyn Speaks>> {
        self.shared.pop()
    }
}

/// A dog in native code only, for other threads.
static STASH: Mutex<Vec<Box<dyn Speaks>>> = Mutex::new(Vec::new());

macro_rules! forty {
    ($($name:ident)*) => {
        /// More functions than a table of fixed size would hold.
        pub trait Many: Any + Send + Sync {
            $( fn $name(&self) -> i32; )*
        }
        #[derive(Default)]
        pub struct Lots;
        impl Many for Lots {
            $( fn $name(&self) -> i32 { 0 } )*
        }
        nb_trampoline!(in crate::trampolines; PyLots: Lots, dyn Many);
        impl Many for PyLots {
            $( fn $name(&self) -> i32 { nb_override!(self, $name) } )*
        }
        fn all(many: &dyn Many) -> Vec<i32> {
            vec![$( many.$name() ),*]
        }
    };
}
forty!(f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19
    f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39);

nb_module!(test_trampolines_ext, m, {
    nb::class_<Toy>(m, "Toy").def(nb::init(|size: i32| Toy { size })).def_rw("size", &Toy::size);
    nb::class_<Dog, PyDog>(m, "Dog", nb::is_weak_referenceable())
        .def(nb::init(Dog::new), "name"_a = "Rex")
        .def_rw("name_", &Dog::name)
        .def_rw("age", &Dog::age)
        .def("name", |dog: &Dog| dog.name())
        .def("bark", &Dog::bark)
        .def("weigh", &Dog::weigh)
        .def("measure", &Dog::measure)
        .def("grow", &Dog::grow)
        .def("rename", |dog: &mut dyn Speaks, name: String| dog.rename(name))
        .def("bark_at", |dog: &dyn Speaks, who: &str, times: i32| dog.bark_at(who, times))
        .def("meet", |dog: &dyn Speaks, toy: &Toy| dog.meet(toy))
        .def("introduce", |dog: &dyn Speaks| dog.introduce())
        .def("rename_and_bark", |dog: &mut dyn Speaks, name: &str| dog.rename_and_bark(name))
        .def("grow_beside", |dog: &mut Dog, other: &dyn Speaks| {
            dog.age += 1;
            other.bark()
        });
    nb::class_<Puppy, PyDog, Dog>(m, "Puppy").def(nb::init(|name: &str| Puppy { dog: Dog::new(name) }));
    m.def("bark", |dog: &dyn Speaks| dog.bark());
    m.def("bark_thrice", |dog: &dyn Speaks| [dog.bark(), dog.bark(), dog.bark()]);
    m.def("bark_at", |dog: &dyn Speaks, who: &str, times: i32| dog.bark_at(who, times));
    m.def("rename", |dog: &mut dyn Speaks, name: String| dog.rename(name));
    m.def("weigh", |dog: &dyn Speaks| dog.weigh());
    m.def("measure", |dog: &dyn Speaks| dog.measure());
    m.def("meet", |dog: &dyn Speaks, toy: &Toy| dog.meet(toy));
    m.def("add", |dog: &dyn Speaks, other: i32| dog.add(other));
    m.def("plain_bark", |dog: &Dog| dog.bark());
    m.def("both", |a: &dyn Speaks, b: &dyn Speaks| a.bark() + &b.bark());
    m.def("rename_both", |a: &mut dyn Speaks, b: &mut dyn Speaks| {
        a.rename("a".to_string());
        b.rename("b".to_string());
    });
    m.def("maybe", |dog: Option<&dyn Speaks>| dog.map(|dog| dog.bark()));
    m.def("choir", |dogs: Vec<&dyn Speaks>| dogs.iter().map(|dog| dog.bark()).collect::<Vec<_>>());
    m.def("same", |dog: Box<dyn Speaks>| dog);
    m.def("same_shared", |dog: Arc<dyn Speaks>| dog);
    m.def("first_of", |a: &dyn Speaks, b: &dyn Speaks| a.name() <= b.name());
    m.def("make", |kind: &str| -> Box<dyn Speaks> {
        match kind {
            "dog" => Box::new(Dog::new("made")),
            _ => Box::new(Puppy { dog: Dog::new("made") }),
        }
    });
    m.def("make_shared", |kind: &str| -> Arc<dyn Speaks> {
        match kind {
            "dog" => Arc::new(Dog::new("made")),
            _ => Arc::new(Puppy { dog: Dog::new("made") }),
        }
    });
    m.def("bark_released", |dog: &dyn Speaks| dog.bark(), nb::call_guard<nb::gil_scoped_release>());
    m.def("bark_on_threads", |dog: &dyn Speaks| {
        // The interpreter is held by this thread, which waits for the others.
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| dog.bark())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        })
    });
    m.def("stash", |dog: Box<dyn Speaks>| STASH.lock().unwrap().push(dog));
    m.def("stashed_bark", || {
        nb::gil_scoped_release::run(|| {
            std::thread::spawn(|| STASH.lock().unwrap().iter().map(|dog| dog.bark()).collect::<Vec<_>>())
                .join()
                .map_err(|_| "the thread has panicked")
        })
    });
    m.def("drop_stash", || {
        nb::gil_scoped_release::run(|| std::thread::spawn(|| STASH.lock().unwrap().clear()).join().is_ok())
    });
    m.def("bark_for_ever", || {
        std::thread::spawn(|| {
            loop {
                let barked = std::panic::catch_unwind(|| STASH.lock().unwrap().first().map(|dog| dog.bark()));
                if barked.is_err() {
                    return;
                }
            }
        });
    });
    m.def("swap_out", |dog: &mut dyn Speaks, kennel: &mut Kennel| -> bool {
        let (dog, kept): (&mut dyn Any, &mut dyn Any) = (dog, &mut **kennel.dogs.first_mut().unwrap());
        match (dog.downcast_mut::<PyDog>(), kept.downcast_mut::<PyDog>()) {
            (Some(dog), Some(kept)) => {
                std::mem::swap(dog, kept);
                true
            }
            _ => false,
        }
    });
    m.def("dropped", || DROPPED.load(Relaxed));
    nb::class_<Kennel>(m, "Kennel")
        .def(nb::init::<>())
        .def("adopt", &Kennel::adopt)
        .def("share", &Kennel::share)
        .def("share_with", &Kennel::share_with)
        .def("chorus", &Kennel::chorus)
        .def("first", &Kennel::first, nb::rv_policy::reference_internal)
        .def("first_copy", &Kennel::first)
        .def("rename_all", &Kennel::rename_all)
        .def("release", &Kennel::release)
        .def("release_shared", &Kennel::release_shared);
    nb::class_<AnyShape, PyShape>(m, "Shape")
        .def(nb::init::<>())
        .def_rw("label", &AnyShape::label)
        .def("area", &AnyShape::area)
        .def("describe", |shape: &dyn Shape| shape.describe())
        .def("grow", |shape: &mut dyn Shape, by: f64, unit: &str| shape.grow(by, unit))
        .def("__lt__", |shape: &dyn Shape, other: f64| shape.less(other), nb::is_operator());
    nb::class_<Square, AnyShape, PyShape>(m, "Square")
        .def(nb::init(|side: f64| Square { shape: AnyShape::default(), side }))
        .def_rw("side", &Square::side);
    m.def("area", &AnyShape::area);
    m.def("less", |shape: &dyn Shape, other: f64| shape.less(other));
    m.def("describe", |shape: &dyn Shape| shape.describe());
    m.def("grow", |shape: &mut dyn Shape, by: f64| shape.grow(by, "m"));
    nb::class_<Thing>(m, "Thing").def_ro("weight", &Thing::weight);
    nb::class_<Stone>(m, "Stone").def_ro("weight", &Stone::weight);
    m.def("thing", |kind: &str| -> Box<dyn Weighs> {
        match kind {
            "stone" => Box::new(Stone { weight: 1 }),
            "feather" => Box::new(Feather),
            _ => Box::new(Thing { weight: 3 }),
        }
    });
    m.def("shared_thing", || -> Arc<dyn Weighs> { Arc::new(Stone { weight: 4 }) });
    m.def("copied_thing", |stone: &Stone| -> &dyn Weighs { stone });
    m.def("hidden", || -> Box<dyn Shape> { Box::new(Hidden) });
    nb::class_<Lots, PyLots>(m, "Lots").def(nb::new_(Lots::default));
    m.def("all", &all);
});
