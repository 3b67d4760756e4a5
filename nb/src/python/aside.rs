//! [`Aside`]: an exception that is out of the way while values of the user's are dropped.

use crate::python::error::{restore_raised, take_raised};
use crate::python::object::object;

/// Raises the exception again when it is dropped. To be declared before the values that must not find it raised: a `Drop` that asks
/// Python something would take it for its own.
#[derive(Default)]
pub(crate) struct Aside(Option<object>);

impl Aside {
    /// Puts the exception aside that is raised now, if any; the thread is attached, here and when this is dropped.
    pub(crate) fn now() -> Aside {
        Aside(take_raised())
    }

    /// As [`now`](Self::now), of one that was made before.
    #[cold]
    pub(crate) fn put(&mut self) {
        self.0 = take_raised();
    }
}

impl Drop for Aside {
    #[inline]
    fn drop(&mut self) {
        if let Some(raised) = self.0.take() {
            // SAFETY: an exception; attached.
            unsafe { restore_raised(raised) };
        }
    }
}

/// Drops a value while the exception that is raised, if any, is aside.
pub(crate) fn drop_aside<T>(value: T) {
    let _aside = Aside::now();
    drop(value);
}
