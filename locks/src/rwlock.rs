//! [`RwLock`]: many readers or one writer.

use crate::raw::{READERS, Raw, WRITER};
use crate::thread::{self, Name};
use crate::waiting::wait_in_hook;
use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::MutexGuard;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// A lock that many threads read or one writes, as [`std::sync::RwLock`], for values that Python shares.
///
/// A thread that has to wait lets Python's interpreter go meanwhile. A thread that reads may read again, also while
/// another waits to write; if it waited for itself, it panics instead. A writer may have to wait as long as readers
/// overlap. A guard that is forgotten with [`mem::forget`](std::mem::forget) leaves the lock as it is, for good.
///
/// The lock of a `Dog` is also one of a `dyn Animal`:
///
/// ```
/// use nb_locks::RwLock;
/// use std::sync::Arc;
///
/// let numbers = Arc::new(RwLock::new([1, 2, 3]));
/// let slice: Arc<RwLock<[i32]>> = numbers.clone();
/// slice.write()[0] = 7;
/// assert_eq!(*numbers.read(), [7, 2, 3]);
/// ```
pub struct RwLock<T: ?Sized> {
    raw: Raw,
    name: Name,
    /// The thread that writes, or `NONE`.
    writer: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: `raw` lets one thread have `&mut T`, which may take the value to that thread (`Send`), or any number have `&T`
// (`Sync`).
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

// As std's locks, whose place these take: a value that a panic left half changed is one that any thread may see.
impl<T: ?Sized> UnwindSafe for RwLock<T> {}
impl<T: ?Sized> RefUnwindSafe for RwLock<T> {}

impl<T> RwLock<T> {
    /// A lock that nobody holds.
    ///
    /// ```
    /// static NAME: nb_locks::RwLock<String> = nb_locks::RwLock::new(String::new());
    /// NAME.write().push_str("Rex");
    /// assert_eq!(*NAME.read(), "Rex");
    /// ```
    pub const fn new(value: T) -> RwLock<T> {
        RwLock {
            raw: Raw::new(),
            name: Name::new(),
            writer: AtomicUsize::new(thread::NONE),
            value: UnsafeCell::new(value),
        }
    }

    /// The value, whose lock is no longer needed.
    ///
    /// ```
    /// assert_eq!(nb_locks::RwLock::new(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until nobody writes, and lets this thread read until the guard is dropped.
    ///
    /// ```
    /// let lock = nb_locks::RwLock::new(7);
    /// let first = lock.read();
    /// let second = lock.read();
    /// assert_eq!(*first, *second);
    /// ```
    ///
    /// # Panics
    /// If this thread writes: it would wait for itself. Also for more than a billion readers.
    #[inline]
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        match self.try_read() {
            Some(guard) => guard,
            None => self.read_later(),
        }
    }

    /// Waits until nobody reads or writes, and lets this thread alone read and write until the guard is dropped.
    ///
    /// ```
    /// let lock = nb_locks::RwLock::new(7);
    /// *lock.write() += 1;
    /// assert_eq!(*lock.read(), 8);
    /// ```
    ///
    /// # Panics
    /// If this thread reads or writes already: it would wait for itself.
    #[inline]
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        match self.try_write() {
            Some(guard) => guard,
            None => self.write_later(),
        }
    }

    #[cold]
    #[track_caller]
    fn read_later(&self) -> RwLockReadGuard<'_, T> {
        assert!(!self.is_held_for_writing(), "nb: this thread writes the value that it wants to read");
        loop {
            assert!(!self.raw.is_full(), "nb: too many threads read the value");
            wait_in_hook(&mut || self.raw.wait_for(WRITER));
            if let Some(guard) = self.try_read() {
                return guard;
            }
        }
    }

    #[cold]
    #[track_caller]
    fn write_later(&self) -> RwLockWriteGuard<'_, T> {
        assert!(!self.is_held_for_writing(), "nb: this thread writes the value already that it wants to write");
        assert!(!self.is_held(), "nb: this thread reads the value that it wants to write");
        loop {
            wait_in_hook(&mut || self.raw.wait_for(WRITER | READERS));
            if let Some(guard) = self.try_write() {
                return guard;
            }
        }
    }

    /// As [`read`](Self::read), unless somebody writes.
    ///
    /// ```
    /// let lock = nb_locks::RwLock::new(7);
    /// assert!(lock.try_read().is_some());
    /// let writer = lock.write();
    /// assert!(lock.try_read().is_none());
    /// ```
    #[inline]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.raw.try_read().then(|| {
            let guard = RwLockReadGuard { lock: self, stays: PhantomData };
            thread::reads(&self.name);
            guard
        })
    }

    /// As [`write`](Self::write), unless somebody reads or writes.
    ///
    /// ```
    /// let lock = nb_locks::RwLock::new(7);
    /// let reader = lock.read();
    /// assert!(lock.try_write().is_none());
    /// drop(reader);
    /// assert!(lock.try_write().is_some());
    /// ```
    #[inline]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.raw.try_write().then(|| {
            self.writer.store(thread::this_thread(), Relaxed);
            RwLockWriteGuard { lock: self, stays: PhantomData }
        })
    }

    /// Whether this thread reads or writes.
    ///
    /// ```
    /// let lock = nb_locks::RwLock::new(7);
    /// let reader = lock.read();
    /// assert!(lock.is_held() && !lock.is_held_for_writing());
    /// ```
    pub fn is_held(&self) -> bool {
        self.is_held_for_writing() || thread::is_reading(&self.name)
    }

    /// Whether this thread writes.
    ///
    /// ```
    /// let lock = nb_locks::RwLock::new(7);
    /// let writer = lock.write();
    /// assert!(lock.is_held_for_writing());
    /// drop(writer);
    /// assert!(!lock.is_held_for_writing());
    /// ```
    pub fn is_held_for_writing(&self) -> bool {
        thread::is_this_thread(&self.writer)
    }

    /// The value, without locking: nobody else can have it.
    ///
    /// ```
    /// let mut lock = nb_locks::RwLock::new(7);
    /// *lock.get_mut() += 1;
    /// assert_eq!(lock.into_inner(), 8);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

/// The value, unless somebody writes it; never waits.
impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_read() {
            Some(value) => f.debug_tuple("RwLock").field(&&*value).finish(),
            None => f.debug_tuple("RwLock").field(&format_args!("<locked>")).finish(),
        }
    }
}

/// The thread is one of the readers of a [`RwLock`] until this is dropped; see [`RwLock::read`].
///
/// It stays on its thread:
///
/// ```compile_fail,E0277
/// let lock = nb_locks::RwLock::new(7);
/// let reader = lock.read();
/// std::thread::scope(|s| s.spawn(move || drop(reader)));
/// ```
#[must_use = "the lock is given back as soon as the guard is dropped"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    /// Not `Send`: the list of what a thread reads is its own.
    stays: PhantomData<MutexGuard<'a, ()>>,
}

/// The thread is the writer of a [`RwLock`] until this is dropped; see [`RwLock::write`].
///
/// It stays on its thread:
///
/// ```compile_fail,E0277
/// let lock = nb_locks::RwLock::new(7);
/// let writer = lock.write();
/// std::thread::scope(|s| s.spawn(move || drop(writer)));
/// ```
#[must_use = "the lock is given back as soon as the guard is dropped"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    /// Not `Send`: the lock has noted this thread.
    stays: PhantomData<MutexGuard<'a, ()>>,
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: `try_read` added this reader, and until `drop` removes it nobody writes.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: `try_write` added the writer, and until `drop` removes it nobody has the value but through this guard.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the guard is borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        thread::has_read(&self.lock.name);
        self.lock.raw.end_read();
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // First, because afterwards the next writer is noted there.
        self.lock.writer.store(thread::NONE, Relaxed);
        self.lock.raw.end_write();
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
