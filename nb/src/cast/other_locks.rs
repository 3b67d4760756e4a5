//! The locks of `nb_locks`, and with the feature `lock_api` those of `lock_api`, of which `parking_lot`'s are a kind.

use crate::cast::sharable::locks;
use nb_locks::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

locks! {
    [] RwLock<T> as "nb_locks::RwLock" of RwLock<()>;
    read RwLockReadGuard<'a, T> = |lock| lock.try_read();
    write RwLockWriteGuard<'a, T> = |lock| lock.try_write();
    new |value| RwLock::new(value);
    into |lock| lock.into_inner();
    held |lock, exclusive| if exclusive { lock.is_held() } else { lock.is_held_for_writing() };

    [] Mutex<T> as "nb_locks::Mutex" of Mutex<()>;
    read MutexGuard<'a, T> = |lock| lock.try_lock();
    write MutexGuard<'a, T> = |lock| lock.try_lock();
    new |value| Mutex::new(value);
    into |lock| lock.into_inner();
    held |lock, _exclusive| lock.is_held();
}

#[cfg(feature = "lock_api")]
mod of_lock_api {
    use crate::cast::sharable::locks;
    use lock_api::{Mutex, MutexGuard, RawMutex, RawRwLock, RwLock, RwLockReadGuard, RwLockWriteGuard};

    locks! {
        [R: RawRwLock + Send + Sync + 'static] RwLock<R, T> as "lock_api::RwLock" of RwLock<R, ()>;
        read RwLockReadGuard<'a, R, T> = |lock| lock.try_read();
        write RwLockWriteGuard<'a, R, T> = |lock| lock.try_write();
        new |value| RwLock::new(value);
        into |lock| lock.into_inner();

        [R: RawMutex + Send + Sync + 'static] Mutex<R, T> as "lock_api::Mutex" of Mutex<R, ()>;
        read MutexGuard<'a, R, T> = |lock| lock.try_lock();
        write MutexGuard<'a, R, T> = |lock| lock.try_lock();
        new |value| Mutex::new(value);
        into |lock| lock.into_inner();
    }
}
