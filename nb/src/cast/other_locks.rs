//! The locks of `nb_locks`, and with the feature `lock_api` those of `lock_api`, of which `parking_lot`'s are a kind.

use crate::cast::sharable::{Guarding, locks};

impl<T: ?Sized + Send + Sync + 'static> Guarding for nb_locks::RwLock<T> {
    type Value = T;
    type Family = nb_locks::RwLock<()>;
    const NAME: &'static str = "nb_locks::RwLock";
    type Read<'a> = nb_locks::RwLockReadGuard<'a, T>;
    type Write<'a> = nb_locks::RwLockWriteGuard<'a, T>;

    fn try_read(&self) -> Option<Self::Read<'_>> {
        nb_locks::RwLock::try_read(self)
    }

    fn try_write(&self) -> Option<Self::Write<'_>> {
        nb_locks::RwLock::try_write(self)
    }

    fn is_held(&self, exclusive: bool) -> bool {
        if exclusive { nb_locks::RwLock::is_held(self) } else { self.is_held_for_writing() }
    }
}

impl<T: ?Sized + Send + Sync + 'static> Guarding for nb_locks::Mutex<T> {
    type Value = T;
    type Family = nb_locks::Mutex<()>;
    const NAME: &'static str = "nb_locks::Mutex";
    type Read<'a> = nb_locks::MutexGuard<'a, T>;
    type Write<'a> = nb_locks::MutexGuard<'a, T>;

    fn try_read(&self) -> Option<Self::Read<'_>> {
        self.try_lock()
    }

    fn try_write(&self) -> Option<Self::Write<'_>> {
        self.try_lock()
    }

    fn is_held(&self, _exclusive: bool) -> bool {
        nb_locks::Mutex::is_held(self)
    }
}

locks! {
    [] nb_locks::RwLock<T>, |value| nb_locks::RwLock::new(value), |lock| lock.into_inner();
    [] nb_locks::Mutex<T>, |value| nb_locks::Mutex::new(value), |lock| lock.into_inner();
}

#[cfg(feature = "lock_api")]
mod of_lock_api {
    use crate::cast::sharable::{Guarding, locks};
    use lock_api::{Mutex, MutexGuard, RawMutex, RawRwLock, RwLock, RwLockReadGuard, RwLockWriteGuard};

    impl<R: RawRwLock + Send + Sync + 'static, T: ?Sized + Send + Sync + 'static> Guarding for RwLock<R, T> {
        type Value = T;
        type Family = RwLock<R, ()>;
        const NAME: &'static str = "lock_api::RwLock";
        type Read<'a> = RwLockReadGuard<'a, R, T>;
        type Write<'a> = RwLockWriteGuard<'a, R, T>;

        fn try_read(&self) -> Option<Self::Read<'_>> {
            RwLock::try_read(self)
        }

        fn try_write(&self) -> Option<Self::Write<'_>> {
            RwLock::try_write(self)
        }
    }

    impl<R: RawMutex + Send + Sync + 'static, T: ?Sized + Send + Sync + 'static> Guarding for Mutex<R, T> {
        type Value = T;
        type Family = Mutex<R, ()>;
        const NAME: &'static str = "lock_api::Mutex";
        type Read<'a> = MutexGuard<'a, R, T>;
        type Write<'a> = MutexGuard<'a, R, T>;

        fn try_read(&self) -> Option<Self::Read<'_>> {
            self.try_lock()
        }

        fn try_write(&self) -> Option<Self::Write<'_>> {
            self.try_lock()
        }
    }

    locks! {
        [R: RawRwLock + Send + Sync + 'static] RwLock<R, T>, |value| RwLock::new(value), |lock| lock.into_inner();
        [R: RawMutex + Send + Sync + 'static] Mutex<R, T>, |value| Mutex::new(value), |lock| lock.into_inner();
    }
}
