//! [`Embeds`]: the base of a bound class is a part of its value.

/// `Self` contains a `Base` that stands for it where a `Base` is expected.
///
/// Implemented by [`nb_base!`](crate::nb_base); it lets `nb::class_<Dog, Pet>` derive the Python class.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Pet { name: String }
/// struct Dog { pet: Pet }
/// nb_base!(Dog, pet: Pet);
/// nb_module!(pets, m, {
///     nb::class_<Pet>(m, "Pet").def_rw("name", &Pet::name);
///     nb::class_<Dog, Pet>(m, "Dog").def(nb::init(|name: String| Dog { pet: Pet { name } }));
/// });
/// # fn main() {}
/// ```
///
/// # Safety
/// A `Base` lies at `OFFSET` inside every `Self`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say where its base `{Base}` is",
    label = "`{Self}` cannot derive from `{Base}`",
    note = "embed the base as a field and write `nb_base!({Self}, field: {Base});` next to the struct"
)]
pub unsafe trait Embeds<Base>: a_class_has_one_base<Base = Base> {
    /// Distance in bytes of the base from the start of the value.
    const OFFSET: usize;
}

/// `Self` has a base: one, as `nb_base!` says.
///
/// # Safety
/// A `Base` lies at `OFFSET` inside every `Self`, and is dropped as a part of it.
#[doc(hidden)]
#[allow(missing_docs)]
pub unsafe trait a_class_has_one_base {
    type Base;
    const OFFSET: usize;
}
