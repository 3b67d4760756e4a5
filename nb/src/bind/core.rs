//! One running initialisation of a module, which all its builders share.

use crate::ffi;
use crate::instance::class_record;
use crate::interpreter::import::Import;
use crate::interpreter::state::StateRef;
use crate::python::attach::Attached;
use crate::python::error::{Error, Result};
use crate::python::object::object;
use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::sync::Arc;

/// What all scopes of one running module initialisation share.
#[doc(hidden)]
pub struct Core {
    pub(crate) state: ManuallyDrop<StateRef>,
    error: RefCell<Option<Error>>,
    kept: RefCell<Vec<object>>,
    pub(crate) import: Arc<Import>,
}

impl Drop for Core {
    fn drop(&mut self) {
        // A `module_` may be kept, in a thread-local.
        match Attached::to(self.state.interpreter()) {
            Ok(_attached) => {
                self.error.take();
                self.kept.take();
                // SAFETY: dropped once; attached to its interpreter.
                unsafe { ManuallyDrop::drop(&mut self.state) }
            }
            Err(_) => std::mem::forget((self.error.take(), self.kept.take())),
        }
    }
}

/// Stands for the domain where functions bind while they run: what they bind twice is meant twice.
pub(crate) struct Running;

impl Core {
    pub(crate) fn new<D: 'static>(state: StateRef) -> Core {
        Core {
            state: ManuallyDrop::new(state),
            error: RefCell::new(None),
            kept: RefCell::new(Vec::new()),
            import: Arc::new(Import::of::<D>()),
        }
    }

    /// Forgets the classes that a failed initialisation has made, so that the next one makes new ones: they may lack members.
    pub(crate) fn forget_classes(&self) {
        for one in self.kept.borrow().iter() {
            // SAFETY: a live object; attached.
            unsafe {
                if one.is_type()
                    && let Some(data) = class_record::data_of(one.as_ptr().cast())
                    && data.ty == one.as_ptr().cast()
                    && Arc::ptr_eq(&data.made_by, &self.import)
                {
                    self.state.forget_type(data.key, data);
                }
            }
        }
    }

    /// Keeps the first error; later ones are consequences of it.
    pub(crate) fn fail(&self, error: Error) {
        self.error.borrow_mut().get_or_insert(error);
    }

    /// Keeps an object alive until initialisation has ended, and returns it borrowed.
    pub(crate) fn keep(&self, value: object) -> *mut ffi::PyObject {
        let ptr = value.as_ptr();
        self.kept.borrow_mut().push(value);
        ptr
    }

    pub(crate) fn take_error(&self) -> Option<Error> {
        self.error.borrow_mut().take()
    }

    /// Keeps the error of one step of the binding.
    pub(crate) fn accept(&self, result: Result<()>) {
        if let Err(error) = result {
            self.fail(error);
        }
    }
}
