//! The counter and `ref_` without Python: what follows here plays the interpreter.

use nb_intrusive::{dec_ref, inc_ref, intrusive_base, intrusive_counter, intrusive_init, nb_intrusive, ref_};
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicIsize, AtomicUsize};
use std::sync::{Arc, Barrier};

/// An object with a reference count, which notes when that falls to zero.
#[repr(align(16))]
struct Object {
    count: AtomicIsize,
    lowest: AtomicIsize,
}

impl Object {
    fn new() -> Object {
        Object { count: AtomicIsize::new(1), lowest: AtomicIsize::new(1) }
    }

    fn pointer(&self) -> NonNull<c_void> {
        NonNull::from(self).cast()
    }
}

unsafe fn inc(object: NonNull<c_void>) {
    // SAFETY: the tests keep their objects alive.
    unsafe { object.cast::<Object>().as_ref() }.count.fetch_add(1, SeqCst);
}

unsafe fn dec(object: NonNull<c_void>) {
    // SAFETY: as above.
    let object = unsafe { object.cast::<Object>().as_ref() };
    let left = object.count.fetch_sub(1, SeqCst) - 1;
    object.lowest.fetch_min(left, SeqCst);
}

fn init() {
    // SAFETY: the hooks count as they should.
    unsafe { intrusive_init(inc, dec) };
}

struct Value {
    number: u32,
    dropped: Arc<AtomicUsize>,
    counter: intrusive_counter,
}
nb_intrusive!(Value, counter);

impl Drop for Value {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Relaxed);
    }
}

fn value() -> (Value, Arc<AtomicUsize>) {
    let dropped = Arc::new(AtomicUsize::new(0));
    (Value { number: 7, dropped: dropped.clone(), counter: intrusive_counter::new() }, dropped)
}

#[test]
fn a_counter_is_one_word_and_so_is_a_reference() {
    assert_eq!(size_of::<intrusive_counter>(), size_of::<usize>());
    assert_eq!(size_of::<ref_<Value>>(), size_of::<usize>());
    assert_eq!(size_of::<Option<ref_<Value>>>(), size_of::<usize>());
    fn any_thread<T: Send + Sync>() {}
    any_thread::<ref_<Value>>();
}

#[test]
fn the_last_reference_frees_the_value() {
    let (value, dropped) = value();
    let mut a = ref_::new(value);
    let b = a.clone();
    assert_eq!(a.counter().use_count(), Some(2));
    assert!(a == b && a == b.as_ptr() && std::ptr::eq(a.as_ref(), &*b));
    let moved = b;
    assert_eq!(a.counter().use_count(), Some(2), "moving does not count");
    let mut empty = Some(moved);
    drop(empty.take());
    assert_eq!(a.counter().use_count(), Some(1));
    // Assignment gives the old value back.
    a = ref_::new(self::value().0);
    assert_eq!((dropped.load(Relaxed), a.number), (1, 7));
}

#[test]
fn a_clone_of_a_value_has_its_own_count() {
    let counter = intrusive_counter::new();
    counter.inc_ref();
    let mut copy = counter.clone();
    assert_eq!(copy.use_count(), Some(0));
    copy.inc_ref();
    copy.inc_ref();
    copy.clone_from(&counter);
    assert_eq!(copy.use_count(), Some(2));
}

#[test]
fn free_functions_accept_nothing_and_free_at_zero() {
    let (value, dropped) = value();
    let node = ref_::new(value);
    inc_ref(Some(&*node));
    inc_ref::<Value>(None);
    let raw = NonNull::new(node.as_ptr().cast_mut());
    drop(node);
    assert_eq!(dropped.load(Relaxed), 0);
    // SAFETY: pairs with `inc_ref`; the pointer is that of a box of `ref_::new`.
    unsafe {
        dec_ref::<Value>(None);
        dec_ref(raw);
    }
    assert_eq!(dropped.load(Relaxed), 1);
}

#[test]
fn exclusive_access_needs_the_only_reference_and_survives_a_swap() {
    let mut a = ref_::new(value().0);
    let b = a.clone();
    assert!(a.with_mut(|_| ()).is_none());
    drop(b);
    let (mut other, dropped) = value();
    other.number = 9;
    a.with_mut(|value| std::mem::swap(value, &mut other)).unwrap();
    // The count is that of the place, whatever was put there.
    assert_eq!((a.number, a.counter().use_count()), (9, Some(1)));
    let again = ref_::new(other);
    assert_eq!((again.number, again.counter().use_count()), (7, Some(1)));
    let _ = catch_unwind(AssertUnwindSafe(|| {
        a.with_mut(|value| {
            *value = self::value().0;
            panic!("on purpose")
        })
    }));
    assert_eq!((a.counter().use_count(), dropped.load(Relaxed)), (Some(1), 1));
}

#[test]
fn a_count_below_zero_is_an_error() {
    let counter = intrusive_counter::new();
    // SAFETY: refused, since there is no reference.
    let text = catch_unwind(AssertUnwindSafe(|| unsafe { counter.dec_ref() })).unwrap_err();
    assert_eq!(text.downcast_ref::<&str>(), Some(&"nb: a reference was given back that was never taken"));
    assert_eq!(counter.use_count(), Some(0));
}

#[test]
fn references_become_those_of_the_object() {
    init();
    let object = Object::new();
    let counter = intrusive_counter::new();
    for _ in 0..3 {
        counter.inc_ref();
    }
    assert_eq!(counter.self_py(), None);
    // SAFETY: the object outlives the counter.
    unsafe { counter.set_self_py(object.pointer()) };
    assert_eq!((counter.self_py(), counter.use_count()), (Some(object.pointer()), None));
    assert_eq!(object.count.load(SeqCst), 4);
    counter.inc_ref();
    assert_eq!(object.count.load(SeqCst), 5);
    for _ in 0..4 {
        // SAFETY: pairs with the `inc_ref`s.
        assert!(!unsafe { counter.dec_ref() }, "Python frees the value");
    }
    assert_eq!(object.count.load(SeqCst), 1);
    // The same object is nothing new, another one is an error.
    // SAFETY: as above.
    unsafe { counter.set_self_py(object.pointer()) };
    let second = Object::new();
    // SAFETY: refused.
    let first = unsafe { counter.try_set_self_py(second.pointer()) };
    assert_eq!(first, Err(object.pointer()));
    // SAFETY: refused.
    let text = catch_unwind(AssertUnwindSafe(|| unsafe { counter.set_self_py(second.pointer()) })).unwrap_err();
    assert_eq!(text.downcast_ref::<&str>(), Some(&"nb: the value belongs to another Python object already"));
    assert_eq!((object.count.load(SeqCst), second.count.load(SeqCst)), (1, 1));
}

#[test]
fn the_hand_over_loses_no_reference_under_threads() {
    init();
    const THREADS: usize = 8;
    const ROUNDS: usize = if cfg!(miri) { 5 } else { 400 };
    for round in 0..ROUNDS {
        let object = Object::new();
        let counter = intrusive_counter::new();
        // Each thread holds one, as the owner of the value does.
        for _ in 0..=THREADS {
            counter.inc_ref();
        }
        let barrier = Barrier::new(THREADS + 2);
        let set = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (barrier, counter) = (&barrier, &counter);
                scope.spawn(move || {
                    barrier.wait();
                    for _ in 0..(thread + round) % 50 {
                        counter.inc_ref();
                        // SAFETY: pairs with the line above.
                        assert!(!unsafe { counter.dec_ref() });
                    }
                    // SAFETY: the reference of this thread.
                    assert!(!unsafe { counter.dec_ref() });
                });
            }
            // Two threads show the value to Python at once: one object wins.
            for _ in 0..2 {
                scope.spawn(|| {
                    barrier.wait();
                    // SAFETY: the object outlives the threads.
                    if unsafe { counter.try_set_self_py(object.pointer()) }.is_ok() {
                        set.fetch_add(1, SeqCst);
                    }
                });
            }
        });
        assert_eq!(set.load(SeqCst), 2);
        assert_eq!(counter.self_py(), Some(object.pointer()));
        assert_eq!(object.count.load(SeqCst), 2, "the owner's reference, and the object's own");
        assert!(object.lowest.load(SeqCst) >= 1, "the object died on the way");
    }
}

#[test]
fn references_are_counted_by_many_threads() {
    let (value, dropped) = value();
    let node = ref_::new(value);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let node = node.clone();
            scope.spawn(move || {
                for _ in 0..if cfg!(miri) { 20 } else { 10_000 } {
                    let other = node.clone();
                    assert_eq!(other.number, 7);
                }
            });
        }
    });
    assert_eq!((node.counter().use_count(), dropped.load(Relaxed)), (Some(1), 0));
    drop(node);
    assert_eq!(dropped.load(Relaxed), 1);
}
