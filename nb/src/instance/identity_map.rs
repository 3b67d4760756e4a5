//! [`IdentityMap`]: instances whose value lies elsewhere, by the address and class of the value, so that
//! `o.field is o.field` holds.

use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::instance::header::Inst;
use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;
use std::ptr;

/// Few children live at a time in most programs: these have one of two fixed places each, others that want them go to the table.
const FRONT: usize = 32;

/// One entry for each address and class. Nothing is owned: a child removes itself before it dies.
struct Known {
    front: [Entry; FRONT],
    rest: Map<(usize, *const TypeData), *mut Inst>,
    /// Elements of containers by their ways, since containers move them. The number of a way is not its own.
    elements: Map<(u64, *const TypeData), *mut Inst>,
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
        Known { front: [FREE; FRONT], rest: Map::default(), elements: Map::default() }
    }
}

/// Whether anybody has a reference to an object of the table.
///
/// CPython ends what a Python subclass adds to an instance (slots, the `__dict__`, weak references) before the instance leaves the table, and
/// that runs any code. Nobody may be given an object that is being freed.
#[inline]
fn lives(child: *mut Inst) -> bool {
    // SAFETY: children leave the table before their memory is freed.
    unsafe { ffi::Py_REFCNT(child.cast()) > 0 }
}

/// The children of one interpreter.
#[derive(Default)]
pub(crate) struct IdentityMap(GilCell<Known>);

impl IdentityMap {
    /// The Python object that already stands for the value at this address; borrowed.
    #[inline]
    pub(crate) fn find(&self, address: usize, class: &TypeData) -> Option<*mut Inst> {
        self.0.open().find(address, class).filter(|child| lives(*child))
    }

    /// Enters a child; one that stood for this value before is forgotten.
    pub(crate) fn enter(&self, address: usize, class: &TypeData, child: *mut Inst) {
        self.0.open().enter(address, class, child);
    }

    /// The element whose way has this number, or another one; borrowed.
    pub(crate) fn element(&self, way: u64, class: &TypeData) -> Option<*mut Inst> {
        self.0.open().elements.get(&(way, ptr::from_ref(class))).copied().filter(|child| lives(*child))
    }

    /// Enters an element under the number of its way.
    pub(crate) fn enter_element(&self, way: u64, class: &TypeData, child: *mut Inst) {
        self.0.open().elements.insert((way, class), child);
    }

    /// Removes an element, unless another one has its number by now.
    pub(crate) fn forget_element(&self, way: u64, class: &TypeData, child: *mut Inst) {
        let mut known = self.0.open();
        if known.elements.get(&(way, ptr::from_ref(class))) == Some(&child) {
            known.elements.remove(&(way, ptr::from_ref(class)));
        }
    }

    /// Removes a child, unless another one stands for its value by now.
    pub(crate) fn forget(&self, address: usize, class: &TypeData, child: *mut Inst) {
        self.0.open().forget(address, class, child);
    }
}

impl Known {
    /// The two places that an address may have.
    #[inline]
    fn places(address: usize) -> [usize; 2] {
        // Values are aligned, and neighbours rarely closer than 16 bytes.
        let first = (address >> 4) % FRONT;
        [first, first ^ 1]
    }

    #[inline]
    fn find(&mut self, address: usize, class: *const TypeData) -> Option<*mut Inst> {
        for place in Known::places(address) {
            let entry = &self.front[place];
            if entry.address == address && entry.class == class {
                return Some(entry.child);
            }
        }
        if self.rest.is_empty() {
            return None;
        }
        self.rest.get(&(address, class)).copied()
    }

    #[inline]
    fn enter(&mut self, address: usize, class: *const TypeData, child: *mut Inst) {
        let places = Known::places(address);
        let same = |place: &usize| self.front[*place].address == address && self.front[*place].class == class;
        let free = |place: &usize| self.rest.is_empty() && self.front[*place].child.is_null();
        match places.iter().find(|place| same(place)).or_else(|| places.iter().find(|place| free(place))) {
            Some(place) => self.front[*place] = Entry { address, class, child },
            None => {
                self.rest.insert((address, class), child);
            }
        }
    }

    #[inline]
    fn forget(&mut self, address: usize, class: *const TypeData, child: *mut Inst) {
        for place in Known::places(address) {
            if ptr::eq(self.front[place].child, child) {
                self.front[place] = FREE;
                return;
            }
        }
        if self.rest.get(&(address, class)) == Some(&child) {
            self.rest.remove(&(address, class));
        }
    }
}
