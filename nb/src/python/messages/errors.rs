//! Texts of errors of Rust and of panics.

/// Text of a panic that became an exception.
pub fn panicked(message: &str, location: Option<&str>) -> String {
    match location {
        Some(location) => format!("{message} (Rust panic at {location})"),
        None => format!("{message} (Rust panic)"),
    }
}

/// A panic where no exception can be raised.
pub fn panicked_unheard(message: &str, location: Option<&str>) -> String {
    format!("nb: native code panicked at {}: {message}", location.unwrap_or("an unknown place"))
}

/// In place of what a panic says that carries a value of some other type.
pub const PANIC_WITHOUT_TEXT: &str = "a panic with a value that is not a text";

/// The exception of a failed operation was asked for, and there is none.
pub const NOTHING_RAISED: &str = "nb: an operation failed without raising an exception";

/// [`nb::next_overload()`](crate::next_overload) as an error like others.
pub const NEXT_OVERLOAD: &str = "next overload";

/// The same has come where nothing chooses among overloads.
pub const NEXT_OVERLOAD_OUTSIDE: &str = "nb: next_overload() was returned outside of a bound function";

/// After the class of an exception whose text cannot be had, as Python's own tracebacks say it.
pub const EXCEPTION_STR_FAILED: &str = ": <exception str() failed>";

/// A bound function has a result, and code inside it has left an exception raised.
pub fn result_with_exception(name: &str) -> String {
    format!(
        "nb: {name}() returned a result while an exception is raised: return it as `Err(nb::Error::fetch())`, or clear it"
    )
}

/// A mapping for a struct lacks a field that has no default.
pub fn missing_key(class: &str, name: &str) -> String {
    format!("{class}: the key '{name}' is missing")
}

/// A mapping for a struct has a key that is no field.
pub fn unknown_key(class: &str, name: &str) -> String {
    format!("{class}: there is no field '{name}'")
}

/// A mapping for a struct has a value that does not fit.
pub fn wrong_entry(class: &str, name: &str, why: &str) -> String {
    format!("{class}: the value of '{name}': {why}")
}

/// What is to be raised is no exception class.
pub fn no_exception_class(got: &str) -> String {
    format!("exceptions must derive from BaseException: cannot raise an object of type '{got}'")
}

/// A caster goes by way of a value that leaves its object, or of a lock.
pub fn caster_takes(way: &str) -> String {
    format!(
        "nb_type_caster! and nb_dict! cannot go by way of `{way}`: it would be taken out of its object before the other arguments are known \
         to fit, or its lock be given away unseen. Have the function take it as an argument of its own"
    )
}
