//! Every return value policy with every kind of result that it is legal for.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static COPIED: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);
/// Where the last box was.
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

nb_module!(test_policies_ext, m, {
    m.def("counts", || (COPIED.load(Relaxed), DROPPED.load(Relaxed)));
    m.def("boxed_at", || BOXED.load(Relaxed));
    m.def("fixed_at", || std::ptr::from_ref(&FIXED) as usize);
    nb::class_<Item>(m, "Item")
        .def_rw("value", &Item::value)
        .def("address", |item: &Item| std::ptr::from_ref(item) as usize);
    let shelf = nb::class_<Shelf>(m, "Shelf")
        .def(nb::init(|value: i32| Shelf { item: Item { value } }))
        .def_rw("item", &Shelf::item)
        .def("item_at", |shelf: &Shelf| std::ptr::from_ref(&shelf.item) as usize);
    cells!(shelf,
        by_value: automatic automatic_reference copy move_ take_ownership reference reference_internal none;
        boxed: automatic automatic_reference copy move_ take_ownership reference_internal;
        shared: automatic automatic_reference copy reference_internal none;
        exclusive: automatic automatic_reference copy reference_internal none;
        fixed: automatic automatic_reference copy reference reference_internal none;
    );
    let shelf = shelf.def("fixed_kept", &fixed, nb::rv_policy::reference, nb::keep_alive<0, 1>());
    cells!(shelf,
        maybe_value: automatic automatic_reference copy move_ take_ownership reference reference_internal none;
        maybe_boxed: automatic automatic_reference copy move_ take_ownership reference_internal;
        maybe_shared: automatic automatic_reference copy reference_internal none;
        maybe_exclusive: automatic automatic_reference copy reference_internal none;
        maybe_fixed: automatic automatic_reference copy reference reference_internal none;
    );
});
