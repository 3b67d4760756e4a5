//! [`TypeMap`]: the records of Rust types that one interpreter has, found by the type.

use crate::util::gil_cell::GilCell;
use crate::util::hash::{Map, Mix};
use std::any::TypeId;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Number of places for records found lately.
const RECENT: usize = 64;

/// The place of a record there; the compiler computes it where it knows the type.
#[inline(always)]
fn place_of(key: &TypeId) -> usize {
    use std::hash::{Hash, Hasher};
    let mut mix = Mix::default();
    key.hash(&mut mix);
    mix.finish() as usize % RECENT
}

/// A record that knows its type.
pub(crate) trait Keyed {
    fn key(&self) -> TypeId;
}

/// Borrowed records: each leaves the table before it is freed, and freeing needs the interpreter that the threads which
/// look here are attached to.
pub(crate) struct TypeMap<T> {
    /// Those found lately, each where the hash of its key says: the way of a result to its class.
    recent: [AtomicPtr<T>; RECENT],
    all: GilCell<Map<TypeId, *const T>>,
}

impl<T> Default for TypeMap<T> {
    fn default() -> Self {
        TypeMap { recent: [const { AtomicPtr::new(ptr::null_mut()) }; RECENT], all: GilCell::default() }
    }
}

impl<T: Keyed> TypeMap<T> {
    #[inline]
    pub(crate) fn find(&self, key: TypeId) -> Option<&T> {
        // SAFETY: see the type.
        let recent = unsafe { self.recent[place_of(&key)].load(Ordering::Acquire).as_ref() };
        recent.filter(|data| data.key() == key).or_else(|| self.search(key))
    }

    #[inline(never)]
    fn search(&self, key: TypeId) -> Option<&T> {
        let found = self.all.open().get(&key).copied()?;
        self.recent[place_of(&key)].store(found.cast_mut(), Ordering::Release);
        // SAFETY: see the type.
        Some(unsafe { &*found })
    }

    pub(crate) fn enter(&self, key: TypeId, data: *const T) {
        self.all.open().insert(key, data);
    }

    pub(crate) fn forget(&self, key: TypeId, data: *const T) {
        let recent = &self.recent[place_of(&key)];
        let mut all = self.all.open();
        if all.get(&key) == Some(&data) {
            all.remove(&key);
        }
        if ptr::eq(recent.load(Ordering::Acquire), data) {
            recent.store(ptr::null_mut(), Ordering::Release);
        }
    }

    pub(crate) fn all(&self) -> Vec<&T> {
        // SAFETY: see the type.
        self.all.open().values().map(|&data| unsafe { &*data }).collect()
    }
}
