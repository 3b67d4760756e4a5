//! Texts about binding a class, deriving from it, and assigning its attributes.

/// Warning: the type has a Python class in this interpreter already.
pub fn bound_twice(class: &str, known: &str) -> String {
    format!("nanobind: type '{class}' was already registered as '{known}'!\n")
}

/// A base class was named that is not bound (yet).
pub fn unknown_base(class: &str, base: &str) -> String {
    format!("nanobind::detail::nb_type_new(\"{class}\"): base type \"{base}\" not known to nanobind!")
}

/// The base class was given as a type and as an object.
pub fn two_bases(class: &str) -> String {
    format!("nanobind::detail::nb_type_new(\"{class}\"): multiple base types specified!")
}

/// The base class was given with type arguments alone.
pub fn unnamed_base(class: &str) -> String {
    format!(
        "nb::class_<T>(\"{class}\"): a base with type arguments does not say what type it has in Rust: name that as well, `nb::class_<T, Base>(m, \"{class}\", m.attr(\"Base\").item(..))`"
    )
}

/// The base class and what was given with type arguments differ.
pub fn other_generic_base(class: &str, base: &str) -> String {
    format!(
        "nb::class_<T, Base>(\"{class}\"): the object among the annotations is not the base '{base}' with type arguments"
    )
}

/// `nb::sig` does not show the header of a class.
pub fn bad_class_signature(class: &str, given: &str) -> String {
    format!(
        "{class}: the text in nb::sig has to be decorators, one in each line, and then `class {class}(..)` or `class {class}[..]` without a colon at its end, not `{given}`"
    )
}

/// A class whose values count their references has `nb::pooled` too.
pub fn pooled_and_counted(name: &str) -> String {
    format!("nanobind: type '{name}': instance pooling is incompatible with intrusive reference counting!")
}

/// A conversion to a class that is not bound (yet).
pub fn unknown_target(target: &str) -> String {
    format!("nanobind::detail::implicitly_convertible(dst={target}): destination type unknown!")
}

/// A field that can be assigned, and reads as a copy.
pub fn writes_into_a_copy(class: &str, name: &str, field: &str) -> String {
    format!(
        "nb: the field \"{name}\" of `{class}` is a `{field}`, of which Python gets a copy: what it changes in there would be lost. Bind it for \
         reading, `.def_ro(\"{name}\", ..)`, or say that it is copied, `.def_rw(\"{name}\", .., nb::rv_policy::copy)`; for changes give the class \
         methods that make them"
    )
}

/// A class tried to derive from a final one.
pub fn is_final(class: &str) -> String {
    format!("The type '{class}' prohibits subclassing!")
}

/// A Python class with several bases of ours.
pub const TWO_BOUND_BASES: &str = "nanobind: multiple nanobind bases are not supported!";

/// A class made by our metaclass with no base of ours.
pub const NO_BOUND_BASE: &str = "nanobind: the 'nb_type' metaclass requires a nanobind base type!";

/// An instance of a class was wanted from within `__init_subclass__`, while native code was making the class.
pub fn unfinished(class: &str) -> String {
    format!("{class}: the class is still being made by native code and cannot have instances yet")
}

/// A class was derived from one within `__init_subclass__`, while native code was making the latter.
pub fn unfinished_base(class: &str) -> String {
    format!("{class}: the class is still being made by native code and cannot be a base yet")
}

/// A value was to become an instance of a class that the collector is clearing.
pub fn garbage_class(class: &str) -> String {
    format!("the class '{class}' is being collected as garbage: it gets no more instances")
}

/// A name of a class that begins with `@` was set already.
pub fn fixed_attribute(name: &str) -> String {
    format!("internal nanobind attribute '{name}' cannot be reassigned or deleted.")
}

/// CPython's words for a property that cannot be assigned or deleted, said of one of the class itself.
pub fn static_property_without(class: &str, what: &str) -> String {
    format!("static property of '{class}' has no {what}")
}

/// `property` objects look different than in all versions known so far.
pub const PROPERTY_LAYOUT: &str = "nb: this Python lays `property` objects out in an unknown way";

/// A class is not complete yet, or not any more.
#[cfg(not(Py_3_12))]
pub const NO_NAMESPACE: &str = "nb: a type without a namespace";

/// A deleter for a property that is not there.
pub fn no_property(class: &str, name: &str) -> String {
    format!("nb::class_<{class}>: there is no property \"{name}\" that def_prop_deleter could add to: bind it first")
}
