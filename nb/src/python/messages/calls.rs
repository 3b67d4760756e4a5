//! Texts of calls: arguments that were refused, and why; results that became nothing.

use crate::util::numerals::push_number;
use std::ffi::CStr;

/// Heading of a failed overload resolution, of a `function` or, in pybind11's words, a `constructor`. It and what follows it are put at the end of a text, as failed calls are frequent where Python
/// code tries what fits.
pub fn no_overload(text: &mut String, name: &str, what: &str) {
    text.push_str(name);
    text.push_str("(): incompatible ");
    text.push_str(what);
    text.push_str(" arguments. The following argument types are supported:\n");
}

/// One line of that list: an overload that was there for the call.
pub fn overload_line(text: &mut String, number: usize, signature: impl FnOnce(&mut String)) {
    text.push_str("    ");
    push_number(text, number);
    text.push_str(". ");
    signature(text);
    text.push('\n');
}

/// Goes before the types of what a call has passed.
pub const INVOKED_WITH: &str = "\nInvoked with types: ";

/// The end of that list: the keywords with their types.
pub fn keywords_given(text: &mut String, keywords: impl FnOnce(&mut String)) {
    text.push_str("kwargs = { ");
    keywords(text);
    text.push_str(" }");
}

/// Note of a failed call that has several overloads.
pub fn of_overload(place: usize, line: &str) -> String {
    format!("overload {place}: {line}")
}

/// Note of a failed call: a value and why it was refused.
pub fn refused(place: &str, what: &str) -> String {
    format!("{place}: {what}")
}

/// Goes on with the place of a refused value: an element of a container.
pub fn of_element(index: u32) -> String {
    format!(", element {index}")
}

/// Why a value was refused: a converter raised.
pub fn conversion_raised(exception: &str) -> String {
    format!("its conversion raised {exception}")
}

/// Why a value was refused: the class that it was to be converted to raised.
pub fn implicit_conversion_raised(exception: &str) -> String {
    format!("its implicit conversion raised {exception}")
}

/// Line on standard error: calling the class with the object raised.
pub fn failed_implicit_conversion(source: &str, target: &str) -> String {
    format!("nanobind: implicit conversion from type '{source}' to type '{target}' failed!\n")
}

/// Why a value was refused, an element of a container.
pub const WRONG_TYPE: &str = "wrong type";
/// Why a value was refused, bytes for a text.
pub const NOT_UTF8: &str = "not valid UTF-8";
/// Why a value was refused.
pub const OUT_OF_RANGE: &str = "out of range";
/// Why a value was refused.
pub const INEXACT: &str = "has no exact counterpart, and the argument accepts no conversion";
/// Why a value was refused.
pub const WRONG_LENGTH: &str = "wrong number of elements";
/// Why a value was refused.
pub const CHANGED: &str = "changed while it was converted";
/// Why a value was refused.
pub const NOT_A_CHARACTER: &str = "not a single character";
/// Why a value was refused.
pub const NULL_CHARACTER: &str = "contains a null character";
/// Why a value was refused.
pub const OTHER_SLICE: &str = "a slice with a step, or with other bounds than this range";
/// A pair of bounds is returned that no slice has.
pub const NO_SUCH_SLICE: &str = "a slice includes its start and excludes its end, and these bounds are others";
/// Why a value was refused.
pub const OTHER_SPELLING: &str = "a text that does not spell such a value";
/// Why a value was refused.
pub const WITH_ZONE: &str = "an address with a zone, which would be lost";
/// Why a value was refused.
pub const UNKNOWN_ZONE: &str = "has a time zone of an unknown name";
/// Why a value was refused.
pub const NOT_FINITE: &str = "no finite number";
/// Why a value was refused.
pub const TWICE_IN_DICT: &str = "a dict with two keys of the same text";
/// Why a value was refused, or cannot be returned.
pub const NESTED_TOO_DEEP: &str = "nested too deep";
/// Why a value was refused.
pub const NAIVE: &str = "has no time zone";
/// Why a value was refused.
pub const AWARE: &str = "has a time zone, which would be lost";
/// Why a value was refused.
pub const NO_VALUE: &str = "has no value: its __init__ has not run, or the value was moved away";
/// Why a value was refused.
pub const NONE_REFUSED: &str = "None is not accepted";

/// Note of a failed call: the body asked for the next overload.
pub const DECLINED: &str = "the function declined the call";

/// Note of a failed call.
pub const NO_KEYWORDS: &str = "keyword arguments are not accepted";

/// Note of a failed call.
pub fn too_many_arguments(accepted: usize, given: usize) -> String {
    format!("at most {accepted} positional argument{} accepted, {given} given", if accepted == 1 { "" } else { "s" })
}

/// Note of a failed call; `arguments` is a list of descriptions.
pub fn missing_arguments(arguments: &str) -> String {
    format!("missing: {arguments}")
}

/// Note of a failed call.
pub fn unknown_keyword(name: &str) -> String {
    format!("unexpected keyword argument '{name}'")
}

/// Note of a failed call.
pub fn given_twice(name: &str) -> String {
    format!("argument '{name}' is given by position and by keyword")
}

/// More keywords than one call may stage.
pub const TOO_MANY_KEYWORDS: &str = "nanobind::detail::nb_func_vectorcall(): too many (> 1024) keyword arguments.";

/// What the setter of a property or field gets.
pub const THE_VALUE: &str = "the value";

/// How messages call an argument that has a name.
pub fn argument(name: &str) -> String {
    format!("argument '{name}'")
}

/// How messages call an argument that has none.
pub fn nth_argument(number: usize) -> String {
    format!("argument {number}")
}

/// The result of a bound function has no Python counterpart.
pub fn bad_result(signature: &str) -> String {
    format!("Unable to convert function return value to a Python type! The signature was\n    {signature}")
}

/// CPython's words for a `__len__` below zero.
pub const NEGATIVE_LENGTH: &str = "__len__() should return >= 0";

/// CPython's words for a `__bool__` that gives something else.
pub fn not_a_bool(given: &str) -> String {
    format!("__bool__ should return bool, returned {given}")
}

/// keep_alive on a nurse that offers no hook.
pub const KEEP_ALIVE: &str = "nanobind::detail::keep_alive(): could not create a weak reference! Likely, the 'nurse' argument you specified is not a weak-referenceable type!";

/// A function was called whose module is gone.
pub const FUNCTION_LOST: &str = "this function belongs to a module that was unloaded";

/// A chain of callbacks that has no end.
pub const TOO_DEEP: &str = "maximum recursion depth exceeded in a callback";

/// What CPython adds to its own text when callbacks are nested too deep.
pub const IN_A_CALLBACK: &CStr = c" in a callback";

/// A `Duration` is longer than any `timedelta`.
pub const TOO_LONG_FOR_A_TIMEDELTA: &str = "datetime.timedelta cannot be as long as this";

/// A `SystemTime` is in no year that Python has.
pub const NO_DATETIME: &str = "datetime.datetime cannot tell this time: its years are 1 to 9999";

/// A time of a crate is in a leap second.
#[cfg(feature = "chrono")]
pub const LEAP_SECOND: &str = "datetime.datetime has no leap second";

/// A number of a crate is beyond those of Python's `decimal`.
#[cfg(feature = "bigdecimal")]
pub const NO_DECIMAL: &str = "decimal.Decimal has no number of this size";
