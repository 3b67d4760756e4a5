//! What belongs to an interpreter as a whole: its state, its threads, its end.

pub(crate) mod exceptions;
pub(crate) mod gil;
pub(crate) mod interpreters;
pub(crate) mod leaks;
pub(crate) mod module_state;
pub(crate) mod panic;
pub(crate) mod recursion;
pub(crate) mod resident;
pub(crate) mod state;
pub(crate) mod trashcan;
