//! Texts of the wrappers around Python objects.

/// A checked downcast met an object of another type.
pub fn wrong_type(expected: &str, got: &str) -> String {
    format!("expected an object of type '{expected}', got '{got}'")
}

/// `nb::cast` of a Python object failed; begins with nanobind's text for it. Why a value of the right Python type is refused (a
/// number out of range, a sequence of the wrong length) follows.
pub fn bad_cast(expected: &str, rust: &str, got: &str) -> String {
    format!("std::bad_cast: this '{got}' object cannot be converted to '{expected}' (Rust type `{rust}`)")
}

/// An element of an iterable that a function goes through does not fit. Why follows, as above.
pub fn element_of_iterable(index: usize, expected: &str, got: &str) -> String {
    format!("element {index} of the iterable: this '{got}' object cannot be converted to '{expected}'")
}

/// `nb::cast` with a policy that makes nothing of the value.
pub fn policy_gives_nothing(ty: &str, policy: &str) -> String {
    format!("nb::cast_policy(): the policy `{policy}` makes no Python object of this `{ty}`")
}

/// In place of the text of an object that cannot give it.
pub fn untold(class: &str) -> String {
    format!("<{class} object>")
}

/// A keyword was given twice in one call.
pub fn keyword_twice(name: &str) -> String {
    format!("got multiple values for keyword argument '{name}': pass each keyword once")
}

/// A `dict` unpacked as keywords has a key of another type.
pub fn keyword_type(got: &str) -> String {
    format!("keywords must be strings, got a key of type '{got}'")
}

/// The argument that a method is called on is missing.
pub const NO_RECEIVER: &str = "vectorcall_method(): the first argument is the object whose method is called";

/// More arguments are named than there are, without the one that a method is called on.
pub fn too_many_names(names: usize, args: usize) -> String {
    format!("vectorcall(): more names ({names}) than arguments that could have one ({args})")
}

/// `nb::globals()` without a frame.
pub const NO_FRAME: &str = "nb::globals(): this thread is not running Python code";

/// Python code is to run with globals of another type.
pub fn globals_are_no_dict(got: &str) -> String {
    format!("nb::eval(): the global variables must be a dict, got '{got}'")
}

/// Python code is to run with locals that have no items.
pub fn locals_are_no_mapping(got: &str) -> String {
    format!("nb::eval(): the local variables must be a mapping, got '{got}'")
}

/// The text of Python code ends before its end.
pub const CODE_WITH_NUL: &str = "nb::eval(): Python code cannot contain a NUL";

/// An index does not fit into Python's index type.
pub const INDEX: &str = "index out of range";

/// Python's words for `f(*values)` of something else.
pub fn not_iterable(got: &str) -> String {
    format!("argument after * must be an iterable, not {got}")
}

/// Python's words for `f(**values)` of something else.
pub fn not_a_mapping(got: &str) -> String {
    format!("argument after ** must be a mapping, not {got}")
}

/// A builder got more elements than it was made for.
pub fn builder_is_full(size: usize) -> String {
    format!("the builder was made for {size} elements and has them all")
}

/// A builder was asked for its tuple or list too early.
pub fn builder_is_incomplete(has: usize, size: usize) -> String {
    format!("the builder has {has} of its {size} elements: put() the others before commit()")
}

/// Where the exception of a signal's handler is ignored that nobody has asked for.
pub const SIGNALS: &str = "nb::signals";
