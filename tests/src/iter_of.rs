//! Iterables as arguments that the function goes through.

use nb::prelude::*;
use std::cell::RefCell;
use std::collections::HashSet;

/// A bound class.
#[derive(Clone)]
pub struct Purse {
    pub coins: i64,
}

/// Made from integers implicitly.
#[derive(Clone)]
pub struct Coin(i64);

impl Purse {
    /// Takes coins while Python code may look for the purse.
    fn fill(&mut self, coins: nb::iter_of<i64>) -> nb::Result<i64> {
        for coin in coins {
            self.coins += coin?;
        }
        Ok(self.coins)
    }
}

fn collect<T>(all: nb::iter_of<T>) -> nb::Result<Vec<T>> {
    all.collect()
}

/// How each step ends.
fn steps(mut all: nb::iter_of<i32>, count: usize) -> Vec<String> {
    let step = |_| match all.next() {
        Some(Ok(value)) => value.to_string(),
        Some(Err(error)) => format!("error: {error}"),
        None => "end".to_string(),
    };
    (0..count).map(step).collect()
}

thread_local! {
    static KEPT: RefCell<Option<nb::iter_of<i32>>> = const { RefCell::new(None) };
}

nb_module!(test_iter_of_ext, m, {
    m.def("ints", &collect::<i32>);
    m.def("strict", &collect::<i32>, nb::arg("x").noconvert());
    m.def("floats", &collect::<f64>, "values"_a);
    m.def("texts", &collect::<String>);
    m.def("lists", &collect::<Vec<u8>>);
    m.def("objects", &collect::<nb::object>);
    m.def("steps", &steps);
    m.def("unused", |_: nb::iter_of<i32>| ());
    m.def("first", |mut all: nb::iter_of<i32>| all.next().transpose());
    m.def("maybe", |all: Option<nb::iter_of<i32>>| all.map(collect).transpose());
    m.def("nested", |all: Vec<nb::iter_of<i32>>| all.into_iter().map(collect).collect::<nb::Result<Vec<_>>>());
    m.def("together", |left: nb::iter_of<i32>, right: nb::iter_of<i32>| {
        left.zip(right).map(|(left, right)| Ok((left?, right?))).collect::<nb::Result<Vec<_>>>()
    });

    nb::class_<Purse>(m, "Purse")
        .def(nb::init(|coins: i64| Purse { coins }))
        .def_rw("coins", &Purse::coins)
        .def("fill", |purse: &mut Purse, coins: nb::iter_of<i64>| purse.fill(coins))
        .def("pour", |purse: &mut Purse, others: nb::iter_of<Purse>| -> nb::Result<i64> {
            for other in others {
                purse.coins += other?.coins;
            }
            Ok(purse.coins)
        });
    m.def("purses", |all: nb::iter_of<Purse>| all.map(|one| Ok(one?.coins)).collect::<nb::Result<Vec<_>>>());

    nb::class_<Coin>(m, "Coin").def_init_implicit(|value: i64| Coin(value), ());
    m.def("coins", |all: nb::iter_of<Coin>| all.map(|one| Ok(one?.0)).collect::<nb::Result<Vec<_>>>());

    // A set reads an iterator before it refuses it, in the second round, which a number needs that has to be converted.
    m.def("overloaded", |all: HashSet<i32>, _number: f64| format!("set of {}", all.len()));
    m.def("overloaded", |all: nb::iter_of<String>, _number: f64| -> nb::Result<String> { Ok(collect(all)?.join("+")) });

    // It may be kept, and used by a later call.
    m.def("keep", |all: nb::iter_of<i32>| KEPT.set(Some(all)));
    m.def("kept", || KEPT.with_borrow_mut(|all| all.as_mut().and_then(Iterator::next)).transpose());
    m.def("forget", || KEPT.set(None));
});
