//! [`Resident`]: a Python object that Rust keeps, on whatever thread.

use crate::interpreter::interpreters::Interpreter;
use crate::interpreter::trashcan;
use crate::python::attach::Attached;
use crate::python::error::Result;
use crate::python::object::object;
use std::mem::ManuallyDrop;

/// A Python object and the interpreter to which it belongs. Dropping it attaches the thread to that, and leaves the object alone
/// where this cannot be done.
pub(crate) struct Resident {
    python: ManuallyDrop<object>,
    interpreter: Interpreter,
}

// SAFETY: the object is touched by threads only that are attached to its interpreter: `attach` and the drop attach them, `here`
// asks.
unsafe impl Send for Resident {}
// SAFETY: as above; nothing in it changes.
unsafe impl Sync for Resident {}

impl Resident {
    /// The thread is attached.
    pub(crate) fn new(python: object) -> Resident {
        Resident { python: ManuallyDrop::new(python), interpreter: Interpreter::now() }
    }

    /// As [`new`](Self::new), of the current interpreter, which the caller knows.
    pub(crate) fn of(python: object, interpreter: Interpreter) -> Resident {
        Resident { python: ManuallyDrop::new(python), interpreter }
    }

    /// The object, on an attached thread: a `RuntimeError` in another interpreter than its own.
    pub(crate) fn here(&self) -> Result<&object> {
        self.interpreter.check()?;
        Ok(&self.python)
    }

    /// The object, on any thread, while the first of the two lives. As [`Attached::to`].
    pub(crate) fn attach(&self) -> Result<(Attached, &object), &'static str> {
        let attached = Attached::to(self.interpreter)?;
        Ok((attached, &self.python))
    }
}

impl Drop for Resident {
    fn drop(&mut self) {
        if let Ok(_attached) = Attached::to(self.interpreter) {
            // The object may hold such a one in turn, and a long chain must not end in a deep recursion.
            // SAFETY: taken once, an owned reference; attached to its interpreter.
            unsafe { trashcan::release(ManuallyDrop::take(&mut self.python).into_ptr()) }
        }
    }
}
