//! What a thread knows about itself: who it is, and what it reads.
//!
//! A lock that is written has one holder, and notes that thread. Readers may be many, so each thread keeps a list instead.
//! Only this thread can note itself in a lock, so it needs no order to find itself there.
//!
//! Each extension module has its own copy of these lists, and a value may be shared between modules. So nothing here
//! relies on a count being the only one in the process, and a thread that holds a lock through one module and waits for it
//! through another is not warned.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// What is no thread.
pub(crate) const NONE: usize = 0;

thread_local! {
    static PLACE: Cell<u8> = const { Cell::new(0) };
    /// What this thread reads: one entry, which is reached at once, for mostly there is no more.
    static READ: Cell<Entry> = const { Cell::new(Entry::NOTHING) };
    /// What it reads besides; one entry for each guard.
    static READS: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// The address of something that each thread has for itself, or `NONE` when a thread that ends has it no more.
#[inline]
pub(crate) fn this_thread() -> usize {
    PLACE.try_with(|place| ptr::from_ref(place).addr()).unwrap_or(NONE)
}

/// Whether it is this thread that a lock has noted.
#[inline]
pub(crate) fn is_this_thread(noted: &AtomicUsize) -> bool {
    let noted = noted.load(Relaxed);
    noted != NONE && noted == this_thread()
}

/// What a lock is called in the lists: its place, and a number for those that were at that place before and whose guards
/// were forgotten with `mem::forget`. The number is given with the first use, so that locks can be constants.
pub(crate) struct Name {
    number: AtomicUsize,
}

#[derive(Clone, Copy, PartialEq)]
struct Entry {
    place: usize,
    number: usize,
}

impl Entry {
    const NOTHING: Entry = Entry { place: 0, number: 0 };
}

impl Name {
    pub(crate) const fn new() -> Name {
        Name { number: AtomicUsize::new(0) }
    }

    #[inline]
    fn entry(&self) -> Entry {
        let number = match self.number.load(Relaxed) {
            0 => self.first(),
            number => number,
        };
        Entry { place: ptr::from_ref(self).addr(), number }
    }

    #[cold]
    fn first(&self) -> usize {
        static LAST: AtomicUsize = AtomicUsize::new(0);
        let number = LAST.fetch_add(1, Relaxed).wrapping_add(1);
        match self.number.compare_exchange(0, number, Relaxed, Relaxed) {
            Ok(_) => number,
            Err(earlier) => earlier,
        }
    }
}

/// Notes that this thread has one more guard that reads.
#[inline]
pub(crate) fn reads(lock: &Name) {
    if read() == Entry::NOTHING { set_read(lock.entry()) } else { reads_besides(lock.entry()) }
}

/// Notes that one of these guards has ended.
#[inline]
pub(crate) fn has_read(lock: &Name) {
    if read() == lock.entry() { set_read(Entry::NOTHING) } else { has_read_besides(lock.entry()) }
}

/// Whether this thread has a guard that reads.
pub(crate) fn is_reading(lock: &Name) -> bool {
    let entry = lock.entry();
    read() == entry || READS.try_with(|reads| reads.borrow().contains(&entry)).unwrap_or(false)
}

// A thread that is ending may have none of this any more. Then it is not warned, but its locks work as ever.

#[inline]
fn read() -> Entry {
    READ.try_with(Cell::get).unwrap_or(Entry::NOTHING)
}

#[inline]
fn set_read(entry: Entry) {
    let _ = READ.try_with(|read| read.set(entry));
}

#[cold]
fn reads_besides(entry: Entry) {
    let _ = READS.try_with(|reads| reads.borrow_mut().push(entry));
}

#[cold]
fn has_read_besides(entry: Entry) {
    let _ = READS.try_with(|reads| {
        let mut reads = reads.borrow_mut();
        // From behind: mostly the last guard ends first.
        if let Some(at) = reads.iter().rposition(|other| *other == entry) {
            reads.swap_remove(at);
        }
    });
}
