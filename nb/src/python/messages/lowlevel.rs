//! Texts of the low-level interface: `nb::inst_..` and `nb::type_..`.

/// A low-level function asks for a class of ours.
pub fn not_a_bound_class(function: &str, given: &str) -> String {
    format!("nb::{function}(): expected a bound class, got an object of type '{given}'")
}

/// A low-level function asks for a class.
pub fn not_a_class(function: &str, given: &str) -> String {
    format!("nb::{function}(): expected a class, got an object of type '{given}'")
}

/// A low-level function asks for an instance of a class of ours.
pub fn not_a_bound_instance(function: &str, given: &str) -> String {
    format!("nb::{function}(): expected an instance of a bound class, got an object of type '{given}'")
}

/// A low-level function was used with another Rust type than the class is bound to.
pub fn holds_no(function: &str, class: &str, wanted: &str) -> String {
    format!("nb::{function}(): class '{class}' is not bound to the Rust type `{wanted}`")
}

/// A low-level function got a pointer that no value can have.
pub fn bad_pointer(function: &str, class: &str) -> String {
    format!("nb::{function}(): the pointer is null, or not aligned as a value of class {class} has to be")
}

/// The class has no such supplement.
pub fn no_supplement(class: &str, wanted: &str) -> String {
    format!("nb::type_supplement(): class {class} was not bound with nb::supplement<{wanted}>()")
}

/// How messages call the only object of a low-level function.
pub const THE_INSTANCE: &str = "the instance";
/// A class was given where its instance is wanted.
pub const CLASS_FOR_INSTANCE: &str =
    "nb::inst_dict(): the argument is a class; its namespace is that of `nb::type_dict`";
/// How messages call the object whose value is set.
pub const THE_TARGET: &str = "the target";
/// How messages call the object whose value is taken.
pub const THE_SOURCE: &str = "the source";
/// How messages call the object that contains a value.
pub const THE_OWNER: &str = "the owner";

/// A low-level function met an instance whose constructor or destructor runs.
pub fn under_construction(function: &str, class: &str) -> String {
    format!("nb::{function}(): the value of this instance of class {class} is being made or destroyed")
}

/// A low-level function needs a value.
pub fn without_value(function: &str, argument: &str, class: &str) -> String {
    format!("nb::{function}(): {argument} (of class {class}) has no value")
}

/// Two objects have to be of one class.
pub fn different_classes(function: &str, a: &str, b: &str) -> String {
    format!("nb::{function}(): the target is of class {a} and the source of class {b}: they have to be of one class")
}

/// A value was to be copied that cannot be.
pub fn not_clone(function: &str, class: &str) -> String {
    format!("nb::{function}(): a value of class {class} cannot be copied, since its Rust type is not `Clone`")
}

/// `nb::inst_destruct` of an instance that owns nothing any more.
pub fn destruct_relinquished(class: &str) -> String {
    format!("nb::inst_destruct(): the value of this instance of class {class} was moved away")
}

/// The class has the annotation `nb::never_destruct()`.
pub fn never_destructed(function: &str, class: &str) -> String {
    format!("nb::{function}(): class {class} was bound with nb::never_destruct()")
}

/// A pointer to a value that is behind a lock.
pub fn pointer_into_lock(function: &str, class: &str) -> String {
    format!(
        "{function}(): the value of class {class} is shared with native code behind a lock, which nobody would hold for the pointer: use `nb::handle_t::borrow`"
    )
}
