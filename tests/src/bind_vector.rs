//! Vectors that are classes.

use nb::prelude::*;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

static LIVE: AtomicI64 = AtomicI64::new(0);

/// Counts values.
#[derive(Debug)]
pub struct Token;
impl Token {
    fn new() -> Token {
        LIVE.fetch_add(1, SeqCst);
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
        LIVE.fetch_sub(1, SeqCst);
    }
}

/// Is copied.
#[derive(Clone)]
pub struct Dog {
    pub age: i32,
    _token: Token,
}

impl Dog {
    pub fn new(age: i32) -> Dog {
        Dog { age, _token: Token::new() }
    }
}

impl PartialEq for Dog {
    fn eq(&self, other: &Dog) -> bool {
        self.age == other.age
    }
}

/// Moves, and cannot be compared.
pub struct Cat {
    pub lives: i32,
    _token: Token,
}

/// Raises when it is copied, or panics.
pub struct Fragile {
    pub number: i32,
}

impl Clone for Fragile {
    fn clone(&self) -> Fragile {
        assert!(self.number != 13, "not this one");
        Fragile { number: self.number }
    }
}

pub type IntVector = nb::opaque<Vec<i32>>;
pub type Names = nb::opaque<Vec<String>>;
pub type Dogs = nb::opaque<Vec<Dog>>;
pub type LiveDogs = nb::opaque<VecDeque<Dog>>;
pub type Cats = nb::opaque<Vec<Cat>>;
pub type Shared = nb::opaque<Vec<Arc<Dog>>>;
pub type Packs = nb::opaque<Vec<Dogs>>;
pub type Fragiles = nb::opaque<Vec<Fragile>>;
pub type LiveFragiles = nb::opaque<VecDeque<Fragile>>;
pub type Objects = nb::opaque<Vec<nb::stored>>;

pub type Boxed = nb::opaque<Vec<Box<Cat>>>;
pub type BoxedKeys = nb::opaque<std::collections::BTreeMap<BoxedKey, i32>>;

/// A key that leaves its object when it is taken.
pub type BoxedKey = Box<Ordered>;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ordered {
    pub lives: i32,
}

#[derive(Default)]
pub struct Kennel {
    pub dogs: Dogs,
    pub numbers: IntVector,
    pub plain: Vec<i32>,
}

fn double_it(numbers: &mut IntVector) {
    for number in numbers {
        *number *= 2;
    }
}

nb_module!(test_bind_vector_ext, m, {
    nb::class_<Dog>(m, "Dog", nb::is_weak_referenceable())
        .def(nb::init(|age: i32| Dog::new(age)))
        .def_rw("age", &Dog::age)
        .def("__repr__", |dog: &Dog| format!("Dog({})", dog.age));
    nb::class_<Cat>(m, "Cat").def(nb::init(|lives: i32| Cat { lives, _token: Token::new() })).def_rw("lives", &Cat::lives);
    nb::class_<Fragile>(m, "Fragile").def(nb::init(|number: i32| Fragile { number })).def_rw("number", &Fragile::number);

    nb::bind_vector<IntVector>(m, "IntVector", "Some numbers.");
    nb::bind_vector<Names>(m, "Names");
    nb::bind_vector<Dogs>(m, "Dogs").def("oldest", |dogs: &Dogs| dogs.iter().map(|dog| dog.age).max());
    nb::bind_vector<LiveDogs, nb::rv_policy::reference_internal>(m, "LiveDogs");
    nb::bind_vector<Cats>(m, "Cats");
    nb::bind_vector<Shared>(m, "Shared");
    nb::bind_vector<Packs, nb::rv_policy::reference_internal>(m, "Packs");
    nb::class_<Ordered>(m, "Ordered").def(nb::init(|lives: i32| Ordered { lives })).def_rw("lives", &Ordered::lives);
    nb::bind_vector<Boxed>(m, "Boxed");
    nb::bind_map<BoxedKeys>(m, "BoxedKeys");
    nb::bind_vector<Fragiles>(m, "Fragiles");
    nb::bind_vector<LiveFragiles, nb::rv_policy::reference_internal>(m, "LiveFragiles");
    nb::bind_vector<Objects>(m, "Objects");
    nb::bind_vector<std::vector<double>>(m, "DoubleVector");
    nb::bind_vector<Names>(m, "Again");

    nb::class_<Kennel>(m, "Kennel")
        .def(nb::init<>())
        .def_rw("dogs", &Kennel::dogs)
        .def_rw("numbers", &Kennel::numbers)
        .def_prop_ro("plain", |kennel: &mut Kennel| -> &mut IntVector { nb::opaque::from_mut(&mut kennel.plain) });

    m.def("double_it", &double_it);
    m.def("doubled", |mut numbers: IntVector| -> IntVector {
        double_it(&mut numbers);
        numbers
    });
    m.def("sum", |numbers: &nb::opaque<Vec<f64>>| numbers.iter().sum::<f64>());
    m.def("sizes", |packs: &Packs| packs.iter().map(|pack| pack.len()).collect::<Vec<_>>());
    m.def("longest", |names: &Names| names.iter().max_by_key(|name| name.len()).cloned());
    m.def("live", || LIVE.load(SeqCst));
    m.def("call_with", |numbers: &IntVector, f: nb::object| -> nb::Result<usize> {
        f.call(())?;
        Ok(numbers.len())
    });
});
