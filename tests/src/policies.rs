//! Every return value policy with every kind of result that it is legal for.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static COPIED: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

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
    Box::new(Item { value: 2 })
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

/// One cell: the kind of result, and the policy.
macro_rules! cells {
    ($class:ident: $($function:ident { $($policy:ident)* })*) => {
        $class$($(
            .def(concat!(stringify!($function), "_", stringify!($policy)), &$function, nb::rv_policy::$policy)
        )*)*
    };
}
