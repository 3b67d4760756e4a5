//! Texts about trampolines: virtual functions, and trait objects.

/// A derived class of which it is not known whether it implements the trait of its base's trampoline.
pub fn virtuals_unknown(class: &str, [rust, base, trampoline, virtuals]: [String; 4]) -> String {
    format!(
        "nb: the base `{base}` of class '{class}' has virtual functions (`{virtuals}`), and nothing says whether `{rust}` \
         implements them too. Write `nb::class_<{rust}, {base}>(..)`, or name the base like that in nb_class!, both of which \
         find out; in plain Rust add `nb::trampoline_of::<{trampoline}>()` if it does, \
         `nb::inherits_virtuals::<{trampoline}>()` if it does not"
    )
}

/// A trampoline whose class is bound without it, or not at all.
pub fn trampoline_not_named(module: &str, trampoline: &str, base: &str, bound: bool) -> String {
    let state = if bound { "is bound without it" } else { "is not bound" };
    format!(
        "nb_module!({module}): the trampoline `{trampoline}` is declared for `{base}`, which {state}, so that no Python class \
         could override anything; write `nb::class_<{base}, {trampoline}>(..)`"
    )
}

/// A virtual function without an override and without a native implementation was called.
pub fn pure_virtual(class: &str, function: &str) -> String {
    format!("nanobind::detail::get_trampoline('{class}::{function}()'): tried to call a pure virtual function!")
}

/// An object whose class may override what native code would call through a `ref_` to the base.
pub fn calls_past_overrides(function: &str, argument: &str, rust: &str, virtuals: &str) -> String {
    format!(
        "{function}(): {argument} is of a derived class, whose functions native code would not call through `ref_<{rust}>`: \
         let the function take `Arc<{virtuals}>`"
    )
}

/// A property in a Python class where native code calls a function with arguments.
pub fn property_with_arguments(class: &str, function: &str) -> String {
    format!("{class}.{function} is a property, and native code calls a virtual function of that name with arguments")
}

/// A trait object was returned whose value is of a type without a class. What that type is called, nobody knows at run time.
pub fn unbound_implementation(virtual_type: &str, base: Option<&str>) -> String {
    let base = base.map(|base| format!(", derived from {base}")).unwrap_or_default();
    format!(
        "a value that was returned as `{virtual_type}` is of a Rust type that implements the trait, but is not bound as a class{base}"
    )
}
