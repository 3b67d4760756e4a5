//! The hook, which is one for the process; it plays the interpreter's part.

use nb_locks::{Mutex, RwLock, waiting_hook};
use std::cell::{Cell, RefCell};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Condvar, mpsc};
use std::thread;
use std::time::Duration;

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
    static BEFORE: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    static AFTER: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    static ATTACHED: Cell<bool> = const { Cell::new(false) };
}

fn run(what: &RefCell<Option<Box<dyn Fn()>>>) {
    if let Some(what) = &*what.borrow() {
        what();
    }
}

fn hook(wait: &mut dyn FnMut()) {
    CALLS.set(CALLS.get() + 1);
    BEFORE.with(run);
    let attached = ATTACHED.get();
    if attached {
        Interpreter::detach();
    }
    wait();
    AFTER.with(run);
    if attached {
        Interpreter::attach();
    }
}

/// What one thread has at a time.
struct Interpreter;

static TAKEN: std::sync::Mutex<bool> = std::sync::Mutex::new(false);
static FREE: Condvar = Condvar::new();

impl Interpreter {
    fn attach() {
        let taken = TAKEN.lock().unwrap();
        *FREE.wait_while(taken, |taken| *taken).unwrap() = true;
        ATTACHED.set(true);
    }

    fn detach() {
        ATTACHED.set(false);
        *TAKEN.lock().unwrap() = false;
        FREE.notify_one();
    }
}

/// A thread that is about to wait says so; a moment later it does.
fn says_when_it_waits() -> (impl Fn() + 'static, impl Fn()) {
    let (waits, waiting) = mpsc::channel();
    let told = move || waits.send(()).unwrap();
    let until = move || {
        waiting.recv().unwrap();
        thread::sleep(Duration::from_millis(50));
    };
    (told, until)
}

#[test]
fn the_hook_is_called_when_a_thread_waits_and_only_then() {
    waiting_hook(hook);
    waiting_hook(|_| panic!("the first hook stays"));
    let (lock, mutex) = (RwLock::new(1), Mutex::new(1));
    drop((lock.read(), lock.read()));
    drop(lock.write());
    drop(mutex.lock());
    let held = (lock.read(), mutex.lock());
    assert!(lock.try_write().is_none() && mutex.try_lock().is_none());
    assert_eq!(CALLS.get(), 0);
    drop(held);

    type Take = fn(&RwLock<i32>, &Mutex<i32>);
    let cases: [Take; 3] = [|lock, _| drop(lock.read()), |lock, _| drop(lock.write()), |_, mutex| drop(mutex.lock())];
    for take in cases {
        let (told, until) = says_when_it_waits();
        thread::scope(|s| {
            let held = (lock.write(), mutex.lock());
            let waiter = s.spawn(|| {
                BEFORE.set(Some(Box::new(told)));
                take(&lock, &mutex);
                CALLS.get()
            });
            until();
            assert!(!waiter.is_finished());
            drop(held);
            assert_eq!(waiter.join().unwrap(), 1);
        });
    }
    assert_eq!(CALLS.get(), 0);
}

#[test]
fn a_thread_comes_back_from_its_wait_without_the_lock() {
    waiting_hook(hook);
    static LOCK: RwLock<i32> = RwLock::new(1);
    static MUTEX: Mutex<i32> = Mutex::new(1);
    fn free() {
        let others = thread::spawn(|| LOCK.try_write().is_some() && MUTEX.try_lock().is_some());
        assert!(others.join().unwrap() && !LOCK.is_held() && !MUTEX.is_held());
    }
    for take in [|| drop(LOCK.read()), || drop(LOCK.write()), || drop(MUTEX.lock())] {
        let (told, until) = says_when_it_waits();
        let held = (LOCK.write(), MUTEX.lock());
        let waiter = thread::spawn(move || {
            BEFORE.set(Some(Box::new(told)));
            AFTER.set(Some(Box::new(free)));
            take();
        });
        until();
        // In this order: the thread that waits for the mutex looks at the other lock as well.
        let (writer, guard) = held;
        drop(writer);
        drop(guard);
        waiter.join().unwrap();
    }
}

#[test]
fn a_thread_that_finds_the_lock_taken_again_waits_again() {
    waiting_hook(hook);
    static LOCK: RwLock<i32> = RwLock::new(1);
    let (told, until) = says_when_it_waits();
    let (back, came_back) = mpsc::channel();
    let (go, gone) = mpsc::channel();
    let held = LOCK.write();
    let waiter = thread::spawn(move || {
        BEFORE.set(Some(Box::new(told)));
        AFTER.set(Some(Box::new(move || {
            back.send(()).unwrap();
            gone.recv().unwrap();
        })));
        let value = *LOCK.read();
        (value, CALLS.get())
    });
    until();
    drop(held);
    came_back.recv().unwrap();
    let mut held = LOCK.write();
    go.send(()).unwrap();
    until();
    *held = 2;
    drop(held);
    go.send(()).unwrap();
    assert_eq!(waiter.join().unwrap(), (2, 2));
}

#[test]
fn who_reads_may_read_again_while_another_waits_to_write() {
    waiting_hook(hook);
    let lock = RwLock::new(1);
    let (told, until) = says_when_it_waits();
    thread::scope(|s| {
        let first = lock.read();
        let writer = s.spawn(|| {
            BEFORE.set(Some(Box::new(told)));
            *lock.write() = 2;
        });
        until();
        let second = lock.read();
        assert!(lock.try_read().is_some());
        // The later guard outlives the first.
        drop(first);
        thread::sleep(Duration::from_millis(20));
        assert!(!writer.is_finished() && *second == 1);
        drop(second);
        writer.join().unwrap();
    });
    assert_eq!((*lock.read(), CALLS.get()), (2, 0));
}

#[test]
fn threads_that_need_the_interpreter_under_a_lock_all_get_on() {
    waiting_hook(hook);
    let (lock, mutex) = (RwLock::new(0), Mutex::new(0));
    let read = AtomicUsize::new(0);
    thread::scope(|s| {
        for number in 0..6 {
            let (lock, mutex, read) = (&lock, &mutex, &read);
            s.spawn(move || {
                Interpreter::attach();
                // Python gives the interpreter to others now and then.
                let python = || {
                    Interpreter::detach();
                    thread::yield_now();
                    Interpreter::attach();
                };
                for _ in 0..500 {
                    match number % 3 {
                        0 => {
                            let mut value = lock.write();
                            python();
                            *value += 1;
                        }
                        1 => {
                            let value = lock.read();
                            python();
                            read.fetch_add(usize::from(*lock.read() == *value), SeqCst);
                        }
                        _ => {
                            let mut value = mutex.lock();
                            python();
                            *value += 1;
                        }
                    }
                }
                Interpreter::detach();
            });
        }
    });
    assert_eq!((lock.into_inner(), mutex.into_inner(), read.into_inner()), (1000, 1000, 1000));
}
