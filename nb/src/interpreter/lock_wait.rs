//! Waiting for locks of native code: those of statics and of fields, and those around the values of objects.
//!
//! The value of a lock is cloned while the lock is held, and a `Clone` may run Python code, which may ask for the lock
//! again or let other threads run. So nobody waits for such a lock with the interpreter, and a thread that holds one does not
//! wait at all: it gets an exception. A wait that has taken too long ends with one as well, since the lock may be held by native
//! code further up on the same stack, of which no lock of the standard library tells.

use crate::ffi;
use crate::interpreter::gil::gil_scoped_release;
use crate::interpreter::signals::check_signals;
use crate::python::attach::Released;
use crate::python::error::{Result, runtime_error};
use crate::python::messages::{self, Subject};
use crate::python::object::is_attached;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError, TryLockResult};
use std::thread::sleep;
use std::time::{Duration, Instant};

thread_local! {
    /// The addresses of the locks whose values this thread is cloning.
    static READING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// How long a thread waits, in milliseconds.
static TIMEOUT: AtomicU64 = AtomicU64::new(5_000);

/// How long Python waits for the lock of an object's value, a static or a field before it gets a `RuntimeError`: five seconds, unless
/// [`set_lock_timeout`] has said otherwise.
///
/// ```no_run
/// assert_eq!(nb::lock_timeout(), std::time::Duration::from_secs(5));
/// ```
pub fn lock_timeout() -> Duration {
    Duration::from_millis(TIMEOUT.load(Relaxed))
}

/// Sets how long Python waits for the lock of an object (`Arc<RwLock<T>>`), of a static (`def_rw_static`) or of a field (`def_rw`, `def_ro`), for all threads and all
/// modules of this library image. Counted in milliseconds.
///
/// A lock that native code holds for longer than that is reported as a `RuntimeError`, which names what was waited for. The thread
/// has waited without the interpreter, and Ctrl-C ends the wait too. nanobind has nothing like it: in C++, a binding
/// that locks waits for ever.
///
/// ```no_run
/// // A simulation step may hold the lock for a minute.
/// nb::set_lock_timeout(std::time::Duration::from_secs(120));
/// ```
pub fn set_lock_timeout(timeout: Duration) {
    TIMEOUT.store(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX), Relaxed);
}

/// The lock at this address is held while the value is cloned.
struct Reading;

impl Reading {
    fn of<L>(lock: &L) -> Reading {
        READING.with_borrow_mut(|list| list.push(std::ptr::from_ref(lock) as usize));
        Reading
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        // They end in the reverse order.
        READING.with_borrow_mut(Vec::pop);
    }
}

/// Takes a lock.
///
/// A thread that is cloning the value of a lock is refused what it would have to wait for: the lock may be its own, or that
/// of a thread which waits for this one. All others wait without the interpreter, which the thread with the lock may need.
/// They try again when they have it back, since nobody may wait for the interpreter with a lock: a function that has the
/// interpreter may want the lock.
///
/// # Errors
/// `RuntimeError` where the wait would have no end or has taken too long; whatever a signal's handler raises.
fn take<L, G>(lock: &L, subject: Subject<'_>, attempt: impl Fn() -> TryLockResult<G>) -> Result<G> {
    let mut wait = None;
    loop {
        match attempt() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
        let (busy, own) =
            READING.with_borrow(|list| (!list.is_empty(), list.contains(&(std::ptr::from_ref(lock) as usize))));
        if busy {
            return Err(runtime_error(messages::locked_by_this_thread(subject, own)));
        }
        wait.get_or_insert_with(Wait::begin).pause(subject)?;
    }
}

/// Tells the locks of `nb_locks` in this library image how a thread waits that has the interpreter. Every first import says so; the first
/// of all is heard.
pub(super) fn install_hook() {
    nb_locks::waiting_hook(|wait| {
        let _released = is_attached().then(Released::start);
        wait();
    });
}

/// A wait in steps that grow.
struct Wait {
    since: Instant,
    step: Duration,
}

impl Wait {
    const FIRST: Duration = Duration::from_micros(20);
    const LONGEST: Duration = Duration::from_millis(10);

    fn begin() -> Wait {
        Wait { since: Instant::now(), step: Wait::FIRST }
    }

    fn pause(&mut self, subject: Subject<'_>) -> Result<()> {
        let limit = lock_timeout();
        if self.since.elapsed() >= limit {
            return Err(runtime_error(messages::locked_for_too_long(subject, limit)));
        }
        let step = self.step;
        self.step = (step * 2).min(Wait::LONGEST);
        if !is_attached() {
            sleep(step);
            return Ok(());
        }
        gil_scoped_release::run(|| sleep(step));
        check_signals()
    }
}

/// Why a wait has ended without the lock.
pub(crate) enum Stop {
    /// An exception is raised.
    Raised,
    /// It has taken too long. What the thread that has the lock waits for in turn, if it does.
    TooLong(Duration, Option<String>),
}

impl Stop {
    /// Raises a `RuntimeError` if nothing is raised yet, for somebody who has waited for `what`.
    pub(crate) fn raise(self, what: &dyn Fn() -> String) {
        if let Stop::TooLong(limit, holder) = self {
            runtime_error(messages::locked_too_long(&what(), limit, holder.as_deref())).restore();
        }
    }
}

/// A thread that waits for the lock of an object.
struct Waiter {
    number: u64,
    /// The locks that it has meanwhile, by their addresses.
    has: Vec<usize>,
    /// What it waits in, and for.
    what: String,
}

/// All threads that wait, so that one whose patience has ended can say for whom.
static WAITING: Mutex<Vec<Waiter>> = Mutex::new(Vec::new());

fn waiting() -> MutexGuard<'static, Vec<Waiter>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes a thread off the list.
struct Listed(u64);

impl Drop for Listed {
    fn drop(&mut self) {
        waiting().retain(|waiter| waiter.number != self.0);
    }
}

/// A wait for the lock of an object, until the limit has passed.
pub(crate) struct LockWait {
    since: Instant,
}

impl LockWait {
    /// How long a thread goes on without a look at the signals.
    const SLICE: Duration = Duration::from_millis(20);

    pub(crate) fn begin() -> LockWait {
        LockWait { since: Instant::now() }
    }

    /// Waits, without the interpreter, until `free` says so, which is asked on a thread that is not attached. `wanted` is the
    /// address of the lock, `has` are those of the locks that this thread has.
    pub(crate) fn until_free(
        &self,
        wanted: usize,
        has: Vec<usize>,
        what: &dyn Fn() -> String,
        free: &(dyn Fn() -> bool + Sync),
    ) -> std::result::Result<(), Stop> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let limit = lock_timeout();
        let mut listed = None;
        let mut pause = Pause::default();
        loop {
            let found = gil_scoped_release::run(|| {
                let begin = Instant::now();
                loop {
                    if free() {
                        return true;
                    }
                    if begin.elapsed() >= Self::SLICE.min(limit) {
                        return false;
                    }
                    pause.once();
                }
            });
            // SAFETY: attached again.
            if unsafe { ffi::PyErr_CheckSignals() } != 0 {
                return Err(Stop::Raised);
            }
            let too_long = self.since.elapsed() >= limit;
            // Also a lock that is free again and again may be gone each time before this thread has the interpreter back.
            if found && !too_long {
                return Ok(());
            }
            if too_long {
                let holder = waiting().iter().find(|waiter| waiter.has.contains(&wanted)).map(|w| w.what.clone());
                return Err(Stop::TooLong(limit, holder));
            }
            // Few waits take as long as this.
            listed.get_or_insert_with(|| {
                let number = NUMBER.fetch_add(1, Relaxed);
                waiting().push(Waiter { number, has: has.clone(), what: what() });
                Listed(number)
            });
        }
    }
}

/// Pauses that grow: most locks are held for less than it takes to fall asleep.
#[derive(Default)]
struct Pause(u32);

impl Pause {
    fn once(&mut self) {
        match self.0 {
            0..64 => (0..16).for_each(|_| std::hint::spin_loop()),
            64..80 => std::thread::yield_now(),
            more => sleep(Duration::from_micros(10 << ((more - 80) / 8).min(7))),
        }
        self.0 += 1;
    }
}

/// A clone of what is locked. The lock is given back before anybody uses the clone.
///
/// # Errors
/// As [`take`].
pub(crate) fn cloned<L, G: Deref<Target: Clone + Sized>>(
    lock: &L,
    subject: Subject<'_>,
    attempt: impl Fn() -> TryLockResult<G>,
) -> Result<G::Target> {
    let guard = take(lock, subject, attempt)?;
    // Dropped before the lock is given back.
    let _reading = Reading::of(lock);
    Ok((*guard).clone())
}

/// Puts a value in the place of what is locked, which is returned: it is dropped after the lock has been given back.
///
/// # Errors
/// As [`take`].
pub(crate) fn exchange<L, G: DerefMut<Target: Sized>>(
    lock: &L,
    subject: Subject<'_>,
    attempt: impl Fn() -> TryLockResult<G>,
    value: G::Target,
) -> Result<G::Target> {
    Ok(std::mem::replace(&mut *take(lock, subject, attempt)?, value))
}
