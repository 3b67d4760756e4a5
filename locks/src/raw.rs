//! The state of a [`RwLock`](crate::RwLock), and how a thread waits for it to change.
//!
//! It is not the standard library's lock, because that prefers writers: a thread that reads and reads again would wait for
//! the writer who waits for it, and no way around that is both safe code and fast. A second guard without a lock would have
//! to hold on to the first, and these may end in any order. Who only ever tries std's lock, so that nobody waits in it,
//! has to say besides it that somebody waits, and each unlock then needs a fence before it looks. Here one word says both,
//! and uncontended use costs the same two atomic steps as std's lock.
//!
//! So readers come first: whoever finds no writer reads. A writer waits as long as readers overlap.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// There is a writer, and no reader.
pub(crate) const WRITER: u32 = 1 << 31;
/// Threads may be waiting: set and cleared under `parked` only.
const WAITING: u32 = 1 << 30;
/// How many readers there are.
pub(crate) const READERS: u32 = WAITING - 1;

pub(crate) struct Raw {
    state: AtomicU32,
    parked: Mutex<()>,
    freed: Condvar,
}

impl Raw {
    pub(crate) const fn new() -> Raw {
        Raw { state: AtomicU32::new(0), parked: Mutex::new(()), freed: Condvar::new() }
    }

    /// Adds a reader, unless there is a writer.
    #[inline]
    pub(crate) fn try_read(&self) -> bool {
        let mut seen = self.state.load(Relaxed);
        while seen & WRITER == 0 && seen & READERS != READERS {
            match self.state.compare_exchange_weak(seen, seen + 1, Acquire, Relaxed) {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
        false
    }

    /// Adds the writer, unless there is anyone.
    #[inline]
    pub(crate) fn try_write(&self) -> bool {
        let mut seen = self.state.load(Relaxed);
        while seen & (WRITER | READERS) == 0 {
            match self.state.compare_exchange_weak(seen, seen | WRITER, Acquire, Relaxed) {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
        false
    }

    /// Removes a reader, which was added before.
    #[inline]
    pub(crate) fn end_read(&self) {
        // Only writers wait for readers, and for all of them.
        if self.state.fetch_sub(1, Release) == WAITING | 1 {
            self.wake();
        }
    }

    /// Removes the writer, which was added before.
    #[inline]
    pub(crate) fn end_write(&self) {
        if self.state.fetch_sub(WRITER, Release) & WAITING != 0 {
            self.wake();
        }
    }

    /// Whether one more reader could not be counted: guards were forgotten, again and again.
    pub(crate) fn is_full(&self) -> bool {
        self.state.load(Relaxed) & READERS == READERS
    }

    /// Waits until there is nobody of those in `whom`, [`WRITER`] and [`READERS`].
    ///
    /// Nothing is lost: who sleeps has seen somebody together with `WAITING`. Whoever of these is the last to go sees the
    /// bit and wakes, or sees that another has cleared it, who held the mutex after this thread slept and woke it.
    pub(crate) fn wait_for(&self, whom: u32) {
        let mut parked = self.park();
        loop {
            let seen = self.state.load(Relaxed);
            if seen & whom == 0 {
                return;
            }
            if seen & WAITING == 0 && self.state.compare_exchange(seen, seen | WAITING, Relaxed, Relaxed).is_err() {
                continue;
            }
            parked = self.freed.wait(parked).unwrap_or_else(PoisonError::into_inner);
        }
    }

    #[cold]
    fn wake(&self) {
        let _parked = self.park();
        self.state.fetch_and(!WAITING, Relaxed);
        self.freed.notify_all();
    }

    fn park(&self) -> MutexGuard<'_, ()> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
