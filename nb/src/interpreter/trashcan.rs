//! Objects that die inside one another's destructors.
//!
//! CPython's own containers wait for one another (its "trashcan"); types of other libraries have to see to it themselves. Otherwise the end of a long
//! chain, of values that own Python objects, closures that capture one another, capsules in capsules, overflows the stack. So whatever
//! of ours can own a Python object takes a turn when it ends, all kinds together: from some depth on, it waits for the
//! outermost one.

use crate::ffi;
use crate::interpreter::state;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::ptr;

/// Destructors run inside one another this deep.
const MAX_DEPTH: usize = 50;

/// Frees what was to be freed before.
pub(crate) type Free = unsafe fn(*mut c_void);

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// The interpreter of the outermost, where there are several: what waits belongs to it.
    static OUTERMOST: Cell<*mut ffi::PyInterpreterState> = const { Cell::new(ptr::null_mut()) };
    static WAITING: RefCell<Vec<(*mut c_void, Free)>> = const { RefCell::new(Vec::new()) };
}

/// While this lives, something is freed. To be dropped on the same thread and in nesting order.
pub(crate) struct Turn {
    depth: usize,
}

/// Frees `what` with `free`, now or when the outermost destructor on this thread has run.
///
/// # Safety
/// `free` is right for `what`, which nobody else can reach; both stay so. Attached.
#[inline]
pub(crate) unsafe fn take(what: *mut c_void, free: Free) {
    // SAFETY: caller's contract.
    unsafe {
        if let Some(_turn) = begin(what, free) {
            free(what);
        }
    }
}

/// As [`take`], but it is the caller who frees `what` if there is a result, while that lives.
///
/// # Safety
/// As of [`take`].
#[inline]
pub(crate) unsafe fn begin(what: *mut c_void, free: Free) -> Option<Turn> {
    let depth = DEPTH.get();
    // SAFETY: caller's contract.
    if depth >= MAX_DEPTH && unsafe { wait(what, free) } {
        return None;
    }
    if depth == 0 && !state::is_sole() {
        OUTERMOST.set(interpreter());
    }
    DEPTH.set(depth + 1);
    Some(Turn { depth })
}

impl Drop for Turn {
    #[inline]
    fn drop(&mut self) {
        if self.depth == 0 {
            finish();
        }
        DEPTH.set(self.depth);
    }
}

/// Lets go of a reference. For what may hold an object that holds such a reference, and so on.
///
/// # Safety
/// The caller owns the reference. Attached.
pub(crate) unsafe fn release(object: *mut ffi::PyObject) {
    /// # Safety
    /// An owned reference, which is given up; attached.
    unsafe fn decref(object: *mut c_void) {
        // SAFETY: an owned reference, given up once; attached.
        unsafe { ffi::Py_DECREF(object.cast()) }
    }
    // SAFETY: caller's contract. With the GIL, a count that is not the last stays so.
    unsafe {
        if cfg!(not(Py_GIL_DISABLED)) && ffi::Py_REFCNT(object) > 1 {
            return ffi::Py_DECREF(object);
        }
        take(object.cast(), decref);
    }
}

fn interpreter() -> *mut ffi::PyInterpreterState {
    // SAFETY: attached, see `begin`.
    unsafe { ffi::PyInterpreterState_Get() }
}

/// Frees what has waited for the outermost.
#[inline]
fn finish() {
    // The queue is not borrowed while something is freed, since that may add to it.
    let next = || WAITING.try_with(|waiting| waiting.borrow_mut().pop()).ok().flatten();
    while let Some((what, free)) = next() {
        // SAFETY: the contract of `begin`, on this thread and in this interpreter.
        unsafe { free(what) }
    }
    OUTERMOST.set(ptr::null_mut());
}

/// Puts something into the queue; false at the end of the thread, when there is none.
///
/// # Safety
/// As of [`take`].
#[cold]
unsafe fn wait(what: *mut c_void, free: Free) -> bool {
    if state::is_sole() || OUTERMOST.get() == interpreter() {
        return WAITING.try_with(|waiting| waiting.borrow_mut().push((what, free))).is_ok();
    }
    // Deep inside a destructor, this thread has begun to run another interpreter. That has an outermost destructor of its own.
    struct Outer(usize, *mut ffi::PyInterpreterState, Vec<(*mut c_void, Free)>);
    impl Drop for Outer {
        fn drop(&mut self) {
            DEPTH.set(self.0);
            OUTERMOST.set(self.1);
            let _ = WAITING.try_with(|waiting| *waiting.borrow_mut() = std::mem::take(&mut self.2));
        }
    }
    let queue = WAITING.try_with(RefCell::take).unwrap_or_default();
    let _outer = Outer(DEPTH.replace(0), OUTERMOST.replace(ptr::null_mut()), queue);
    // SAFETY: caller's contract.
    unsafe { take(what, free) };
    true
}
