//! [`ref_`]: the owning pointer to a counted value.

use crate::base::intrusive_base;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

/// An owning reference to a value with an [`intrusive_counter`](crate::intrusive_counter): nanobind's `nb::ref<T>`.
///
/// Never null: where C++ has an empty `ref`, use `Option<ref_<T>>`, which has the same size. A reference gives `&T` only,
/// since there may be others: what changes is in a `Mutex`, an atomic, or the like. Equality is that of the addresses.
///
/// It may be used on any thread. Once the value belongs to a Python object, `clone` and `drop` count that object and
/// attach the thread for it.
///
/// As an argument of a bound function it takes an object that owns its value; as a result it is the value's Python object,
/// which is made when there is none yet.
pub struct ref_<T: intrusive_base> {
    value: NonNull<T>,
    owns: PhantomData<T>,
}

// SAFETY: as `Arc`: a reference gives `&T` on its thread (`Sync`), and the last one drops the value (`Send`).
unsafe impl<T: intrusive_base + Send + Sync> Send for ref_<T> {}
// SAFETY: as above, since a `&ref_` can be cloned.
unsafe impl<T: intrusive_base + Send + Sync> Sync for ref_<T> {}

impl<T: intrusive_base> ref_<T> {
    /// Moves a value to where it can be shared.
    pub fn new(value: T) -> ref_<T> {
        let value = NonNull::from(Box::leak(Box::new(value)));
        // SAFETY: a box that is freed by the last `dec_ref`; references to a former place of the value are void.
        unsafe { value.as_ref().counter().reset(0) };
        // SAFETY: as above.
        unsafe { ref_::from_raw(value) }
    }

    /// A further reference to a value that is shared already.
    ///
    /// # Safety
    /// The value is in the box that [`new`](Self::new) made, as the whole of it, or belongs to a Python object; it has a
    /// reference.
    pub unsafe fn from_raw(value: NonNull<T>) -> ref_<T> {
        // SAFETY: caller's contract.
        unsafe { value.as_ref() }.inc_ref();
        ref_ { value, owns: PhantomData }
    }

    /// Where the value is.
    pub fn as_ptr(&self) -> *const T {
        self.value.as_ptr()
    }

    /// Whether both refer to one value.
    pub fn ptr_eq(&self, other: &ref_<T>) -> bool {
        self.value == other.value
    }

    /// Runs `change` on the value when this is the only reference to it, and it does not belong to Python.
    ///
    /// ```
    /// # use nb_intrusive::{intrusive_counter, nb_intrusive, ref_};
    /// # struct Node { size: i32, counter: intrusive_counter }
    /// # nb_intrusive!(Node, counter);
    /// let mut node = ref_::new(Node { size: 1, counter: intrusive_counter::new() });
    /// assert_eq!(node.with_mut(|node| node.size += 1), Some(()));
    /// let other = node.clone();
    /// assert_eq!(node.with_mut(|node| node.size += 1), None);
    /// # drop(other);
    /// ```
    pub fn with_mut<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        /// The closure may have put another value, with another count, in place.
        struct One<'a, T: intrusive_base>(&'a mut ref_<T>);
        impl<T: intrusive_base> Drop for One<'_, T> {
            fn drop(&mut self) {
                // SAFETY: this was the only reference, and it is borrowed exclusively.
                unsafe { self.0.counter().reset(1) }
            }
        }
        if self.counter().use_count() != Some(1) {
            return None;
        }
        let one = One(self);
        // SAFETY: nobody else has a reference, so nobody can make another while this one is borrowed exclusively.
        Some(change(unsafe { one.0.value.as_mut() }))
    }
}

impl<T: intrusive_base> Deref for ref_<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the value is kept alive and in place by its count, and is only shared.
        unsafe { self.value.as_ref() }
    }
}

impl<T: intrusive_base> AsRef<T> for ref_<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: intrusive_base> Clone for ref_<T> {
    /// Panics when the value belongs to Python and the interpreter is ending.
    fn clone(&self) -> Self {
        // SAFETY: this is a reference.
        unsafe { ref_::from_raw(self.value) }
    }
}

impl<T: intrusive_base> Drop for ref_<T> {
    fn drop(&mut self) {
        // SAFETY: this was a reference, and a value that belongs to nobody else is in the box of `new`.
        unsafe { crate::base::dec_ref(Some(self.value)) }
    }
}

impl<T: intrusive_base> PartialEq for ref_<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ptr_eq(other)
    }
}
impl<T: intrusive_base> Eq for ref_<T> {}

impl<T: intrusive_base> PartialEq<*const T> for ref_<T> {
    fn eq(&self, other: &*const T) -> bool {
        std::ptr::eq(self.as_ptr(), *other)
    }
}

impl<T: intrusive_base> Hash for ref_<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T: intrusive_base + fmt::Debug> fmt::Debug for ref_<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
