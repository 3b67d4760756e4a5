//! Texts about binding a function: its name, its annotations and its default values.

/// A name is taken by something that is not a bound function.
pub fn name_taken(name: &str) -> String {
    format!("nb::detail::nb_func_new(\"{name}\"): cannot overload existing non-function object of the same name!")
}

/// Python does not let the scope have an attribute of that name.
pub fn name_refused(scope: &str, kind: &str, name: &str, why: &str) -> String {
    format!("{scope}: the {kind} \"{name}\" cannot be bound under this name, which Python keeps for itself ({why})")
}

/// One overload is static, the other is not.
pub fn mixed_static(name: &str) -> String {
    format!("nb::detail::nb_func_new(\"{name}\"): mismatched static/instance method flags in function overloads!")
}

/// A default value could not become a Python object.
pub fn bad_default(function: &str, argument: &str, ty: &str) -> String {
    format!(
        "{function}(): the default value of argument '{argument}' ({ty}) cannot be converted to a Python object: bind its type before this function"
    )
}

/// The argument of `nb::args` or `nb::kwargs` has a default value.
pub fn default_of_rest(function: &str) -> String {
    format!("{function}(): nb::args and nb::kwargs collect what a call passes and take no default value")
}

/// A keyword-only argument whose name is the empty text.
pub fn unnamed_keyword(function: &str) -> String {
    format!("{function}(): keyword-only arguments must have names, but one is called \"\"")
}

/// `nb::sig` does not show a function's signature.
pub fn bad_signature(function: &str, given: &str) -> String {
    format!(
        "{function}(): the text in nb::sig has to be decorators, one in each line, and then `def {function}(..) -> ..` without a colon at its end, not `{given}`"
    )
}

/// Two arguments of a function have one name.
pub fn name_used_twice(function: &str, argument: &str) -> String {
    format!("{function}(): the argument name '{argument}' is used twice")
}

/// Goes before the docstrings of several overloads.
pub const OVERLOADED: &str = "Overloaded function.";
