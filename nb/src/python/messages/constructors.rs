//! Texts about making an instance: `__init__`, `__new__`, and objects that have no value yet.

/// A class without any bound constructor was called.
pub fn no_constructor(class: &str) -> String {
    format!("{class}: no constructor defined!")
}

/// `Class.__new__()` without the class to make an instance of.
pub fn new_without_class(class: &str) -> String {
    format!("{class}.__new__(): not enough arguments: pass the class to make an instance of")
}

/// `Class.__new__(other)` where `other` is no subclass.
pub fn new_of_other(class: &str, given: &str) -> String {
    format!("{class}.__new__({given}): {given} is not a subtype of {class}")
}

/// A class has both `nb::new_` (or a `__new__`) and constructors that fill an instance.
pub fn mixed_construction(class: &str) -> String {
    format!(
        "{class}: bind all constructors with nb::new_, as `__new__`, or all with nb::init, as `__init__`: a call of the class runs only one of them"
    )
}

/// A class has `nb::new_` and a `__new__` that takes the class itself.
pub fn mixed_new(class: &str) -> String {
    format!(
        "{class}: bind all overloads of `__new__` with nb::new_, or all with def_static, where they take the class as their first argument"
    )
}

/// A factory without arguments comes after one that needs some.
pub fn nullary_new(class: &str) -> String {
    format!("nanobind: {class} must define its zero-argument __new__ before any other overloads")
}

/// A constructor was bound in a class whose values are never destroyed.
pub fn constructor_of_never_destructed(class: &str) -> String {
    format!(
        "{class}: a class with nb::never_destruct() cannot have a constructor, since nobody would destroy its values"
    )
}

/// Warning: a method was called on an object whose `__init__` has not run.
pub fn uninitialized(class: &str) -> String {
    format!("nanobind: attempted to access an uninitialized instance of type '{class}'!\n")
}

/// Warning: `__init__` was called on an object that holds a value already.
pub fn initialized_twice(class: &str) -> String {
    format!("nanobind: attempted to initialize an already-initialized instance of type '{class}'!\n")
}

/// The value behind an object was asked for, and there is none.
pub fn no_value(class: &str) -> String {
    format!("this object of class {class} has no value: its __init__ has not run, or the value was moved away")
}
