//! Fields that change through a shared reference: atomics, `Mutex`, `RwLock`, and `OnceLock`, which Python can read.
//!
//! Python sees their value. Since they are written without a `&mut` to their owner, an assignment works on a value that native code
//! shares as an `Arc<T>`. What is in a lock is copied or exchanged while the lock is held, and converted or dropped after.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member::{At, Member};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::lock_wait::{cloned, exchange};
use crate::python::error::Result;
use crate::python::messages::Subject;
use crate::rv_policy;
use crate::util::atomics::for_each_atomic;
use std::ptr;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

/// A `Param` that converts as that of the value does, and wraps it.
macro_rules! wraps {
    ($value:ty, $new:expr, $write:expr) => {
        type Item<'a> = Self;
        type Lent<'object, 'call> = Self;
        type Stage = <$value as Param<D>>::Stage;
        const NULLABLE: bool = <$value as Param<D>>::NULLABLE;
        const BORROWS: bool = <$value as Param<D>>::BORROWS;
        const CODE: u8 = <$value as Param<D>>::CODE;
        const REFUSES_NONE: bool = <$value as Param<D>>::REFUSES_NONE;
        const ASKS_FLAGS: bool = <$value as Param<D>>::ASKS_FLAGS;
        const CALLS_OUT: bool = <$value as Param<D>>::CALLS_OUT;
        const LEND_CALLS_OUT: bool = <$value as Param<D>>::LEND_CALLS_OUT;
        const HOLDS: bool = <$value as Param<D>>::HOLDS;
        const VALUE: bool = <$value as Param<D>>::VALUE;
        const WRITE_SHARED: Option<fn(&Self, Self, &str) -> Result<Self>> = Some($write);

        fn describe(text: &mut SigText<'_>) {
            <$value as Param<D>>::describe(text);
        }

        unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
            // SAFETY: caller's contract.
            unsafe { <$value as Param<D>>::convert(src, flags, cx) }
        }

        fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
            <$value as Param<D>>::acquire(stage, cx)
        }

        unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self {
            // SAFETY: caller's contract.
            $new(unsafe { <$value as Param<D>>::lend(stage, cx) })
        }
    };
}

macro_rules! atomics {
    ($($Atomic:ty, $value:ty;)*) => { $(
        // SAFETY: delegates to the number's.
        unsafe impl<D> Param<D> for $Atomic {
            wraps! { $value, <$Atomic>::new, |field, value, _name| {
                Ok(<$Atomic>::new(field.swap(value.into_inner(), Ordering::SeqCst)))
            } }
        }

        // SAFETY: a new reference, or null.
        unsafe impl<D> Member<D> for $Atomic {
            fn describe(text: &mut SigText<'_>) {
                <$value as Ret<D, rv_policy::automatic>>::describe(text);
            }

            unsafe fn get(value: &Self, _at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { <$value as Ret<D, rv_policy::automatic>>::put(value.load(Ordering::SeqCst), cx) }
            }
        }
    )* };
}

for_each_atomic!(atomics);

macro_rules! locks {
    ($($Lock:ident $try_read:ident $try_write:ident;)*) => { $(
        // SAFETY: delegates to the value's.
        unsafe impl<D, V: for<'a> Param<D, Item<'a> = V>> Param<D> for $Lock<V> {
            wraps! { V, $Lock::new, |field, value, name| {
                let value = value.into_inner().unwrap_or_else(PoisonError::into_inner);
                exchange(field, Subject::Field(name), || field.$try_write(), value).map($Lock::new)
            } }
        }

        // SAFETY: a new reference, or null.
        unsafe impl<D, V: Clone + Ret<D, rv_policy::automatic> + 'static> Member<D> for $Lock<V> {
            fn copies() -> bool {
                V::COPIES
            }

            fn describe(text: &mut SigText<'_>) {
                V::describe(text);
            }

            unsafe fn get(value: &Self, _at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                let name = cx.function_name();
                match cloned(value, Subject::Field(&name), || value.$try_read()) {
                    // SAFETY: caller's contract.
                    Ok(clone) => unsafe { V::put(clone, cx) },
                    Err(error) => {
                        error.restore();
                        ptr::null_mut()
                    }
                }
            }
        }
    )* };
}

locks! {
    Mutex try_lock try_lock;
    RwLock try_read try_write;
}

/// `None` until native code has set it.
// SAFETY: a new reference, or null.
unsafe impl<D, V: Clone + Ret<D, rv_policy::automatic> + 'static> Member<D> for OnceLock<V> {
    fn copies() -> bool {
        V::COPIES
    }

    fn describe(text: &mut SigText<'_>) {
        <Option<V> as Ret<D, rv_policy::automatic>>::describe(text);
    }

    unsafe fn get(value: &Self, _at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <Option<V> as Ret<D, rv_policy::automatic>>::put(value.get().cloned(), cx) }
    }
}
