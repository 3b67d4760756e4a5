//! Every return value policy with every kind of result that it is legal for.

use nb::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static COPIED: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);
/// Where the last box or `Arc` was.
static BOXED: AtomicUsize = AtomicUsize::new(0);

/// Counts its copies and its ends.
pub struct Item {
    value: i32,
}
impl Clone for Item {
    fn clone(&self) -> Item {
        COPIED.fetch_add(1, Relaxed);
        Item { value: self.value }
    }
}
impl Drop for Item {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Relaxed);
    }
}

/// Owns the item that references lead to.
pub struct Shelf {
    item: Item,
}
static FIXED: Item = Item { value: 7 };

fn by_value(_: &Shelf) -> Item {
    Item { value: 1 }
}
fn boxed(_: &Shelf) -> Box<Item> {
    let made = Box::new(Item { value: 2 });
    BOXED.store(std::ptr::from_ref(&*made) as usize, Relaxed);
    made
}
fn counted(_: &Shelf) -> Arc<Item> {
    let made = Arc::new(Item { value: 3 });
    BOXED.store(Arc::as_ptr(&made) as usize, Relaxed);
    made
}
fn shared(shelf: &Shelf) -> &Item {
    &shelf.item
}
fn exclusive(shelf: &mut Shelf) -> &mut Item {
    &mut shelf.item
}
fn fixed(_: &Shelf) -> &'static Item {
    &FIXED
}
fn maybe_value(shelf: &Shelf, some: bool) -> Option<Item> {
    some.then(|| by_value(shelf))
}
fn maybe_boxed(shelf: &Shelf, some: bool) -> Option<Box<Item>> {
    some.then(|| boxed(shelf))
}
fn maybe_counted(shelf: &Shelf, some: bool) -> Option<Arc<Item>> {
    some.then(|| counted(shelf))
}
fn maybe_shared(shelf: &Shelf, some: bool) -> Option<&Item> {
    some.then(|| shared(shelf))
}
fn maybe_exclusive(shelf: &mut Shelf, some: bool) -> Option<&mut Item> {
    some.then(|| exclusive(shelf))
}
fn maybe_fixed(_: &Shelf, some: bool) -> Option<&'static Item> {
    some.then_some(&FIXED)
}

/// Binds each function with each of its policies, as `function_policy`.
macro_rules! cells {
    ($class:expr, $($function:ident: $($policy:ident)*;)*) => {{
        let class = $class;
        $($( let _ = class.def(
            concat!(stringify!($function), "_", stringify!($policy)), $function, nb::rv_policy::$policy
        ); )*)*
        class
    }};
}

/// What in-place operators work on; `Clone`, so that returning a reference could copy it.
#[derive(Default, Clone)]
pub struct Num {
    value: i32,
}
fn add_to(num: &mut Num, by: i32) -> &mut Num {
    num.value += by;
    num
}
/// Cannot be copied.
pub struct Unique {
    value: i32,
}
fn add_to_unique(unique: &mut Unique, by: i32) -> &mut Unique {
    unique.value += by;
    unique
}
/// One of its arguments, or neither.
fn larger<'a>(a: &'a Num, b: &'a Num) -> &'a Num {
    if a.value > b.value { a } else { b }
}

fn both<'a>(a: &'a Num, b: &'a Num) -> Vec<&'a Num> {
    vec![a, b]
}
fn maybe(a: &Num) -> Option<&Num> {
    Some(a)
}
/// A number is the first thing in it, at the same address.
#[derive(Default)]
#[repr(C)]
pub struct PairOfNum {
    first: Num,
    second: i32,
}
fn first_of(pair: &PairOfNum) -> &Num {
    &pair.first
}
/// Has no size, so that all of them in boxes are at one address.
#[derive(Clone, Default)]
pub struct Token;
/// An iterator, which Python asks for itself.
#[derive(Clone, Default)]
pub struct Count {
    next: i32,
}
fn itself(count: &mut Count) -> &mut Count {
    count
}
fn next(count: &mut Count) -> nb::Result<i32> {
    if count.next == 3 {
        return Err(nb::stop_iteration(""));
    }
    count.next += 1;
    Ok(count.next - 1)
}

fn replace(shelf: &mut Shelf, item: &Item) {
    shelf.item = item.clone();
}

nb_module!(test_policies_ext, m, {
    nb::class_<Num>(m, "Num")
        .def(nb::init(|value: i32| Num { value }))
        .def_rw("value", &Num::value)
        .def("__iadd__", &add_to, nb::is_operator())
        .def("__isub__", |num: &mut Num, by: i32| Num { value: num.value - by }, nb::is_operator())
        .def("__imul__", |num: nb::handle_t<Num>, by: i32| -> nb::Result<nb::handle_t<Num>> {
            num.borrow_mut()?.value *= by;
            Ok(num)
        }, nb::is_operator())
        .def("copied", &add_to, nb::rv_policy::copy);
    nb::class_<Unique>(m, "Unique")
        .def(nb::init(|value: i32| Unique { value }))
        .def_rw("value", &Unique::value)
        .def("__iadd__", &add_to_unique, nb::is_operator(), nb::rv_policy::none)
        .def("__ior__", &add_to_unique, nb::is_operator(), nb::rv_policy::reference_internal);
    m.def("larger", &larger).def("larger_copied", &larger, nb::rv_policy::copy);
    nb::class_<Token>(m, "Token").def(nb::init<>());
    m.def("boxed_token", || Box::new(Token));
    m.def("second_token", |_: &Token, second: &Token| -> &Token { second });
    m.def("other_token", |_: &Token| -> &'static Token { Box::leak(Box::new(Token)) });
    m.def("both", &both).def("maybe", &maybe);
    nb::class_<PairOfNum>(m, "PairOfNum").def(nb::init<>()).def_rw("second", &PairOfNum::second);
    m.def("first_of", &first_of);
    nb::class_<Count>(m, "Count").def(nb::init<>()).def("__iter__", &itself).def("__next__", &next);
    m.def("counts", || (COPIED.load(Relaxed), DROPPED.load(Relaxed)));
    m.def("boxed_at", || BOXED.load(Relaxed));
    m.def("fixed_at", || std::ptr::from_ref(&FIXED) as usize);
    nb::class_<Item>(m, "Item")
        .def_rw("value", &Item::value)
        .def("address", |item: &Item| std::ptr::from_ref(item) as usize);
    let shelf = nb::class_<Shelf>(m, "Shelf")
        .def(nb::init(|value: i32| Shelf { item: Item { value } }))
        .def_rw("item", &Shelf::item)
        .def_prop_ro("item_ro", &shared)
        .def_prop_ro("item_ro_copied", &shared, nb::rv_policy::copy)
        .def_prop_ro("item_ro_fixed", &fixed, nb::rv_policy::reference)
        .def_prop_rw("item_rw", &shared, &replace)
        .def_prop_rw("item_rw_copied", &shared, &replace, nb::rv_policy::copy)
        .def("item_at", |shelf: &Shelf| std::ptr::from_ref(&shelf.item) as usize);
    cells!(shelf,
        by_value: automatic automatic_reference copy move_ take_ownership reference reference_internal none;
        boxed: automatic automatic_reference copy move_ take_ownership reference_internal;
        counted: automatic automatic_reference copy move_ take_ownership reference reference_internal none;
        shared: automatic automatic_reference copy reference_internal none;
        exclusive: automatic automatic_reference copy reference_internal none;
        fixed: automatic automatic_reference copy reference reference_internal none;
    );
    let shelf = shelf.def("fixed_kept", &fixed, nb::rv_policy::reference, nb::keep_alive<0, 1>());
    cells!(shelf,
        maybe_value: automatic automatic_reference copy move_ take_ownership reference reference_internal none;
        maybe_boxed: automatic automatic_reference copy move_ take_ownership reference_internal;
        maybe_counted: automatic automatic_reference copy move_ take_ownership reference reference_internal none;
        maybe_shared: automatic automatic_reference copy reference_internal none;
        maybe_exclusive: automatic automatic_reference copy reference_internal none;
        maybe_fixed: automatic automatic_reference copy reference reference_internal none;
    );
});
