//! Texts about modules and their import, and about what is put into them.

/// ImportError when the module body ended with a Python exception.
pub const INIT_FAILED: &str = "Encountered an error while initializing the extension.";

/// Import: a part of the module registered nothing.
pub fn lost_part(module: &str, part: &str, expected: Option<usize>, found: &[String]) -> String {
    let expected = expected.map_or_else(|| "at least 1".to_string(), |n| n.to_string());
    let list = if found.is_empty() { "none".to_string() } else { found.join(", ") };
    format!(
        "{module}: part `{part}` should register {expected} item(s), but {} arrived ({list}): is the crate linked, and does it invoke nb_class!/nb_fn!?",
        found.len()
    )
}

/// A class that the module uses from a part was never bound.
pub fn base_cycle(module: &str, class: &str) -> String {
    format!("{module}: the base class of '{class}' is not bound by this module or one of its parts")
}

/// A module attribute could not become a Python object.
pub fn unbound_value(ty: &str) -> String {
    format!("a value of type `{ty}` cannot be converted to a Python object: bind its type first")
}

/// An exception class was to be made under a name that the scope has.
pub const EXCEPTION_NAME_TAKEN: &str = "nanobind::detail::exception_new(): an object of the same name already exists!";

/// An exception class in a scope that is in no module.
pub const EXCEPTION_WITHOUT_MODULE: &str = "nanobind::detail::exception_new(): could not determine module name!";

/// A submodule is to be made in a module whose `__name__` was taken away.
pub const UNNAMED_PARENT: &str = "the parent module has no name";

/// An object of the standard library is not where it should be.
pub fn not_the_known_object(module: &str, name: &str) -> String {
    format!("{module}.{name} is not what Python's standard library has there")
}
