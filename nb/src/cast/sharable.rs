//! [`Sharable`]: what an `Arc` may hold that Python shares: a bound class, or a lock around one. [`Guarding`]: the locks.

use crate::instance::lock::{Lock, LockOps, Room};
use std::any::TypeId;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr;
use std::sync::{self, Arc, Mutex, RwLock, TryLockError, TryLockResult};

/// What an `Arc` may hold that Python objects and native code own together: a value of a bound class, which is read only then, or
/// a lock around one, `Arc<RwLock<T>>` or `Arc<Mutex<T>>`, which both sides may modify.
///
/// `nb::class_<T>` implements it for `T`, nb for the locks of std, of `nb_locks`, and with the feature `lock_api` for those of `lock_api` and thereby of
/// `parking_lot`. nanobind's counterpart is `std::shared_ptr<T>`, with or without a mutex in `T`.
///
/// # Safety
/// What is not `Value` itself has a `LOCK` made for it by this crate, and may be used on any thread if `Value` may.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class that this extension binds, nor a lock around one",
    label = "an `Arc` that crosses to Python holds a bound class, a lock around one, or a number, a text or another value that is no container",
    note = "bind it with `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`, or with `nb_class!({Self}, \"Name\", {{ .. }});` in any file of the crate",
    note = "for a value that Python and native code both modify, bind `T` and pass `Arc<RwLock<T>>` or `Arc<Mutex<T>>`; a `RefCell` cannot be shared with Python, which uses values on any thread",
    note = "functions over a trait object need a trampoline for the trait, which lets Python classes implement it: `nb_trampoline!(PyBase: Base, dyn Trait);`"
)]
pub unsafe trait Sharable<D>: Sized + 'static {
    /// The bound class; the type itself if it is converted, so that nothing is shared.
    type Value;
    /// What becomes of the value.
    #[doc(hidden)]
    type By;
    #[doc(hidden)]
    const LOCK: Option<&'static LockOps> = None;
    /// Puts a value behind the lock.
    #[doc(hidden)]
    fn wrap(_value: Self::Value) -> Self {
        unreachable!("asked of locks only")
    }
}

/// A lock around a value, in whatever `Arc` it is.
pub trait Guarding: Send + Sync + 'static {
    /// What it is around.
    type Value: ?Sized + 'static;
    /// The same for all values.
    type Family: 'static;
    /// As messages call it.
    const NAME: &'static str;
    /// What [`try_read`](Self::try_read) gives.
    type Read<'a>: Deref<Target = Self::Value>;
    /// What [`try_write`](Self::try_write) gives.
    type Write<'a>: DerefMut<Target = Self::Value>;
    /// Locks for reading, if that is possible at once.
    fn try_read(&self) -> Option<Self::Read<'_>>;
    /// Locks for writing, if that is possible at once.
    fn try_write(&self) -> Option<Self::Write<'_>>;
    /// As [`LockOps::is_held`].
    fn is_held(&self, _exclusive: bool) -> bool {
        false
    }
}

/// A lock around a value of known size.
pub(crate) trait Wrapping: Guarding<Value: Sized> + Sized {
    fn wrap(value: Self::Value) -> Self;
    fn unwrap(self) -> Self::Value;
}

/// What stands for an `Arc` of a lock.
pub(crate) trait Handle<L: Guarding + ?Sized> {
    /// The lock.
    ///
    /// # Safety
    /// The `Arc` lives for `'a`.
    unsafe fn lock<'a>(handle: usize) -> &'a L;
}

/// What `Arc::into_raw` gives.
pub(crate) struct Thin;

impl<L: Guarding> Handle<L> for Thin {
    unsafe fn lock<'a>(handle: usize) -> &'a L {
        // SAFETY: the address is that of the lock.
        unsafe { &*(handle as *const L) }
    }
}

/// A box of the `Arc`, whose pointer has two words.
pub(crate) struct Fat;

impl<L: Guarding + ?Sized> Handle<L> for Fat {
    unsafe fn lock<'a>(handle: usize) -> &'a L {
        // SAFETY: the address is that of the box's `Arc`.
        unsafe { &*(handle as *const Arc<L>) }
    }
}

/// # Safety
/// As [`LockOps::try_lock`].
unsafe fn try_lock<L: Guarding + ?Sized, H: Handle<L>>(handle: usize, exclusive: bool, room: *mut Room) -> *mut u8 {
    const {
        assert!(
            size_of::<L::Read<'static>>() <= size_of::<Room>() && align_of::<L::Read<'static>>() <= align_of::<Room>()
        );
        assert!(
            size_of::<L::Write<'static>>() <= size_of::<Room>()
                && align_of::<L::Write<'static>>() <= align_of::<Room>()
        );
    }
    // SAFETY: the caller keeps the `Arc` until the guard is dropped, and there is room for it. For changes, the pointer comes from the
    // guard's `&mut`.
    unsafe {
        let lock: &'static L = H::lock(handle);
        if exclusive {
            let Some(mut guard) = lock.try_write() else { return ptr::null_mut() };
            let value = ptr::from_mut(&mut *guard).cast::<u8>();
            room.cast::<L::Write<'static>>().write(guard);
            value
        } else {
            let Some(guard) = lock.try_read() else { return ptr::null_mut() };
            let value = ptr::from_ref(&*guard).cast::<u8>();
            room.cast::<L::Read<'static>>().write(guard);
            value.cast_mut()
        }
    }
}

/// # Safety
/// As [`LockOps::unlock`].
unsafe fn unlock<L: Guarding + ?Sized>(room: *mut Room, exclusive: bool) {
    // SAFETY: what `try_lock` has written.
    unsafe {
        if exclusive {
            room.cast::<L::Write<'static>>().drop_in_place();
        } else {
            room.cast::<L::Read<'static>>().drop_in_place();
        }
    }
}

/// # Safety
/// As [`LockOps::is_held`].
unsafe fn is_held<L: Guarding + ?Sized, H: Handle<L>>(handle: usize, exclusive: bool) -> bool {
    // SAFETY: caller's contract.
    unsafe { H::lock(handle) }.is_held(exclusive)
}

/// The functions for an `Arc<L>`.
pub(crate) const fn thin<L: Wrapping>() -> &'static LockOps {
    /// # Safety
    /// As [`LockOps::release`].
    unsafe fn release<L>(handle: usize) {
        // SAFETY: caller's contract.
        unsafe { drop(Arc::from_raw(handle as *const L)) }
    }
    /// # Safety
    /// As [`LockOps::is_sole`].
    unsafe fn is_sole<L>(handle: usize) -> bool {
        // SAFETY: the count stays with the caller.
        let mut arc = ManuallyDrop::new(unsafe { Arc::from_raw(handle as *const L) });
        Arc::get_mut(&mut arc).is_some()
    }
    /// # Safety
    /// As [`LockOps::take`].
    unsafe fn take<L: Wrapping>(handle: usize) -> *mut u8 {
        // SAFETY: caller's contract.
        let lock = Arc::into_inner(unsafe { Arc::from_raw(handle as *const L) }).expect("the only count");
        Box::into_raw(Box::new(lock.unwrap())).cast()
    }
    const {
        &LockOps {
            family: TypeId::of::<L::Family>(),
            name: L::NAME,
            try_lock: try_lock::<L, Thin>,
            unlock: unlock::<L>,
            is_held: is_held::<L, Thin>,
            release: release::<L>,
            is_sole: is_sole::<L>,
            take: take::<L>,
        }
    }
}

/// The functions for an `Arc<L>` whose value is a trait object.
pub(crate) const fn fat<L: Guarding + ?Sized>() -> &'static LockOps {
    /// # Safety
    /// As [`LockOps::release`].
    unsafe fn release<L: ?Sized>(handle: usize) {
        // SAFETY: caller's contract.
        unsafe { drop(Box::from_raw(handle as *mut Arc<L>)) }
    }
    /// # Safety
    /// As [`LockOps::is_sole`].
    unsafe fn is_sole<L: ?Sized>(handle: usize) -> bool {
        // SAFETY: the box is the caller's.
        Arc::get_mut(unsafe { &mut *(handle as *mut Arc<L>) }).is_some()
    }
    /// # Safety
    /// As [`LockOps::take`].
    unsafe fn take(_handle: usize) -> *mut u8 {
        ptr::null_mut()
    }
    const {
        &LockOps {
            family: TypeId::of::<L::Family>(),
            name: L::NAME,
            try_lock: try_lock::<L, Fat>,
            unlock: unlock::<L>,
            is_held: is_held::<L, Fat>,
            release: release::<L>,
            is_sole: is_sole::<L>,
            take,
        }
    }
}

/// What stands for an `Arc` of a lock around a value of known size; it takes the count over.
pub(crate) fn thin_lock<L>(arc: Arc<L>, ops: &'static LockOps) -> Lock {
    let handle = Arc::into_raw(arc) as usize;
    Lock { ops, address: handle, handle }
}

/// What stands for an `Arc` of a lock around a trait object; it takes the count over.
pub(crate) fn fat_lock<L: Guarding + ?Sized>(arc: Arc<L>) -> Lock {
    let address = Arc::as_ptr(&arc).cast::<u8>() as usize;
    Lock { ops: fat::<L>(), address, handle: Box::into_raw(Box::new(arc)) as usize }
}

/// A guard, whether or not a holder has panicked before: what it has left behind can be read and overwritten, as elsewhere.
fn got<G>(attempt: TryLockResult<G>) -> Option<G> {
    match attempt {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Says how locks are locked and unlocked, and what goes in and out of them:
///
/// - the kind, with the generics that it has besides `T`, its [`NAME`](Guarding::NAME), and its [`Family`](Guarding::Family),
/// - the guards for reading and for writing, whose lifetime is `'a`, and how one is got if that is possible at once,
/// - how a lock is made of a value, and the other way round,
/// - for those that know who has them, how they are asked whether it is this thread, for writing only or not.
macro_rules! locks {
    ($(
        [$($generics:tt)*] $Lock:ty as $name:literal of $Family:ty;
        read $Read:ty = |$of_read:ident| $try_read:expr;
        write $Write:ty = |$of_write:ident| $try_write:expr;
        new |$value:ident| $new:expr;
        into |$into_of:ident| $into:expr;
        $(held |$held_of:ident, $exclusive:ident| $held:expr;)?
    )*) => { $(
        impl<T: ?Sized + Send + Sync + 'static, $($generics)*> $crate::cast::sharable::Guarding for $Lock {
            type Value = T;
            type Family = $Family;
            const NAME: &'static str = $name;
            type Read<'a> = $Read;
            type Write<'a> = $Write;

            fn try_read(&self) -> Option<Self::Read<'_>> {
                let $of_read = self;
                $try_read
            }

            fn try_write(&self) -> Option<Self::Write<'_>> {
                let $of_write = self;
                $try_write
            }

            $(
                fn is_held(&self, $exclusive: bool) -> bool {
                    let $held_of = self;
                    $held
                }
            )?
        }

        impl<T: Send + Sync + 'static, $($generics)*> $crate::cast::sharable::Wrapping for $Lock {
            fn wrap($value: T) -> Self {
                $new
            }

            fn unwrap(self) -> T {
                let $into_of = self;
                $into
            }
        }

        // SAFETY: the functions are made for this lock.
        unsafe impl<D, T: $crate::cast::class_trait::Class<D>, $($generics)*> $crate::cast::sharable::Sharable<D> for $Lock {
            type Value = T;
            type By = $crate::cast::bound::ByMark;
            const LOCK: Option<&'static $crate::instance::lock::LockOps> = Some($crate::cast::sharable::thin::<$Lock>());

            fn wrap(value: T) -> Self {
                <Self as $crate::cast::sharable::Wrapping>::wrap(value)
            }
        }
    )* };
}

pub(crate) use locks;

locks! {
    [] RwLock<T> as "RwLock" of RwLock<()>;
    read sync::RwLockReadGuard<'a, T> = |lock| got(lock.try_read());
    write sync::RwLockWriteGuard<'a, T> = |lock| got(lock.try_write());
    new |value| RwLock::new(value);
    into |lock| lock.into_inner().unwrap_or_else(sync::PoisonError::into_inner);

    [] Mutex<T> as "Mutex" of Mutex<()>;
    read sync::MutexGuard<'a, T> = |lock| got(lock.try_lock());
    write sync::MutexGuard<'a, T> = |lock| got(lock.try_lock());
    new |value| Mutex::new(value);
    into |lock| lock.into_inner().unwrap_or_else(sync::PoisonError::into_inner);
}
