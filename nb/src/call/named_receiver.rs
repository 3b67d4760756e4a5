//! Calls that give the receiver by its name: `Dog.rename(self=dog, name="Rex")`.
//!
//! As in nanobind, the first parameter of a method is called `self` where the others have names. CPython's method descriptors take
//! the receiver from the positional arguments alone; those of such methods get an entry of ours, which moves it there.

use crate::ffi;
use crate::interpreter::panic;
use crate::python::object::{StrongRef, object};
use crate::python::tuple::of_items;
use smallvec::SmallVec;
use std::iter::once;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// In a call without positional arguments, moves the keyword `self` in front of the others and goes on with `then`, which gets
/// the values, of which the first is the receiver, and the names of the rest; `None` when there is no such keyword.
///
/// # Safety
/// `args` holds a live value for each text in the tuple `kwnames`; attached.
#[cold]
pub(crate) unsafe fn moved_to_front(
    args: *const *mut ffi::PyObject,
    kwnames: *mut ffi::PyObject,
    then: impl FnOnce(*const *mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: caller's contract; what is handed on is owned until `then` has returned, since making the tuple may already run
    // the collector.
    unsafe {
        let count = ffi::PyTuple_GET_SIZE(kwnames) as usize;
        let name = |position: &usize| ffi::PyTuple_GET_ITEM(kwnames, *position as ffi::Py_ssize_t);
        let is_receiver =
            |position: &usize| ffi::PyUnicode_CompareWithASCIIString(name(position), c"self".as_ptr()) == 0;
        let receiver = (0..count).find(is_receiver)?;
        let others = || (0..count - 1).map(|position| position + usize::from(position >= receiver));
        let values: SmallVec<[StrongRef; 8]> =
            once(receiver).chain(others()).map(|position| StrongRef::borrow(*args.add(position))).collect();
        let _names = StrongRef::borrow(kwnames);
        let rest = match of_items(others().map(|position| object::borrow(name(&position)))) {
            Ok(rest) => rest,
            Err(error) => {
                error.restore();
                return Some(ptr::null_mut());
            }
        };
        // A `StrongRef` is a pointer.
        Some(then(values.as_ptr().cast(), if count == 1 { ptr::null_mut() } else { rest.as_ptr() }))
    }
}

/// CPython's entry of the method descriptors that `accept` has changed. There is one for all, as all functions of ours are
/// called in one way.
static PLAIN: AtomicPtr<std::ffi::c_void> = AtomicPtr::new(ptr::null_mut());

/// Lets the receiver of a method descriptor be given by name.
///
/// # Safety
/// `descriptor` is a method descriptor for a function that takes keywords; attached.
pub(crate) unsafe fn accept(descriptor: &object) {
    // SAFETY: caller's contract. Calls on other threads read the field in one piece.
    unsafe {
        let field = &raw mut (*descriptor.as_ptr().cast::<ffi::PyMethodDescrObject>()).vectorcall;
        let field = AtomicPtr::<std::ffi::c_void>::from_ptr(field.cast());
        let ours = enter as *const () as *mut std::ffi::c_void;
        let known = field.load(Relaxed);
        if !known.is_null() && known != ours {
            PLAIN.store(known, Relaxed);
            field.store(ours, Relaxed);
        }
    }
}

/// # Safety
/// The vectorcall protocol, of a descriptor that [`accept`] has changed; attached.
unsafe extern "C" fn enter(
    descriptor: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the protocol of vectorcall; `accept` has stored an entry of that type before it made this one known.
    unsafe {
        let plain = std::mem::transmute::<*mut std::ffi::c_void, ffi::vectorcallfunc>(PLAIN.load(Relaxed));
        if !kwnames.is_null() && ffi::PyVectorcall_NARGS(nargsf) == 0 {
            return by_name(descriptor, args, kwnames, plain);
        }
        plain(descriptor, args, nargsf, kwnames)
    }
}

/// A call without positional arguments.
///
/// # Safety
/// As [`enter`]; `plain` is the entry of the descriptor.
#[cold]
unsafe fn by_name(
    descriptor: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    kwnames: *mut ffi::PyObject,
    plain: ffi::vectorcallfunc,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: as `enter`; the descriptor is kept alive, since making the tuple may run the collector.
        unsafe {
            let _descriptor = StrongRef::borrow(descriptor);
            let moved = moved_to_front(args, kwnames, |args, kwnames| plain(descriptor, args, 1, kwnames));
            moved.unwrap_or_else(|| plain(descriptor, args, 0, kwnames))
        }
    })
}
