//! Static fields: `.def_rw_static("count", &COUNT)`.
//!
//! A C++ static member is a variable that any thread may change. The Rust counterpart is a `static` that says how: an
//! atomic, a `Mutex` or an `RwLock`. A plain `static` can be read only.

use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
    AtomicUsize, Ordering,
};
use std::sync::{Mutex, PoisonError, RwLock};

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

impl<T: Clone + Send + 'static> StaticRead for Mutex<T> {
    type Value = T;
    fn read(&self) -> T {
        self.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T: Clone + Send + 'static> StaticWrite for Mutex<T> {
    fn write(&self, value: T) {
        let old = std::mem::replace(&mut *self.lock().unwrap_or_else(PoisonError::into_inner), value);
        drop(old);
    }
}

impl<T: Clone + Send + Sync + 'static> StaticRead for RwLock<T> {
    type Value = T;
    fn read(&self) -> T {
        RwLock::read(self).unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T: Clone + Send + Sync + 'static> StaticWrite for RwLock<T> {
    fn write(&self, value: T) {
        let old = std::mem::replace(&mut *RwLock::write(self).unwrap_or_else(PoisonError::into_inner), value);
        drop(old);
    }
}
