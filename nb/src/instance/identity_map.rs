//! [`IdentityMap`]: instances whose value lies elsewhere, by the address and class of the value, so that
//! `o.field is o.field` holds.

use crate::instance::class_record::TypeData;
use crate::instance::header::Inst;
use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;
use std::ptr;

/// Few children live at a time in most programs: these have a fixed place each, others that want it go to the table.
const FRONT: usize = 32;

/// One entry for each address and class. Nothing is owned: a child removes itself before it dies.
struct Known {
    front: [Entry; FRONT],
    rest: Map<(usize, *const TypeData), *mut Inst>,
}

#[derive(Clone, Copy)]
struct Entry {
    address: usize,
    /// As good as the value's type: the class is alive while one of its instances is, and there is one for each type.
    class: *const TypeData,
    /// Null when the place is free.
    child: *mut Inst,
}

const FREE: Entry = Entry { address: 0, class: ptr::null(), child: ptr::null_mut() };

impl Default for Known {
    fn default() -> Self {
        Known { front: [FREE; FRONT], rest: Map::default() }
    }
}

/// The children of one interpreter.
#[derive(Default)]
pub(crate) struct IdentityMap(GilCell<Known>);

impl IdentityMap {
    /// The Python object that already stands for the value at this address; borrowed.
    #[inline]
    pub(crate) fn find(&self, address: usize, class: &TypeData) -> Option<*mut Inst> {
        self.0.open().find(address, class)
    }

    /// Enters a child; one that stood for this value before is forgotten.
    pub(crate) fn enter(&self, address: usize, class: &TypeData, child: *mut Inst) {
        self.0.open().enter(address, class, child);
    }

    /// Removes a child, unless another one stands for its value by now.
    pub(crate) fn forget(&self, address: usize, class: &TypeData, child: *mut Inst) {
        self.0.open().forget(address, class, child);
    }
}

impl Known {
    #[inline]
    fn front(&mut self, address: usize) -> &mut Entry {
        // Values are aligned, and neighbours rarely closer than 16 bytes.
        &mut self.front[(address >> 4) % FRONT]
    }

    #[inline]
    fn find(&mut self, address: usize, class: *const TypeData) -> Option<*mut Inst> {
        let entry = *self.front(address);
        if entry.address == address && entry.class == class {
            return Some(entry.child);
        }
        if self.rest.is_empty() {
            return None;
        }
        self.rest.get(&(address, class)).copied()
    }

    #[inline]
    fn enter(&mut self, address: usize, class: *const TypeData, child: *mut Inst) {
        let entry = self.front(address);
        let same = entry.address == address && entry.class == class;
        if same || (entry.child.is_null() && self.rest.is_empty()) {
            *self.front(address) = Entry { address, class, child };
        } else {
            self.rest.insert((address, class), child);
        }
    }

    #[inline]
    fn forget(&mut self, address: usize, class: *const TypeData, child: *mut Inst) {
        let entry = self.front(address);
        // An element is here twice.
        if ptr::eq(entry.child, child) && entry.address == address {
            *entry = FREE;
        } else if self.rest.get(&(address, class)) == Some(&child) {
            self.rest.remove(&(address, class));
        }
    }
}
