//! Static fields: `.def_rw_static("count", &COUNT)`.
//!
//! A C++ static member is a variable that any thread may change. The Rust counterpart is a `static` that says how: an
//! atomic, a `Mutex` or an `RwLock`. A plain `static` can be read only.
//!
//! The value of a lock is cloned while the lock is held, and a `Clone` may run Python code, which may ask for the static
//! again or let other threads run. So nobody waits for such a lock with the interpreter, and a thread that holds one does not
//! wait at all: it gets an exception.

use crate::interpreter::gil::gil_scoped_release;
use crate::interpreter::panic::raise;
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::python::object::is_attached;
use std::any::type_name;
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
    AtomicUsize, Ordering,
};
use std::sync::{Mutex, RwLock, TryLockError, TryLockResult};

/// A static whose value can be read from Python: atomics, `Mutex<T>`, `RwLock<T>`, and plain numbers and texts.
#[diagnostic::on_unimplemented(
    message = "a static of type `{Self}` cannot be read from Python",
    label = "this static has the type `{Self}`",
    note = "use a number, a `&'static str`, an atomic, `Mutex<T>` or `RwLock<T>` with `T: Clone`, or bind functions with `def_prop_ro_static`"
)]
pub trait StaticRead: Sync + 'static {
    /// What Python sees.
    type Value;
    /// The current value.
    fn read(&self) -> Self::Value;
    /// As [`read`](Self::read), for the attribute of this name: an error where the wait for the value would have no end.
    #[doc(hidden)]
    fn read_named(&self, _name: &str) -> Result<Self::Value> {
        Ok(self.read())
    }
}

/// A static whose value can be changed from Python: atomics, `Mutex<T>`, `RwLock<T>`.
#[diagnostic::on_unimplemented(
    message = "a static of type `{Self}` cannot be changed from Python",
    label = "this static has the type `{Self}`",
    note = "make it an atomic, a `Mutex<T>` or an `RwLock<T>`, or bind it with `def_ro_static`"
)]
pub trait StaticWrite: StaticRead {
    /// Stores a new value; the old one is dropped after the lock is released.
    fn write(&self, value: Self::Value);
    /// As [`read_named`](StaticRead::read_named).
    #[doc(hidden)]
    fn write_named(&self, _name: &str, value: Self::Value) -> Result<()> {
        self.write(value);
        Ok(())
    }
}

macro_rules! atomics {
    ($($Atomic:ident $value:ty;)*) => { $(
        impl StaticRead for $Atomic {
            type Value = $value;
            fn read(&self) -> $value {
                self.load(Ordering::SeqCst)
            }
        }
        impl StaticWrite for $Atomic {
            fn write(&self, value: $value) {
                self.store(value, Ordering::SeqCst);
            }
        }
    )* };
}

atomics! {
    AtomicBool bool;
    AtomicI8 i8;
    AtomicI16 i16;
    AtomicI32 i32;
    AtomicI64 i64;
    AtomicIsize isize;
    AtomicU8 u8;
    AtomicU16 u16;
    AtomicU32 u32;
    AtomicU64 u64;
    AtomicUsize usize;
}

macro_rules! constants {
    ($($ty:ty)*) => { $(
        impl StaticRead for $ty {
            type Value = $ty;
            fn read(&self) -> $ty {
                *self
            }
        }
    )* };
}

constants!(bool i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 char &'static str);

thread_local! {
    /// The addresses of the locks whose values this thread is cloning.
    static READING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
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

/// Takes a lock; `wait` returns when it may be free.
///
/// A thread that is cloning the value of a lock is refused what it would have to wait for: the lock may be its own, or that
/// of a thread which waits for this one. All others wait without the interpreter, which the thread with the lock may need.
/// They do not keep the lock that they have waited for, since nobody may wait for the interpreter with it: a function that
/// has the interpreter may want the lock.
fn take<L, G>(lock: &L, name: &str, attempt: impl Fn() -> TryLockResult<G>, wait: impl Fn() + Sync) -> Result<G> {
    loop {
        match attempt() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
        let (busy, own) =
            READING.with_borrow(|list| (!list.is_empty(), list.contains(&(std::ptr::from_ref(lock) as usize))));
        if busy {
            return Err(runtime_error(messages::static_in_use(name, own)));
        }
        if is_attached() {
            gil_scoped_release::run(&wait);
        } else {
            wait();
        }
    }
}

/// A clone of what is locked.
fn copy<L, G: Deref<Target: Clone + Sized>>(lock: &L, guard: G) -> G::Target {
    // Dropped before the lock is given back.
    let _reading = Reading::of(lock);
    (*guard).clone()
}

macro_rules! locks {
    ($($Lock:ident($($bound:tt)+) $read:ident $try_read:ident $write:ident $try_write:ident;)*) => { $(
        impl<T: Clone + $($bound)+ + 'static> StaticRead for $Lock<T> {
            type Value = T;
            fn read(&self) -> T {
                self.read_named(type_name::<Self>()).unwrap_or_else(|error| raise(error))
            }
            fn read_named(&self, name: &str) -> Result<T> {
                let wait = || drop($Lock::$read(self));
                Ok(copy(self, take(self, name, || self.$try_read(), wait)?))
            }
        }

        impl<T: Clone + $($bound)+ + 'static> StaticWrite for $Lock<T> {
            fn write(&self, value: T) {
                self.write_named(type_name::<Self>(), value).unwrap_or_else(|error| raise(error));
            }
            fn write_named(&self, name: &str, value: T) -> Result<()> {
                let wait = || drop($Lock::$write(self));
                let old = std::mem::replace(&mut *take(self, name, || self.$try_write(), wait)?, value);
                drop(old);
                Ok(())
            }
        }
    )* };
}

locks! {
    Mutex(Send) lock try_lock lock try_lock;
    RwLock(Send + Sync) read try_read write try_write;
}
