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
    pub(crate) unsafe fn try_take(&self, exclusive: bool) -> Option<usize> {
        // SAFETY: caller's contract.
        let (room, value) = unsafe { self.try_lock(exclusive) }?;
        HELD.with_borrow_mut(|all| all.push(Held { lock: *self, exclusive, users: 1, room }));
        Some(value)
    }

    /// What this thread has of the lock: whether for writing, and the number of users.
    #[inline]
    pub(crate) fn held(&self) -> Option<(bool, u32)> {
        HELD.with_borrow(|all| {
            let held = all.iter().rev().find(|held| held.lock.address == self.address)?;
            Some((held.exclusive, held.users))
        })
    }

    /// One more user on this thread, which has the lock.
    #[inline]
    pub(crate) fn share(&self) {
        HELD.with_borrow_mut(|all| {
            let held = all.iter_mut().rev().find(|held| held.lock.address == self.address);
            held.expect("this thread has the lock").users += 1;
        });
    }

    /// One user less on this thread; with the last one, the lock is free.
    pub(crate) fn give_back(&self) {
        let last = HELD.with_borrow_mut(|all| {
            let index = all.iter().rposition(|held| held.lock.address == self.address)?;
            all[index].users -= 1;
            if all[index].users > 0 {
                return None;
            }
            let held = all.swap_remove(index);
            if all.is_empty() && all.spilled() {
                // Nobody frees the table of a thread that ends.
                **all = SmallVec::new_const();
            }
            Some(held)
        });
        if let Some(mut held) = last {
            // SAFETY: the guard was written by the same lock on this thread, and is used once.
            unsafe { (held.lock.ops.unlock)(&mut held.room, held.exclusive) }
        }
    }
}

/// A lock that this thread has, for calls that run.
struct Held {
    lock: Lock,
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
    HELD.with_borrow(|all| all.iter().map(|held| held.lock.address).collect())
}

/// The lock around the value of an instance.
///
/// # Safety
/// `inst` is live, and its storage is `Locked`.
#[inline]
pub(crate) unsafe fn lock_of(inst: *mut Inst) -> Lock {
    // SAFETY: caller's contract.
    match unsafe { ext(inst) }.extra.as_deref() {
        Some(Extra::Lock(lock)) => *lock,
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
        Ext::with(Extra::Lock(lock), lock.address, Roots::new())
    }
}
