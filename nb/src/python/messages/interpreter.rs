//! Texts about threads and interpreters: a detached thread, the wrong interpreter, and the end of Python.

/// A handle was made on a thread that does not hold the interpreter.
pub const DETACHED: &str = "nb: Python objects can be used only while the thread is attached to the interpreter; leave gil_scoped_release first";

/// Shown in place of an object's text on a thread that may not ask for it.
pub const DETACHED_OBJECT: &str = "<Python object, thread detached>";

/// The text of an error that holds a Python exception, on a thread that cannot ask the exception for its text.
pub const DETACHED_ERROR: &str = "<Python exception, thread detached>";

/// Something that holds a Python object is used in another interpreter than that of the object.
pub const OTHER_INTERPRETER: &str = "nb: a Python object was asked for by another interpreter than the one that it belongs to, or by a thread that cannot attach to that";

/// A stored Python callback is called when the interpreter has gone or is about to.
pub const NO_INTERPRETER: &str = "nb: a Python callback was called after the interpreter has ended";

/// A handle that native code keeps is used when the interpreter has gone or is about to.
pub const NO_INTERPRETER_FOR_VALUE: &str =
    "nb: a value in a Python object was asked for after the interpreter has ended";

/// A reference to a Python object is taken when the interpreter has gone or is about to.
pub const COUNT_AFTER_END: &str =
    "nb: a `ref_` to a value that belongs to Python was cloned after the interpreter has ended";

/// There is no memory for the tables of an interpreter.
pub const NO_MEMORY: &str = "nb: there is not enough memory";

/// So many objects of a kind exist after Python has ended.
pub fn leaked(count: usize, kind: &str) -> String {
    format!("nanobind: leaked {count} {kind}!\n")
}

/// What [`leaked`] counts.
pub const LEAKED_INSTANCES: &str = "instances";
/// As above.
pub const LEAKED_KEEP_ALIVE: &str = "keep_alive records";
/// As above.
pub const LEAKED_TYPES: &str = "types";
/// As above.
pub const LEAKED_FUNCTIONS: &str = "functions";

/// One of them each.
pub fn leaked_instance(address: usize, class: &str) -> String {
    format!(" - leaked instance {address:#x} of type \"{class}\"\n")
}

/// See [`leaked`].
pub fn leaked_type(name: &str) -> String {
    format!(" - leaked type \"{name}\"\n")
}

/// See [`leaked`].
pub fn leaked_function(name: &str) -> String {
    format!(" - leaked function \"{name}\"\n")
}

/// The end of a list that is too long.
pub const LEAKS_SKIPPED: &str = " - ... skipped remainder\n";

/// The end of the report.
pub const LEAK_HINT: &str = "nanobind: this is likely caused by a reference counting issue in the binding code.\nSee https://nanobind.readthedocs.io/en/latest/refleaks.html";
