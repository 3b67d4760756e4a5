//! What belongs to an interpreter as a whole: its state, its threads, its end.
//!
//! # The state
//!
//! Everything that names a Python object is in a `State` per interpreter, owned by the modules, types and functions of that
//! interpreter. The only static is the list of interpreters (interpreter/interpreters.rs). Nothing keeps a type alive: the registry holds
//! borrowed pointers, which a type removes before it is cleared or freed. Who uses a class from there while other code may run holds it.
//!
//! What outlives an interpreter (that list, the caches of `nb_override!`, and `stored`, `unique_ptr`, `shared_ptr`, callbacks and kept
//! trampolines in statics of the user) names it by a number that never comes back. Ids, addresses and versions of types do, when a program ends
//! Python and starts it anew. That is told by `Py_AtExit`; where its list is full, the interpreter's own dictionary is asked at each look-up.
//!
//! Whether a thread is attached is asked of CPython on 3.12 and newer. Before, it cannot say: a thread state that is current somewhere is
//! this thread's if CPython remembers it for the thread, or if a call on this thread's stack was entered with it, which all entries note
//! from the first import in an interpreter other than the main one on (python/attach.rs). A detached thread attaches again with what its `gil_scoped_release` has saved, else as
//! `PyGILState_Ensure` does.
//!
//! What dies inside another destructor waits for the outermost from some depth on: one queue for instances, functions, capsules, patients and
//! callbacks (interpreter/trashcan.rs).
//!
//! Its owners are counted by hand and its tables are plain cells, since the threads that use them hold the GIL; on free-threaded
//! builds the count is atomic and the tables are mutexes. The record of a type that was used lately is found in an array, at a
//! place that the compiler computes.
//!
//! Not every instance is in a map, only those whose value lives elsewhere (`identity_map`), so that `o.field is o.field` holds.

pub(crate) mod array_objects;
pub(crate) mod exceptions;
pub(crate) mod exports;
pub(crate) mod gil;
pub(crate) mod import;
pub(crate) mod interpreters;
pub(crate) mod known_objects;
pub(crate) mod lazy_object;
pub(crate) mod leaks;
pub(crate) mod lock_wait;
pub(crate) mod module_state;
pub(crate) mod names;
pub(crate) mod panic;
pub(crate) mod recursion;
pub(crate) mod resident;
pub(crate) mod signals;
pub(crate) mod state;
pub(crate) mod trashcan;
