//! Static fields: `.def_rw_static("count", &COUNT)`.
//!
//! A C++ static member is a variable that any thread may change. The Rust counterpart is a `static` that says how: an
//! atomic, a `Mutex` or an `RwLock`. A plain `static` can be read only.
//!
//! How a lock is waited for, and what a clone of its value may do meanwhile, is in
//! [`lock_wait`](crate::interpreter::lock_wait).

use crate::interpreter::lock_wait::{cloned, exchange};
use crate::interpreter::panic::raise;
use crate::python::error::Result;
use crate::python::messages::Subject;
use crate::util::atomics::for_each_atomic;
use std::any::type_name;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, RwLock};

/// A static whose value can be read from Python: atomics, `Mutex<T>`, `RwLock<T>`, and plain numbers and texts.
///
/// ```no_run
/// use nb::prelude::*;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// /// A number with a fraction, in an atomic.
/// pub struct AtomicF64(AtomicU64);
///
/// impl nb::StaticRead for AtomicF64 {
///     type Value = f64;
///     fn read(&self) -> f64 {
///         f64::from_bits(self.0.load(Ordering::SeqCst))
///     }
/// }
/// impl nb::StaticWrite for AtomicF64 {
///     fn write(&self, value: f64) {
///         self.0.store(value.to_bits(), Ordering::SeqCst);
///     }
/// }
///
/// static GAIN: AtomicF64 = AtomicF64(AtomicU64::new(0));
/// struct Amplifier;
/// nb_module!(sound, m, {
///     nb::class_<Amplifier>(m, "Amplifier").def_rw_static("gain", &GAIN);
/// });
/// # fn main() {}
/// ```
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

/// A static whose value can be changed from Python: atomics, `Mutex<T>`, `RwLock<T>`. An example is at [`StaticRead`].
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
    ($($Atomic:ty, $value:ty;)*) => { $(
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

for_each_atomic!(atomics);

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

macro_rules! locks {
    ($($Lock:ident($($bound:tt)+) $try_read:ident $try_write:ident;)*) => { $(
        impl<T: Clone + $($bound)+ + 'static> StaticRead for $Lock<T> {
            type Value = T;
            fn read(&self) -> T {
                self.read_named(type_name::<Self>()).unwrap_or_else(|error| raise(error))
            }
            fn read_named(&self, name: &str) -> Result<T> {
                cloned(self, Subject::Static(name), || self.$try_read())
            }
        }

        impl<T: Clone + $($bound)+ + 'static> StaticWrite for $Lock<T> {
            fn write(&self, value: T) {
                self.write_named(type_name::<Self>(), value).unwrap_or_else(|error| raise(error));
            }
            fn write_named(&self, name: &str, value: T) -> Result<()> {
                exchange(self, Subject::Static(name), || self.$try_write(), value).map(drop)
            }
        }
    )* };
}

locks! {
    Mutex(Send) try_lock try_lock;
    RwLock(Send + Sync) try_read try_write;
}
