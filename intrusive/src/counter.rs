//! [`intrusive_counter`]: a count, or the Python object that counts instead.

use crate::hooks::hooks;
use std::ffi::c_void;
use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, fence};

/// An atomic count of the size of a pointer, to be embedded in a type: nanobind's `nb::intrusive_counter`.
///
/// An odd number is a count (twice the count plus one); anything else is the address of the Python object that the value
/// belongs to. The change from the former to the latter is one atomic step, and final.
///
/// A clone starts at zero: the copy of a value has no part in the references to the original.
///
/// ```
/// use nb_intrusive::intrusive_counter;
///
/// let counter = intrusive_counter::new();
/// counter.inc_ref();
/// assert_eq!(counter.clone().use_count(), Some(0));
/// // SAFETY: pairs with the `inc_ref` above.
/// assert!(unsafe { counter.dec_ref() }, "that was the last reference");
/// ```
#[repr(transparent)]
pub struct intrusive_counter {
    state: AtomicPtr<c_void>,
}

const _: () = assert!(size_of::<intrusive_counter>() == size_of::<usize>());

const MAX: usize = usize::MAX >> 2;

const fn packed(count: usize) -> *mut c_void {
    ptr::without_provenance_mut(count << 1 | 1)
}

/// The count in a state, or the Python object.
fn unpacked(state: *mut c_void) -> Result<usize, NonNull<c_void>> {
    match NonNull::new(state) {
        Some(owner) if state.addr() & 1 == 0 => Err(owner),
        _ => Ok(state.addr() >> 1),
    }
}

impl intrusive_counter {
    /// A counter at zero.
    pub const fn new() -> intrusive_counter {
        intrusive_counter { state: AtomicPtr::new(packed(0)) }
    }

    /// Adds a reference, to the value or to the Python object it belongs to.
    ///
    /// Panics when the value belongs to Python and the interpreter is ending.
    pub fn inc_ref(&self) {
        let mut seen = self.state.load(Acquire);
        loop {
            match unpacked(seen) {
                Ok(count) => {
                    assert!(count < MAX, "nb: too many references to one value");
                    match self.state.compare_exchange_weak(seen, packed(count + 1), Relaxed, Acquire) {
                        Ok(_) => return,
                        Err(now) => seen = now,
                    }
                }
                // SAFETY: the object lives as long as the value that `self` is a part of.
                Err(owner) => return unsafe { (hooks().inc)(owner) },
            }
        }
    }

    /// Removes a reference; true when it was the last and the value must be freed by the caller.
    ///
    /// Never true for a value that belongs to Python, which frees it.
    ///
    /// # Safety
    /// Pairs with an `inc_ref` whose reference nobody uses any more. Unless the result is true, `self` may be gone.
    #[must_use = "the caller of the last `dec_ref` has to free the value"]
    pub unsafe fn dec_ref(&self) -> bool {
        let mut seen = self.state.load(Acquire);
        loop {
            match unpacked(seen) {
                Ok(count) => {
                    assert!(count > 0, "nb: a reference was given back that was never taken");
                    match self.state.compare_exchange_weak(seen, packed(count - 1), Release, Acquire) {
                        Ok(_) if count == 1 => {
                            // What other threads did with the value happens before it is freed.
                            fence(Acquire);
                            return true;
                        }
                        Ok(_) => return false,
                        Err(now) => seen = now,
                    }
                }
                Err(owner) => {
                    // SAFETY: the reference to give back keeps the object alive until here.
                    unsafe { (hooks().dec)(owner) };
                    return false;
                }
            }
        }
    }

    /// Makes the value belong to a Python object: every reference counted so far becomes one to that object.
    ///
    /// The same object again is nothing new. Panics when the value belongs to another object.
    ///
    /// # Safety
    /// As [`try_set_self_py`](Self::try_set_self_py).
    pub unsafe fn set_self_py(&self, owner: NonNull<c_void>) {
        // SAFETY: caller's contract.
        let done = unsafe { self.try_set_self_py(owner) };
        assert!(done.is_ok(), "nb: the value belongs to another Python object already");
    }

    /// As [`set_self_py`](Self::set_self_py); the result is the object that was first, when there was one.
    ///
    /// Other threads may add and remove references meanwhile.
    ///
    /// # Safety
    /// `owner` is a live object, to which the caller has a reference; it keeps the value in place and alive while it
    /// lives, and frees it.
    ///
    /// # Errors
    /// The object that was first, when there was one.
    pub unsafe fn try_set_self_py(&self, owner: NonNull<c_void>) -> Result<(), NonNull<c_void>> {
        assert!(owner.addr().get() & 1 == 0, "nb: objects have even addresses");
        let hooks = hooks();
        let mut taken = 0;
        let mut seen = self.state.load(Acquire);
        loop {
            // The references are taken first: once the pointer is in place, others may give theirs back.
            let wanted = unpacked(seen).unwrap_or(0);
            // SAFETY: the caller has a reference to the object, besides those counted here.
            unsafe {
                while taken < wanted {
                    (hooks.inc)(owner);
                    taken += 1;
                }
                while taken > wanted {
                    (hooks.dec)(owner);
                    taken -= 1;
                }
            }
            if let Err(first) = unpacked(seen) {
                return if first == owner { Ok(()) } else { Err(first) };
            }
            match self.state.compare_exchange(seen, owner.as_ptr(), AcqRel, Acquire) {
                Ok(_) => return Ok(()),
                Err(now) => seen = now,
            }
        }
    }

    /// The Python object that the value belongs to; borrowed.
    pub fn self_py(&self) -> Option<NonNull<c_void>> {
        unpacked(self.state.load(Acquire)).err()
    }

    /// The number of references, unless Python counts them.
    pub fn use_count(&self) -> Option<usize> {
        unpacked(self.state.load(Acquire)).ok()
    }

    /// Starts again from `count`.
    ///
    /// # Safety
    /// There are no more references than `count`, and none to a Python object.
    #[doc(hidden)]
    pub unsafe fn reset(&self, count: usize) {
        self.state.store(packed(count), Release);
    }
}

impl Default for intrusive_counter {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for intrusive_counter {
    fn clone(&self) -> Self {
        Self::new()
    }

    /// The target's references stay: assignment changes the value, not who refers to it.
    fn clone_from(&mut self, _source: &Self) {}
}

impl fmt::Debug for intrusive_counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match unpacked(self.state.load(Acquire)) {
            Ok(count) => write!(f, "intrusive_counter({count})"),
            Err(owner) => write!(f, "intrusive_counter(object at {owner:?})"),
        }
    }
}
