//! What belongs to an interpreter as a whole: its state, its threads, its end.

pub(crate) mod attach;
pub(crate) mod gil;
pub(crate) mod import;
pub(crate) mod interpreters;
pub(crate) mod leaks;
pub(crate) mod module_state;
pub(crate) mod resident;
pub(crate) mod state;
pub(crate) mod trashcan;
