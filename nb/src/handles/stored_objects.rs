//! [`stored`]: a Python object that a Rust value keeps.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::into_object::IntoObject;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::instance::traverse::{Traverse, Visit};
use crate::interpreter::interpreters::Interpreter;
use crate::python::attach::Attached;
use crate::python::object::{check_attached, object};
use std::mem::ManuallyDrop;
use std::ops::Deref;

/// A wrapper of a Python object; implemented by all wrappers of this crate.
///
/// # Safety
/// What it holds is one [`object`], used by its methods on attached threads only, and released by the drop of `object`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no wrapper of a Python object",
    label = "`nb::stored` holds `nb::object`, `nb::list` and their kin"
)]
pub unsafe trait Wrapper {}

// SAFETY: is one.
unsafe impl Wrapper for object {}

/// A Python object that can be part of a bound value: `nb::stored` for any object, `nb::stored<nb::list>` for a list.
///
/// [`object`] and its kin stay on the thread that has them, but bound values are used and freed on any thread
/// (`Send + Sync`). This one is both: it gives its object to attached threads only. The value that holds one should show it
/// to the cycle collector, see [`nb_traverse!`](crate::nb_traverse).
///
/// Owns its reference. Dropping it on a detached thread attaches the thread first, hence never drop one there while holding
/// a lock that an attached thread may wait for. What is kept in a static may outlive its interpreter, or meet another one of the
/// process: there it is refused, and dropping it leaves the object alone. Converts like the wrapper inside, as argument, result and field. In C++ it
/// is simply a member of type `nb::object`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Button { label: nb::stored<nb::str_>, on_click: Option<nb::stored> }
/// nb_traverse!(Button: on_click);
/// impl Button {
///     fn click(&self) -> nb::Result<()> {
///         if let Some(action) = &self.on_click {
///             action.call((&*self.label,))?;
///         }
///         Ok(())
///     }
/// }
/// ```
///
/// # Panics
/// Making or reading it on a detached thread (inside `gil_scoped_release`), and reading it in another interpreter.
pub struct stored<W: Wrapper = object> {
    value: ManuallyDrop<W>,
    interpreter: Interpreter,
}

// SAFETY: the object is reached on threads only that are attached to its interpreter, which take turns or synchronise (`deref`,
// `into_inner` and `clone` check), and its drop attaches the thread or leaves the object alone.
unsafe impl<W: Wrapper> Send for stored<W> {}
// SAFETY: as above.
unsafe impl<W: Wrapper> Sync for stored<W> {}

impl<W: Wrapper> stored<W> {
    /// Puts an object away.
    ///
    /// # Panics
    /// On a detached thread.
    pub fn new(value: W) -> stored<W> {
        check_attached();
        stored { value: ManuallyDrop::new(value), interpreter: Interpreter::now() }
    }

    /// Takes the object out again.
    ///
    /// # Panics
    /// On a detached thread, and in another interpreter.
    pub fn into_inner(self) -> W {
        self.interpreter.assert_current();
        let mut this = ManuallyDrop::new(self);
        // SAFETY: taken once, since `this` is not dropped.
        unsafe { ManuallyDrop::take(&mut this.value) }
    }
}

impl<W: Wrapper> Drop for stored<W> {
    fn drop(&mut self) {
        if let Ok(_attached) = Attached::to(self.interpreter) {
            // SAFETY: dropped once, by a thread that is attached to its interpreter.
            unsafe { ManuallyDrop::drop(&mut self.value) }
        }
    }
}

impl<W: Wrapper> From<W> for stored<W> {
    fn from(value: W) -> stored<W> {
        stored::new(value)
    }
}

impl<W: Wrapper> Deref for stored<W> {
    type Target = W;

    fn deref(&self) -> &W {
        self.interpreter.assert_current();
        &self.value
    }
}

impl<W: Wrapper + Clone> Clone for stored<W> {
    fn clone(&self) -> stored<W> {
        stored::new((**self).clone())
    }
}

// SAFETY: shows what the wrapper shows.
unsafe impl<W: Wrapper + Traverse> Traverse for stored<W> {
    fn traverse(&self, visit: &mut Visit<'_>) {
        // The collector of another interpreter has no business with the object, which may be gone.
        if self.interpreter.is_current() {
            self.value.traverse(visit);
        }
    }
}

// SAFETY: delegates to the wrapper.
unsafe impl<D, W> Param<D> for stored<W>
where
    W: Wrapper + for<'a> Param<D, Item<'a> = W>,
{
    type Item<'a> = stored<W>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = W::Stage;
    const NULLABLE: bool = W::NULLABLE;
    const BORROWS: bool = W::BORROWS;
    const CALLS_OUT: bool = W::CALLS_OUT;
    const LEND_CALLS_OUT: bool = W::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        W::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<W::Stage> {
        // SAFETY: caller's contract.
        unsafe { W::convert(src, flags, cx) }
    }

    fn acquire(stage: &mut W::Stage, cx: &mut Cx<'_>) -> bool {
        W::acquire(stage, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut W::Stage, cx: &Cx<'_>) -> stored<W> {
        // SAFETY: caller's contract.
        stored::new(unsafe { W::lend(stage, cx) })
    }
}

// SAFETY: delegates to the wrapper.
unsafe impl<D, P, W: Wrapper + Ret<D, P>> Ret<D, P> for stored<W> {
    const DECLINES: bool = W::DECLINES;

    fn describe(text: &mut SigText<'_>) {
        W::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        if let Err(error) = value.interpreter.check() {
            error.restore();
            return std::ptr::null_mut();
        }
        // SAFETY: caller's contract.
        unsafe { W::put(value.into_inner(), cx) }
    }
}

crate::cast::member_by_value! { [W: Wrapper] stored<W>; }

// SAFETY: delegates to a reference to the wrapper.
unsafe impl<'v, W: Wrapper> IntoObject for &'v stored<W>
where
    &'v W: IntoObject,
{
    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { IntoObject::<()>::put_in(&**self, cx) }
    }
}
