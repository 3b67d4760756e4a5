//! [`capsule`].

use crate::ffi;
use crate::handles::none_value::none;
use crate::handles::results::{done, must};
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

/// What frees the pointer of a capsule.
type Cleanup = unsafe extern "C" fn(*mut c_void);

/// Calls the function of a capsule made from a raw pointer; set as its destructor.
///
/// # Safety
/// CPython calls this once, for a capsule of `from_ptr` with a function as its context; attached.
unsafe extern "C" fn clean(ptr: *mut ffi::PyObject) {
    // SAFETY: the dying capsule is asked with its own name; `from_ptr` has made the context of a `Cleanup`, which is correct for the
    // pointer (contract of `from_ptr`).
    unsafe {
        let pointer = ffi::PyCapsule_GetPointer(ptr, ffi::PyCapsule_GetName(ptr));
        let cleanup = std::mem::transmute::<*mut c_void, Cleanup>(ffi::PyCapsule_GetContext(ptr));
        cleanup(pointer);
    }
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

    /// A capsule around a raw pointer, nanobind's `nb::capsule(pointer, "name", cleanup)`: `cleanup` gets the pointer when the
    /// capsule dies.
    ///
    /// As in nanobind, a null pointer makes no capsule: what is returned is Python's `None`, without a name and with null as
    /// data, and `cleanup` is not called.
    ///
    /// # Errors
    /// Whatever Python raises.
    ///
    /// # Safety
    /// `cleanup` has to be correct for the pointer, on whatever thread the capsule dies, and does not unwind.
    pub unsafe fn from_ptr(
        pointer: *mut c_void,
        name: Option<&'static CStr>,
        cleanup: Option<Cleanup>,
    ) -> Result<capsule> {
        check_attached();
        if pointer.is_null() {
            return Ok(capsule(none().into()));
        }
        let name = name.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: attached. The context is where `clean` looks for the function, and is set before anybody else has the capsule;
        // the rest is the caller's contract.
        unsafe {
            let made = capsule::steal(ffi::PyCapsule_New(pointer, name, None))?;
            if let Some(cleanup) = cleanup {
                done(ffi::PyCapsule_SetContext(made.as_ptr(), cleanup as *mut c_void))?;
                done(ffi::PyCapsule_SetDestructor(made.as_ptr(), Some(clean)))?;
            }
            Ok(made)
        }
    }

    /// Whether there is a capsule, and not the `None` of a null pointer.
    fn is_capsule(&self) -> bool {
        check_attached();
        // SAFETY: a live object.
        unsafe { ffi::PyCapsule_CheckExact(self.as_ptr()) != 0 }
    }

    /// The value, when the capsule was made by [`capsule::new`] from a value of this type.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        if !self.is_capsule() {
            return None;
        }
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
        if !self.is_capsule() {
            return None;
        }
        // SAFETY: a live capsule; a name is a C string that lives as long as the capsule.
        unsafe {
            let name = ffi::PyCapsule_GetName(self.as_ptr());
            (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
        }
    }

    /// The stored pointer, whatever the name is: nanobind's `c.data()`. For values of ours use [`capsule::get`].
    pub fn data(&self) -> *mut c_void {
        if !self.is_capsule() {
            return ptr::null_mut();
        }
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
