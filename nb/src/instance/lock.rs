//! Locks around values that Python objects and native code own together, and which of them this thread holds.
//!
//! Where the value of an object is behind a lock, that takes the place of the borrow mark. A thread has a lock once, however many
//! calls on its stack use the value: a second read that locked again could wait for a writer that waits for the first. So the guards
//! are in a table of the thread, each with the number of its users, and what a call may do beside the calls further up is known exactly.
//!
//! The mark of such an object counts the users on all threads, for whoever asks whether a value is in use at all.

use crate::instance::ext::{Ext, Extra, Roots, ext};
use crate::instance::header::{Inst, Storage};
use std::any::TypeId;
use std::cell::{RefCell, UnsafeCell};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Room for the guard of a lock.
pub type Room = [MaybeUninit<usize>; 4];

/// What can be done with a lock in an `Arc`. The first argument is the [`handle`](Lock::handle) of an `Arc` that its caller keeps.
pub struct LockOps {
    /// Which lock it is, whatever it is around.
    pub(crate) family: TypeId,
    /// As in `RwLock`.
    pub(crate) name: &'static str,
    /// Locks for reading, or for writing if the second argument says so, writes the guard, and gives the address of the value: null,
    /// without a guard, if the lock is not free.
    pub(crate) try_lock: unsafe fn(usize, bool, *mut Room) -> *mut u8,
    /// Gives a lock back, whose guard [`try_lock`](Self::try_lock) has written on this thread, for writing if the second argument
    /// says so.
    pub(crate) unlock: unsafe fn(*mut Room, bool),
    /// Whether native code on this thread holds the lock in a way that keeps a reader out, or a writer if the second argument says so.
    /// Most locks cannot tell.
    pub(crate) is_held: unsafe fn(usize, bool) -> bool,
    /// Gives up one count.
    pub(crate) release: unsafe fn(usize),
    /// Whether there is no other count, strong or weak.
    pub(crate) is_sole: unsafe fn(usize) -> bool,
    /// Takes the value, for a box of the class, and gives up the count, which is the only one; null where the type of the value is not
    /// known.
    pub(crate) take: unsafe fn(usize) -> *mut u8,
}

/// A lock in an `Arc`.
#[derive(Clone, Copy)]
pub struct Lock {
    pub(crate) ops: &'static LockOps,
    /// Where the lock is. No two have one address.
    pub(crate) address: usize,
    /// What stands for the `Arc` in the functions.
    pub(crate) handle: usize,
}

impl Lock {
    /// Whether the lock could be had now. Takes no part in the table, so that a thread may ask that is not attached.
    ///
    /// # Safety
    /// The caller keeps the `Arc`.
    pub(crate) unsafe fn is_free(&self, exclusive: bool) -> bool {
        let mut room: Room = [MaybeUninit::uninit(); 4];
        // SAFETY: caller's contract; the guard is given back on the spot.
        unsafe {
            if (self.ops.try_lock)(self.handle, exclusive, &mut room).is_null() {
                return false;
            }
            (self.ops.unlock)(&mut room, exclusive);
        }
        true
    }

    /// Locks for one user, if that is possible at once; gives the address of the value.
    ///
    /// # Safety
    /// This thread does not have the lock in its table, and the caller keeps the `Arc` until it has given the lock back.
    pub(crate) unsafe fn try_take(&self, place: &Place, exclusive: bool) -> Option<usize> {
        // SAFETY: caller's contract.
        if let Some(value) = unsafe { self.take_first(exclusive) } {
            return Some(value);
        }
        if first(|first| first.users) == 0 {
            // It was not free.
            return None;
        }
        let mut held = Held { lock: *self, value: 0, exclusive, users: 1, room: [MaybeUninit::uninit(); 4] };
        // SAFETY: caller's contract.
        held.value = unsafe { (self.ops.try_lock)(self.handle, exclusive, &mut held.room) } as usize;
        if held.value == 0 {
            return None;
        }
        let value = held.value;
        MORE.with_borrow_mut(|more| {
            place.0.store(more.len() as u32, Relaxed);
            more.push(held);
        });
        Some(value)
    }

    /// As [`try_take`](Self::try_take), if this thread has no other lock, as a rule.
    ///
    /// # Safety
    /// As `try_take`.
    #[inline]
    pub(crate) unsafe fn take_first(&self, exclusive: bool) -> Option<usize> {
        FIRST.with(|first| {
            let first = first.get();
            // SAFETY: the entry is this thread's, and nobody refers to it but through this pointer; where it has no users, its room is
            // free. The caller keeps the `Arc`.
            unsafe {
                if (*first).users != 0 {
                    return None;
                }
                let value = (self.ops.try_lock)(self.handle, exclusive, &raw mut (*first).room);
                if value.is_null() {
                    return None;
                }
                debug_assert!((*first).users == 0, "no lock uses others");
                (*first).lock = *self;
                (*first).value = value as usize;
                (*first).exclusive = exclusive;
                (*first).users = 1;
                Some(value as usize)
            }
        })
    }

    /// What this thread has of the lock: whether for writing, and the number of users.
    #[inline]
    pub(crate) fn held(&self, place: &Place) -> Option<(bool, u32)> {
        self.with_entry(place, |held| (held.exclusive, held.users))
    }

    /// One more user on this thread, which has the lock, perhaps through another object; gives the address of the value.
    #[inline]
    pub(crate) fn share(&self, place: &Place) -> usize {
        let shared = self.with_entry(place, |held| {
            held.users += 1;
            held.value
        });
        shared.expect("this thread has the lock")
    }

    /// One user less on this thread; with the last one, the lock is free.
    pub(crate) fn give_back(&self, place: &Place) {
        let is_first = FIRST.with(|first| {
            let first = first.get();
            // SAFETY: as in `take_first`; the guard was written by the same lock on this thread, and is used once.
            unsafe {
                if (*first).users == 0 || (*first).lock.address != self.address {
                    return false;
                }
                if (*first).users > 1 {
                    (*first).users -= 1;
                    return true;
                }
                let exclusive = (*first).exclusive;
                (self.ops.unlock)(&raw mut (*first).room, exclusive);
                (*first).users = 0;
            }
            true
        });
        if is_first {
            return;
        }
        let last = MORE.with_borrow_mut(|more| {
            let index = self.find(more, place)?;
            more[index].users -= 1;
            if more[index].users > 0 {
                return None;
            }
            let held = (more[index].room, more[index].exclusive);
            // The others stay where they are, so that they are found.
            while more.last().is_some_and(|held| held.users == 0) {
                more.pop();
            }
            if more.is_empty() && more.capacity() > MUCH {
                // Nobody frees the table of a thread that ends.
                **more = Vec::new();
            }
            Some(held)
        });
        if let Some((mut room, exclusive)) = last {
            // SAFETY: the guard was written by the same lock on this thread, and is used once.
            unsafe { (self.ops.unlock)(&mut room, exclusive) }
        }
    }

    /// Looks at what this thread has of the lock. `look` runs no other code.
    #[inline]
    fn with_entry<R>(&self, place: &Place, look: impl FnOnce(&mut Held) -> R) -> Option<R> {
        if first(|first| first.users != 0 && first.lock.address == self.address) {
            return Some(first(look));
        }
        MORE.with_borrow_mut(|more| {
            let index = self.find(more, place)?;
            Some(look(&mut more[index]))
        })
    }

    /// Where the lock is among those that came later.
    #[inline]
    fn find(&self, more: &[Held], place: &Place) -> Option<usize> {
        let is_this = |held: &Held| held.lock.address == self.address && held.users > 0;
        let likely = place.0.load(Relaxed) as usize;
        if more.get(likely).is_some_and(is_this) {
            return Some(likely);
        }
        let found = more.iter().rposition(is_this)?;
        place.0.store(found as u32, Relaxed);
        Some(found)
    }
}

/// Where a lock was among the later ones of the thread that has used it last. A thread that has thousands of locks need not search.
#[derive(Default)]
pub(crate) struct Place(AtomicU32);

/// What an instance keeps of its lock.
pub(crate) struct OfLock {
    pub(crate) lock: Lock,
    pub(crate) place: Place,
    /// How many arguments of running calls are the lock itself.
    pub(crate) given: AtomicU32,
}

/// A lock that this thread has, for calls that run.
struct Held {
    lock: Lock,
    /// Where the value is.
    value: usize,
    exclusive: bool,
    /// None: the entry is free.
    users: u32,
    room: Room,
}

/// The functions of no lock.
const NO_LOCK: &LockOps = &LockOps {
    family: TypeId::of::<()>(),
    name: "",
    try_lock: |_, _, _| std::ptr::null_mut(),
    unlock: |_, _| {},
    is_held: |_, _| false,
    release: |_| {},
    is_sole: |_| false,
    take: |_| std::ptr::null_mut(),
};

/// More entries than this are not kept for later.
const MUCH: usize = 64;

thread_local! {
    /// One lock, and few calls have more: reached without a look at the others.
    static FIRST: UnsafeCell<Held> = const {
        let lock = Lock { ops: NO_LOCK, address: 0, handle: 0 };
        UnsafeCell::new(Held { lock, value: 0, exclusive: false, users: 0, room: [MaybeUninit::uninit(); 4] })
    };
    /// The others. Not dropped with the thread: other thread-locals that are, and run Python code, may come after it.
    static MORE: RefCell<ManuallyDrop<Vec<Held>>> = const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

/// Looks at the first entry. `look` runs no other code.
#[inline]
fn first<R>(look: impl FnOnce(&mut Held) -> R) -> R {
    // SAFETY: the entry is this thread's; nobody else refers to it while `look` runs.
    FIRST.with(|first| look(unsafe { &mut *first.get() }))
}

/// The addresses of all locks that this thread has.
pub(crate) fn all_held() -> Vec<usize> {
    let address = |held: &Held| (held.users > 0).then_some(held.lock.address);
    let first = first(|first| address(first));
    MORE.with_borrow(|more| first.into_iter().chain(more.iter().filter_map(address)).collect())
}

/// The lock around the value of an instance.
///
/// # Safety
/// `inst` is live, and its storage is `Locked`.
#[inline]
pub(crate) unsafe fn lock_of(inst: *mut Inst) -> Lock {
    // SAFETY: caller's contract.
    unsafe { record_of(inst) }.lock
}

/// What an instance keeps of its lock.
///
/// # Safety
/// `inst` is live, and its storage is `Locked`; the result is not used after it has another one.
#[inline]
pub(crate) unsafe fn record_of<'a>(inst: *mut Inst) -> &'a OfLock {
    // SAFETY: caller's contract.
    match unsafe { ext(inst) }.extra.as_deref() {
        Some(Extra::Lock(lock)) => lock,
        _ => unreachable!("a locked value has a lock"),
    }
}

/// Whether a function runs that was given the lock of an instance, which keeps it until then.
///
/// # Safety
/// As [`record_of`].
pub(crate) unsafe fn is_given(inst: *mut Inst) -> bool {
    // SAFETY: caller's contract.
    unsafe { record_of(inst) }.given.load(Relaxed) != 0
}

/// The instance whose lock has to be held for the use of `inst`, if there is one: itself, or the root that it is a part of.
///
/// # Safety
/// `inst` is live and not `Uninitialized`.
pub(crate) unsafe fn locked_root(inst: *mut Inst) -> Option<*mut Inst> {
    // SAFETY: caller's contract; parts own a reference to their root.
    unsafe {
        match (*inst).storage() {
            Storage::Locked => Some(inst),
            Storage::Place | Storage::Element => {
                let root = ext(inst).roots[0].inst;
                ((*root).storage() == Storage::Locked).then_some(root)
            }
            _ => None,
        }
    }
}

impl Ext {
    /// The record of a value behind a lock, of whose `Arc` the instance owns a count.
    pub(crate) fn locked(lock: Lock) -> Ext {
        let of_lock = OfLock { lock, place: Place::default(), given: AtomicU32::new(0) };
        Ext::with(Extra::Lock(of_lock), lock.address, Roots::new())
    }
}
