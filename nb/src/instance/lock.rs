//! Locks around values that Python objects and native code own together, and which of them this thread holds.
//!
//! Where the value of an object is behind a lock, that takes the place of the borrow mark. A thread has a lock once, however many
//! calls on its stack use the value: a second read that locked again could wait for a writer that waits for the first. So the guards
//! are in a table of the thread, each with the number of its users, and what a call may do beside the calls further up is known exactly.
//!
//! The mark of such an object counts the users on all threads, for whoever asks whether a value is in use at all.

use crate::instance::header::{Ext, Extra, Inst, Roots, Storage, ext};
use smallvec::SmallVec;
use std::any::TypeId;
use std::cell::RefCell;
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
    /// Locks if that is possible at once; not yet in the table.
    ///
    /// # Safety
    /// The caller keeps the `Arc`.
    unsafe fn try_lock(&self, exclusive: bool) -> Option<(Room, usize)> {
        let mut room: Room = [MaybeUninit::uninit(); 4];
        // SAFETY: caller's contract.
        let value = unsafe { (self.ops.try_lock)(self.handle, exclusive, &mut room) };
        (!value.is_null()).then_some((room, value as usize))
    }

    /// Whether the lock could be had now. Takes no part in the table, so that a thread may ask that is not attached.
    ///
    /// # Safety
    /// The caller keeps the `Arc`.
    pub(crate) unsafe fn is_free(&self, exclusive: bool) -> bool {
        // SAFETY: caller's contract; the guard is given back on the spot.
        unsafe {
            let Some((mut room, _)) = self.try_lock(exclusive) else { return false };
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
        let (room, value) = unsafe { self.try_lock(exclusive) }?;
        HELD.with_borrow_mut(|all| {
            place.0.store(all.len() as u32, Relaxed);
            all.push(Held { lock: *self, value, exclusive, users: 1, room });
        });
        Some(value)
    }

    /// What this thread has of the lock: whether for writing, and the number of users.
    #[inline]
    pub(crate) fn held(&self, place: &Place) -> Option<(bool, u32)> {
        HELD.with_borrow(|all| {
            let held = &all[self.find(all, place)?];
            Some((held.exclusive, held.users))
        })
    }

    /// One more user on this thread, which has the lock, perhaps through another object; gives the address of the value.
    #[inline]
    pub(crate) fn share(&self, place: &Place) -> usize {
        HELD.with_borrow_mut(|all| {
            let index = self.find(all, place).expect("this thread has the lock");
            all[index].users += 1;
            all[index].value
        })
    }

    /// One user less on this thread; with the last one, the lock is free.
    pub(crate) fn give_back(&self, place: &Place) {
        let last = HELD.with_borrow_mut(|all| {
            let index = self.find(all, place)?;
            all[index].users -= 1;
            if all[index].users > 0 {
                return None;
            }
            let held = (all[index].room, all[index].exclusive);
            // The others stay where they are, so that they are found.
            while all.last().is_some_and(|held| held.users == 0) {
                all.pop();
            }
            if all.is_empty() && all.spilled() {
                // Nobody frees the table of a thread that ends.
                **all = SmallVec::new_const();
            }
            Some(held)
        });
        if let Some((mut room, exclusive)) = last {
            // SAFETY: the guard was written by the same lock on this thread, and is used once.
            unsafe { (self.ops.unlock)(&mut room, exclusive) }
        }
    }

    /// Where the lock is in the table of this thread.
    #[inline]
    fn find(&self, all: &[Held], place: &Place) -> Option<usize> {
        let is_this = |held: &Held| held.lock.address == self.address && held.users > 0;
        let likely = place.0.load(Relaxed) as usize;
        if all.get(likely).is_some_and(is_this) {
            return Some(likely);
        }
        let found = all.iter().rposition(is_this)?;
        place.0.store(found as u32, Relaxed);
        Some(found)
    }
}

/// Where a lock was in the table of the thread that has used it last. A thread that has thousands of locks need not search.
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
    users: u32,
    room: Room,
}

/// The locks of a thread. Not dropped with the thread: other thread-locals that are, and run Python code, may come after it.
type Table = ManuallyDrop<SmallVec<[Held; 3]>>;

thread_local! {
    static HELD: RefCell<Table> = const { RefCell::new(ManuallyDrop::new(SmallVec::new_const())) };
}

/// The addresses of all locks that this thread has.
pub(crate) fn all_held() -> Vec<usize> {
    HELD.with_borrow(|all| all.iter().filter(|held| held.users > 0).map(|held| held.lock.address).collect())
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
