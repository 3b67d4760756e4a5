//! [`ClassCell`]: which type objects are those of a class, for a test by address.

use crate::ffi;
use crate::instance::class_record::{TypeData, data_of};
use crate::instance::metatype;
use std::any::TypeId;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// The type objects of one class: that of the class itself, and a Python class derived from it.
///
/// Filled by a call that went the general way, emptied before a type object is freed. The type of a live object is alive, so that
/// an equal address means the very type. Where there are several (another interpreter, a module that was loaded again, more than one
/// derived class), the cell keeps the first as long as that lives, and instances of the others go the general way.
///
/// A cell says what class an object is of, and nothing about its value.
#[doc(hidden)]
pub struct ClassCell {
    own: AtomicPtr<ffi::PyTypeObject>,
    derived: AtomicPtr<ffi::PyTypeObject>,
}

/// The cells that have been filled since Python began, each once.
static FILLED: Mutex<Vec<&'static ClassCell>> = Mutex::new(Vec::new());

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ClassCell {
    /// An empty one.
    #[allow(clippy::new_without_default, reason = "for statics")]
    pub const fn new() -> ClassCell {
        ClassCell { own: AtomicPtr::new(ptr::null_mut()), derived: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Whether `src` is an instance of the class that has this cell; `false` says nothing.
    ///
    /// # Safety
    /// `src` is live; attached.
    #[inline(always)]
    pub(crate) unsafe fn holds(&self, src: *mut ffi::PyObject) -> bool {
        // SAFETY: caller's contract.
        let ty = unsafe { ffi::Py_TYPE(src) };
        ty == self.own.load(Relaxed) || ty == self.derived.load(Relaxed)
    }

    /// Remembers the type of `src` if that is the class `key`, which has this cell, or a Python class derived from it.
    ///
    /// # Safety
    /// `src` is live; attached.
    #[inline(never)]
    pub(crate) unsafe fn learn(&'static self, src: *mut ffi::PyObject, key: &'static TypeId) {
        // SAFETY: caller's contract. A type whose slot names its record has a `meta_dealloc` to come, which empties the cell.
        unsafe {
            let ty = ffi::Py_TYPE(src);
            let Some(data) = data_of(ty).filter(|data| data.key == *key) else { return };
            let place = if data.ty == ty { &self.own } else { &self.derived };
            // A Python class that is being made has no record of its own yet.
            if !place.load(Relaxed).is_null() || (*metatype::data_slot(ty)).is_null() {
                return;
            }
            let mut cells = locked(&data.cells);
            if !cells.iter().any(|known| ptr::eq(*known, self)) {
                cells.push(self);
                let mut filled = locked(&FILLED);
                if !filled.iter().any(|known| ptr::eq(*known, self)) {
                    filled.push(self);
                }
            }
            place.store(ty, Relaxed);
        }
    }

    /// Empties the cells that name `ty`, which is about to be freed and has the record `data`.
    pub(crate) fn forget(data: &TypeData, ty: *mut ffi::PyTypeObject) {
        for cell in locked(&data.cells).iter() {
            for place in [&cell.own, &cell.derived] {
                let _ = place.compare_exchange(ty, ptr::null_mut(), Relaxed, Relaxed);
            }
        }
    }

    /// Python has ended: the memory of types that it has left behind may be used again.
    pub(crate) fn forget_all() {
        for cell in locked(&FILLED).drain(..) {
            cell.own.store(ptr::null_mut(), Relaxed);
            cell.derived.store(ptr::null_mut(), Relaxed);
        }
    }
}
