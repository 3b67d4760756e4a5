//! Constructors that share the value behind a lock from the start: `nb::init(|| Arc::new(RwLock::new(Dog::new())))`.

use crate::cast::sharable::{thin, thin_lock};
use crate::class::construct::{Construct, Empty};
use crate::python::error::{self, Error};
use std::fmt::Display;
use std::sync::Arc;

macro_rules! locked {
    ($([$($generics:tt)*] $Lock:ty;)*) => { $(
        impl<T: Send + Sync + 'static, $($generics)*> Construct<T> for Arc<$Lock> {
            unsafe fn put_in(self, instance: Empty<T>) -> Result<(), Error> {
                // SAFETY: caller's contract.
                unsafe { instance.fill_locked(thin_lock(self, thin::<$Lock>())) };
                Ok(())
            }
        }

        impl<T: Send + Sync + 'static, Failed: Display + 'static, $($generics)*> Construct<T> for Result<Arc<$Lock>, Failed> {
            const DECLINES: bool = true;

            unsafe fn put_in(self, instance: Empty<T>) -> Result<(), Error> {
                // SAFETY: caller's contract.
                unsafe { self.map_err(error::from_display)?.put_in(instance) }
            }
        }
    )* };
}

locked! {
    [] std::sync::RwLock<T>;
    [] std::sync::Mutex<T>;
    [] nb_locks::RwLock<T>;
    [] nb_locks::Mutex<T>;
}
#[cfg(feature = "lock_api")]
locked! {
    [R: lock_api::RawRwLock + Send + Sync + 'static] lock_api::RwLock<R, T>;
    [R: lock_api::RawMutex + Send + Sync + 'static] lock_api::Mutex<R, T>;
}
