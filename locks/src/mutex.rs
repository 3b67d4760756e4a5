//! [`Mutex`]: one holder.
//!
//! It is std's, since nobody may come a second time; its holder is noted next to it.

use crate::thread::{NONE, is_this_thread, this_thread};
use crate::waiting::wait_in_hook;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{self, PoisonError, TryLockError};

/// A lock that one thread holds, as [`std::sync::Mutex`], for values that Python shares.
///
/// A thread that has to wait lets Python's interpreter go meanwhile. A thread that would wait for itself panics.
///
/// ```
/// use nb_locks::Mutex;
/// use std::sync::Arc;
///
/// let names = Arc::new(Mutex::new(vec!["Rex"]));
/// let other = names.clone();
/// std::thread::spawn(move || other.lock().push("Lassie")).join().unwrap();
/// assert_eq!(*names.lock(), ["Rex", "Lassie"]);
/// ```
pub struct Mutex<T: ?Sized> {
    /// The thread that holds it, or `NONE`.
    holder: AtomicUsize,
    value: sync::Mutex<T>,
}

impl<T> Mutex<T> {
    /// A lock that nobody holds.
    ///
    /// ```
    /// static NAME: nb_locks::Mutex<String> = nb_locks::Mutex::new(String::new());
    /// NAME.lock().push_str("Rex");
    /// assert_eq!(*NAME.lock(), "Rex");
    /// ```
    pub const fn new(value: T) -> Mutex<T> {
        Mutex { holder: AtomicUsize::new(NONE), value: sync::Mutex::new(value) }
    }

    /// The value, whose lock is no longer needed.
    ///
    /// ```
    /// assert_eq!(nb_locks::Mutex::new(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until nobody holds the lock, and lets this thread hold it until the guard is dropped.
    ///
    /// ```
    /// let lock = nb_locks::Mutex::new(7);
    /// *lock.lock() += 1;
    /// assert_eq!(*lock.lock(), 8);
    /// ```
    ///
    /// # Panics
    /// If this thread holds it already: it would wait for itself.
    #[inline]
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        match self.try_lock() {
            Some(guard) => guard,
            None => self.lock_later(),
        }
    }

    #[cold]
    #[track_caller]
    fn lock_later(&self) -> MutexGuard<'_, T> {
        assert!(!self.is_held(), "nb: this thread has locked the value already that it wants to lock");
        loop {
            // Given back at once: see `wait_in_hook`.
            wait_in_hook(&mut || drop(self.value.lock()));
            if let Some(guard) = self.try_lock() {
                return guard;
            }
        }
    }

    /// As [`lock`](Self::lock), unless somebody holds it.
    ///
    /// ```
    /// let lock = nb_locks::Mutex::new(7);
    /// let guard = lock.try_lock();
    /// assert!(guard.is_some() && lock.try_lock().is_none());
    /// ```
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let value = match self.value.try_lock() {
            Ok(value) => value,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        self.holder.store(this_thread(), Relaxed);
        Some(MutexGuard { holder: &self.holder, value })
    }

    /// Whether this thread holds the lock.
    ///
    /// ```
    /// let lock = nb_locks::Mutex::new(7);
    /// let guard = lock.lock();
    /// assert!(lock.is_held());
    /// ```
    pub fn is_held(&self) -> bool {
        is_this_thread(&self.holder)
    }

    /// The value, without locking: nobody else can have it.
    ///
    /// ```
    /// let mut lock = nb_locks::Mutex::new(7);
    /// *lock.get_mut() += 1;
    /// assert_eq!(lock.into_inner(), 8);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}

/// The value, unless somebody holds the lock; never waits.
impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_lock() {
            Some(value) => f.debug_tuple("Mutex").field(&&*value).finish(),
            None => f.debug_tuple("Mutex").field(&format_args!("<locked>")).finish(),
        }
    }
}

/// The thread holds a [`Mutex`] until this is dropped; see [`Mutex::lock`].
///
/// It stays on its thread:
///
/// ```compile_fail,E0277
/// let lock = nb_locks::Mutex::new(7);
/// let guard = lock.lock();
/// std::thread::scope(|s| s.spawn(move || drop(guard)));
/// ```
#[must_use = "the lock is given back as soon as the guard is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    holder: &'a AtomicUsize,
    value: sync::MutexGuard<'a, T>,
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Before the lock is free, because then the next holder is noted there.
        self.holder.store(NONE, Relaxed);
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
