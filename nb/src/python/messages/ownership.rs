//! Texts about who may use a value: borrow conflicts, and values that were moved, shared or counted.

/// Two arguments of one call name the same storage, one of them for modification.
pub fn aliased(function: &str, a: &str, b: &str, class: &str) -> String {
    format!(
        "{function}(): {a} and {b} refer to the same {class} object, and the function modifies it: pass two different objects"
    )
}

/// How messages call an object that is no argument.
pub const THE_OBJECT: &str = "the object";

/// The object is in use by a call further up the stack.
pub fn busy(function: &str, argument: &str, class: &str, modified: bool) -> String {
    let how = if modified { "being modified" } else { "being read" };
    format!("{function}(): {argument} (of class {class}) is {how} by a call that has not finished yet")
}

/// The object is to be changed while somebody reads it through the buffer protocol, or used while that goes through a `&mut`.
pub fn exported(function: &str, argument: &str, class: &str, changes: bool) -> String {
    let how = if changes { "changed" } else { "used" };
    format!(
        "{function}(): {argument} (of class {class}) cannot be {how} while a buffer of it exists, such as a memoryview or an array: release that first"
    )
}

/// A buffer of a vector was asked for to write through it.
pub fn buffer_read_only(class: &str) -> String {
    format!("the buffer of a {class} is read-only: assign to its elements, or copy them into an array first")
}

/// A buffer of a vector behind a lock.
pub fn buffer_of_locked(class: &str) -> String {
    format!("a {class} behind a lock has no buffer: copy it first")
}

/// The buffer protocol's function was called with nothing to fill in, or for an object of another class.
pub const NO_VIEW: &str = "there is no buffer to be had";

/// The object can be read only.
pub fn read_only(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) was obtained through a shared reference and cannot be modified"
    )
}

/// The object owns a value that native code has returned as read-only.
pub fn read_only_box(function: &str, argument: &str, class: &str) -> String {
    format!("{function}(): {argument} (of class {class}) was returned as read-only and cannot be modified")
}

/// A reference into an object outlived a modification of that object, or, if it can be written through, any other use.
pub fn stale(function: &str, argument: &str, class: &str, owner: &str, mutable: bool) -> String {
    let used = if mutable { "modified or used" } else { "modified" };
    format!(
        "{function}(): {argument} (of class {class}) is a reference into an object of class {owner} that was {used} after the reference was taken: fetch it again"
    )
}

/// The value of the object was moved away while the call was being prepared.
pub fn moved_during_call(function: &str, argument: &str, class: &str) -> String {
    format!("{function}(): {argument} (of class {class}) lost its value while the other arguments were converted")
}

/// Warning: the value of the object was moved into native code.
pub fn relinquished(class: &str) -> String {
    format!("nanobind: attempted to access a relinquished instance of type '{class}'!\n")
}

/// Warning: one call was to move an object's value to two owners.
pub fn two_owners(class: &str) -> String {
    format!(
        "nanobind::detail::nb_relinquish_ownership(): could not transfer ownership of a Python instance of type '{class}' to C++. The resulting data structure would have multiple std::unique_ptrs, each thinking that they own the same instance, which is not allowed."
    )
}

/// The object's value belongs to another object and cannot be moved out.
pub fn not_owner(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is a reference into another object: its value cannot be moved out"
    )
}

/// A by-value argument of a base class: the value is only a part of the derived one.
pub fn derived_value(function: &str, argument: &str, class: &str, wanted: &str) -> String {
    format!(
        "{function}(): {argument} is an object of class {class}: a {wanted} that is part of it cannot be moved out alone"
    )
}

/// An `Arc` of a base class: the value is only a part of the derived one.
pub fn derived_share(function: &str, argument: &str, class: &str, wanted: &str) -> String {
    format!(
        "{function}(): {argument} is an object of class {class}: a {wanted} that is part of it cannot be shared alone"
    )
}

/// Native code owns the value too.
pub fn shared(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is shared with native code, or part of what is: it cannot be modified until native code has let go of it"
    )
}

/// The value cannot be moved into shared ownership, or out of it.
pub fn not_sharable(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is a reference into another object: native code cannot share its value"
    )
}

/// A reference to a trait object was returned whose value cannot be copied.
pub fn not_copyable(class: &str) -> String {
    format!(
        "{class}: the value cannot be copied: return it by reference (`rv_policy::reference_internal`) or in a `Box`"
    )
}

/// Exclusive access to a value that its intrusive count shares.
pub fn counted(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is shared by its intrusive reference count, and can be neither modified through `&mut` nor moved out: take it as `&T` or `ref_<T>`, and keep what changes in a `Mutex` or an atomic"
    )
}

/// A `ref_` argument for a value without a count.
pub fn not_counted(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) cannot be held by a `ref_`: it is a part of another object, or its class lacks the annotation `nb::intrusive_ptr`"
    )
}

/// A `ref_` result of a class that does not count.
pub fn class_not_counted(class: &str) -> String {
    format!(
        "a `ref_` to class {class} cannot become a Python object: the class lacks the annotation `nb::intrusive_ptr`"
    )
}

/// A counted value that belongs to an object of another interpreter.
pub fn other_interpreter(class: &str) -> String {
    format!("the value belongs to an object of class {class} in another interpreter")
}

/// An element of a container that is not there any more.
pub fn element_gone(function: &str, argument: &str, class: &str, owner: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is an element of a container in an object of class {owner}, which has no such element any more"
    )
}
