//! Bound instances: the 24-byte header, where the value lives, and how instances are made.
//!
//! The header has no offset field: for an inline instance the place of the value follows from the type's alignment.
//! All other kinds keep one pointer behind the header, to an [`Ext`](crate::instance::ext::Ext) record. Therefore the payload area is never
//! smaller than a pointer.

use crate::ffi;
use std::mem::size_of;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// How an instance holds its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Storage {
    /// Inside the Python object.
    Inline = 0,
    /// In a `Box` that the Python object owns.
    Boxed = 1,
    /// A field at a fixed offset inside a root object.
    Place = 2,
    /// Something a function returned a reference to; valid while its roots are not modified.
    Derived = 3,
    /// A `&'static T`.
    Static = 4,
    /// In an `Arc` that the Python object and native code own together.
    Shared = 5,
    /// In a lock in an `Arc` that the Python object and native code own together.
    Locked = 6,
    /// An element of a container inside a root object, looked up on each use.
    Element = 7,
}

/// Whether there is a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Life {
    /// Allocated, `__init__` has not run.
    Uninitialized = 0,
    /// A constructor is running.
    Constructing = 1,
    /// The value was moved into native code.
    Relinquished = 2,
    /// There is a value.
    Ready = 3,
}

const STORAGE_MASK: u32 = 0x07;
const LIFE_SHIFT: u32 = 3;
const LIFE_MASK: u32 = 0x18;
/// Only `&T` may be taken.
const READ_ONLY: u32 = 0x20;
/// The keep-alive table has an entry for this object.
const HAS_PATIENTS: u32 = 0x40;
/// A derived reference was made since the epoch last moved.
const HAS_DERIVED: u32 = 0x80;

/// The destructor is to run if the instance is not ready, and not if it is (`inst_set_state`).
const ODD_DESTRUCT: u32 = 0x100;
/// A derived reference was made of a `&mut` since the epoch last moved. In Rust, any other use of the owner ends such a
/// reference, also one that only reads: through a shared reference, a `Mutex` may be given a new value.
const FRAGILE: u32 = 0x200;
/// A derived reference that can be made good again by the function that gave it, see `again.rs`.
const RENEWABLE: u32 = 0x400;
/// In the flags: there is a value.
const READY: u32 = (Life::Ready as u32) << LIFE_SHIFT;

/// All of the above.
const FLAGS: u32 = 0xFFFF;
const MARK_SHIFT: u32 = 16;
/// What one shared loan adds.
const ONE_LOAN: u32 = 1 << MARK_SHIFT;
/// Marks from here on are left to those who look closely.
const MANY_LOANS: u32 = 1 << 31;

/// `mark` value of an exclusively borrowed root.
pub(crate) const EXCLUSIVE: u16 = u16::MAX;
/// More shared borrows than this are refused.
pub(crate) const MAX_SHARED: u16 = u16::MAX - 1;

/// Header of every bound instance.
#[repr(C)]
pub struct Inst {
    /// CPython's part.
    pub ob: ffi::PyObject,
    /// The mark in the upper half, above the flags: one look tells whether the value may be lent.
    word: AtomicU32,
    epoch: AtomicU32,
}

#[cfg(not(Py_GIL_DISABLED))]
static_assertions::const_assert_eq!(size_of::<Inst>(), size_of::<ffi::PyObject>() + 8);
#[cfg(all(not(Py_GIL_DISABLED), not(Py_DEBUG), target_pointer_width = "64"))]
static_assertions::const_assert_eq!(size_of::<Inst>(), 24);

impl Inst {
    #[inline]
    pub(crate) fn storage(&self) -> Storage {
        match self.word.load(Relaxed) & STORAGE_MASK {
            0 => Storage::Inline,
            1 => Storage::Boxed,
            2 => Storage::Place,
            3 => Storage::Derived,
            4 => Storage::Static,
            5 => Storage::Shared,
            6 => Storage::Locked,
            _ => Storage::Element,
        }
    }

    #[inline]
    pub(crate) fn life(&self) -> Life {
        match (self.word.load(Relaxed) & LIFE_MASK) >> LIFE_SHIFT {
            0 => Life::Uninitialized,
            1 => Life::Constructing,
            2 => Life::Relinquished,
            _ => Life::Ready,
        }
    }

    #[inline]
    pub(crate) fn set_life(&self, life: Life) {
        let flags = self.word.load(Relaxed);
        self.word.store((flags & !LIFE_MASK) | ((life as u32) << LIFE_SHIFT), Relaxed);
    }

    #[inline]
    pub(crate) fn set_storage(&self, storage: Storage) {
        let flags = self.word.load(Relaxed);
        self.word.store((flags & !STORAGE_MASK) | storage as u32, Relaxed);
    }

    #[inline(always)]
    fn set_flag(&self, flag: u32, value: bool) {
        let flags = self.word.load(Relaxed);
        self.word.store(if value { flags | flag } else { flags & !flag }, Relaxed);
    }

    /// Ready, and not to be made good before it is used.
    #[inline(always)]
    pub(crate) fn is_plainly_ready(&self) -> bool {
        self.word.load(Relaxed) & (LIFE_MASK | RENEWABLE) == READY
    }

    /// Whether a derived reference may be made good by the function that gave it.
    #[inline]
    pub(crate) fn is_renewable(&self) -> bool {
        self.word.load(Relaxed) & RENEWABLE != 0
    }

    pub(crate) fn set_renewable(&self, value: bool) {
        self.set_flag(RENEWABLE, value);
    }

    /// Ready, inline, and nothing forbids to modify it: the value can be reached with arithmetic alone.
    #[inline]
    pub(crate) fn is_ready_inline(&self) -> bool {
        self.word.load(Relaxed) & (STORAGE_MASK | LIFE_MASK | READ_ONLY) == READY
    }

    /// As [`is_ready_inline`](Self::is_ready_inline), and no reference ends by this one's being read.
    #[inline(always)]
    pub(crate) fn is_firm_inline(&self) -> bool {
        let flags = self.word.load(Relaxed) & (STORAGE_MASK | LIFE_MASK | READ_ONLY | FRAGILE);
        flags == READY
    }

    /// Lends the value to be read where that means to count and no more: it lies in the object, and no reference ends by that.
    #[inline(always)]
    pub(crate) fn try_share(&self) -> bool {
        let word = self.word.load(Relaxed);
        let free = word & (STORAGE_MASK | LIFE_MASK | READ_ONLY | FRAGILE | MANY_LOANS) == READY;
        if free {
            self.word.store(word + ONE_LOAN, Relaxed);
        }
        free
    }

    /// Lends the value to be changed where that means to set the mark and no more: it lies in the object, nobody else uses it, and no
    /// reference ends by that.
    #[inline(always)]
    pub(crate) fn try_claim(&self) -> bool {
        let word = self.word.load(Relaxed);
        let free = word & (STORAGE_MASK | LIFE_MASK | READ_ONLY | HAS_DERIVED | !FLAGS) == READY;
        if free {
            self.word.store(word | !FLAGS, Relaxed);
        }
        free
    }

    /// Ready, a field of another object, and nothing forbids to modify it; the latter only if that is wanted.
    #[inline(always)]
    pub(crate) fn is_plain_place(&self, exclusive: bool) -> bool {
        let asked = STORAGE_MASK | LIFE_MASK | RENEWABLE | if exclusive { READ_ONLY } else { 0 };
        self.word.load(Relaxed) & asked == READY | Storage::Place as u32
    }

    /// Gives one loan back.
    #[inline(always)]
    pub(crate) fn give_back(&self, exclusive: bool) {
        let word = self.word.load(Relaxed);
        self.word.store(if exclusive { word & FLAGS } else { word - ONE_LOAN }, Relaxed);
    }

    #[inline]
    pub(crate) fn is_read_only(&self) -> bool {
        self.word.load(Relaxed) & READ_ONLY != 0
    }

    #[inline]
    pub(crate) fn set_read_only(&self) {
        self.word.store(self.word.load(Relaxed) | READ_ONLY, Relaxed);
    }

    /// Whether the end of the instance ends a value that it owns, as `inst_set_state` may have decided.
    #[inline]
    pub(crate) fn destructs(&self) -> bool {
        (self.life() == Life::Ready) != (self.word.load(Relaxed) & ODD_DESTRUCT != 0)
    }

    /// Decides whether the end of the instance ends its value; to be called after the life was set. What is neither
    /// ready nor destructs has to be anything but `Uninitialized` if it is not [`Inline`](Storage::Inline), since a
    /// constructor would write over the pointer to its record.
    #[inline]
    pub(crate) fn set_destructs(&self, destructs: bool) {
        let odd = (self.life() == Life::Ready) != destructs;
        self.set_flag(ODD_DESTRUCT, odd);
    }

    /// Neither a record elsewhere nor patients; an inline value may be there.
    #[inline]
    pub(crate) fn owns_nothing(&self) -> bool {
        self.word.load(Relaxed) & (STORAGE_MASK | HAS_PATIENTS) == 0
    }

    /// The value belongs to somebody else, and there are no patients.
    #[inline]
    pub(crate) fn is_mere_reference(&self) -> bool {
        let kept = self.word.load(Relaxed) & (STORAGE_MASK | HAS_PATIENTS);
        (Storage::Place as u32..=Storage::Static as u32).contains(&kept)
    }

    #[inline]
    pub(crate) fn has_patients(&self) -> bool {
        self.word.load(Relaxed) & HAS_PATIENTS != 0
    }

    #[inline]
    pub(crate) fn set_has_patients(&self) {
        self.word.store(self.word.load(Relaxed) | HAS_PATIENTS, Relaxed);
    }

    #[inline]
    pub(crate) fn mark(&self) -> u16 {
        (self.word.load(Relaxed) >> MARK_SHIFT) as u16
    }

    /// Only for the code in `borrow.rs`, under the interpreter lock.
    #[inline]
    pub(crate) fn set_mark(&self, mark: u16) {
        self.word.store((self.word.load(Relaxed) & FLAGS) | (u32::from(mark) << MARK_SHIFT), Relaxed);
    }

    /// Epoch to store in a new derived reference; from now on a modification moves the epoch.
    ///
    /// `u32::MAX` is never valid: after 2^32 - 1 moves an object gives out references that are stale at once,
    /// instead of wrapping round to an old value.
    #[inline]
    pub(crate) fn share_epoch(&self) -> u32 {
        self.word.store(self.word.load(Relaxed) | HAS_DERIVED, Relaxed);
        self.epoch.load(Relaxed)
    }

    /// The epoch as it is, not yet shared.
    #[inline]
    pub(crate) fn epoch(&self) -> u32 {
        self.epoch.load(Relaxed)
    }

    /// Ends all derived references, whether or not one is known.
    pub(crate) fn end_references(&self) {
        self.share_epoch();
        self.move_epoch();
    }

    /// Whether a reference taken at `epoch` is still good.
    #[inline]
    pub(crate) fn epoch_holds(&self, epoch: u32) -> bool {
        epoch != u32::MAX && self.epoch.load(Relaxed) == epoch
    }

    /// Whether a shared loan ends derived references as well.
    #[inline(always)]
    pub(crate) fn is_fragile(&self) -> bool {
        self.word.load(Relaxed) & FRAGILE != 0
    }

    /// From now on, until the epoch moves, a shared loan moves it too.
    pub(crate) fn set_fragile(&self) {
        self.set_flag(FRAGILE, true);
    }

    /// Ends all derived references.
    #[inline]
    pub(crate) fn move_epoch(&self) {
        let flags = self.word.load(Relaxed);
        if flags & HAS_DERIVED != 0 {
            self.word.store(flags & !(HAS_DERIVED | FRAGILE), Relaxed);
            self.epoch.store(self.epoch.load(Relaxed).saturating_add(1), Relaxed);
        }
    }
}

/// Address of the inline value of a type with this alignment.
///
/// Objects come 16-aligned from the allocator, so up to 16 this is a constant; beyond, the type's size has the slack.
#[inline(always)]
pub(crate) fn inline_address(inst: *mut Inst, align: usize) -> usize {
    if align <= 8 {
        // The end of the header is aligned enough, without arithmetic.
        return inst as usize + size_of::<Inst>();
    }
    (inst as usize + size_of::<Inst>() + align - 1) & !(align - 1)
}
static_assertions::const_assert_eq!(size_of::<Inst>() % 8, 0);

/// `tp_basicsize` for a value of this layout: header, payload of at least a pointer, slack for large alignments.
pub(crate) fn basic_size(size: usize, align: usize) -> usize {
    let payload = size.max(size_of::<usize>()) + align.saturating_sub(8);
    (size_of::<Inst>() + payload).next_multiple_of(size_of::<usize>())
}
