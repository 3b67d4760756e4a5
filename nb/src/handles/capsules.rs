//! [`capsule`].

use crate::ffi;
use crate::handles::results::must;
use crate::handles::wrapper::wrapper;
use crate::interpreter::{panic, trashcan};
use crate::python::error::{Error, Result};
use crate::python::object::check_attached;
use std::any::TypeId;
use std::ffi::{CStr, c_void};
use std::ptr;

wrapper! {
    /// A Rust value or a raw pointer inside a Python object, nanobind's `nb::capsule`.
    ///
    /// ```no_run
    /// struct Handle(u64);
    /// fn open() -> nb::capsule {
    ///     nb::capsule::new(Handle(1))
    /// }
    /// fn number(capsule: nb::capsule) -> Option<u64> {
    ///     capsule.get::<Handle>().map(|handle| handle.0)
    /// }
    /// ```
    capsule, "types.CapsuleType", |ptr| ffi::PyCapsule_CheckExact(ptr) != 0
}

/// What the pointer of a capsule made here refers to. The header is the same for all types, so that it can be read
/// before the type is known.
#[repr(C)]
struct Content<T> {
    key: TypeId,
    drop: unsafe fn(*mut c_void),
    value: T,
}

/// Frees the value; set as the destructor of our capsules, which it also marks as ours.
///
/// # Safety
/// CPython calls this once, for a capsule that `make` has filled with a `Content<T>`; attached.
unsafe extern "C" fn free(ptr: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, for a capsule that `make` has filled with a `Content<T>`.
    unsafe {
        let held = ffi::PyCapsule_GetPointer(ptr, ffi::PyCapsule_GetName(ptr));
        // A value in a capsule may hold a capsule, and so on.
        trashcan::take(held, free_held);
    }
}

/// # Safety
/// `held` came from `Box::<Content<T>>::into_raw` and is not used again; attached.
unsafe fn free_held(held: *mut c_void) {
    // SAFETY: caller's contract.
    unsafe {
        let drop = (*held.cast::<Content<()>>()).drop;
        panic::guard_unraisable(ptr::null_mut(), || drop(held));
    }
}

/// # Safety
/// `held` came from `Box::<Content<T>>::into_raw` and is not used again.
unsafe fn drop_held<T>(held: *mut c_void) {
    // SAFETY: caller's contract.
    drop(unsafe { Box::from_raw(held.cast::<Content<T>>()) });
}

impl capsule {
    /// Moves a value into a new capsule, which drops it when it dies, on whatever thread that is.
    pub fn new<T: Send + Sync + 'static>(value: T) -> capsule {
        capsule::make(value, ptr::null())
    }

    /// As [`new`](capsule::new), with a name that C code can ask for.
    pub fn with_name<T: Send + Sync + 'static>(value: T, name: &'static CStr) -> capsule {
        capsule::make(value, name.as_ptr())
    }

    fn make<T: Send + Sync + 'static>(value: T, name: *const std::ffi::c_char) -> capsule {
        check_attached();
        let held = Box::into_raw(Box::new(Content { key: TypeId::of::<T>(), drop: drop_held::<T>, value }));
        // SAFETY: attached; the capsule owns the box from here on, and it stays ours when there is none.
        unsafe {
            let made = capsule::steal(ffi::PyCapsule_New(held.cast(), name, Some(free)));
            if made.is_err() {
                drop(Box::from_raw(held));
            }
            must(made)
        }
    }

    /// A capsule around a raw pointer, as nanobind makes them: `cleanup` gets the capsule when that dies.
    ///
    /// # Errors
    /// Whatever Python raises.
    ///
    /// # Safety
    /// `cleanup` has to be correct for the pointer. The pointer is not null.
    pub unsafe fn from_ptr(
        pointer: *mut c_void,
        name: Option<&'static CStr>,
        cleanup: Option<unsafe extern "C" fn(*mut ffi::PyObject)>,
    ) -> Result<capsule> {
        check_attached();
        // SAFETY: attached; caller's contract.
        unsafe { capsule::steal(ffi::PyCapsule_New(pointer, name.map_or(ptr::null(), CStr::as_ptr), cleanup)) }
    }

    /// The value, when the capsule was made by [`capsule::new`] from a value of this type.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        check_attached();
        // SAFETY: the destructor tells that the pointer is to a `Held`, whose key tells the type. Python code cannot
        // replace a capsule's pointer, so the value lives as long as the capsule, which `self` keeps alive; it is
        // `Sync`, since other threads may have the same capsule.
        unsafe {
            let destructor = ffi::PyCapsule_GetDestructor(self.as_ptr())?;
            if !ptr::fn_addr_eq(destructor, free as ffi::PyCapsule_Destructor) {
                return None;
            }
            let held = ffi::PyCapsule_GetPointer(self.as_ptr(), ffi::PyCapsule_GetName(self.as_ptr()));
            if (*held.cast::<Content<()>>()).key != TypeId::of::<T>() {
                return None;
            }
            Some(&(*held.cast::<Content<T>>()).value)
        }
    }

    /// The name, if there is one.
    pub fn name(&self) -> Option<String> {
        check_attached();
        // SAFETY: a live capsule; a name is a C string that lives as long as the capsule.
        unsafe {
            let name = ffi::PyCapsule_GetName(self.as_ptr());
            (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
        }
    }

    /// The stored pointer, whatever the name is: nanobind's `c.data()`. For values of ours use [`capsule::get`].
    pub fn data(&self) -> *mut c_void {
        check_attached();
        // SAFETY: a live capsule, asked with its own name.
        unsafe { ffi::PyCapsule_GetPointer(self.as_ptr(), ffi::PyCapsule_GetName(self.as_ptr())) }
    }

    /// The stored pointer if the capsule has this name, a `ValueError` if not: nanobind's `c.data("name")`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn data_named(&self, name: &CStr) -> Result<*mut c_void> {
        check_attached();
        // SAFETY: a live capsule and a C string.
        let found = unsafe { ffi::PyCapsule_GetPointer(self.as_ptr(), name.as_ptr()) };
        if found.is_null() { Err(Error::fetch()) } else { Ok(found) }
    }
}
