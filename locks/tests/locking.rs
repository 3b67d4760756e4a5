//! The locks without Python and without a hook.

use nb_locks::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};
use std::thread;

const THREADS: usize = 8;
const ROUNDS: usize = 20_000;

fn message(panic: Box<dyn Any + Send>) -> String {
    panic.downcast::<&str>().map(|text| text.to_string()).unwrap_or_default()
}

/// The message of the panic that `run` must end with.
fn panics<R>(run: impl FnOnce() -> R) -> String {
    message(catch_unwind(AssertUnwindSafe(|| drop(run()))).unwrap_err())
}

fn together(run: impl Fn(usize) + Sync) {
    let start = Barrier::new(THREADS);
    thread::scope(|s| {
        for thread in 0..THREADS {
            let (start, run) = (&start, &run);
            s.spawn(move || {
                start.wait();
                run(thread);
            });
        }
    });
}

#[test]
fn one_thread_writes_at_a_time() {
    let lock = RwLock::new(0);
    together(|_| {
        for _ in 0..ROUNDS {
            let mut value = lock.write();
            let seen = *value;
            *value = seen + 1;
        }
    });
    assert_eq!(lock.into_inner(), THREADS * ROUNDS);
}

#[test]
fn one_thread_holds_a_mutex() {
    let lock = Mutex::new(0);
    together(|_| {
        for _ in 0..ROUNDS {
            let mut value = lock.lock();
            let seen = *value;
            *value = seen + 1;
        }
    });
    assert_eq!(lock.into_inner(), THREADS * ROUNDS);
}

#[test]
fn readers_see_nothing_half_written() {
    let lock = RwLock::new((0, 0));
    together(|thread| {
        for _ in 0..ROUNDS {
            if thread < 2 {
                let mut pair = lock.write();
                pair.0 += 1;
                pair.1 += 1;
            } else {
                let pair = lock.read();
                let again = lock.read();
                assert_eq!((pair.0, pair.0), (pair.1, again.1));
            }
        }
    });
    assert_eq!(lock.into_inner(), (2 * ROUNDS, 2 * ROUNDS));
}

#[test]
fn readers_read_together() {
    let lock = RwLock::new(7);
    let inside = Barrier::new(THREADS);
    together(|_| {
        let value = lock.read();
        // All are here at once, or none goes on.
        inside.wait();
        assert_eq!(*value, 7);
    });
}

#[test]
fn a_thread_that_would_wait_for_itself_panics() {
    let lock = RwLock::new(1);
    {
        let _reader = lock.read();
        assert_eq!(panics(|| lock.write()), "nb: this thread reads the value that it wants to write");
        assert!(lock.try_write().is_none() && lock.try_read().is_some());
    }
    {
        let _writer = lock.write();
        assert_eq!(panics(|| lock.read()), "nb: this thread writes the value that it wants to read");
        assert_eq!(panics(|| lock.write()), "nb: this thread writes the value already that it wants to write");
        assert!(lock.try_write().is_none() && lock.try_read().is_none());
    }
    *lock.write() += 1;
    assert_eq!(*lock.read(), 2);

    let mutex = Mutex::new(1);
    {
        let _guard = mutex.lock();
        assert_eq!(panics(|| mutex.lock()), "nb: this thread has locked the value already that it wants to lock");
        assert!(mutex.try_lock().is_none());
    }
    assert_eq!(*mutex.lock(), 1);
}

#[test]
fn a_panic_of_a_holder_leaves_no_poison() {
    let lock = RwLock::new(1);
    let mutex = Mutex::new(1);
    // Without `AssertUnwindSafe`: as with std's locks, it is not needed.
    let ended = catch_unwind(|| {
        *lock.write() = 2;
        let _reader = lock.read();
        let _guard = mutex.lock();
        panic!("at work")
    });
    assert_eq!(message(ended.unwrap_err()), "at work");
    assert!(!lock.is_held() && !mutex.is_held());
    *lock.write() += 1;
    *mutex.lock() += 1;
    assert_eq!((*lock.read(), *mutex.lock()), (3, 2));
    assert!(panics(|| -> () { panic!("{}", *mutex.lock()) }).is_empty());
    assert!(mutex.try_lock().is_some());
    assert_eq!((lock.into_inner(), mutex.into_inner()), (3, 2));
}

#[test]
fn guards_end_in_any_order() {
    let (a, b) = (RwLock::new('a'), RwLock::new('b'));
    for order in 0..24 {
        let mut guards = vec![a.read(), b.read(), a.read(), a.read()];
        let mut rest = order;
        while let Some(count) = guards.len().checked_sub(1) {
            let guard = guards.remove(rest % (count + 1));
            rest /= count + 1;
            drop(guard);
            for (lock, name) in [(&a, 'a'), (&b, 'b')] {
                let held = guards.iter().any(|guard| **guard == name);
                assert_eq!(lock.is_held(), held, "order {order}");
                assert_eq!(lock.try_write().is_none(), held, "order {order}");
            }
        }
    }
}

#[test]
fn a_lock_knows_its_own_thread_only() {
    let lock = RwLock::new(1);
    let mutex = Mutex::new(1);
    let held = || (lock.is_held(), lock.is_held_for_writing(), mutex.is_held());
    let elsewhere = || thread::scope(|s| s.spawn(held).join().unwrap());
    let guard = mutex.lock();
    let writer = lock.write();
    assert_eq!((held(), elsewhere()), ((true, true, true), (false, false, false)));
    drop(writer);
    let reader = lock.read();
    assert_eq!((held(), elsewhere()), ((true, false, true), (false, false, false)));
    drop((reader, guard));
    assert_eq!(held(), (false, false, false));
}

#[test]
fn a_forgotten_guard_keeps_its_lock_only() {
    let mut locks = [RwLock::new(1), RwLock::new(2)];
    let mutex = Mutex::new(3);
    mem::forget(locks[0].read());
    mem::forget(mutex.lock());
    assert!(locks[0].is_held() && locks[0].try_write().is_none() && locks[0].try_read().is_some());
    assert!(panics(|| locks[0].write()).contains("reads the value"));
    assert!(mutex.is_held() && panics(|| mutex.lock()).contains("locked the value"));
    // Another lock at the same place is another lock.
    locks[0] = RwLock::new(4);
    assert!(!locks[0].is_held());
    *locks[0].write() += 1;
    mem::forget(locks[1].write());
    assert!(panics(|| locks[1].read()).contains("writes the value"));
    assert_eq!((*locks[0].get_mut(), *locks[1].get_mut(), mutex.into_inner()), (5, 2, 3));
}

#[test]
fn a_lock_of_a_type_is_one_of_its_trait() {
    trait Animal: Send + Sync {
        fn grow(&mut self);
        fn age(&self) -> u32;
    }
    struct Dog(u32);
    impl Animal for Dog {
        fn grow(&mut self) {
            self.0 += 1;
        }
        fn age(&self) -> u32 {
            self.0
        }
    }
    let dog = Arc::new(RwLock::new(Dog(1)));
    let animal: Arc<RwLock<dyn Animal>> = dog.clone();
    animal.write().grow();
    assert_eq!((dog.read().0, animal.read().age()), (2, 2));
    let reader = dog.read();
    assert!(animal.is_held() && animal.try_write().is_none());
    drop(reader);

    let dog = Arc::new(Mutex::new(Dog(1)));
    let animal: Arc<Mutex<dyn Animal>> = dog.clone();
    animal.lock().grow();
    assert_eq!(dog.lock().0, 2);
    assert_eq!(animal.lock().age(), 2);
}

#[test]
fn values_come_in_and_are_shown() {
    let mut lock = RwLock::from(1);
    *lock.get_mut() += 1;
    assert_eq!(format!("{lock:?} {:?} {}", lock.read(), lock.read()), "RwLock(2) 2 2");
    let mut writer = lock.write();
    *writer += 1;
    assert_eq!(format!("{lock:?} {writer:?} {writer}"), "RwLock(<locked>) 3 3");
    assert_eq!(RwLock::<String>::default().into_inner(), "");

    let mut mutex = Mutex::from(1);
    *mutex.get_mut() += 1;
    assert_eq!(format!("{mutex:?}"), "Mutex(2)");
    let guard = mutex.lock();
    assert_eq!(format!("{mutex:?} {guard:?} {guard}"), "Mutex(<locked>) 2 2");
    assert_eq!(Mutex::<String>::default().into_inner(), "");
}

#[test]
fn locks_and_guards_go_where_they_may() {
    fn shared<T: Send + Sync>() {}
    fn lent<T: Sync>() {}
    shared::<RwLock<u8>>();
    shared::<Mutex<std::cell::Cell<u8>>>();
    lent::<(RwLockReadGuard<u8>, RwLockWriteGuard<u8>, MutexGuard<u8>)>();
}

#[test]
fn a_thread_may_lock_while_it_ends() {
    static LOCK: RwLock<u32> = RwLock::new(0);
    static MUTEX: Mutex<u32> = Mutex::new(0);
    struct AtEnd;
    impl Drop for AtEnd {
        fn drop(&mut self) {
            // The list of what this thread reads has ended.
            drop((LOCK.read(), LOCK.read()));
            *LOCK.write() += 1;
            *MUTEX.lock() += 1;
        }
    }
    thread_local!(static AT_END: AtEnd = const { AtEnd });
    thread::spawn(|| {
        AT_END.with(|_| ());
        drop((LOCK.read(), LOCK.read()));
    })
    .join()
    .unwrap();
    assert_eq!((*LOCK.read(), *MUTEX.lock()), (1, 1));
}
