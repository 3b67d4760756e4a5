//! [`object`], the owning reference to any Python object, and the rules all wrappers share.
//!
//! Wrappers carry no lifetime and are neither `Send` nor `Sync`. What makes one out of nothing checks that the thread
//! is attached, so a wrapper can exist only on a thread that was attached when it was made; using one after
//! detaching (inside `gil_scoped_release`, reached through a thread-local) panics with a clear text.

use crate::ffi;
use crate::python::attach::Here;
pub use crate::python::attach::is_attached;
use crate::python::error::{Error, Result};
use crate::python::{messages, small_ints, text};
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::NonNull;

/// An owning reference to a Python object, nanobind's `nb::object`.
///
/// Never null: where nanobind has an empty `object`, use `Option<object>`, which has the same size.
/// Dropping it releases the reference, attaching the thread first when it is detached.
///
/// ```no_run
/// # fn main() -> nb::Result<()> {
/// let sys = nb::module_::<()>::import_("sys")?;
/// let version: String = sys.attr("version").get()?.cast()?;
/// # Ok(()) }
/// ```
#[repr(transparent)]
pub struct object {
    ptr: Address,
    not_send: PhantomData<dyn python_object_outside_of_nb_stored>,
}

/// What keeps an [`object`] on its thread. The compiler says of a closure, a value or a scope that holds one that "`dyn
/// python_object_outside_of_nb_stored` cannot be sent between threads safely": that is all the room for a message there is.
#[doc(hidden)]
pub trait python_object_outside_of_nb_stored {}

/// The pointer in an [`object`], which is what the compiler is not to name.
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
struct Address(NonNull<ffi::PyObject>);

// SAFETY: an address is used by the methods of `object` alone, which stays on its thread.
unsafe impl Send for Address {}
// SAFETY: as above.
unsafe impl Sync for Address {}

// As for any pointer; a trait object that keeps these away is there for its name only.
impl UnwindSafe for object {}
impl RefUnwindSafe for object {}
impl Unpin for object {}

static_assertions::assert_not_impl_any!(object: Send, Sync);
static_assertions::assert_impl_all!(object: UnwindSafe, RefUnwindSafe, Unpin);
static_assertions::assert_eq_size!(object, Option<object>, Option<StrongRef>, usize);

/// Panics unless the thread is attached.
#[track_caller]
#[inline]
pub(crate) fn check_attached() {
    check_here();
}

/// As [`check_attached`]; who has asked need not ask again what the answer knows.
#[track_caller]
#[inline]
pub(crate) fn check_here() -> Here {
    match Here::now() {
        Some(here) => here,
        None => refuse_detached(),
    }
}

/// Out of line, since everybody asks.
#[cold]
#[inline(never)]
#[track_caller]
fn refuse_detached() -> ! {
    panic!("{}", messages::DETACHED);
}

impl object {
    /// Takes over a reference that the caller owns; `None` for null.
    ///
    /// # Safety
    /// `ptr` is null or an owned reference, and the thread is attached.
    pub(crate) unsafe fn from_owned(ptr: *mut ffi::PyObject) -> Option<object> {
        NonNull::new(ptr).map(|ptr| object { ptr: Address(ptr), not_send: PhantomData })
    }

    /// Takes over a reference, or the raised exception when `ptr` is null: nanobind's `steal`.
    ///
    /// # Safety
    /// `ptr` is an owned reference, or null with an exception raised; the thread is attached.
    ///
    /// # Errors
    /// The exception that is raised, when `ptr` is null.
    #[inline]
    pub unsafe fn steal(ptr: *mut ffi::PyObject) -> Result<object> {
        // SAFETY: caller's contract.
        unsafe { object::from_owned(ptr) }.ok_or_else(Error::fetch)
    }

    /// Adds a reference to an object that somebody else owns: nanobind's `borrow`.
    ///
    /// # Safety
    /// `ptr` is a live object and the thread is attached.
    pub unsafe fn borrow(ptr: *mut ffi::PyObject) -> object {
        // SAFETY: caller's contract.
        unsafe {
            ffi::Py_INCREF(ptr);
            object { ptr: Address(NonNull::new_unchecked(ptr)), not_send: PhantomData }
        }
    }

    /// The raw pointer, still owned by this value.
    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.ptr.0.as_ptr()
    }

    /// The raw pointer; the caller now owns the reference (nanobind's `release`).
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        let ptr = self.ptr.0.as_ptr();
        std::mem::forget(self);
        ptr
    }

    /// Whether both names mean the same object, Python's `is`.
    pub fn is(&self, other: &object) -> bool {
        self.ptr == other.ptr
    }

    /// Whether this is `None`.
    pub fn is_none(&self) -> bool {
        // SAFETY: Py_None is immortal for the life of the interpreter.
        self.as_ptr() == unsafe { ffi::Py_None() }
    }

    /// `module.QualName` of the object's class, for messages; never raises.
    pub(crate) fn class_name(&self) -> String {
        // SAFETY: a live object has a live type.
        unsafe { crate::python::type_name::of_type(ffi::Py_TYPE(self.as_ptr())) }
    }

    /// `str(self)`, or `None` when that raises; never leaves an exception behind.
    pub(crate) fn to_str_lossy(&self) -> Option<String> {
        check_attached();
        // SAFETY: live object, attached; the error indicator is cleared on failure.
        unsafe {
            let text = ffi::PyObject_Str(self.as_ptr());
            if text.is_null() {
                ffi::PyErr_Clear();
                return None;
            }
            let text = object::from_owned(text)?;
            text::read(text.as_ptr())
        }
    }
}

/// An owned reference inside code that is attached for certain, released without asking.
pub(crate) struct StrongRef(std::mem::ManuallyDrop<object>);

impl StrongRef {
    /// # Safety
    /// `ptr` is live; the thread stays attached while the result lives.
    #[inline]
    pub(crate) unsafe fn borrow(ptr: *mut ffi::PyObject) -> StrongRef {
        // SAFETY: caller's contract.
        StrongRef(std::mem::ManuallyDrop::new(unsafe { object::borrow(ptr) }))
    }

    /// # Safety
    /// The thread stays attached while the result lives.
    #[inline]
    pub(crate) unsafe fn of(object: object) -> StrongRef {
        StrongRef(std::mem::ManuallyDrop::new(object))
    }

    #[inline]
    pub(crate) fn into_object(self) -> object {
        let held = std::mem::ManuallyDrop::new(self);
        // SAFETY: read once, and not dropped here.
        unsafe { std::ptr::read(&*held.0) }
    }
}

impl std::ops::Deref for StrongRef {
    type Target = object;
    #[inline]
    fn deref(&self) -> &object {
        &self.0
    }
}

impl Drop for StrongRef {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: attached, see `borrow`; the field is not dropped again because it is taken out as a pointer.
        unsafe { ffi::Py_DECREF(self.0.as_ptr()) }
    }
}

impl Clone for object {
    #[inline]
    fn clone(&self) -> object {
        check_attached();
        // SAFETY: self is a live reference and the thread is attached.
        unsafe { object::borrow(self.as_ptr()) }
    }
}

impl object {
    #[cold]
    fn drop_detached(&mut self) {
        // A dying interpreter keeps the reference.
        if let Some(_attached) = crate::python::attach::Attached::new() {
            // SAFETY: attached; we own one reference.
            unsafe { ffi::Py_DECREF(self.as_ptr()) }
        }
    }
}

impl Drop for object {
    #[inline]
    fn drop(&mut self) {
        if small_ints::is_uncounted(self.as_ptr()) {
            return;
        }
        if is_attached() {
            // SAFETY: we own one reference and the thread is attached.
            unsafe { ffi::Py_DECREF(self.as_ptr()) }
        } else {
            self.drop_detached();
        }
    }
}
