//! Derived references that are good again: the function that gave one is called again, and gives the same address.
//!
//! In C++, a reference that a function has returned lives as long as what it refers to. Here it ends when its owner may have been
//! changed, since nobody knows whether the value is still there. But the function that gave it knows: if it may be called again
//! and gives the same address, the reference is as good as a new one, and it is given back as the object that Python has (see
//! `cast/child.rs`). So a stale reference that remembers its function asks it before it is used.
//!
//! That happens while arguments are converted, when any code may run, and not when they are lent. A function is asked if it reads a
//! property, takes `&self` alone, or is annotated with [`nb::repeatable()`](crate::repeatable). One that takes `&mut self` may do more than
//! to find something, and what it does must not be done twice for an expression that does not name it.

use crate::ffi;
use crate::instance::class_record::native_data;
use crate::instance::ext::{Extra, Root, ext};
use crate::instance::header::{Inst, Life, Storage};
use crate::interpreter::state::State;
use crate::python::error::take_raised;
use crate::python::object::{StrongRef, object};
use smallvec::SmallVec;
use std::sync::Arc;

/// A function that may be called again.
pub(crate) trait Accessor {
    /// Calls it; a new reference, or null with an exception raised or without.
    ///
    /// # Safety
    /// The receiver and as many arguments as were [`Given`] are live; attached, in the interpreter of `state`.
    unsafe fn call(
        &self,
        state: &State,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> *mut ffi::PyObject;
}

/// As [`Accessor::call`], of the function that the first argument stands for.
type FindAndCall = unsafe fn(*const (), &State, *mut ffi::PyObject, *const *mut ffi::PyObject) -> *mut ffi::PyObject;

/// The function that gave a reference.
#[derive(Clone)]
pub(crate) enum Source {
    /// One that is found when it is asked: what finds and calls it, as [`Accessor::call`], and the static by which it is found.
    Found(FindAndCall, *const ()),
    /// One that is kept.
    Kept(Arc<dyn Accessor>),
}

/// What a function was called with.
pub(crate) struct Given {
    /// `None` if it is the first root.
    pub(crate) receiver: Option<StrongRef>,
    /// Numbers and texts, which nobody changes.
    pub(crate) args: SmallVec<[StrongRef; 1]>,
}

/// Whether a reference has ended.
///
/// # Safety
/// `child` is live and `Derived`.
unsafe fn is_stale(child: *mut Inst) -> bool {
    // SAFETY: caller's contract; roots are owned.
    unsafe {
        let fresh = |root: &Root| (*root.inst).epoch_holds(root.epoch);
        !ext(child).roots.iter().all(fresh)
    }
}

/// Has a reference that has ended made good, if its function can do that. What that raises is the result. Runs any code.
///
/// # Safety
/// `child` is live and ready; attached, and whatever the caller refers to is owned.
#[cold]
#[inline(never)]
pub(crate) unsafe fn renew(child: *mut Inst) -> Option<object> {
    // SAFETY: caller's contract; the child, which is held, keeps its roots, its source, and what that was called with.
    unsafe {
        let derived = (*child).storage() == Storage::Derived && (*child).life() == Life::Ready;
        if !(*child).is_renewable() || !derived || !is_stale(child) {
            return None;
        }
        let source = ext(child).source.clone()?;
        let root = ext(child).roots[0].inst;
        if (*root).life() != Life::Ready {
            return None;
        }
        let (receiver, args) = match ext(child).extra.as_deref() {
            Some(Extra::Given(given)) => {
                let receiver = given.receiver.as_ref().map_or(root.cast(), |receiver| receiver.as_ptr());
                (receiver, given.args.iter().map(|arg| arg.as_ptr()).collect())
            }
            _ => (root.cast(), SmallVec::<[*mut ffi::PyObject; 1]>::new()),
        };
        let _held = (StrongRef::borrow(child.cast()), StrongRef::borrow(receiver));
        let _args: SmallVec<[StrongRef; 1]> = args.iter().map(|arg| StrongRef::borrow(*arg)).collect();
        let data = native_data(ffi::Py_TYPE(child.cast()));
        let registered = ext(child).registered;
        // Something else may stand for the value by now: another reference, or an object that owns it, which gets its place back.
        let owner =
            data.state.identities.find(registered, data).filter(|other| (**other).storage() != Storage::Derived);
        let owner = owner.map(|owner| StrongRef::borrow(owner.cast()));
        if registered != 0 {
            data.state.identities.enter(registered, data, child);
        }
        let found = match &source {
            Source::Found(call, by) => call(*by, &data.state, receiver, args.as_ptr()),
            Source::Kept(function) => function.call(&data.state, receiver, args.as_ptr()),
        };
        if let Some(owner) = owner.map(|owner| owner.as_ptr().cast::<Inst>())
            && (*owner).storage() != Storage::Inline
            && ext(owner).registered == registered
        {
            data.state.identities.enter(registered, data, owner);
        }
        if found.is_null() {
            return take_raised();
        }
        ffi::Py_DECREF(found);
        None
    }
}
